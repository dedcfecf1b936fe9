"""The whole path on made-up Denmark, and what must hold at its end."""
import csv
import json
import re

import pytest

from support import duck
from support.instance import ROOT, Instance
from support.mail import MailServer

PROJECT = "FVM-2026-0017"
PERSONS = 1500


class Path:
    """One instance that has gone the whole way; made once for the tests below."""

    def __init__(self, folder):
        self.folder = folder
        self.mail = MailServer(folder / "mail", tls=True)
        self.mail.start()
        self.instance = Instance(folder / "instance", up=False)
        self.instance.fvm("init")
        config = self.instance.path / "config.toml"
        text = config.read_text()
        for name, value in (("host", '"localhost"'), ("port", self.mail.port), ("ca_file", f'"{self.mail.folder / "ca.pem"}"')):
            text = re.sub(rf"(\[mail\].*?\n{name} *= *)[^\n]*", rf"\g<1>{value}", text, flags=re.S)
        config.write_text(text)
        self.instance.up()

    def run(self):
        fvm, deliveries = self.instance.fvm, self.folder / "deliveries"
        fvm("catalogue", "import", ROOT / "share/catalogue/denmark.toml")
        fvm("synth", "--persons", PERSONS, "--from", 2015, "--to", 2024, "--seed", 7, "--out", deliveries)
        self.delivered = {}
        with open(deliveries / "deliveries.tsv", encoding="utf-8") as listing:
            for entry in csv.DictReader(listing, fieldnames=("table", "file"), delimiter="\t"):
                self.delivered[entry["table"]] = self.instance.json("deliver", entry["table"], deliveries / entry["file"])
        fvm("institution", "add", "Demo Kommune", "--cvr", "29189846", "--recipient", "@demo-kommune.example")
        fvm("institution", "add", "Styrelsen", "--cvr", "33257872", "--recipient", "@sds.example")
        fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
        fvm("user", "add", "rasmus", "--institution", "33257872", "--role", "reviewer")
        fvm("project", "create", ROOT / "share/demo/diabetes.toml")
        fvm("project", "member", "add", PROJECT, "anna")
        self.built = self.instance.json("project", "build", PROJECT)
        analysis = (ROOT / "share/demo/analysis.py").read_text()
        fvm("session", PROJECT, "--", "python3", "-c", analysis, user="anna")
        self.blocked = self.send("small.csv")
        self.released = self.send("table.csv")
        fvm("release", "review", self.released["release"], "--approve", user="rasmus")
        self.instance.wait_for(lambda: self.state(self.released) == "sent", 40)
        fvm("audit", "checkpoint")

    def send(self, name):
        done = self.instance.fvm("--json", "release", "send", PROJECT, name, "--to", "anna@demo-kommune.example", "--purpose", "Test",
                                 "--declare", user="anna", check=False)
        return json.loads(done.stdout)

    def state(self, release):
        return self.instance.json("release", "show", release["release"], user="rasmus")["state"]

    def close(self):
        self.instance.down()
        self.mail.stop()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = Path(tmp_path_factory.mktemp("path"))
    try:
        made.run()
        yield made
    finally:
        made.close()


def test_every_delivered_row_is_accepted_or_put_aside(path):
    assert len(path.delivered) >= 15
    for table, done in path.delivered.items():
        assert done["rows_read"] == done["rows_accepted"] + done["rows_rejected"], table
        register, name = table.lower().split(".")
        count = duck.table(path.instance.path / "mirror" / register / name, "SELECT count(*) FROM t")
        assert int(count[0][0]) == done["rows_accepted"], table


def test_project_holds_only_what_was_granted(path):
    data = path.instance.path / "projects" / PROJECT / "data"
    assert sorted(str(p.parent.relative_to(data)) for p in data.glob("*/*/_delta_log")) == [
        "cpr/t_person", "lmdb/lmdb", "lpr_f/diagnoser", "lpr_f/kontakter"]
    columns = {row[0] for row in duck.rows(f"SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet('{duck.delta_files(data / 'lmdb/lmdb')[0]}'))")}
    assert columns == {"pnr12", "atc", "eksd", "apk"}
    outside = duck.table(data / "lmdb/lmdb", "SELECT count(*) FROM t WHERE atc NOT LIKE 'A10%' OR eksd NOT BETWEEN DATE '2015-01-01' AND DATE '2025-12-31'")
    assert outside == [("0",)]
    persons = duck.table(data / "cpr/t_person", "SELECT count(DISTINCT v_pnr) FROM t")
    assert 0 < int(persons[0][0]) < PERSONS


def test_mirror_and_project_share_no_pseudonym(path):
    mirror = {row[0] for row in duck.table(path.instance.path / "mirror/cpr/t_person", "SELECT v_pnr FROM t")}
    project = {row[0] for row in duck.table(path.instance.path / "projects" / PROJECT / "data/cpr/t_person", "SELECT v_pnr FROM t")}
    assert project and not mirror & project


def test_small_cells_are_stopped_and_kept(path):
    assert path.blocked["state"] == "blocked"
    assert any(finding["row"] for file in path.blocked["files"] for finding in file["findings"])
    kept = list((path.instance.path / "kept").rglob("*.kept"))
    assert len(kept) == 2
    assert path.state(path.blocked) == "blocked"


def test_exactly_one_mail_with_the_approved_bytes(path):
    import email
    mails = list(path.mail.folder.glob("*.eml"))
    assert len(mails) == 1
    message = email.message_from_bytes(mails[0].read_bytes())
    attachments = [part.get_payload(decode=True) for part in message.walk() if part.get_filename()]
    outbox = path.instance.path / "projects" / PROJECT / "outbox" / "anna" / "table.csv"
    assert attachments == [outbox.read_bytes()]


def test_ledger_tells_the_whole_story(path):
    assert path.instance.fvm("audit", "verify").returncode == 0
    actions = [json.loads(line)["action"] for line in path.instance.fvm("audit", "export").stdout.splitlines()]
    for wanted in ("catalogue", "delivery", "project", "session", "release"):
        assert any(wanted in action for action in actions), wanted


def personal_numbers(folder):
    """Every personal number that the deliveries hold, from the person register's own file."""
    text = next(folder.glob("*t_person*.csv")).read_bytes().decode("utf-8-sig", errors="replace")
    return set(re.findall(r"(?<!\d)\d{10}(?!\d)", text))


def text_of(file):
    """All text of a file; of a Parquet file, each different cell with ten digits in a row and no more."""
    if file.suffix != ".parquet":
        return file.read_bytes().decode("latin-1")
    columns = [name for (name,) in duck.rows(f"SELECT column_name FROM (DESCRIBE FROM read_parquet('{file}'))")]
    cells = " UNION ALL ".join(f"""SELECT DISTINCT CAST("{name}" AS VARCHAR) AS cell FROM read_parquet('{file}')""" for name in columns)
    return "\n".join(cell for (cell,) in duck.rows(f"FROM ({cells}) WHERE regexp_matches(cell, '(^|[^0-9])[0-9]{{10}}([^0-9]|$)')"))


def test_no_personal_number_is_left_anywhere(path):
    numbers = personal_numbers(path.folder / "deliveries")
    assert len(numbers) >= PERSONS
    root = path.instance.path
    looked = 0
    for file in sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()):
        if file.relative_to(root).parts[0] in ("keys", "inbox", "set_aside"):
            continue
        found = set(re.findall(r"(?<!\d)\d{10}(?!\d)", text_of(file))) & numbers
        looked += 1
        assert not found, f"{file.relative_to(root)} holds {len(found)} personal numbers"
    assert looked > 40
    # Positive control: the same search finds them where they are.
    source = next((path.folder / "deliveries").glob("*t_person*.csv"))
    assert len(set(re.findall(r"(?<!\d)\d{10}(?!\d)", text_of(source))) & numbers) >= PERSONS
    words = ", ".join(f"'{number}'" for number in sorted(numbers))
    duck.rows(f"COPY (SELECT n, CAST(n AS BIGINT) AS i, 'x' || n || '.' AS t FROM (SELECT unnest([{words}]) AS n)) "
              f"TO '{path.folder}/control.parquet' (FORMAT parquet)")
    assert set(re.findall(r"(?<!\d)\d{10}(?!\d)", text_of(path.folder / "control.parquet"))) >= numbers
