"""A client of fvm-keeper in Python, written from wire/messages.hpp: asks about kept copies, with the key that lies beside the socket or without."""
import socket
import struct

FAILURE, SECRET, POWER = 1, 19, 72
NAME_KEPT, KEPT_NAME, SEAL_KEPT, KEPT_SEALED, OPEN_KEPT, DESTROY_KEPT = range(80, 86)


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<I", len(raw)) + raw


def receive(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        assert more, "the keeper closed the connection"
        data += more
    return data


def ask(folder, kind, body, power=True):
    """(type, body) of the answer."""
    place = folder / "run" / "keeper.sock"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(place))
        if power:
            key = (folder / "run" / "keeper.sock.key").read_bytes()
            connection.sendall(struct.pack("<IH", len(key), POWER) + key)
        connection.sendall(struct.pack("<IH", len(body), kind) + body)
        length, answered = struct.unpack("<IH", receive(connection, 6))
        return answered, receive(connection, length)


def name_of(folder, sha256):
    """What the copy of these bytes is called."""
    answered, body = ask(folder, NAME_KEPT, text(sha256))
    assert answered == KEPT_NAME, body
    return body[4:68].decode()


def copy_of(folder, sha256):
    """Where the copy of these bytes lies, if there is one."""
    name = name_of(folder, sha256)
    return folder / "kept" / name[:2] / f"{name}.kept"
