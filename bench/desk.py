"""desk lines= open_s= idle_kib_per_line= busy_kib_per_line= p50_ms= p95_ms= p99_ms= mib_per_s= failed=

`--lines` WebSockets open at a time at one fvm-desk, four to a browser that has come by a ticket and MitID (the provider of the tests), each with a
screen of its own. The program is the real one; what stands behind it is made here: a steward that hands out sockets, and screens that answer each
movement of the pointer with a picture of 16 KiB (so that the machine need not run that many sandboxes). Times are from sending the movement to the
last byte of its picture, `--beat` movements a second over all lines, on this machine, which also plays browsers and screens: they count as load.
`idle_kib_per_line`: what an open, silent line costs fvm-desk; `busy_kib_per_line`: after the movements. `mib_per_s`: one line alone, pictures of 4 MiB.
"""
import argparse
import array
import asyncio
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support.instance import BIN, Instance, free_port  # noqa: E402
from support.settings import change  # noqa: E402
from support.mitid import DESK_SECRET, Broker, Browser, person  # noqa: E402

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FORMAT = b"\x20\x18\x00\x01" + struct.pack(">HHH", 255, 255, 255) + b"\x10\x08\x00\x00\x00\x00"
POWER, REDEEM, REDEEMED, TAKE, TAKEN, NOTE, DONE = 72, 91, 92, 93, 94, 95, 2


def text(value):
    return struct.pack("<I", len(value)) + value.encode()


def picture(width, height):
    return struct.pack(">BBHHHHHi", 0, 0, 1, 0, 0, width, height, 0) + bytes(width * height * 4)


SMALL, LARGE = picture(64, 64), picture(1024, 1024)


class Steward(threading.Thread):
    """Hands out screens to whoever brings a ticket, as fvm-steward would, and draws them."""

    def __init__(self, path, professional):
        super().__init__(daemon=True)
        self.path, self.professional = path, professional
        self.held, self.tasks = [], set()  # the loop itself keeps no task alive

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_unix_server(self.answer, self.path)
        async with server:
            await server.serve_forever()

    async def answer(self, reader, writer):
        kind = POWER
        while kind == POWER:
            try:
                length, kind = struct.unpack("<IH", await reader.readexactly(6))
            except asyncio.IncompleteReadError:
                return writer.close()
            body = await reader.readexactly(length)
        if kind == REDEEM:
            number = body[4:].decode()
            reply = b"".join(map(text, (f"hold-{number}", "FVM-2026-0017", f"bruger-{number}", self.professional(int(number)), f"S-{int(number):06}", "da")))
            writer.write(struct.pack("<IH", len(reply), REDEEMED) + reply)
            await writer.drain()
            return writer.close()
        if kind == NOTE:
            writer.write(struct.pack("<IH", 0, DONE))
            await writer.drain()
            return writer.close()
        ours, theirs = socket.socketpair()
        raw = writer.get_extra_info("socket").dup()
        raw.setblocking(True)
        socket.socket(fileno=os.dup(raw.fileno())).sendmsg([struct.pack("<IH", 0, TAKEN)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))])
        theirs.close()
        self.held.append((raw, writer))
        self.tasks.add(asyncio.get_running_loop().create_task(self.draw(*await asyncio.open_unix_connection(sock=ours))))

    async def draw(self, reader, writer):
        try:
            writer.write(b"RFB 003.008\n")
            await reader.readexactly(12)
            writer.write(b"\x01\x01")
            await reader.readexactly(1)
            writer.write(bytes(4))
            await reader.readexactly(1)
            writer.write(struct.pack(">HH", 1024, 1024) + FORMAT + struct.pack(">I", 3) + b"FVM")
            while True:
                kind = (await reader.readexactly(1))[0]
                await reader.readexactly({5: 5, 3: 9}[kind])
                writer.write(SMALL if kind == 5 else LARGE)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


class Line:
    """One WebSocket, as a browser has it."""

    async def open(self, port, origin, cookie):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.writer.write((f"GET /screen HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n"
                           f"Origin: {origin}\r\nUser-Agent: {AGENT}\r\nCookie: {cookie}\r\n\r\n").encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head
        self.held = b""
        await self.take(12)
        self.send(b"RFB 003.008\n")
        await self.take(2)
        self.send(b"\x01")
        await self.take(4)
        self.send(b"\x01")
        await self.take(24 + 3)
        return self

    def send(self, body):
        mask = b"\x00\x00\x00\x00"
        self.writer.write(bytes([0x82, 0x80 | len(body)]) + mask + body)

    async def take(self, count):
        while len(self.held) < count:
            first, second = await self.reader.readexactly(2)
            length = second & 0x7f
            if length == 126:
                length, = struct.unpack(">H", await self.reader.readexactly(2))
            elif length == 127:
                length, = struct.unpack(">Q", await self.reader.readexactly(8))
            body = await self.reader.readexactly(length)
            if first & 0x0f == 9:
                self.writer.write(bytes([0x8a, 0x80 | len(body)]) + bytes(4) + body)
            elif first & 0x0f in (0, 2):
                self.held += body
            else:
                raise ConnectionError(f"closed: {body[:2]}")
        self.held = self.held[count:]

    async def move(self):
        started = time.perf_counter()
        self.send(struct.pack(">BBHH", 5, 0, 10, 10))
        await self.take(len(SMALL))
        return (time.perf_counter() - started) * 1000


def memory_kib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def settings(instance, port):
    secret = instance.path / "desk.secret"
    secret.write_text(DESK_SECRET)
    values = {"port": port, "client_id": "fvm-desk", "client_secret_file": "desk.secret", "admission": "first_use"}
    change(instance.path, "desk", **{name: json.dumps(value) for name, value in values.items()})


def cookie_of(broker, port, number):
    """A browser by its ticket and MitID: what it holds then."""
    import urllib.parse
    browser = Browser(port, broker, AGENT)
    page = browser.follow(browser.request(f"/open?ticket={number}"))
    form = re.search(r'action="(/interaction/[^"]+)"', page.text)
    said = browser.request(broker.issuer + form[1], "POST", urllib.parse.urlencode({"person": f"bruger-{number}"}), {"Content-Type": "application/x-www-form-urlencoded"})
    assert browser.follow(said).status == 200
    return "; ".join(f"{k}={v}" for k, v in browser.cookies["portal"].items())


async def measure(pid, port, origin, cookies, options):
    before = memory_kib(pid)
    began = time.perf_counter()
    lines = await asyncio.gather(*(Line().open(port, origin, cookies[i % len(cookies)]) for i in range(options.lines)))
    took = time.perf_counter() - began
    await asyncio.sleep(2)
    idle = (memory_kib(pid) - before) / len(lines)
    times, failed, tasks = [], 0, []
    end = time.perf_counter() + options.seconds
    at = 0
    while time.perf_counter() < end:
        tasks.append(asyncio.create_task(lines[at % len(lines)].move()))
        at += 7  # two movements on one line never overlap
        await asyncio.sleep(1 / options.beat)
    for done in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(done, Exception):
            failed += 1
        else:
            times.append(done)
    busy = (memory_kib(pid) - before) / len(lines)
    began, count = time.perf_counter(), 40
    for _ in range(count):
        lines[0].send(struct.pack(">BBHHHH", 3, 0, 0, 0, 1024, 1024))
        await lines[0].take(len(LARGE))
    rate = count * len(LARGE) / (time.perf_counter() - began) / (1 << 20)
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))]
    print(f"desk lines={len(lines)} open_s={took:.2f} idle_kib_per_line={idle:.0f} busy_kib_per_line={busy:.0f} p50_ms={at(.5):.2f} p95_ms={at(.95):.2f} p99_ms={at(.99):.2f}"
          f" movements={len(times)} mib_per_s={rate:.0f} failed={failed}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--beat", type=float, default=150)
    parser.add_argument("--rows", type=int, default=0, help="not used: for ./run bench")
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="fvm-bench-desk-") as folder:
        folder = pathlib.Path(folder)
        port = free_port()
        origin = f"http://127.0.0.1:{port}"
        people = [person(f"bruger-{i}") for i in range((options.lines + 3) // 4)]
        instance = Instance(folder / "i", up=False)
        instance.fvm("init")
        with Broker(folder / "b", "http://127.0.0.1:1", people, tls=False, desk=origin) as broker:
            broker.settings(instance)
            settings(instance, port)
            Steward(str(instance.path / "run" / "steward.sock"), lambda i: people[i]["claims"]["nemlogin.persistent_professional_id"]).start()
            log = open(folder / "desk.log", "wb")
            desk = subprocess.Popen([BIN / "fvm-desk", "--instance", instance.path], stderr=log, stdout=log)
            try:
                for _ in range(100):
                    time.sleep(0.1)
                    if b"desk.ready" in (folder / "desk.log").read_bytes():
                        break
                cookies = [cookie_of(broker, port, i) for i in range(len(people))]
                asyncio.run(measure(desk.pid, port, origin, cookies, options))
            finally:
                desk.terminate()
                desk.wait(10)


main()
