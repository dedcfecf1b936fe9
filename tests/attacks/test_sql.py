"""What SQL in a session may try: files it should not read or write, other databases, extensions, settings. Control: the same
statement in DuckDB as it comes, where it succeeds, so a refusal is ours and not a mistake of spelling."""
import pathlib
import shutil
import sys
import tempfile

import pytest
from launcher_client import Launcher

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import duck  # noqa: E402  (needs the path above)


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    made = Launcher(tmp_path_factory.mktemp("i"))
    mounts = made.project()
    (made.root / "projects" / "FVM-2026-0001" / "work" / "own.csv").write_text("a;b\n1;2\n")
    made.mounts = mounts
    yield made
    made.stop()


def psql(launcher, *statements):
    words = [w for statement in statements for w in ("-c", statement)]
    environment = ["USER=anna", "HOME=/home/anna", "PGHOST=/run/fvm", "PGDATABASE=FVM-2026-0001", "PGUSER=anna"]
    command = ["enter", "--memory-mib", "512", "--", "psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", *words]
    code, out, err, _ = launcher.run("session", command, mounts=launcher.mounts, environment=environment)
    assert "SQL server did not start" not in err, err
    return code, out, err


READS = {
    "read_csv": "SELECT count(*) FROM read_csv('{secret}', header=false)",
    "read_text": "SELECT content FROM read_text('{secret}')",
    "read_blob": "SELECT content FROM read_blob('{secret}')",
    "from_file_name": "SELECT * FROM '{secret}.csv'",
    "glob": "SELECT file FROM glob('{folder}/*')",
    "copy_from": "CREATE TEMP TABLE t(a text); COPY t FROM '{secret}'",
    "attach": "ATTACH '{folder}/other.duckdb' AS other",
    "sniff_csv": "SELECT * FROM sniff_csv('{secret}')",
    "proc_environ": "SELECT content FROM read_blob('/proc/self/environ')",
    "proc_maps": "SELECT content FROM read_text('/proc/self/status')",
    "etc_passwd": "SELECT content FROM read_text('/etc/passwd')",
}


@pytest.fixture(scope="module")
def facts():
    """Not in /tmp, where a session has files of its own under the same name."""
    folder = pathlib.Path(tempfile.mkdtemp(dir="/var/tmp"))
    for name in ("secret.txt", "secret.txt.csv"):
        (folder / name).write_text("secret\nrow\n")
    yield {"secret": folder / "secret.txt", "folder": folder}
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", READS)
def test_reading_files(launcher, facts, name):
    statement = READS[name].format(**facts)
    for part in statement.split("; "):
        if not part.startswith(("COPY t", "CREATE TEMP")):
            duck.rows(part)
    code, out, err = psql(launcher, statement)
    assert code != 0 and "secret" not in out and "ERROR" in err, (out, err)


# In its own folders and in the session's /tmp SQL may write: they are the user's. Elsewhere not.
WRITES = {
    "copy_to_data": "COPY (SELECT 1) TO '/data/attack.csv'",
    "copy_to_socket_folder": "COPY (SELECT 1) TO '/run/fvm/attack.csv'",
    "copy_to_shared_memory": "COPY (SELECT 1) TO '/dev/shm/attack.csv'",
    "export_database": "EXPORT DATABASE '/run/fvm/attack'",
    "attach_new": "ATTACH '/run/fvm/attack.duckdb' AS other",
}


@pytest.mark.parametrize("name", WRITES)
def test_writing_files(launcher, tmp_path, name):
    outside = WRITES[name]
    for folder in ("/data", "/run/fvm", "/dev/shm"):
        outside = outside.replace(folder, str(tmp_path))
    duck.rows(outside)
    code, _, err = psql(launcher, WRITES[name])
    assert code != 0 and "ERROR" in err, err


def test_program(launcher):
    """PostgreSQL's COPY ... TO PROGRAM runs a command; its positive control is \\!, psql's own, which runs inside as well."""
    ran = launcher.root / "projects" / "FVM-2026-0001" / "work"
    psql(launcher, "COPY (SELECT 1) TO PROGRAM 'touch /work/ran-by-copy'")
    assert psql(launcher, "\\! touch /work/ran-by-psql")[0] == 0
    assert (ran / "ran-by-psql").exists() and not (ran / "ran-by-copy").exists()


# Statements that would undo the locking or bring in foreign code.
UNLOCKS = ["INSTALL httpfs", "LOAD httpfs", "LOAD '/work/own.csv'", "SET enable_external_access = true",
           "SET lock_configuration = false", "SET allow_unsigned_extensions = true", "PRAGMA enable_external_access = true",
           "SET allowed_directories = ['/']", "SET custom_extension_repository = 'http://127.0.0.1'", "RESET enable_external_access",
           "SET temp_directory = '/data'", "SET GLOBAL memory_limit = '100GB'", "CALL force_checkpoint('x')",
           "SELECT * FROM duckdb_secrets() WHERE CAST(getenv('HOME') AS BOOL)",
           "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')"]


@pytest.mark.parametrize("statement", UNLOCKS)
def test_unlocking(launcher, statement):
    code, out, err = psql(launcher, statement)
    assert code != 0 and "ERROR" in err, (out, err)


def test_what_one_may(launcher):
    """The control of all of the above: SQL as such works, and reads and writes the user's own folders."""
    code, out, err = psql(launcher, "SELECT sum(i) FROM range(10) t(i)")
    assert (code, out) == (0, "45\n"), err
    code, out, err = psql(launcher, "SELECT a, b FROM read_csv('/work/own.csv')")
    assert (code, out) == (0, "1|2\n"), err


def test_refused_settings_stay_refused_after_a_failed_attempt(launcher, facts):
    """One long connection: after every attempt to unlock, a file is as closed as before."""
    script = "\n".join(f"{s};" for s in UNLOCKS) + f"\nSELECT content FROM read_text('{facts['secret']}');\nSELECT 'alive';"
    environment = ["USER=anna", "HOME=/home/anna", "PGHOST=/run/fvm", "PGDATABASE=FVM-2026-0001", "PGUSER=anna"]
    code, out, err, _ = launcher.run("session", ["enter", "--memory-mib", "512", "--", "psql", "-X", "-At"], data=script.encode(),
                                     mounts=launcher.mounts, environment=environment)
    assert "alive" in out and "secret" not in out and err.count("ERROR") >= len(UNLOCKS), (out, err)
