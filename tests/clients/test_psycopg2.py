"""Python's psycopg2, and the protocol itself byte by byte where psycopg2 does not go (prepared statements, binary)."""
import datetime
import decimal
import io
import os
import socket
import struct
import sys
import threading
import time

import psycopg2
import psycopg2.errorcodes
import psycopg2.extras
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.sql_server import project  # noqa: E402

SLOW = "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range % 7"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("sql"))
    yield made
    made.stop()


@pytest.fixture
def connection(server):
    made = psycopg2.connect(**server.at)
    yield made
    made.close()


@pytest.fixture
def cursor(connection):
    return connection.cursor()


def test_types(cursor):
    cursor.execute("""SELECT 1::SMALLINT, 2, 3::BIGINT, 4::HUGEINT, 1.50::DECIMAL(5,2), 0.1::DOUBLE, 1.5::FLOAT, true, 'æ''ø',
        DATE '2020-02-29', TIMESTAMP '2020-01-02 03:04:05.678', TIME '23:59:59', INTERVAL '14 months 3 days', NULL,
        [1, 2], {'a': 1}, UUID '01234567-89ab-cdef-0123-456789abcdef', 'a\\x00\\xFF'::BLOB, DATE '0044-03-15 (BC)' IS NOT NULL""")
    row = cursor.fetchone()
    assert row[:9] == (1, 2, 3, decimal.Decimal(4), decimal.Decimal("1.50"), 0.1, 1.5, True, "æ'ø")
    assert row[9:14] == (datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 2, 3, 4, 5, 678000), datetime.time(23, 59, 59),
                         datetime.timedelta(days=365 + 60 + 3), None)
    assert row[14:17] == ("[1, 2]", "{'a': 1}", "01234567-89ab-cdef-0123-456789abcdef")
    assert bytes(row[17]) == b"a\x00\xff"
    codes = [column.type_code for column in cursor.description]
    assert codes[:13] == [21, 23, 20, 1700, 1700, 701, 700, 16, 25, 1082, 1114, 1083, 1186]
    assert cursor.description[4].precision == 5 and cursor.description[4].scale == 2


def test_extremes(cursor):
    cursor.execute("""SELECT (-9223372036854775808)::BIGINT, 170141183460469231731687303715884105727::HUGEINT, 1e300::DOUBLE, 1e15::DOUBLE,
        123456789012345.0::DOUBLE, 'nan'::DOUBLE, '-inf'::DOUBLE, (-0.01)::DECIMAL(18,2), 99999999999999999999999999999999999.999::DECIMAL(38,3),
        18446744073709551615::UBIGINT, DATE '9999-12-31', TIMESTAMP '1969-12-31 23:59:59.000001'""")
    row = cursor.fetchone()
    assert row[0] == -2 ** 63 and row[1] == 2 ** 127 - 1 and row[2:5] == (1e300, 1e15, 123456789012345.0)
    assert row[5] != row[5] and row[6] == float("-inf")
    assert row[7:10] == (decimal.Decimal("-0.01"), decimal.Decimal("99999999999999999999999999999999999.999"), 2 ** 64 - 1)
    assert row[10:] == (datetime.date(9999, 12, 31), datetime.datetime(1969, 12, 31, 23, 59, 59, 1))


def test_parameters(cursor):
    cursor.execute("SELECT count(*) FROM lpr_f.kontakter WHERE aktionsdiagnose = %s AND dato_start >= %s AND pris < %s",
                   ("DE11", datetime.date(2015, 1, 1), decimal.Decimal("50")))
    assert cursor.fetchone()[0] > 0


def test_named_cursor_streams(connection):
    with connection.cursor("navn") as named:
        named.itersize = 3000
        named.execute("SELECT dw_ek_kontakt FROM lpr_f.kontakter ORDER BY 1")
        assert [row[0] for row in named] == list(range(20000))


def test_named_cursor_survives_other_statements(connection):
    with connection.cursor("navn") as named, connection.cursor() as other:
        named.execute("SELECT dw_ek_kontakt FROM lpr_f.kontakter ORDER BY 1")
        first = named.fetchmany(10)
        other.execute("SELECT 42")
        assert other.fetchone() == (42,)
        assert [row[0] for row in first + named.fetchall()] == list(range(20000))


def test_cursor_can_only_go_forward(connection):
    with connection.cursor("navn", scrollable=False) as named:
        named.execute("SELECT 1")
        with pytest.raises(psycopg2.Error):
            named.scroll(-1)


def test_copy_out_and_in(cursor):
    out = io.StringIO()
    cursor.copy_expert("COPY (SELECT i, CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN 'a,\"b\n' || i ELSE '' END AS t "
                       "FROM range(5000) r(i) ORDER BY 1) TO STDOUT WITH (FORMAT csv, HEADER)", out)
    cursor.execute("CREATE TEMP TABLE ind(i INT, t TEXT)")
    cursor.copy_expert("COPY ind(i, t) FROM STDIN WITH (FORMAT csv, HEADER)", io.StringIO(out.getvalue()))
    assert cursor.rowcount == 5000
    cursor.execute("SELECT count(*), count(t), count(*) FILTER (t = ''), max(length(t)) FROM ind")
    assert cursor.fetchone() == (5000, 3333, 1666, 9)
    again = io.StringIO()
    cursor.copy_expert("COPY (SELECT * FROM ind ORDER BY i) TO STDOUT WITH CSV HEADER", again)
    assert again.getvalue() == out.getvalue()


def test_copy_text_format_round_trip(cursor):
    cursor.execute("CREATE TEMP TABLE ind(t TEXT)")
    strange = ["", "\\N", "a\tb", "line\nbreak", "back\\slash", "æ\r", None, "\\."]
    psycopg2.extras.execute_values(cursor, "INSERT INTO ind VALUES %s", [(s,) for s in strange])
    out = io.StringIO(newline="")
    cursor.copy_to(out, "ind")
    cursor.execute("CREATE TEMP TABLE ud(t TEXT)")
    cursor.copy_expert("COPY ud FROM STDIN", io.StringIO(out.getvalue(), newline=""))
    cursor.execute("SELECT t FROM ud")
    assert [row[0] for row in cursor.fetchall()] == strange


def test_errors_then_go_on(connection, cursor):
    connection.autocommit = True
    for sql, code in (("SELECT * FROM nope", "42P01"), ("SELECT nope FROM lpr_f.kontakter", "42703"), ("SELEC", "42601"),
                      ("SELECT nope(1)", "42883"), ("SELECT 'x'::INTEGER", "22P02"), ("SELECT 1::TINYINT + 1000::TINYINT", "22003"),
                      ("SELECT read_text('/etc/passwd')", "42809"), ("SELECT * FROM read_text('/etc/passwd')", "42501"),
                      ("SELECT cpr, count(*) FROM lpr_f.kontakter", "42803"), ("SET threads = 8", "42501"),
                      ("CREATE TABLE nope.t(a INT)", "3F000"), ("SELECT $1", "42P02"), ("SAVEPOINT a", "0A000")):
        with pytest.raises(psycopg2.Error) as caught:
            cursor.execute(sql)
        assert caught.value.pgcode == code, (sql, caught.value)
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_an_error_in_the_middle_of_the_rows(connection, cursor):
    connection.autocommit = True
    with pytest.raises(psycopg2.Error) as caught:
        cursor.execute("SELECT CASE WHEN i = 299999 THEN 'x' ELSE '1' END::INTEGER FROM range(300000) t(i)")
    assert caught.value.pgcode == "22P02"
    cursor.execute("SELECT 1")
    assert cursor.fetchone() == (1,)


def test_out_of_memory_is_an_error_not_the_end(tmp_path):
    server = project(tmp_path, "--memory-mib", 64)
    try:
        with psycopg2.connect(**server.at) as connection, connection.cursor() as cursor:
            with pytest.raises(psycopg2.Error) as caught:
                cursor.execute("SELECT list(i) FROM range(100000000) t(i)")
            assert caught.value.pgcode == "53200", caught.value
            assert "64 MiB" in caught.value.diag.message_detail
        assert server.psql("SELECT 1") == "1"
    finally:
        server.stop()


def test_cancel(connection, cursor):
    threading.Timer(1, connection.cancel).start()
    start = time.monotonic()
    with pytest.raises(psycopg2.extensions.QueryCanceledError):
        cursor.execute(SLOW)
    assert time.monotonic() - start < 10
    connection.rollback()
    cursor.execute("SELECT 1")
    assert cursor.fetchone() == (1,)


def test_memory_does_not_grow_with_the_result(server):
    def peak_mib():
        with open(f"/proc/{server.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    before, wire = peak_mib(), Wire(server)
    wire.send(b"Q", b"SELECT i, repeat('x', 90) AS t FROM range(3000000) r(i)\0")
    received = 0
    while True:
        part = wire.socket.recv(1 << 20)
        received += len(part)
        if part.endswith(b"Z\0\0\0\5I"):
            break
    assert received > 300e6
    assert peak_mib() - before < 100


def test_a_client_that_vanishes_stops_its_query(server):
    """Its query would keep the processor busy for hours: the server's own processor time tells."""
    wire = Wire(server)
    wire.send(b"Q", SLOW.encode() + b"\0")
    time.sleep(1)
    wire.socket.close()
    time.sleep(2)

    def used():
        with open(f"/proc/{server.process.pid}/stat") as file:
            return sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
    before = used()
    time.sleep(1)
    assert used() - before < 20


def test_twenty_connections_at_once(server):
    failures = []

    def work(number):
        try:
            with psycopg2.connect(**server.at) as connection, connection.cursor() as cursor:
                cursor.execute("CREATE TEMP TABLE mine AS SELECT %s AS n", (number,))
                for _ in range(5):
                    cursor.execute("SELECT count(*), sum(cpr), (SELECT n FROM mine) FROM lpr_f.kontakter")
                    row = cursor.fetchone()
                    if row[0] != 20000 or row[2] != number:
                        failures.append(row)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_too_many_connections(tmp_path):
    server = project(tmp_path, "--connections", 2)
    try:
        held = [psycopg2.connect(**server.at) for _ in range(2)]
        with pytest.raises(psycopg2.OperationalError, match="too many clients"):
            psycopg2.connect(**server.at)
        held.pop().close()
        time.sleep(0.5)
        psycopg2.connect(**server.at).close()
        held.pop().close()
    finally:
        server.stop()


def test_temporary_tables_are_ones_own_and_tables_are_shared(server):
    one, two = psycopg2.connect(**server.at), psycopg2.connect(**server.at)
    one.autocommit = two.autocommit = True
    a, b = one.cursor(), two.cursor()
    a.execute("CREATE TEMP TABLE egen(i INT)")
    a.execute("CREATE TABLE public.faelles AS SELECT 1 AS i")
    b.execute("SELECT i FROM faelles")
    assert b.fetchone() == (1,)
    with pytest.raises(psycopg2.errors.UndefinedTable):
        b.execute("SELECT * FROM egen")
    a.execute("DROP TABLE faelles")
    one.close()
    two.close()


# ---- the protocol itself

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
