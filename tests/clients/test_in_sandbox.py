"""The same clients inside a real sandbox, as a session starts them: over /run/fvm, on Delta tables mounted read-only at /data."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "attacks")]
from launcher_client import Launcher  # noqa: E402
from support.sql_server import KONTAKTER, SqlServer  # noqa: E402

NUMBER, USER = "FVM-2026-0001", "anna"


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    made = Launcher(tmp_path_factory.mktemp("i"))
    made.mounts = made.project(NUMBER, USER)
    data = made.root / "projects" / NUMBER / "data"
    data.mkdir(exist_ok=True)
    with SqlServer(tmp_path_factory.mktemp("writer")) as writer:
        writer.table(*KONTAKTER)
        (writer.data / "lpr_f").rename(data / "lpr_f")
    yield made
    made.stop()


def inside(launcher, *command):
    environment = [f"USER={USER}", f"HOME=/home/{USER}", "PGHOST=/run/fvm", "PGPORT=5432", f"PGDATABASE={NUMBER}", f"PGUSER={USER}"]
    code, out, err, _ = launcher.run("session", ["enter", "--memory-mib", "512", "--", *command], mounts=launcher.mounts,
                                     environment=environment)
    assert code == 0, (out, err)
    return out.decode() if isinstance(out, bytes) else out


def test_psql(launcher):
    assert inside(launcher, "psql", "-X", "-At", "-c", "SELECT count(*), current_user FROM lpr_f.kontakter").strip() == "20000|anna"


def test_psql_describes(launcher):
    assert "Personens pseudonym" in inside(launcher, "psql", "-X", "-c", r"\d+ lpr_f.kontakter")


def test_psql_copies_to_the_outbox(launcher):
    assert inside(launcher, "psql", "-X", "-c", "\\copy (SELECT aktionsdiagnose, count(*) FROM lpr_f.kontakter GROUP BY 1 ORDER BY 1) "
                                                "to '/outbox/antal.csv' csv header").strip() == "COPY 90"


def test_r(launcher):
    script = """suppressMessages(library(RPostgreSQL)); con <- dbConnect(PostgreSQL(), host=Sys.getenv("PGHOST"), user=Sys.getenv("PGUSER"),
        dbname=Sys.getenv("PGDATABASE")); cat(dbListTables(con), dbGetQuery(con, "SELECT count(*) AS n FROM lpr_f.kontakter")$n)"""
    assert inside(launcher, "Rscript", "-e", script).strip() == "kontakter 20000"


def test_python(launcher):
    script = ("import psycopg2\nwith psycopg2.connect('') as c, c.cursor('navn') as k:\n"
              "    k.execute('SELECT dw_ek_kontakt FROM lpr_f.kontakter')\n    print(sum(1 for _ in k))")
    assert inside(launcher, "/usr/bin/python3", "-c", script).strip() == "20000"


def test_the_data_cannot_be_written(launcher):
    """The lock allows /data; the mount does not. Control: the same COPY into /work."""
    done = inside(launcher, "sh", "-c", "psql -X -c \"COPY (SELECT 1) TO '/data/lpr_f/x.parquet'\" 2>&1; "
                                        "psql -X -c \"COPY (SELECT 1) TO '/work/x.parquet'\"")
    assert "Read-only file system" in done and done.strip().endswith("COPY 1")
