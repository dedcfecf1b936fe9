"""fvm deliver: what arrives, what is refused and how it is said. What a crash leaves: test_deliver_crashes.py."""
import hashlib
import json
import threading

import pytest

from support import duck
from support.deliveries import CATALOGUE, HEADER, cpr, deliver, fingerprint, mirror, put, text, visit
from support.instance import ROOT, SHARED, Instance
from support.settings import change

EDGE_CASES = {"BEF.bef": "bef", "LAB.lab_forsker": "lab_forsker", "LMDB.lmdb": "lmdb", "LPR3A.kontakt": "lpr3a_kontakt",
              "LPR3A.diagnose": "lpr3a_diagnose", "LPR3F.kontakter": "lpr3f_kontakter", "LPR3F.diagnoser": "lpr3f_diagnoser",
              "LPR.lpr_adm": "lpr_adm", "LPR.lpr_diag": "lpr_diag", "SSSY.sssy": "sssy", "SYSI.sysi": "sysi"}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One instance for the tests that leave it whole; each delivers with --mode replace and content of its own."""
    with Instance(tmp_path_factory.mktemp("deliver") / "i") as instance:
        change(instance.path, **{"deliver.hold": '"never"'})  # what is unusual beside the test before: test_deliver_held.py
        catalogue = instance.path / "inbox" / "test.toml"
        catalogue.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", catalogue)
        yield instance


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        (tmp_path / "c.toml").write_text(CATALOGUE)
        instance.fvm("catalogue", "import", tmp_path / "c.toml")
        yield instance


# --- what arrives


@pytest.mark.skipif(not SHARED.exists(), reason="the shared edge cases are not here")
def test_edge_cases_arrive_whole(tmp_path):
    with Instance(tmp_path / "i") as instance:
        instance.fvm("catalogue", "import", ROOT / "tests/functional/osdc.toml")
        for table, name in EDGE_CASES.items():
            source = SHARED / "osdc-edge-cases" / f"{name}.csv"
            code, answer = deliver(instance, source, table=table)
            assert code == 0, answer
            folder = "/".join(table.lower().split("."))
            # Every row, by every column that is not an identifier, with its number of repetitions.
            columns = [c for c in source.read_text().splitlines()[0].split(",") if c != "pnr"]
            listed = ", ".join(f"{c}::VARCHAR" for c in columns)
            as_delivered = ", ".join(
                f"{c}::{dict(volume='DOUBLE', apk='DOUBLE', kont_starttidspunkt='TIMESTAMP').get(c, 'VARCHAR')}::VARCHAR" for c in columns)
            want = duck.rows(f"SELECT {as_delivered} FROM read_csv('{source}', all_varchar = true) ORDER BY ALL")
            assert mirror(instance, f"SELECT {listed} FROM t ORDER BY ALL", folder) == want
            assert answer["rows_accepted"] == len(want) > 0
            if "pnr" in source.read_text().splitlines()[0]:
                # One person, one pseudonym: the joined shape of repetitions is the same on both sides.
                groups = "SELECT count(*) AS n FROM {} GROUP BY pnr ORDER BY n"
                assert mirror(instance, groups.format("t"), folder) == duck.rows(
                    groups.format(f"read_csv('{source}', all_varchar = true)"))


def test_values_types_and_what_is_dropped(running):
    rows = [visit(1), visit(2, mother_cpr="0000000000", seen="", count="", amount="-1.25"), visit(3, cpr=cpr(1))]
    code, answer = deliver(running, put(running, text(rows)), "--mode", "replace")
    assert code == 0 and answer["rows_accepted"] == 3 and answer["findings"] == []
    got = mirror(running, "SELECT * FROM t ORDER BY id")
    names = [row[0] for row in mirror(running, "SELECT column_name FROM (DESCRIBE t)")]
    assert names == [n for n in HEADER if n != "name"]
    assert [row[names.index("mother_cpr")] is None for row in got] == [False, True, False]
    assert got[0][names.index("cpr")] == got[2][names.index("cpr")] != got[1][names.index("cpr")]
    assert 0 <= int(got[0][0]) < 36**10 and got[0][0] != str(int(cpr(1), 36))
    assert got[0][names.index("born")] == "1950-12-02" and got[0][names.index("seen")] == "2020-01-01 08:01:00"
    assert got[1][names.index("amount")] == "-1.25" and got[1][names.index("count")] is None


QUIRKS = {
    "semicolon": lambda r: text(r, delimiter=";"),
    "semicolon and decimal comma": lambda r: text(r, delimiter=";", decimal=","),
    "tab": lambda r: text(r, delimiter="\t"),
    "byte order mark": lambda r: b"\xef\xbb\xbf" + text(r).encode(),
    "latin-1": lambda r: text(r).encode("latin-1"),
    "latin-1 behind a long head of ASCII": lambda r: text([visit(i) for i in range(1000, 31000)] + r).encode("latin-1"),
    "windows-1252": lambda r: text(r, delimiter=";").replace("Ærø", "Ærø – €").encode("windows-1252"),
    "carriage returns": lambda r: text(r, end="\r\n"),
    "everything quoted": lambda r: text(r, quote_all=True),
    "header in another case": lambda r: text(r, header=[h.upper() for h in HEADER]),
    "columns in another order": lambda r: text(r, header=HEADER[::-1]),
    "no last line end": lambda r: text(r)[:-1],
    "empty lines": lambda r: text(r).replace("\n", "\n\n"),
    "decimal comma in a comma file": lambda r: text(r, decimal=","),
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_quirks(running, quirk):
    rows = [visit(1, note="æøå; \"quoted\", and\ta tab"), visit(2, note="two\nlines" if "empty" not in quirk else "one"),
            visit(3, note="Ærø"), visit(4)]
    code, answer = deliver(running, put(running, QUIRKS[quirk](rows)), "--mode", "replace")
    assert code == 0, answer
    assert answer["rows_rejected"] == 0
    got = mirror(running, "SELECT id, note, amount, day FROM t WHERE id IN ('v1', 'v2', 'v3', 'v4') ORDER BY id")
    told = "Ærø – €" if quirk == "windows-1252" else "Ærø"
    assert got == [(r["id"], r["note"].replace("Ærø", told), r["amount"], r["day"]) for r in rows]


def test_optional_columns_may_be_absent(running):
    header = ["id", "cpr", "day"]
    code, _ = deliver(running, put(running, text([visit(i) for i in range(20)], header=header)), "--mode", "replace")
    assert code == 0
    assert mirror(running, "SELECT count(*), count(note), count(amount) FROM t") == [("20", "0", "0")]


# --- what is refused before a row is read

BAD_FILES = {
    "empty file": (b"", "finding.empty_file", 0, ""),
    "header only": (text([]), "finding.header_only", 0, ""),
    "unknown column": (text([visit(1)]).replace("note,", "noted,", 1), "finding.column_unknown", 1, "note"),
    "missing column": (text([visit(1)], header=[h for h in HEADER if h != "day"]), "finding.column_missing", 1, ""),
    "doubled column": (text([visit(1)]).replace("count,", "Amount,", 1), "finding.column_twice", 1, ""),
    "no header": (text([visit(1), visit(2)]).split("\n", 1)[1], "finding.column_unknown", 1, ""),
    "utf-16": (text([visit(1)]).encode("utf-16"), "finding.utf16", 0, ""),
    "zero bytes": (text([visit(1)]).encode() + b"\0\0\n", "finding.binary", 3, ""),
    "mixed encodings": (text([visit(i, note="æøå") for i in range(9)]).encode() + b"\xe6\n", "finding.mixed_encoding", 11, ""),
    # DuckDB leaves out a line that is longer than its buffer without a word.
    "a line without an end": (text([visit(i, note="x" * (9 << 20) if i == 5 else "y") for i in range(9)]), "finding.too_long", 7, ""),
    "personal numbers within notes": (text([visit(i, note=f"mor {cpr(i + 9)[:6]}-{cpr(i + 9)[6:]} set") for i in range(9)]),
                                      "finding.looks_like_person", 0, ""),
    "personal numbers within keys": (text([visit(i, id=f"K{cpr(i + 9)}") for i in range(9)]), "finding.looks_like_person", 0, ""),
    "personal numbers in a note": (text([visit(i, note=cpr(i + 9)) for i in range(9)]), "finding.looks_like_person", 0, ""),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_not_this_table(running, case):
    content, rule, line, advice = BAD_FILES[case]
    deliver(running, put(running, text([visit(77)])), "--mode", "replace")
    before = fingerprint(running)
    code, answer = deliver(running, put(running, content))
    assert code == 2 and answer["status"] == "refused", answer
    finding = next(f for f in answer["findings"] if f["rule"] == rule)
    assert finding["line"] == line and finding["file"].endswith(".csv")
    assert finding["advice"] == advice or not advice
    assert fingerprint(running) == before
    assert cpr(1) not in json.dumps(answer) and "Navnesen" not in json.dumps(answer)


# Six personal numbers among thirty thousand rows, where no sample looks: every value is looked at.
HIDDEN = {
    "among words": ("note", lambda i: cpr(i)),
    "with a dash": ("note", lambda i: f"{cpr(i)[:6]}-{cpr(i)[6:]}"),
    "with blanks around": ("note", lambda i: f" {cpr(i)}  "),
    "as whole numbers, without their zero": ("count", lambda i: str(int(cpr(i)))),
    "as decimals": ("amount", lambda i: f"{int(cpr(i))}.0"),
}
# The same places, and values that only look a little like it.
INNOCENT = {
    "ten digits that are no dates": ("note", lambda i: str(9_900_000_000 + i * 7)),
    "days as text": ("note", lambda i: f"2020-01-{i % 28 + 1:02}"),
    "large numbers": ("count", lambda i: str(4_000_000_000 + i * 99)),
    "fewer than five": ("note", lambda i: cpr(i) if i % 2 else "ord"),
}


def test_keys_that_count_upwards_are_no_persons(running):
    """Ten digits, the first of January in every row: a million record keys in a row look like that."""
    rows = [visit(i, note=str(101_000_000 + i).zfill(10), count=str(1_001_000_000 + i)) for i in range(3000)]
    code, answer = deliver(running, put(running, text(rows)), "--mode", "replace")
    assert code == 0 and answer["rows_accepted"] == len(rows), answer


@pytest.fixture(scope="module")
def hidden_rows():
    return [visit(i) for i in range(30_000)]


def with_hidden(rows, column, value):
    """In rows that lie between the pieces of the file that the first look samples."""
    rows, step = list(rows), len(rows) // 16
    for k in range(6):
        at = step * (5 + k) + step // 2
        rows[at] = rows[at] | {column: value(k * 37 + 1)}
    return rows


@pytest.mark.parametrize("case", HIDDEN)
def test_personal_numbers_that_no_sample_sees_stop_the_delivery(running, hidden_rows, case):
    column, value = HIDDEN[case]
    deliver(running, put(running, text([visit(77)])), "--mode", "replace")
    before = fingerprint(running)
    code, answer = deliver(running, put(running, text(with_hidden(hidden_rows, column, value))))
    assert code == 2 and answer["status"] == "refused", answer
    assert [(f["rule"], f["column"]) for f in answer["findings"]] == [("finding.looks_like_person", column)]
    assert fingerprint(running) == before
    assert cpr(1) not in json.dumps(answer)


@pytest.mark.parametrize("case", INNOCENT)
def test_what_is_no_personal_number_stops_nothing(running, hidden_rows, case):
    column, value = INNOCENT[case]
    code, answer = deliver(running, put(running, text(with_hidden(hidden_rows, column, value))), "--mode", "replace")
    assert code == 0 and answer["rows_accepted"] == len(hidden_rows), answer


def test_mixed_line_ends_and_open_quotes_name_the_line(running):
    mixed = text([visit(1), visit(2)]).replace("\n", "\r\n", 1) + "\r\n"
    opened = text([visit(1), visit(2, note="fine"), visit(3)]).replace("fine", '"open')
    for content, code_word, line in ((mixed, "ingest.line_ends", "2"), (opened, "ingest.open_quote", "3")):
        before = fingerprint(running)
        code, answer = deliver(running, put(running, content))
        assert code == 2 and answer["error"] == code_word and answer["facts"]["line"] == line, answer
        assert fingerprint(running) == before


# --- bad rows

BAD_ROWS = {
    "day": ("2021-02-30", "finding.date", "9999-99-99"), "born": ("1/1/50", "finding.date", "9/9/99"),
    "seen": ("yesterday", "finding.timestamp", "aaaaaaaaa"), "amount": ("1.2.3", "finding.decimal", "9.9.9"),
    "count": ("12.5", "finding.integer", "99.9"), "cpr": ("3213991234", "finding.person", "9999999999"),
    "mother_cpr": ("abc", "finding.person", "aaa"), "ydernr": ("12 34 56", "finding.provider", "99 99 99"),
    "id": ("", "finding.required_empty", ""),
}


def test_each_bad_value_is_told_by_its_shape(running):
    rows = [visit(i) for i in range(200)]
    for at, (column, (value, _, _)) in enumerate(BAD_ROWS.items()):
        rows[10 * at + 5][column] = value
    code, answer = deliver(running, put(running, text(rows)), "--mode", "replace", "--bad-rows-max", "0.1")
    assert code == 0
    assert (answer["rows_read"], answer["rows_accepted"], answer["rows_rejected"]) == (200, 200 - len(BAD_ROWS), len(BAD_ROWS))
    got = [(f["line"], f["column"], f["rule"], f["shape"]) for f in answer["findings"]]
    assert got == [(10 * at + 7, column, rule, shape) for at, (column, (_, rule, shape)) in enumerate(BAD_ROWS.items())]
    assert "3213991234" not in json.dumps(answer)
    box = (running.path / "set_aside" / answer["set_aside"]).read_bytes()
    assert box.startswith(b"FVMBOX1\n") and b"3213991234" not in box and len(box) > 1000


def test_broken_lines(running):
    lines = text([visit(i) for i in range(100)]).splitlines()
    lines[10] = lines[10].rsplit(",", 2)[0]
    lines[20] += ",one,too,many"
    lines[30] = lines[30].replace("note", '"no"te', 1)
    code, answer = deliver(running, put(running, "\n".join(lines) + "\n"), "--mode", "replace", "--bad-rows-max", "0.05")
    assert code == 0, answer
    assert [(f["line"], f["rule"]) for f in answer["findings"]] == [
        (11, "finding.too_few_columns"), (21, "finding.too_many_columns"), (31, "finding.quote")]
    assert answer["rows_accepted"] == 97


def test_too_many_bad_rows_change_nothing(running):
    deliver(running, put(running, text([visit(5)])), "--mode", "replace")
    before = fingerprint(running)
    rows = [visit(i, day="never" if i % 10 == 0 else "2020-01-01") for i in range(1000)]
    code, answer = deliver(running, put(running, text(rows)), "--mode", "replace")
    assert code == 1 and answer["status"] == "refused" and answer["rows_rejected"] == 100
    assert len(answer["findings"]) == 100 and answer["version"] is None
    assert fingerprint(running) == before
    assert (running.path / "set_aside" / answer["set_aside"]).exists()


def test_unknown_table_file_and_mode(running):
    assert deliver(running, put(running, text([visit(1)])), table="TST.vist")[1]["facts"]["advice"] == "TST.visit"
    assert deliver(running, running.path / "inbox" / "none.csv")[0] == 2
    code, answer = deliver(running, put(running, "id,code\nv1,A\n"), "--mode", "upsert", table="TST.code")
    assert (code, answer["error"]) == (2, "deliver.no_key")


# --- again, and modes


def test_the_same_again_changes_nothing(fresh):
    one, two = put(fresh, text([visit(1)])), put(fresh, text([visit(2)]))
    first = deliver(fresh, one)[1]
    before = fingerprint(fresh)
    copy = put(fresh, one.read_bytes(), "another-name.csv")
    code, again = deliver(fresh, copy)
    assert code == 0 and again["already"] and again["number"] == first["number"]
    assert fingerprint(fresh) == before
    code, answer = deliver(fresh, one, two)  # half of it is there already
    assert (code, answer["error"]) == (2, "deliver.file_already")
    assert deliver(fresh, two)[0] == 0
    assert mirror(fresh, "SELECT id FROM t ORDER BY id") == [("v1",), ("v2",)]
    assert deliver(fresh, one, "--mode", "replace")[1]["already"] is False
    assert mirror(fresh, "SELECT id FROM t") == [("v1",)]
    assert deliver(fresh, one, "--mode", "replace")[1]["already"] is True
    assert deliver(fresh, two)[1]["already"] is False  # its rows went with the replace
    assert mirror(fresh, "SELECT count(*) FROM t") == [("2",)]


def test_every_delivery_has_its_files_digest(fresh):
    """Whether it was known before the reading (a file of that size stands) or only after, accepted or refused."""
    one, other = put(fresh, text([visit(1)])), put(fresh, text([visit(2)]))
    bad = put(fresh, text([visit(1)]).replace("id", "di"))
    assert [deliver(fresh, one)[0], deliver(fresh, other)[0], deliver(fresh, bad)[0]] == [0, 0, 2]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, other, bad)]
    told = [(event["subject"], event["facts"]["sha256"])
            for event in map(json.loads, fresh.fvm("audit", "export").stdout.splitlines()) if "sha256" in event["facts"]]
    assert told == [(f"delivery {i + 1}", digest) for i, digest in enumerate(digests)]


@pytest.mark.parametrize("path", ["/dev/zero", "/tmp"])
def test_what_cannot_be_read_twice_is_refused(fresh, path):
    before = fingerprint(fresh)
    code, answer = deliver(fresh, path)
    assert (code, answer["error"]) == (2, "deliver.not_a_file")
    assert fingerprint(fresh) == before


def test_upsert_replaces_by_key(fresh):
    deliver(fresh, put(fresh, text([visit(i) for i in range(100)])))
    deliver(fresh, put(fresh, text([visit(i) for i in range(100, 200)])))
    code, answer = deliver(fresh, put(fresh, text([visit(i, note="new") for i in (5, 6, 300)])), "--mode", "upsert")
    assert code == 0, answer
    assert mirror(fresh, "SELECT count(*), count(DISTINCT id), count(*) FILTER (note = 'new') FROM t") == [("201", "201", "3")]
    code, answer = deliver(fresh, put(fresh, text([visit(1, note="a"), visit(1, note="b")])), "--mode", "upsert")
    assert (code, answer["error"]) == (1, "ingest.key_twice")
    assert mirror(fresh, "SELECT count(*) FROM t") == [("201",)]


def test_tables_side_by_side_and_one_after_the_other(fresh):
    codes = "id,code\n" + "".join(f"v{i},C{i % 9}\n" for i in range(500))
    jobs = [("TST.visit", put(fresh, text([visit(i) for i in range(k * 100, k * 100 + 100)]))) for k in range(3)]
    jobs += [("TST.code", put(fresh, codes))]
    results = {}
    threads = [threading.Thread(target=lambda k=k, t=t, f=f: results.update({k: deliver(fresh, f, table=t)}))
               for k, (t, f) in enumerate(jobs)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert [results[k][0] for k in range(4)] == [0] * 4, results
    assert mirror(fresh, "SELECT count(*), count(DISTINCT id) FROM t") == [("300", "300")]
    assert mirror(fresh, "SELECT count(*) FROM t", "tst/code") == [("500",)]


def test_freshness(fresh):
    empty = {t["table"]: t for t in fresh.json("mirror", "freshness")["tables"]}
    assert empty["TST.visit"]["delivered"] is None and empty["TST.visit"]["rows"] == 0
    deliver(fresh, put(fresh, text([visit(1), visit(2)])))
    deliver(fresh, put(fresh, text([visit(3)])))
    told = {t["table"]: t for t in fresh.json("mirror", "freshness")["tables"]}["TST.visit"]
    assert (told["rows"], told["deliveries"], told["version"]) == (3, 2, 2) and told["delivered"] > "2020"


def test_the_engines_own_words_never_come_out(running):
    """DuckDB quotes lines of the file in its errors; what leaves the sandbox is our own words and a place."""
    latin = text([visit(1), visit(2, note="hemmelig æ")]).encode("latin-1")
    code, document = deliver(running, put(running, latin), "--mode", "replace", "--encoding", "utf-8")  # DuckDB fails on it
    assert code == 2 and document["error"] == "ingest.unclear"
    assert set(document["facts"]) == {"line", "file", "number"} and "hemmelig" not in json.dumps(document)
    # What DuckDB's latin-1 does not know is found before DuckDB sees it.
    odd = text([visit(1), visit(2, note="hemmelig \x85\x96")]).encode("latin-1")
    code, document = deliver(running, put(running, odd), "--mode", "replace", "--encoding", "latin-1")
    assert code == 2 and document["findings"][0]["rule"] == "finding.windows_1252" and "hemmelig" not in json.dumps(document)
