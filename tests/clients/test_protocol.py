"""PostgreSQL's protocol byte by byte, where psycopg2 does not go: prepared statements, portals, binary values, broken messages."""
import datetime
import os
import socket
import struct
import sys
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.pg_wire import Wire, error_fields, fields, kinds  # noqa: E402
from support.sql_server import project  # noqa: E402


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("sql"))
    yield made
    made.stop()


def test_greeting(server):
    wire = Wire(server, application_name="prøve")
    settings = dict(body.rstrip(b"\0").split(b"\0") if body.count(b"\0") == 2 and not body.endswith(b"\0\0") else (body.split(b"\0")[0], b"")
                    for kind, body in wire.greeting if kind == b"S")
    assert settings[b"server_version"].startswith(b"15.0") and settings[b"client_encoding"] == b"UTF8"
    assert settings[b"integer_datetimes"] == b"on" and settings[b"standard_conforming_strings"] == b"on"
    assert settings[b"application_name"].decode() == "prøve" and settings[b"TimeZone"] == b"UTC"
    assert wire.greeting[-1] == (b"Z", b"I") and b"K" in kinds(wire.greeting)


def test_binary_parameters_and_results(server):
    wire = Wire(server)
    day = (datetime.date(2020, 2, 29) - datetime.date(2000, 1, 1)).days
    messages = wire.run(b"SELECT $1 + 1, $2, $3, $4::VARCHAR, $5::DECIMAL(9,2), $6",
                        [struct.pack("!q", 41), struct.pack("!d", 0.25), struct.pack("!i", day), "æ".encode(),
                         struct.pack("!hhHhhh", 2, 0, 0x4000, 2, 12, 3400), None],
                        formats=(1,), results=(1,), types=(20, 701, 1082, 25, 1700, 23))
    assert kinds(messages) == b"12TDCZ"
    row = fields(next(body for kind, body in messages if kind == b"D"))
    assert struct.unpack("!q", row[0]) == (42,) and struct.unpack("!d", row[1]) == (0.25,)
    assert struct.unpack("!i", row[2]) == (day,) and row[3] == "æ".encode() and row[5] is None
    assert row[4] == struct.pack("!hhHhhh", 2, 0, 0x4000, 2, 12, 3400)


@pytest.mark.parametrize("sql, expected", [
    ("'t'::BOOLEAN", b"\1"), ("7::SMALLINT", struct.pack("!h", 7)), ("-7", struct.pack("!i", -7)), ("0.5::FLOAT", struct.pack("!f", 0.5)),
    ("TIMESTAMP '2000-01-01 00:00:01'", struct.pack("!q", 1000000)), ("0::DECIMAL(9,2)", struct.pack("!hhhh", 0, 0, 0, 2)),
    ("10000::DECIMAL(9,0)", struct.pack("!hhhhh", 1, 1, 0, 0, 1)), ("0.0001::DECIMAL(9,5)", struct.pack("!hhhhh", 1, -1, 0, 5, 1)),
    ("12345678.9::DECIMAL(12,1)", struct.pack("!hhhhhhh", 3, 1, 0, 1, 1234, 5678, 9000)),
    ("TIME '00:00:01'", struct.pack("!q", 1000000)), ("INTERVAL '1 month 2 days 3 seconds'", struct.pack("!qii", 3000000, 2, 1)),
    ("'\\xAB'::BLOB", b"\xab"), ("UUID '01234567-89ab-cdef-0123-456789abcdef'", bytes.fromhex("0123456789abcdef0123456789abcdef"))])
def test_binary_results(server, sql, expected):
    messages = Wire(server).run(f"SELECT {sql}".encode(), [], results=(1,))
    assert fields(next(body for kind, body in messages if kind == b"D")) == [expected]


def test_prepared_statement_many_times(server):
    wire = Wire(server)
    wire.parse(b"tael", b"SELECT count(*) FROM lpr_f.kontakter WHERE dw_ek_kontakt < $1")
    wire.send(b"D", b"Stael\0")
    wire.send(b"S")
    described = wire.until_ready()
    assert kinds(described) == b"1tTZ"
    assert dict(described)[b"t"] == struct.pack("!hI", 1, 20)
    for n in (10, 20000, 0):
        wire.bind(b"", b"tael", [str(n).encode()])
        wire.execute()
        wire.send(b"S")
        messages = wire.until_ready()
        assert kinds(messages) == b"2DCZ"
        assert fields(dict(messages)[b"D"]) == [str(n).encode()]
    wire.parse(b"tael", b"SELECT 1")
    wire.send(b"S")
    assert error_fields(wire.until_ready())[b"C"] == b"42P05"
    wire.send(b"C", b"Stael\0")
    wire.bind(b"", b"tael", [b"1"])
    wire.send(b"S")
    messages = wire.until_ready()
    assert kinds(messages) == b"3EZ" and error_fields(messages)[b"C"] == b"26000"


def test_portal_in_pieces(server):
    wire = Wire(server)
    wire.send(b"Q", b"BEGIN\0")
    wire.until_ready()
    wire.parse(b"", b"SELECT i FROM range(5) t(i)")
    wire.bind(b"p", b"", [])
    wire.execute(b"p", 2)
    wire.execute(b"p", 2)
    wire.execute(b"p", 2)
    wire.send(b"S")
    messages = wire.until_ready()
    assert kinds(messages) == b"12DDsDDsDCZ"
    assert messages[-1][1] == b"T"


def test_after_an_error_everything_is_skipped_until_sync(server):
    wire = Wire(server)
    wire.parse(b"", b"SELECT * FROM nope")
    wire.bind(b"", b"", [])
    wire.execute()
    wire.parse(b"", b"SELECT 1")
    wire.send(b"S")
    assert kinds(wire.until_ready()) == b"EZ"
    assert kinds(wire.run(b"SELECT 1", [])) == b"12TDCZ"


def test_empty_query_and_commands(server):
    wire = Wire(server)
    wire.send(b"Q", b"  ; -- nothing\n;\0")
    assert kinds(wire.until_ready()) == b"IZ"
    messages = wire.run(b"SET extra_float_digits = 3", [])
    assert kinds(messages) == b"12nCZ" and dict(messages)[b"C"] == b"SET\0"
    wire.send(b"Q", b"SET application_name = 'x'; SELECT 1; SELECT 2\0")
    assert kinds(wire.until_ready()) == b"CSTDCTDCZ"


@pytest.mark.parametrize("garbage", [b"\0\0\0\4", b"\x7f\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x08\0\1\0\0", b"\0\0\x27\x10" + b"x" * 9996])
def test_garbage_ends_only_its_own_connection(server, garbage):
    other = Wire(server)
    with socket.socket(socket.AF_UNIX) as broken:
        broken.settimeout(5)
        broken.connect(f"{server.run}/.s.PGSQL.5432")
        broken.sendall(garbage)
        broken.shutdown(socket.SHUT_WR)
        while broken.recv(1000):
            pass
    assert kinds(other.run(b"SELECT 1", [])) == b"12TDCZ"


def test_a_broken_message_ends_only_its_own_connection(server):
    other, broken = Wire(server), Wire(server)
    broken.send(b"B", b"\0\0\0\1\0\1\xff\xff\xff\xff\xff")
    with pytest.raises((EOFError, ConnectionError)):
        while True:
            broken.receive()
    assert kinds(other.run(b"SELECT 1", [])) == b"12TDCZ"


def test_encryption_is_declined_politely(server):
    for code in (80877103, 80877104):
        with socket.socket(socket.AF_UNIX) as raw:
            raw.connect(f"{server.run}/.s.PGSQL.5432")
            raw.sendall(struct.pack("!ii", 8, code))
            assert raw.recv(10) == b"N"


def test_a_cancel_with_the_wrong_secret_does_nothing(server):
    wire = Wire(server)
    process, secret = struct.unpack("!ii", dict(wire.greeting)[b"K"])
    wire.send(b"Q", b"SELECT count(*) FROM range(3000000000) t(i) WHERE i % 7 = 1\0")
    time.sleep(0.3)
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(f"{server.run}/.s.PGSQL.5432")
        raw.sendall(struct.pack("!iiii", 16, 80877102, process, secret ^ 1))
    time.sleep(0.3)
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(f"{server.run}/.s.PGSQL.5432")
        wire.socket.settimeout(0.2)
        with pytest.raises((TimeoutError, socket.timeout)):
            wire.receive()
        raw.sendall(struct.pack("!iiii", 16, 80877102, process, secret))
    wire.socket.settimeout(20)
    assert error_fields(wire.until_ready())[b"C"] == b"57014"
