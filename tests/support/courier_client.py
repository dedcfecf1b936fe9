"""A client of fvm-courier in Python, written from wire/messages.hpp: asks to see kept files as a portal that was taken over would."""
import json
import socket
import struct

FAILURE, LOOK, TABLE_PIECE = 1, 53, 66


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
