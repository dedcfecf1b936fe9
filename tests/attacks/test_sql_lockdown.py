"""What SQL must not reach. Each attack has its positive control: the same statement in a DuckDB that nobody locked (the DuckDB library
itself, driven through its C API) does what the attacker wants, so a refusal here is the lock's doing and not a typing error."""
import ctypes
import os
import pathlib
import sys
import tempfile

import psycopg2
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.sql_server import ROOT, SqlServer, project  # noqa: E402


class Unlocked:
    """A DuckDB as it comes: in this process, with every power this process has."""

    def __init__(self):
        self.library = ctypes.CDLL(str(ROOT / "third_party" / "duckdb" / "libduckdb.so"))
        self.library.duckdb_result_error.restype = ctypes.c_char_p
        self.database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        assert self.library.duckdb_open(None, ctypes.byref(self.database)) == 0
        assert self.library.duckdb_connect(self.database, ctypes.byref(self.connection)) == 0

    def error(self, sql):
        """None when the statement worked."""
        result = (ctypes.c_byte * 256)()
        state = self.library.duckdb_query(self.connection, sql.encode(), ctypes.byref(result))
        message = None if state == 0 else self.library.duckdb_result_error(ctypes.byref(result)).decode()
        self.library.duckdb_destroy_result(ctypes.byref(result))
        return message

    def close(self):
        self.library.duckdb_disconnect(ctypes.byref(self.connection))
        self.library.duckdb_close(ctypes.byref(self.database))


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder that the session may not see. Not below /tmp: the session may use that."""
    place = pathlib.Path("/var/tmp") / f"fvm-outside-{os.getpid()}"
    place.mkdir()
    (place / "secret.csv").write_text("cpr\n0101010101\n")
    (place / "secret.json").write_text('{"cpr": 1}\n')
    unlocked = Unlocked()
    assert unlocked.error(f"COPY (SELECT 1 AS cpr) TO '{place}/secret.parquet' (FORMAT parquet)") is None
    assert unlocked.error(f"ATTACH '{place}/secret.db' AS s; CREATE TABLE s.t AS SELECT 1 AS cpr; DETACH s") is None
    unlocked.close()
    yield place
    for path in sorted(place.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    place.rmdir()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("sql"))
    yield made
    made.stop()


def refused(server, sql):
    with psycopg2.connect(**server.at) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor, pytest.raises(psycopg2.Error) as caught:
            cursor.execute(sql)
    return caught.value


READS = ["SELECT * FROM read_csv('{o}/secret.csv')", "SELECT * FROM '{o}/secret.csv'", "SELECT * FROM read_text('{o}/secret.csv')",
         "SELECT * FROM read_blob('{o}/secret.csv')", "SELECT * FROM read_json('{o}/secret.json')",
         "SELECT * FROM read_parquet('{o}/secret.parquet')", "SELECT * FROM parquet_metadata('{o}/secret.parquet')",
         "SELECT * FROM sniff_csv('{o}/secret.csv')", "SELECT count(*) FROM glob('{o}/*')", "SELECT * FROM read_text('/etc/passwd')",
         "SELECT * FROM read_text('/proc/self/environ')", "SELECT * FROM read_text('/tmp/../var/tmp/{n}/secret.csv')",
         "SELECT * FROM read_csv(['{o}/secret.csv', '{o}/secret.csv'])", "ATTACH '{o}/secret.db' AS stolen (READ_ONLY)",
         "CREATE TEMP TABLE own AS SELECT * FROM '{o}/secret.parquet'",
         "CREATE TEMP TABLE own(a VARCHAR); COPY own FROM '{o}/secret.csv'", "IMPORT DATABASE '{o}'"]
WRITES = ["COPY (SELECT 1) TO '{o}/out.csv'", "COPY (SELECT 1) TO '{o}/out.parquet' (FORMAT parquet)", "ATTACH '{o}/new.db' AS mine",
          "CREATE TABLE t{p}(a INT); EXPORT DATABASE '{o}/export'", "COPY (SELECT 1) TO '/etc/fvm-attack.csv'"]
SETTINGS = ["SET enable_external_access = true", "SET lock_configuration = false", "SET allowed_directories = ['/']", "SET memory_limit = '100GB'",
            "SET temp_directory = '{o}'", "SET threads = 64", "SET GLOBAL memory_limit = '100GB'", "RESET memory_limit",
            "PRAGMA memory_limit = '100GB'", "PRAGMA temp_directory = '{o}'", "SET log_query_path = '{o}/log'",
            "SET home_directory = '{o}'", "SET secret_directory = '{o}'", "PRAGMA enable_profiling = 'json'",
            "SET profile_output = '{o}/profile.txt'", "SET autoinstall_known_extensions = true"]
CODE = ["INSTALL httpfs", "LOAD httpfs", "LOAD '{o}/evil.duckdb_extension'", "INSTALL '{o}/evil.duckdb_extension'",
        "FORCE INSTALL spatial FROM community"]


def filled(sql, outside):
    return sql.format(o=outside, n=outside.name, p=os.getpid())


@pytest.mark.parametrize("sql", READS + WRITES + SETTINGS)
def test_refused_here(server, outside, sql):
    before = sorted(outside.rglob("*"))
    error = refused(server, filled(sql, outside))
    assert error.pgcode in ("42501", "42704", "0A000", "22023", "55P02"), (sql, error.pgcode, error)
    assert "0101010101" not in str(error)
    assert sorted(outside.rglob("*")) == before and not os.path.exists("/etc/fvm-attack.csv")


@pytest.mark.parametrize("sql", [sql for sql in READS if "IMPORT" not in sql] + [sql for sql in WRITES if "/etc" not in sql] +
                         [sql for sql in SETTINGS if "enable_external" not in sql])  # DuckDB itself never takes that back
def test_control_an_unlocked_duckdb_does_it(outside, sql):
    unlocked = Unlocked()
    try:
        assert unlocked.error(filled(sql, outside)) is None
    finally:
        unlocked.close()
        for name in ("out.csv", "out.parquet", "new.db", "new.db.wal"):
            (outside / name).unlink(missing_ok=True)
        for path in (outside / "export").glob("*"):
            path.unlink()
        if (outside / "export").exists():
            (outside / "export").rmdir()
        (outside / "profile.txt").unlink(missing_ok=True)


@pytest.mark.parametrize("sql", CODE)
def test_no_code_is_loaded(server, outside, sql):
    assert refused(server, filled(sql, outside)).pgcode in ("42501", "0A000", "58030", "42704")


def test_control_an_unlocked_duckdb_looks_for_the_extension(outside):
    """It reaches the file and fails only because there is none."""
    unlocked = Unlocked()
    error = unlocked.error(f"LOAD '{outside}/evil.duckdb_extension'")
    unlocked.close()
    assert "not found" in error or "No such file" in error


def test_no_environment(server):
    os.environ["FVM_PROBE"] = "1"
    assert refused(server, "SELECT getenv('FVM_PROBE')").pgcode == "42883"


def test_no_other_databases_can_be_made_in_files_through_a_symlink(server, outside):
    """A link in the user's own folder does not lead out: the files behind it are the sandbox's matter, and there they do not exist.
    Here, without a sandbox, the lock alone must at least not follow `..`."""
    error = refused(server, f"SELECT * FROM read_text('{server.work}/../../../../../../var/tmp/{outside.name}/secret.csv')")
    assert error.pgcode == "42501"


def test_what_is_allowed_still_works(server):
    """Positive control of the other kind: the lock does not simply refuse everything."""
    with psycopg2.connect(**server.at) as connection, connection.cursor() as cursor:
        cursor.execute(f"COPY (SELECT 1 AS a) TO '{server.work}/mine.parquet' (FORMAT parquet)")
        cursor.execute(f"SELECT a FROM '{server.work}/mine.parquet'")
        assert cursor.fetchone() == (1,)


def test_only_the_same_user_may_connect():
    """The socket's mode keeps others out; SO_PEERCRED does where the mode does not."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place, SqlServer(place) as server:
        socket_path = server.run / ".s.PGSQL.5432"
        assert socket_path.stat().st_mode & 0o077 == 0
        for path in (socket_path, server.run, server.place):  # open every door but the server's own
            path.chmod(0o777)
        pid = os.fork()
        if pid == 0:
            os.setgid(65534)
            os.setuid(65534)
            try:
                psycopg2.connect(**server.at)
                os._exit(1)
            except psycopg2.OperationalError as error:
                os._exit(0 if "closed the connection" in str(error) else 2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert server.psql("SELECT 1") == "1"  # control: its own user still may
