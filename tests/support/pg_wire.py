"""A PostgreSQL frontend of our own: the protocol byte by byte where libpq does not go."""
import socket
import struct


class Wire:
    """A frontend of our own."""

    def __init__(self, server, **parameters):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(f"{server.run}/.s.PGSQL.5432")
        self.buffer = b""
        parameters = {"user": server.user, "database": server.database, **parameters}
        body = struct.pack("!i", 3 << 16) + b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in parameters.items()) + b"\0"
        self.socket.sendall(struct.pack("!i", len(body) + 4) + body)
        self.greeting = self.until_ready()

    def send(self, kind, body=b""):
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def receive(self):
        while len(self.buffer) < 5 or len(self.buffer) < 1 + struct.unpack("!i", self.buffer[1:5])[0]:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        length = struct.unpack("!i", self.buffer[1:5])[0]
        message, self.buffer = (self.buffer[:1], self.buffer[5:1 + length]), self.buffer[1 + length:]
        return message

    def until_ready(self):
        messages = []
        while not messages or messages[-1][0] != b"Z":
            messages.append(self.receive())
        return messages

    def parse(self, name, sql, *types):
        self.send(b"P", name + b"\0" + sql + b"\0" + struct.pack("!h", len(types)) + b"".join(struct.pack("!I", t) for t in types))

    def bind(self, portal, name, values, formats=(), results=()):
        body = portal + b"\0" + name + b"\0" + struct.pack(f"!h{len(formats)}h", len(formats), *formats) + struct.pack("!h", len(values))
        for value in values:
            body += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
        self.send(b"B", body + struct.pack(f"!h{len(results)}h", len(results), *results))

    def execute(self, portal=b"", rows=0):
        self.send(b"E", portal + b"\0" + struct.pack("!i", rows))

    def run(self, sql, values, formats=(), results=(), types=()):
        self.parse(b"", sql, *types)
        self.bind(b"", b"", values, formats, results)
        self.send(b"D", b"P\0")
        self.execute()
        self.send(b"S")
        return self.until_ready()


def fields(data_row):
    count, at, values = struct.unpack("!h", data_row[:2])[0], 2, []
    for _ in range(count):
        length = struct.unpack("!i", data_row[at:at + 4])[0]
        at += 4
        values.append(None if length < 0 else data_row[at:at + length])
        at += max(length, 0)
    return values


def kinds(messages):
    return b"".join(kind for kind, _ in messages)


def error_fields(messages):
    body = next(body for kind, body in messages if kind == b"E")
    return {part[:1]: part[1:] for part in body.split(b"\0") if part}
