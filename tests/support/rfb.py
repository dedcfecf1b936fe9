"""A viewer of a session's screen without a browser: the remote framebuffer protocol (RFC 6143) over anything that reads and writes, and a
WebSocket (RFC 6455) to carry it. Written from the specifications, so that what we misunderstand it does not misunderstand with us.

    with WebSocket(port, "/screen", headers) as line:    # raises Refused(status, body) when it is not opened
        screen = Screen(line.read, line.write)
        screen.update(); screen.type("ls\\n"); screen.press(RETURN)
"""
import base64
import os
import socket
import struct
import time

RETURN, TAB, ESCAPE, CONTROL, ALT = 0xff0d, 0xff09, 0xff1b, 0xffe3, 0xffe9


class Refused(Exception):
    """The answer was no WebSocket: args are the status and the body."""


class Closed(Exception):
    """The other side closed: args[0] is the code that it gave, None without one."""


class WebSocket:
    def __init__(self, port, path, headers=None, host="127.0.0.1", timeout=20, receive_buffer=None, connected=None):
        """`connected`: a socket that leads there already, as one with TLS."""
        self.socket = connected or socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        if connected is None:
            self.socket.connect((host, port))
        self.held, self.raw = b"", b""
        lines = {"Host": f"{host}:{port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **(headers or {})}
        self.socket.sendall((f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v is not None) + "\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.socket.recv(4096)
            if not piece:
                raise Refused(0, head.decode(errors="replace"))
            head += piece
        head, self.raw = head.split(b"\r\n\r\n", 1)
        status = int(head.split()[1])
        if status != 101:
            length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
            while len(self.raw) < length:
                self.raw += self.socket.recv(4096)
            self.socket.close()
            raise Refused(status, self.raw.decode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def frame(self, kind, body, final=True, masked=True):
        mask = os.urandom(4) if masked else b""
        length = len(body)
        head = bytes([(0x80 if final else 0) | kind])
        bit = 0x80 if masked else 0
        head += bytes([bit | length]) if length < 126 else bytes([bit | 126]) + struct.pack(">H", length) if length < 65536 else bytes([bit | 127]) + struct.pack(">Q", length)
        if masked and body:
            pad = (mask * (length // 4 + 1))[:length]
            body = (int.from_bytes(body, "big") ^ int.from_bytes(pad, "big")).to_bytes(length, "big")
        self.socket.sendall(head + mask + body)

    def write(self, data):
        self.frame(2, data)

    def _exactly(self, count):
        while len(self.raw) < count:
            piece = self.socket.recv(65536)
            if not piece:
                raise Closed(None)
            self.raw += piece
        taken, self.raw = self.raw[:count], self.raw[count:]
        return taken

    def message(self):
        """The next one with bytes of the screen."""
        while True:
            first, second = self._exactly(2)
            length = second & 0x7f
            if length == 126:
                length, = struct.unpack(">H", self._exactly(2))
            elif length == 127:
                length, = struct.unpack(">Q", self._exactly(8))
            body = self._exactly(length)
            kind = first & 0x0f
            if kind == 8:
                raise Closed(struct.unpack(">H", body[:2])[0] if body else None)
            if kind == 9:
                self.frame(10, body)
            if kind in (0, 1, 2):
                return body

    def read(self, count):
        while len(self.held) < count:
            self.held += self.message()
        taken, self.held = self.held[:count], self.held[count:]
        return taken

    def close_code(self, seconds=20):
        """Reads on until the other side closes."""
        end = time.monotonic() + seconds
        try:
            while True:
                self.socket.settimeout(max(0.1, end - time.monotonic()))
                self.message()
        except Closed as closed:
            return closed.args[0]
        except ConnectionError:
            return None


class Screen:
    def __init__(self, read, write, encodings=(0,)):
        self.read, self.write = read, write
        assert read(12) == b"RFB 003.008\n"
        write(b"RFB 003.008\n")
        assert 1 in read(read(1)[0])
        write(b"\x01")
        assert read(4) == bytes(4)
        write(b"\x01")
        self.width, self.height = struct.unpack(">HH", read(4))
        self.format = read(16)
        self.name = read(struct.unpack(">I", read(4))[0]).decode()
        write(struct.pack(">BBH", 2, 0, len(encodings)) + b"".join(struct.pack(">i", each) for each in encodings))
        self.picture = bytearray(self.width * self.height * 4)
        self.texts = []

    def ask(self, incremental=False):
        self.write(struct.pack(">BBHHHH", 3, int(incremental), 0, 0, self.width, self.height))

    def update(self, incremental=False):
        """Asks for the picture and takes the answer; nothing but raw rectangles."""
        self.ask(incremental)
        while True:
            kind = self.read(1)[0]
            if kind == 0:
                break
            if kind == 3:
                _, length = struct.unpack(">3sI", self.read(7))
                self.texts.append(self.read(length))
            else:
                assert kind == 2, kind
        _, count = struct.unpack(">BH", self.read(3))
        for _ in range(count):
            x, y, width, height, encoding = struct.unpack(">HHHHi", self.read(12))
            assert encoding == 0, encoding
            data = self.read(width * height * 4)
            for row in range(height):
                at = ((y + row) * self.width + x) * 4
                self.picture[at:at + width * 4] = data[row * width * 4:(row + 1) * width * 4]
        return self.picture

    def colours(self):
        return len({bytes(self.picture[at:at + 3]) for at in range(0, len(self.picture), 4 * 97)})

    def key(self, symbol, down):
        self.write(struct.pack(">BBHI", 4, int(down), 0, symbol))

    def press(self, symbol):
        self.key(symbol, True)
        self.key(symbol, False)

    def type(self, text):
        for letter in text:
            self.press(RETURN if letter == "\n" else ord(letter))
            time.sleep(0.005)

    def paste(self, text):
        data = text.encode("latin-1")
        self.write(struct.pack(">B3sI", 6, b"", len(data)) + data)
