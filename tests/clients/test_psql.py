"""psql 15 against the session's SQL server: what it prints, to the letter where a user would look."""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.sql_server import SqlServer, project  # noqa: E402


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("sql"))
    yield made
    made.stop()


def shown(server, command):
    done = server.run_psql("-c", command)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def rows_of(text):
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if "|" in line and "-+-" not in line][1:]


def test_select_aligned(server):
    assert shown(server, "SELECT 1 AS a, 'æ' AS b, NULL::TEXT AS c") == " a | b | c \n---+---+---\n 1 | æ | \n(1 row)\n\n"


def test_list_tables(server):
    assert rows_of(shown(server, r"\dt *.*")) == [["dar", "tom", "table", "anna"], ["lpr_f", "kontakter", "table", "anna"]]


def test_list_tables_of_a_schema_and_pattern(server):
    assert rows_of(shown(server, r"\dt lpr_f.kon*")) == [["lpr_f", "kontakter", "table", "anna"]]
    done = server.run_psql("-c", r"\dt lpr_f.nix*")
    assert "Did not find any relation" in done.stderr


def test_describe_table(server):
    text = shown(server, r"\d lpr_f.kontakter")
    assert 'Table "lpr_f.kontakter"' in text
    assert [row[:2] for row in rows_of(text)] == [
        ["dw_ek_kontakt", "bigint"], ["cpr", "bigint"], ["dato_start", "date"], ["aktionsdiagnose", "text"], ["pris", "numeric(9,2)"],
        ["vaegt", "double precision"]]


def test_describe_table_with_comments(server):
    rows = {row[0]: row[-1] for row in rows_of(shown(server, r"\d+ lpr_f.kontakter")) if len(row) > 5}
    assert rows["cpr"] == "Personens pseudonym"
    assert rows["dw_ek_kontakt"] == "Kontaktens nøgle"


def test_describe_unknown_table(server):
    done = server.run_psql("-c", r"\d nope")
    assert done.returncode != 0
    assert 'Did not find any relation named "nope".' in done.stderr


def test_describe_view_shows_its_definition(server):
    done = server.run_psql(stdin="CREATE VIEW public.unge AS SELECT cpr FROM lpr_f.kontakter;\n\\d+ unge\n\\dv\nDROP VIEW unge;\n")
    assert done.stderr == ""
    assert 'View "public.unge"' in done.stdout
    assert "View definition:" in done.stdout
    assert ["public", "unge", "view", "anna"] in rows_of(done.stdout)


def test_all_registers_are_in_the_search_path(server):
    assert shown(server, "SHOW search_path").splitlines()[2].strip() == "public, dar, lpr_f"
    for command in (r"\d", r"\dt"):
        assert rows_of(shown(server, command)) == [["dar", "tom", "table", "anna"], ["lpr_f", "kontakter", "table", "anna"]]
    assert server.psql("SELECT count(*) FROM kontakter") == "20000"
    assert 'Table "lpr_f.kontakter"' in shown(server, r"\d kontakter")


def test_search_path_of_ones_own_and_back(server):
    path = "SHOW search_path;\nSELECT count(*) FROM kontakter;\n"
    for back in ("RESET search_path", "RESET ALL", "DISCARD ALL", "SET search_path TO DEFAULT"):
        done = server.run_psql("-A", "-t", "-q", stdin=f"SET search_path TO dar;\n{path}{back};\n{path}")
        assert done.stdout.splitlines() == ["dar", "public, dar, lpr_f", "20000"], back
        assert done.stderr.count("ERROR") == 1 and "kontakter" in done.stderr, done.stderr
    done = server.run_psql("-A", "-t", "-q", stdin=f"BEGIN;\nSET LOCAL search_path TO dar;\nSHOW search_path;\nCOMMIT;\n{path}")
    assert done.stdout.splitlines() == ["dar", "public, dar, lpr_f", "20000"] and done.stderr == ""
    done = server.run_psql("-A", "-t", "-q", stdin="SET search_path TO nowhere;\n" + path)
    assert done.stdout.splitlines() == ["public, dar, lpr_f", "20000"] and "nowhere" in done.stderr


def test_a_new_table_is_made_in_public_and_found_before_the_registers(server):
    done = server.run_psql("-A", "-t", "-q", stdin="CREATE TABLE kontakter(a INT);\nSELECT count(*) FROM kontakter;\nDROP TABLE public.kontakter;\n"
                           "SELECT count(*) FROM kontakter;\n")
    assert done.stderr == "" and done.stdout.splitlines() == ["0", "20000"]


def test_search_path_makes_tables_visible(server):
    done = server.run_psql(stdin="SET search_path TO lpr_f, public;\n\\d\nSELECT count(*) FROM kontakter;\nSHOW search_path;\n")
    assert done.stderr == ""
    assert ["lpr_f", "kontakter", "table", "anna"] in rows_of(done.stdout)
    assert "20000" in done.stdout and "lpr_f, public" in done.stdout


def test_schemas_databases_roles(server):
    assert [row[0] for row in rows_of(shown(server, r"\dn"))] == ["dar", "lpr_f", "public"]
    assert rows_of(shown(server, r"\l"))[0][:3] == ["FVM-2026-0001", "anna", "UTF8"]
    assert rows_of(shown(server, r"\du"))[0][0] == "anna"


@pytest.mark.parametrize("command", r"""\d \d+ \dt \dt+ \dv \dv+ \di \ds \dm \dE \df \df+ \da \dT \dT+ \dx \dp \z \db \db+ \dg \dD \do \dC
    \dL \dc \dF \dFp \dFd \dFt \dO \dP \drds \dy \dA \dAc \dAf \dAo \dAp \des \dew \det \deu \dRp \dRs \dX \dd \dconfig \ddp \dn+ \l+ \du+
    \dtS \conninfo \encoding \dl""".split())
def test_no_describe_command_errors(server, command):
    done = server.run_psql("-c", command)
    assert "ERROR" not in done.stderr and (done.returncode == 0 or "Did not find" in done.stderr), done.stderr


def test_errors_have_a_place_and_the_session_goes_on(server):
    done = server.run_psql(stdin="SELECT nope FROM lpr_f.kontakter;\n\\echo :SQLSTATE\nSELECT * FROM nowhere;\n\\echo :SQLSTATE\n"
                                 "SELEC 1;\n\\echo :SQLSTATE\nSELECT 'still here';\n")
    assert re.findall(r"^(\w{5})$", done.stdout, re.M) == ["42703", "42P01", "42601"]
    assert "LINE 1: SELECT nope FROM lpr_f.kontakter;\n               ^" in done.stderr
    assert "still here" in done.stdout


def test_position_counts_characters_not_bytes(server):
    done = server.run_psql("-c", "SELECT 'æøå', nope FROM lpr_f.kontakter")
    assert "LINE 1: SELECT 'æøå', nope FROM lpr_f.kontakter\n                      ^" in done.stderr


def test_several_statements_are_one_transaction(server):
    done = server.run_psql("-c", "CREATE TABLE public.halvt(a INT); SELECT * FROM nowhere")
    assert done.returncode != 0
    assert "nowhere" in done.stderr
    assert server.psql("SELECT count(*) FROM information_schema.tables WHERE table_name = 'halvt'") == "0"


def test_copy_csv_to_client(server, tmp_path):
    out = tmp_path / "ud.csv"
    query = """SELECT 1 AS a, 'x,"y' || chr(10) || 'z' AS "B b", NULL AS c, '' AS d, 'æ' AS e, 1.50::DECIMAL(5,2) AS f"""
    done = server.run_psql("-c", f"\\copy ({query}) to '{out}' csv header")
    assert done.stdout == "COPY 1\n", done.stderr
    assert out.read_text() == 'a,B b,c,d,e,f\n1,"x,""y\nz",,"",æ,1.50\n'


def test_copy_options(server, tmp_path):
    out = tmp_path / "ud.csv"
    done = server.run_psql("-c", f"\\copy (SELECT 1 AS a, NULL AS b, 'x;y' AS c) to '{out}' with (format csv, delimiter ';', null 'NA', "
                                 "header true, force_quote (a))")
    assert done.stdout == "COPY 1\n", done.stderr
    assert out.read_text() == 'a;b;c\n"1";NA;"x;y"\n'


def test_copy_text_escapes(server):
    assert server.psql(r"COPY (SELECT E'a\tb\\c\nd' AS a, NULL AS b) TO STDOUT") == "a\\tb\\\\c\\nd\t\\N"


def test_copy_from_client_into_temp_table(server):
    done = server.run_psql("-A", "-t", stdin='CREATE TEMP TABLE t(a INT, b TEXT, d DATE);\n'
                           '\\copy t from pstdin with (format csv, header)\n'.replace("pstdin", "stdin") +
                           'a,b,d\n1,"x ""q"",\nny",2020-01-02\n2,,\n\\.\nSELECT a, b, b IS NULL, d FROM t ORDER BY a;\n')
    assert done.stderr == ""
    assert done.stdout == 'CREATE TABLE\nCOPY 2\n1|x "q",\nny|f|2020-01-02\n2||t|\n'


def test_copy_from_client_with_a_bad_row_changes_nothing(server):
    done = server.run_psql("-A", "-t", stdin="CREATE TEMP TABLE t(a INT, b INT);\n\\copy t from stdin csv\n1,2\n3,x\n\\.\n"
                                             "\\copy t from stdin csv\n1,2\n3\n\\.\nSELECT count(*) FROM t;\n")
    assert "line 2" in done.stderr and "missing data" in done.stderr
    assert done.stdout.splitlines()[-1] == "0"


def test_timing_and_watch(server):
    done = server.run_psql(stdin="\\timing on\nSELECT 1;\n")
    assert "Time: " in done.stdout
    watching = subprocess.Popen(["psql", "-X"], env=server.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watching.stdin.write("SELECT 42 AS svar \\watch 0.2\n")
    watching.stdin.flush()
    time.sleep(1.2)
    watching.send_signal(signal.SIGINT)
    out, _ = watching.communicate(timeout=10)
    assert out.count("42") >= 3


class Typist:
    """psql on a pseudo-terminal, with somebody typing."""

    def __init__(self, server):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe("psql", ["psql", "-X"], dict(server.environment, PAGER="cat", TERM="dumb"))
        self.seen = ""
        self.expect("=> ")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def expect(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"{words!r} did not come: {self.seen!r}"
            self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        before, _, self.seen = self.seen.partition(words)
        return before

    def leave(self):
        self.type("\x04")
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


@pytest.fixture
def typist(server):
    made = Typist(server)
    yield made
    made.leave()


def test_control_c_cancels_and_the_session_goes_on(typist):
    typist.type("SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range % 7;\n")
    time.sleep(1.5)
    start = time.monotonic()
    typist.type("\x03")
    typist.expect("canceling statement due to user request")
    assert time.monotonic() - start < 5
    typist.type("SELECT 'al' || 'ive';\n")
    typist.expect("alive")


def test_tab_completion(typist):
    typist.type("SELECT * FROM lpr_f.kon\t")
    typist.expect("kontakter")
    typist.type("WHERE dato\t")
    typist.expect("dato_start")
    typist.type("> DATE '2019-01-01' LIMIT 1;\n")
    assert "ERROR" not in typist.expect("(1 row)")


def test_statement_timeout(server):
    done = server.run_psql(stdin="SET statement_timeout = '300ms';\nSELECT count(*) FROM range(100000000000) a, range(1000) b "
                                 "WHERE a.range % 7 = b.range % 7;\n\\echo :SQLSTATE\nSELECT 'alive';\n")
    assert "statement timeout" in done.stderr
    assert "57014" in done.stdout and "alive" in done.stdout


def test_settings_that_clients_use(server):
    done = server.run_psql("-A", "-t", stdin="SET extra_float_digits = 3;\nSET DateStyle TO 'ISO, DMY';\nSHOW DateStyle;\nSET NAMES 'UTF8';\n"
                           "SHOW server_version;\nSHOW transaction isolation level;\nSET client_encoding TO 'LATIN1';\nSHOW all\n;"
                           "SET nonsense = 1;\nSHOW nonsense;\nRESET ALL;\nSET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;\n")
    assert "ISO, YMD" in done.stdout and "15.0" in done.stdout and "read committed" in done.stdout
    assert 'invalid value for parameter "client_encoding"' in done.stderr
    assert "nonsense" in done.stderr


def test_transactions(server):
    done = server.run_psql("-A", "-t", stdin="BEGIN;\nCREATE TABLE public.tx(a INT);\nINSERT INTO tx VALUES (1), (2);\nROLLBACK;\n"
                           "SELECT count(*) FROM information_schema.tables WHERE table_name = 'tx';\nBEGIN;\nSELECT * FROM nope;\nSELECT 1;\n"
                           "COMMIT;\nSELECT 'after';\n")
    assert done.stdout.splitlines() == ["BEGIN", "CREATE TABLE", "INSERT 0 2", "ROLLBACK", "0", "BEGIN", "ROLLBACK", "after"]
    assert "current transaction is aborted" in done.stderr


def test_who_and_where(server):
    assert server.psql("SELECT current_database(), current_user, session_user, current_schema(), version() LIKE 'PostgreSQL 15%', "
                       "pg_backend_pid() > 0, current_setting('server_version_num')") == "FVM-2026-0001|anna|anna|public|t|t|150000"


def test_tables_as_duckdb_and_the_standard_list_them(server):
    assert server.psql("SHOW TABLES") == "dar.tom\nlpr_f.kontakter"
    assert server.psql("SELECT table_schema, table_name FROM information_schema.tables ORDER BY 1, 2") == "dar|tom\nlpr_f|kontakter"
    assert server.psql("SELECT column_name FROM information_schema.columns WHERE table_name = 'tom' ORDER BY ordinal_position") == "cpr\ndoed"


def test_duckdbs_own_dialect(server):
    assert server.psql("FROM lpr_f.kontakter SELECT count(*)") == "20000"
    assert server.psql("PIVOT (SELECT 'a' AS g, 1 AS v UNION ALL SELECT 'b', 2) ON g USING sum(v)") == "1|2"
    assert server.psql("CREATE TEMP TABLE q AS SELECT 1 AS a; INSERT INTO q VALUES (2) RETURNING a", "-q").endswith("2")
    assert "physical_plan" in server.psql("EXPLAIN SELECT count(*) FROM lpr_f.kontakter")


def test_regular_expressions_find_anywhere(server):
    assert server.psql("SELECT count(*) FROM (SELECT DISTINCT aktionsdiagnose a FROM lpr_f.kontakter) t WHERE a ~ '^DE1'") == "10"
    assert server.psql("SELECT 'abc' ~ p, 'abc' !~ p, 'aBc' ~* p, ~1 FROM (SELECT 'b' AS p) t") == "t|f|t|-2"


def test_wrong_database_or_user_is_refused(server):
    for flags, words in ((["-d", "FVM-2026-0002"], 'database "FVM-2026-0002" does not exist'), (["-U", "berta"], 'role "berta" does not exist')):
        done = server.run_psql(*flags, "-c", "SELECT 1")
        assert done.returncode == 2
        assert words in done.stderr


def test_column_names_as_postgresql_gives_them(server):
    done = server.run_psql("-A", "-c", "SELECT count(*), sum(1), max(pris), lower('A') FROM lpr_f.kontakter")
    assert done.stdout.splitlines()[0] == "count|sum|max|lower"


def test_ends_cleanly_and_leaves_no_spill(server):
    other_place = server.place / "other"
    other_place.mkdir()
    other = project(other_place)
    assert list((other.work / ".tmp").iterdir())
    assert other.stop() == 0
    assert not list((other.work / ".tmp").iterdir())


def test_a_name_that_two_registers_have(tmp_path):
    """The first in the search path is meant, as in PostgreSQL; the lists show both."""
    with SqlServer(tmp_path) as two:
        for schema, value in (("aa", 1), ("bb", 2)):
            two.table(schema, "ens", [("cpr", "long")], f"SELECT {value}::BIGINT AS cpr")
        two.restart()
        assert two.psql("SELECT cpr FROM ens") == "1"
        assert two.psql("SELECT 'ens'::regclass::oid = 'aa.ens'::regclass::oid, 'ens'::regclass::oid = 'bb.ens'::regclass::oid") == "t|f"
        assert two.psql("SET search_path TO bb, aa; SELECT cpr FROM ens", "-q") == "2"
        assert two.psql("SET search_path TO bb, aa; SELECT 'ens'::regclass::oid = 'bb.ens'::regclass::oid", "-q") == "t"
        assert [row[:2] for row in rows_of(shown(two, r"\dt"))] == [["aa", "ens"], ["bb", "ens"]]
        assert two.psql("SHOW TABLES") == "aa.ens\nbb.ens"
