"""Python's psycopg2: types, cursors, COPY, errors, many connections. The protocol byte by byte: test_protocol.py."""
import datetime
import decimal
import io
import os
import sys
import threading
import time

import psycopg2
import psycopg2.errorcodes
import psycopg2.extras
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.pg_wire import Wire  # noqa: E402
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
