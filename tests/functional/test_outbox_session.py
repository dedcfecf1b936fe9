"""The answer to what lies in /outbox, asked for and told inside the session: by SQL, R, Python, at the prompt and in the panel; and whose."""
import json
import os
import re
import shutil
import subprocess
import time

import pytest

from support.house import PROJECT, PSEUDONYMS, House
from support.instance import FVM

HARMLESS = "gruppe;antal\nA;120\nB;55\n"
PERSON = f"id;x\n{PSEUDONYMS[0]};7\n"
COLUMNS = ["file", "answer", "so_far", "meaning", "rule", "place", "shape", "severity", "what_to_do"]


# One session is asked many things: statements go in, answers come back, a line each.
ASKED = """
import json, psycopg2, sys
c = psycopg2.connect(''); c.autocommit = True
for line in sys.stdin:
    k = c.cursor(); del c.notices[:]
    try:
        k.execute(json.loads(line))
        told = {"rows": [dict(zip([d.name for d in k.description], row)) for row in k.fetchall()], "notices": c.notices}
    except psycopg2.Error as e:
        told = {"error": e.diag.message_primary, "hint": e.diag.message_hint}
    print(json.dumps(told), flush=True)
"""


class Seat:
    def __init__(self, house, user="anna", language="en"):
        command = [str(FVM), "--instance", str(house.instance.path), "--as", user, "session", PROJECT, "--", "python3", "-c", ASKED]
        self.running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=house.instance.environment | {"FVM_LANG": language})

    def __enter__(self):
        self.ask("SELECT 1")
        return self

    def __exit__(self, *_):
        self.running.stdin.close()
        self.running.wait(20)

    def ask(self, statement):
        self.running.stdin.write(json.dumps(statement) + "\n")
        self.running.stdin.flush()
        return json.loads(self.running.stdout.readline())

    def told(self, statement="CALL fvm.outbox()"):
        """Asked until nothing is pending."""
        for _ in range(20):
            rows = self.ask(statement)["rows"]
            if all(row["answer"] != "pending" for row in rows):
                break
        return rows


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("outbox")) as it:
        it.start("fvm-steward")
        (it.instance.path / "projects" / PROJECT / "data").mkdir(exist_ok=True)
        yield it


@pytest.fixture(scope="module")
def bo(house):
    with Seat(house, "bo") as it:
        yield it


@pytest.fixture(scope="module")
def anna(house, bo):
    with Seat(house) as it:
        yield it


@pytest.fixture(autouse=True)
def empty(house, bo):
    for user in ("anna", "bo"):
        for path in house.outbox(user).iterdir():
            path.unlink()


def session(house, *command, user="anna"):
    return house.instance.fvm("session", PROJECT, "--", *command, user=user, check=False)


def of(rows, name):
    return [row for row in rows if row["file"] == name]


def outlook(house, *names):
    return json.loads(house.instance.fvm("--json", "release", "outlook", PROJECT, *names, user="anna", check=False).stdout)


def test_sql_tells_the_very_answer_of_the_portal_cell_by_cell(house, anna):
    house.put("ok.csv", HARMLESS)
    house.put("lille.csv", "gruppe;antal\nA;120\nB;2\n")
    house.put("person.csv", PERSON)
    rows = anna.told()
    assert list(rows[0]) == COLUMNS
    outside = outlook(house, "ok.csv", "lille.csv", "person.csv")
    assert outside["files"], "the control"
    for each in outside["files"]:
        expected = [{"file": each["name"], "answer": each["outlook"]["answer"], "so_far": None, "meaning": each["outlook"]["en"],
                     "rule": f["rule"], "place": f["place"] or None, "shape": f["shape"] or None, "severity": f["severity"], "what_to_do": f["en"]}
                    for f in each["findings"]]
        assert of(rows, each["name"]) == expected or not expected and len(of(rows, each["name"])) == 1
    assert {row["answer"] for row in of(rows, "person.csv")} == {"refused"} and of(rows, "ok.csv")[0]["answer"] == "person"
    assert any(row["place"] == "3:2" for row in of(rows, "lille.csv"))
    assert str(PSEUDONYMS[0]) not in json.dumps(rows), "shapes, never values"


def test_one_file_several_together_and_none(house, anna):
    house.put("a.csv", "gruppe;antal\nA;120\nB;55\nI alt;175\n")
    house.put("b.csv", "gruppe;antal\nA;120\nB;56\nI alt;176\n")
    assert {row["file"] for row in anna.told("CALL fvm.outbox('/outbox/a.csv')")} == {"a.csv"}
    together = of(anna.told("CALL fvm.outbox(ARRAY['a.csv', 'b.csv'])"), None)
    assert together and together[0]["meaning"].startswith("sent together: ")
    assert [row["rule"] for row in together if row["rule"]] == [f["rule"] for f in outlook(house, "a.csv", "b.csv")["together"]["findings"]]
    assert anna.ask("CALL fvm.outbox('findes-ikke.csv')")["error"] == "There is no file findes-ikke.csv in your /outbox."
    assert "There are: fvm.outbox, fvm.safe_table" in anna.ask("CALL fvm.udbakke()")["hint"]
    for path in house.outbox().iterdir():
        path.unlink()
    time.sleep(0.6)
    empty = anna.ask("CALL fvm.outbox()")
    assert empty["rows"] == [] and "Nothing lies in /outbox" in empty["notices"][0]


def test_danish(house):
    house.put("person.csv", PERSON)
    with Seat(house, language="da") as anna:
        rows = anna.told()
        assert rows[0]["meaning"] == "bliver stoppet" and "pseudonym" in rows[0]["what_to_do"]
        assert anna.ask("CALL fvm.outbox('findes-ikke.csv')")["error"] == "Der er ingen fil findes-ikke.csv i din /outbox."


def test_python(house, anna):
    house.put("person.csv", PERSON)
    house.put("ok.csv", HARMLESS)
    anna.told()
    done = session(house, "python3", "-c", """
import fvm
t = fvm.outbox()
assert t.answers == {"ok.csv": "person", "person.csv": "refused"}, t.answers
assert repr(fvm.outbox("ok.csv", show=False)) == "<Outbox: ok.csv: person>"
try: fvm.outbox("nej.csv"); raise SystemExit("told")
except fvm.Refused as refused: assert "no file nej.csv" in str(refused)
assert fvm.safe_table and fvm.outbox(["ok.csv"], wait=False, show=False).rows[0]["file"] == "ok.csv"
""")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^person\.csv: is stopped\n  \[block\] .*pseudonym", done.stdout, re.M), done.stdout


def test_r(house, anna):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    house.put("person.csv", PERSON)
    house.put("ok.csv", HARMLESS)
    anna.told()
    done = session(house, "Rscript", "-e", """library(fvmtables)
t <- fvm_outbox()
stopifnot(is.data.frame(t), t$answer[t$file == "ok.csv"][1] == "person", t$answer[t$file == "person.csv"][1] == "refused")
stopifnot(all(fvm_outbox("ok.csv", show = FALSE)$file == "ok.csv"))
refused <- tryCatch(fvm_outbox("nej.csv"), error = conditionMessage)
stopifnot(grepl("no file nej.csv", refused))""")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^person\.csv: is stopped\n  \[block\] .*pseudonym", done.stdout, re.M), done.stdout


def test_the_prompt_and_the_panel_tell_what_is_new_and_that_once(house):
    script = r"""
news=/opt/fvm/desktop/outbox-news
[ "$PROMPT_COMMAND" = $news ] || exit 9
$news
printf 'id;x\n%s;7\n' """ + str(PSEUDONYMS[0]) + r""" >/outbox/ny.csv
for _ in $(seq 50); do out=$($news); [ -n "$out" ] && break; sleep 0.1; done
echo "told: $out"
echo "again: $($news)"
timeout 4 $news --watch >/tmp/panel & sleep 1.5
printf 'gruppe;antal\nA;120\n' >/outbox/to.csv; wait
sed 's/^/panel: /' /tmp/panel
$news --all
"""
    done = session(house, "bash", "-c", script)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "told: /outbox: ny.csv: is stopped\nagain: \n" in done.stdout, done.stdout
    assert "panel: /outbox\npanel: ny.csv: is stopped\npanel: to.csv: goes to one person" in done.stdout, done.stdout
    assert re.search(r"^ny\.csv: is stopped\n  \[block\] .*pseudonym", done.stdout, re.M)


# ---- attacks, each with its control


def test_anothers_outbox_is_as_if_it_were_not_there(house, anna, bo):
    house.put("mit.csv", HARMLESS)
    (house.outbox("bo") / "hemmelig.csv").write_text(PERSON)
    assert {row["file"] for row in bo.told()} == {"hemmelig.csv"}, "the control: whose it is sees it"
    tries = "for who in bo anna; do PGUSER=$who USER=$who LOGNAME=$who psql -X --csv -c 'CALL fvm.outbox()'; done; true"
    done = session(house, "sh", "-c", tries)
    assert "mit.csv" in done.stdout and "hemmelig" not in done.stdout + done.stderr
    for name in ("hemmelig.csv", "../bo/hemmelig.csv", "findes-ikke.csv"):
        assert anna.ask(f"CALL fvm.outbox('{name}')") == {"error": f"There is no file {name} in your /outbox.", "hint": None}
    for name in ("user", "project", "do", "together", "language"):
        assert f'no parameter "{name}"' in anna.ask(f"CALL fvm.outbox({name} => 'bo')")["error"]
    assert {row["file"] for row in anna.told()} == {"mit.csv"}, "the control"


def test_links_lead_nowhere(house, anna):
    house.put("ok.csv", HARMLESS)
    secret = house.outbox("bo") / "hemmelig.csv"
    secret.write_text(PERSON)
    os.symlink(secret, house.outbox() / "link.csv")
    os.symlink("/data", house.outbox() / "data")
    rows = anna.told()
    assert {(row["file"], row["answer"], row["rule"]) for row in rows if row["file"] not in ("ok.csv", None)} == {
        ("link.csv", "refused", None), ("data", "refused", None)}
    assert of(rows, "ok.csv")[0]["answer"] == "person", "the control"


def test_it_is_asked_anew_for_every_question_and_nothing_is_sent_or_kept(house, anna):
    def traces():
        return sorted((house.instance.path / "kept").rglob("*")), house.instance.json("release", "list", PROJECT, user="olga"), house.actions()
    before = traces()
    house.put("person.csv", PERSON)
    assert anna.told()[0]["answer"] == "refused" and traces() == before
    members = house.change("DELETE FROM member WHERE user IN (SELECT id FROM user WHERE name = 'anna')")
    assert members is None and "not a member" in anna.ask("CALL fvm.outbox()")["error"]
    house.change("INSERT INTO member SELECT ?, id, 0 FROM user WHERE name = 'anna'", PROJECT)
    assert anna.told()[0]["answer"] == "refused", "the control"


def test_without_the_steward_it_says_so(house, anna):
    house.stop("fvm-steward")
    try:
        told = anna.ask("CALL fvm.outbox()")["error"]
        assert "not known just now" in told and str(house.instance.path) not in told
    finally:
        house.start("fvm-steward")


def test_too_often_is_refused_and_costs_no_table_its_turn(house):
    house.put("ok.csv", HARMLESS)
    with Seat(house) as anna:
        answers = [anna.ask("CALL fvm.outbox(wait => 'no')") for _ in range(80)]
        refused = [each["error"] for each in answers if "error" in each]
        assert 0 < len(refused) <= 20 and set(refused) == {"Too many questions about /outbox: 60 at once, then one a second. Wait a little."}
        assert anna.ask("CALL fvm.safe_tables()")["rows"] == []
