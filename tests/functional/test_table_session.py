"""Safe tables asked for inside a session: by SQL, by R and by Python; the same as `fvm table`, and nothing half whatever is killed."""
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from support.instance import FVM, Instance
from support.tables import PROJECT, Tables, cells, people

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
ALL = "SELECT pnr, kommune, koen, beloeb FROM bef.person"
# Long enough to be interrupted, short enough to be waited for.
SLOW = "SELECT pnr, kommune FROM bef.person WHERE (SELECT sum(sqrt(range)) FROM range(400000000)) > 0"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An instance with the project built, down: tests begin as copies of it."""
    folder = tmp_path_factory.mktemp("tables") / "i"
    with Instance(folder) as instance:
        Tables(instance, PEOPLE)
    return folder


@pytest.fixture(scope="module")
def desk(made, tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("desk") / "i", like=made, refresh=True) as instance:
        yield Desk(instance)


@pytest.fixture
def fresh(made, tmp_path):
    with Instance(tmp_path / "i", like=made, refresh=True) as instance:
        yield Desk(instance)


class Desk:
    def __init__(self, instance, user="anna"):
        self.instance, self.user = instance, user

    def session(self, *command, **more):
        return self.instance.fvm("session", PROJECT, "--", *command, user=self.user, check=False, **more)

    def psql(self, *statements, **more):
        words = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "--csv"]
        for statement in statements:
            words += ["-c", statement]
        return self.session(*words, **more)

    def ledger(self, *words):
        return self.instance.json("ledger", "show", PROJECT, *words)

    def count(self):
        return len(self.ledger()["tables"])

    def file(self, name, where="work"):
        root = self.instance.path / "projects" / PROJECT / where
        return (root if where == "work" else root / self.user) / name


def call(sql=ALL, **given):
    words = "".join(f", {name} => '{value}'" for name, value in given.items())
    return f"CALL fvm.safe_table('{sql.replace(chr(39), chr(39) * 2)}'{words})"


def rows_of(text):
    lines = [line.split(",") for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def number_of(text):
    return int(re.search(r"Table (\d+) is released", text)[1])


def test_sql_gives_the_table_with_its_marks_and_says_what_was_hidden(desk):
    done = desk.psql(call(rows="kommune", columns="koen"))
    assert done.returncode == 0, done.stderr
    number = number_of(done.stderr)
    shown = {(r["kommune"], r["koen"]): (r["persons"], r["mark"]) for r in rows_of(done.stdout)}
    assert shown["Total", "Total"] == ("81", "") and shown["102", "K"] == ("", "…")
    record = desk.ledger("--table", str(number))
    assert len(shown) == len(record["cells"]) == 12
    for cell in record["cells"]:
        expected = ("", "…") if cell["status"] == "hidden" else (str(cell["persons"]), "")
        assert shown[cell["kommune"], cell["koen"]] == expected
    hidden = sum(1 for _, mark in shown.values() if mark)
    assert f"NOTICE:  Table {number} is released: 12 cells, {hidden} hidden" in done.stderr
    assert "NOTICE:  Hidden: by itself, with other cells" in done.stderr
    assert record["author"] == "anna"


def test_the_positional_form_and_arrays_are_the_same_table(desk):
    named = desk.psql(call(rows="kommune", columns="koen", count="people"))
    positional = desk.psql(f"CALL fvm.safe_table('{ALL}', 'kommune', ARRAY['koen'], 'people')")
    assert named.returncode == positional.returncode == 0, positional.stderr
    assert named.stdout == positional.stdout and "people" in named.stdout.splitlines()[0]


def test_figures(desk):
    done = desk.psql(call(rows="kommune", sum="beloeb", mean="beloeb", median="beloeb"))
    assert done.returncode == 0, done.stderr
    heading, *_ = done.stdout.splitlines()
    assert heading == "kommune,persons,sum of beloeb,mean of beloeb,median of beloeb,mark"
    shares = desk.psql(call(rows="kommune", columns="koen", percent="column"))
    assert shares.returncode == 0, shares.stderr
    name = shares.stdout.splitlines()[0].split(",")[3]
    assert "%" in name and rows_of(shares.stdout)[0][name] == "100"
    total = next(r for r in rows_of(done.stdout) if r["kommune"] == "Total")
    assert (total["persons"], total["sum of beloeb"], total["mean of beloeb"], total["median of beloeb"]) == ("81", "8100", "100", "100")


def test_it_says_so_in_danish(fresh):
    fresh.instance.environment["FVM_LANG"] = "da"
    done = fresh.psql(call(rows="kommune", columns="koen"))
    assert "NOTICE:  Tabel 1 er udleveret" in done.stderr and "I alt" in done.stdout


def test_the_bytes_in_the_session_are_those_on_record_and_those_of_fvm_table(made, tmp_path):
    """Two copies of one instance: the same request in a session of one and by `fvm table` in the other."""
    with Instance(tmp_path / "a", like=made, refresh=True) as instance:
        desk = Desk(instance)
        done = desk.psql(call(rows="kommune", columns="koen", out="t.csv"),
                         "CALL fvm.safe_table_again(1, out => ARRAY['/outbox/t.xlsx', '/outbox/t.csv'])")
        assert done.returncode == 0, done.stderr
        assert "NOTICE:  Written: /work/t.csv" in done.stderr
        inside = desk.file("t.csv").read_bytes()
        assert desk.file("t.csv", "outbox").read_bytes() == inside
        for name in ("t.csv", "t.xlsx"):
            again = tmp_path / f"again-{name}"
            instance.fvm("ledger", "show", PROJECT, "--table", "1", "--out", again)
            assert again.read_bytes() == desk.file(name, "outbox").read_bytes()
        sha256 = desk.ledger("--table", "1")["outputs"][0]["sha256"]
        assert subprocess.run(["sha256sum"], input=inside, capture_output=True).stdout.decode().split()[0] == sha256
    with Instance(tmp_path / "b", like=made, refresh=True) as instance:
        instance.fvm("table", PROJECT, "--from", ALL, "--rows", "kommune", "--columns", "koen", "--out", tmp_path / "b.csv", user="anna")
        assert (tmp_path / "b.csv").read_bytes() == inside


def test_mistakes_say_what_to_do_and_release_nothing(desk):
    before = desk.count()
    for statement, words in [
        (call("SELECT pnr, nope FROM bef.person", rows="kommune"), "nope"),
        (call(rows="alder"), "gives no column alder"),
        (call("SELECT kommune FROM bef.person", rows="kommune"), "no column of persons"),
        (call(), "at least one column"),
        (call(rows="kommune", out="t.exe"), ".xlsx"),
        (call(rows="kommune", out="/nowhere/t.csv"), "folder is not there"),
        (call(rows="kommune", out="/data/t.csv"), "not writable"),
        (call(rows="kommune", as_of="yesterday"), "yesterday"),
        (call(rows="kommune", count="kommune"), "would be called"),
        (call(rows="kommune", wishes="x"), 'no parameter "wishes"'),
        (f"CALL fvm.safe_table('{ALL}', rows => kommune)", "a value is expected"),
        (f"CALL fvm.safe_table('{ALL}', rows => 'kommune'", "syntax error"),
        ("CALL fvm.safe_tabel('x')", "There are: fvm.outbox, fvm.safe_table,"),
        ("CALL fvm.safe_table_again()", "Give the number"),
        ("CALL fvm.safe_table_again(99)", "has no table 99"),
        ("CALL fvm.safe_table_explain(1)", "Name a cell"),
    ]:
        done = desk.psql(statement)
        assert done.returncode != 0 and words in done.stderr, (statement, done.stderr)
    assert desk.count() == before


def test_what_was_released_is_listed_shown_and_explained(fresh):
    done = fresh.psql(call(rows="kommune", columns="koen", title="Mine"), "CALL fvm.safe_tables()", "CALL fvm.safe_table_notes()",
                      "CALL fvm.safe_table_explain(1, 'kommune=102,koen=K')", "CALL fvm.safe_table_again(1)")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^1,[^,]+,anna,Mine,12,\d+$", done.stdout, re.M)
    assert "1,\"Hidden: by itself" in done.stdout and "Hidden cells: " in done.stdout
    assert re.search(r'"kommune = 102, koen = K",hidden,"Hidden: by itself', done.stdout)
    assert f"Table 1, released {time.strftime('%Y-%m-%d', time.gmtime())} by anna: 12 cells" in done.stderr


def test_who_is_no_member_any_more_gets_no_table(fresh):
    """Asked anew for every request: the session is open, the account is not."""
    asking = "import psycopg2, sys\nc = psycopg2.connect(''); c.autocommit = True\nfor _ in sys.stdin:\n" \
             f"    try: k = c.cursor(); k.execute({call(rows='kommune')!r}); print(len(k.fetchall()), flush=True)\n" \
             "    except Exception as e: print(e, flush=True)\n"
    command = [str(FVM), "--instance", str(fresh.instance.path), "--as", "anna", "session", PROJECT, "--", "python3", "-c", asking]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=fresh.instance.environment) as running:
        ask = lambda: (running.stdin.write("\n"), running.stdin.flush(), running.stdout.readline())[2]
        assert ask() == "4\n"
        with sqlite3.connect(fresh.instance.path / "store" / "fvm.sqlite") as store:
            store.execute("DELETE FROM member")
        assert "not a member" in ask() or running.poll() is not None
        running.stdin.close()
    assert fresh.count() == 1


@pytest.mark.parametrize("point,counts", [("table.counted", False), ("table.judged", False), ("table.kept", False), ("table.recorded", True)])
def test_killed_anywhere_there_is_a_table_or_there_is_none(fresh, point, counts):
    done = fresh.psql(call(rows="kommune", out="/outbox/t.csv"), crash_at=point)
    assert done.returncode == -signal.SIGKILL
    assert fresh.count() == (1 if counts else 0)
    after = fresh.psql(call(rows="kommune", columns="koen"))
    assert after.returncode == 0 and number_of(after.stderr) == (2 if counts else 1)
    if counts:
        assert fresh.psql("CALL fvm.safe_table_again(1)").returncode == 0


def test_nobody_waits_and_the_next_request_is_answered_all_the_same(desk):
    before = desk.count()
    done = desk.session("psql", "-X", "--csv", "-c", "SET statement_timeout = '300ms'", "-c", call(SLOW, rows="kommune"), "-c",
                        "SET statement_timeout = 0", "-c", call(rows="kommune"), timeout=120)
    assert "Nobody waits for the table any more" in done.stderr
    assert rows_of(done.stdout.split("SET\n")[-1])[0]["persons"] == "81"
    assert desk.count() == before + 2, "nobody waited for the first, and it is on record"


def test_a_session_that_ends_gives_up_what_is_not_recorded(fresh):
    started = time.monotonic()
    slow = SLOW.replace("400000000", "400000000000")
    done = fresh.session("sh", "-c", f'psql -X -c "$1" & sleep 1', "sh", call(slow, rows="kommune"), timeout=60)
    assert done.returncode == 0 and time.monotonic() - started < 30
    assert fresh.count() == 0
    refused = [json.loads(line) for path in (fresh.instance.path / "audit").glob("ledger-*.jsonl") for line in path.read_text().splitlines()]
    assert [r["facts"]["reason"] for r in refused if r["action"] == "table.refused"] == ["job.ended"]
    assert fresh.psql(call(rows="kommune")).returncode == 0, "the lock is free"


def test_python(desk):
    script = f"""
from fvm_tables import Refused, explain, safe_table, safe_table_again, safe_tables
t = safe_table({ALL!r}, rows="kommune", columns=["koen"], mean="beloeb", out="mine.csv")
assert t.columns == ["kommune", "koen", "persons", "mean of beloeb", "mark"], t.columns
assert t.rows[0] == {{"kommune": "Total", "koen": "Total", "persons": 81, "mean of beloeb": 100.0, "mark": ""}}, t.rows[0]
assert t.hidden and all(r["persons"] is None for r in t.rows if r["mark"])
assert repr(t) == f"<SafeTable {{t.number}}: 12 cells, {{t.hidden}} hidden>"
assert safe_tables()[-1]["number"] == t.number
assert safe_table_again(t.number, show=False).rows == t.rows
assert explain(t.number, "kommune=102,koen=K")["status"] == "hidden"
try: safe_table({ALL!r}, rows="nope"); raise SystemExit("released")
except Refused as refused: assert "gives no column nope" in str(refused)
try: t.to_pandas(); print("pandas", len(t.to_pandas()))
except ImportError as missing: assert "rows" in str(missing); print("no pandas")
print("number", t.number)
"""
    done = desk.session("python3", "-c", script)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^102 +K +… +…$", done.stdout, re.M), done.stdout
    assert "is released: 12 cells" in done.stdout and "Hidden: by itself" in done.stdout
    number = re.search(r"number (\d+)", done.stdout)[1]
    again = desk.instance.path / "inbox" / "again.csv"
    desk.instance.fvm("ledger", "show", PROJECT, "--table", number, "--out", again)
    assert desk.file("mine.csv").read_bytes() == again.read_bytes()


def test_r(desk):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    script = f"""library(fvmtables)
t <- safe_table("{ALL}", rows = "kommune", columns = "koen", mean = "beloeb", out = "/outbox/r.csv")
stopifnot(is.data.frame(t), nrow(t) == 12, t$persons[1] == 81, is.na(t$persons[t$kommune == "102" & t$koen == "K"]))
stopifnot(safe_table_again(attr(t, "number"), show = FALSE)$persons[1] == 81, tail(safe_tables()$number, 1) == attr(t, "number"))
stopifnot(safe_table_explain(attr(t, "number"), "kommune=102,koen=K")$status == "hidden")
refused <- tryCatch(safe_table("{ALL}", rows = "it's"), error = conditionMessage)
stopifnot(grepl("gives no column it's", refused))
cat("number", attr(t, "number"), "\\n")"""
    done = desk.session("Rscript", "-e", script)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"102 +K +… +…", done.stdout), done.stdout
    assert "Hidden: by itself" in done.stdout and "Hidden cells: " in done.stdout
    number = re.search(r"number (\d+)", done.stdout)[1]
    again = desk.instance.path / "inbox" / "again-r.csv"
    desk.instance.fvm("ledger", "show", PROJECT, "--table", number, "--out", again)
    assert desk.file("r.csv", "outbox").read_bytes() == again.read_bytes()


def test_the_commands_of_a_session_do_not_hold_the_socket(desk):
    done = desk.session("sh", "-c", "ls -l /proc/$$/fd; env | grep -c -e PYTHONPATH=/opt/fvm/python -e R_LIBS=/opt/fvm/R")
    assert "pipe:" in done.stdout and "socket:" not in done.stdout, done.stdout
    assert done.stdout.split()[-1] == "2"
