"""A client of fvm-courier in Python, written from wire/messages.hpp: asks to see kept files as a portal that was taken over would."""
import array
import json
import os
import socket
import struct

FAILURE, DONE, SEND_RELEASE, LOOK, FETCH_LINK, LINK_BYTES, TABLE_PIECE = 1, 2, 52, 53, 54, 55, 66


def text(value):
    raw = value.encode()
    return struct.pack("<I", len(raw)) + raw


def receive(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        assert more, "the courier closed the connection"
        data += more
    return data


def word(raw, at):
    (count,) = struct.unpack_from("<I", raw, at)
    return raw[at + 4:at + 4 + count], at + 4 + count


def look(instance, release, user, revision=0, position=1):
    """(code of the error or "", document)."""
    body = text(release) + text(user) + struct.pack("<II", revision, position)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(instance.path / "run" / "courier.sock"))
        connection.sendall(struct.pack("<IH", len(body), LOOK) + body)
        whole = b""
        while True:
            length, kind = struct.unpack("<IH", receive(connection, 6))
            raw = receive(connection, length)
            if kind == FAILURE:
                return word(raw, 1)[0].decode(), None
            assert kind == TABLE_PIECE, kind
            _, more = struct.unpack_from("<HB", raw)
            whole += word(raw, 3)[0]
            if not more:
                return "", json.loads(whole)


def fetch_link(instance, release, token, user, position=1):
    """(code of the error or "", name, bytes): what the courier hands over for a link."""
    body = text(release) + text(token) + text(user) + struct.pack("<I", position)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(instance.path / "run" / "courier.sock"))
        connection.sendall(struct.pack("<IH", len(body), FETCH_LINK) + body)
        head, handed, _, _ = connection.recvmsg(6, socket.CMSG_SPACE(64 * 4))
        head += receive(connection, 6 - len(head)) if len(head) < 6 else b""
        length, kind = struct.unpack("<IH", head)
        raw = b""
        while len(raw) < length:
            more, also, _, _ = connection.recvmsg(length - len(raw), socket.CMSG_SPACE(64 * 4))
            assert more, "the courier closed the connection"
            raw, handed = raw + more, handed + also
        if kind == FAILURE:
            return word(raw, 1)[0].decode(), None, None
        assert kind == LINK_BYTES, kind
        name, at = word(raw, 0)
        sha256, at = word(raw, at)
        descriptors = array.array("i")
        for _, _, data in handed:
            descriptors.frombytes(data[:len(data) - len(data) % 4])
        assert len(descriptors) == 1
        try:
            content = os.pread(descriptors[0], struct.unpack_from("<Q", raw, at)[0], 0)
        finally:
            os.close(descriptors[0])
        return "", name.decode(), content


def send_release(instance, release):
    """What the portal tells the courier when somebody has begun a request, or approved one."""
    body = text(release)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(instance.path / "run" / "courier.sock"))
        connection.sendall(struct.pack("<IH", len(body), SEND_RELEASE) + body)
        length, kind = struct.unpack("<IH", receive(connection, 6))
        receive(connection, length)
        assert kind == DONE, kind
