"""Rows of persons in files, found by what the project's own data say of them and not by their shape; each with honest tables of the same data as the control."""
import json

import pytest

from support import register_rows
from support.house import PROJECT, House

CERTAIN, DOUBTFUL, TOGETHER = "rows_are_persons", "rows_match_persons", "rows_of_persons_in_files"
SHAPES = {"rows_of_individuals", "birth_date", "small_count", "small_count_possible", "personal_number", "rows_of_files"}
PERSONS = 4000


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("population")) as it:
        it.data = register_rows.give(it, PERSONS)
        yield it


def some_persons(house):
    """(sex, birth, municipality, diagnosis, admitted, days, drug, dispensed, price), a person a row."""
    return register_rows.select(house.data, "SELECT c_kon, d_foddato, c_kom, c_diag, d_inddto, v_sengdage, atc, eksd, pris FROM (SELECT DISTINCT ON (v_pnr) * FROM ("
                                + register_rows.PERSONS + ") ORDER BY v_pnr, hash(d_inddto)) ORDER BY hash(v_pnr) LIMIT 60")


@pytest.fixture(scope="module")
def persons(house):
    return some_persons(house)


def csv(head, lines):
    return "\n".join(";".join(str(cell) for cell in line) for line in (head, *lines)) + "\n"


def send(house, files):
    """Of each file the findings of one request, by rule."""
    for name, content in files.items():
        house.put(name, content)
    done = house.send(*files)
    for name in files:
        (house.outbox() / name).unlink()
    assert done.returncode in (0, 1) and '"files"' in done.stdout, done.stdout + done.stderr
    shown = json.loads(done.stdout)
    return shown, {file["name"]: {finding["rule"]: finding for finding in file["findings"]} for file in shown["files"]}


def backwards(day, mark="-"):
    return mark.join(reversed(day.split("-")))


def aggregate(house, columns, more="count(DISTINCT v_pnr)"):
    numbers = ", ".join(str(i + 1) for i in range(columns.count(",") + 1))
    return register_rows.select(house.data, f"SELECT {columns}, {more} FROM (SELECT *, year(d_inddto) AS aar, 10 * (alder // 20) AS gruppe FROM ({register_rows.PERSONS}))"
                                f" GROUP BY {numbers} HAVING count(DISTINCT v_pnr) >= 5 ORDER BY {numbers}")


def honest(house):
    yield "kommune-aar", ("kommune", "aar", "antal"), aggregate(house, "kommune, aar")
    yield "kommunekode-koen", ("c_kom", "c_kon", "antal"), aggregate(house, "c_kom, c_kon")
    yield "uden-navne", ("a", "b", "c"), aggregate(house, "c_sgh, kommune")
    yield "atc-aar", ("atc", "aar", "antal", "gns"), aggregate(house, "atc, aar", "count(DISTINCT v_pnr), round(avg(pris), 1)")
    yield "sygehus", ("c_sgh", "c_kon", "antal", "dage", "pris"), aggregate(house, "c_sgh, c_kon", "count(DISTINCT v_pnr), sum(v_sengdage), sum(pris)")
    yield "dag", ("dato", "antal"), aggregate(house, "eksd")
    yield "pakker", ("apk", "atc", "aar", "n"), aggregate(house, "apk, atc, aar")
    yield "gennemsnit", ("kommune", "gruppe", "gns_dage"), aggregate(house, "kommune, gruppe", "round(avg(v_sengdage), 1)")


def hidden_rows(house, persons):
    """Persons as the rules of shape do not see them, by what is done to them."""
    table = aggregate(house, "kommune, aar")
    grouped = [(("forsøg", "kontrol")[i // 20], p) for i, p in enumerate(persons[:40])]  # a name of a group, and in order, as honest tables are
    yield "under other names", csv(("x0", "x1", "x2", "x3"), [(group, p[2], p[3], p[8]) for group, p in grouped]), CERTAIN
    yield "amounts divided by a hundred", csv(("f", "g", "s1", "s2"), [(group, p[2], f"{float(p[8]) / 100:.4f}", p[6]) for group, p in grouped]), CERTAIN
    yield "amounts times a hundred", csv(("f", "g", "s1", "s2"), [(group, p[2], round(float(p[8]) * 100), p[6]) for group, p in grouped]), CERTAIN
    yield "a few below an honest table", csv(("kommune", "aar", "antal"), table + [(p[2], p[4], p[8]) for p in persons[:5]]), DOUBTFUL
    yield "a few with a column more", csv(("kommune", "aar", "antal", "x"), [(*line, "") for line in table] + [(p[2], p[8], p[4], p[3]) for p in persons[:5]]), DOUBTFUL
    yield "called counts", csv(("gruppe", "antal", "n"), [(p[3], p[2], round(float(p[8]) * 100)) for p in persons[:40]]), CERTAIN


def seen_by_shape_too(persons):
    yield "under other names alone", csv(("x1", "x2", "x3"), [(p[2], p[3], p[8]) for p in persons[:40]])
    yield "labels and dates as people write them", csv(("a", "b", "c", "d"), [("mand" if p[0] == "M" else "kvinde", backwards(p[1], "."), p[2], f"{p[3][1:3]}.{p[3][3:]}") for p in persons[:40]])
    yield "dates without signs", csv(("a", "b", "c"), [(p[6], backwards(p[7], ""), p[8]) for p in persons[:40]])
    yield "on their side", "\n".join(";".join(cells) for cells in zip(*[(p[2], p[3], p[4], p[5]) for p in persons[:12]])) + "\n"
    yield "packed in a cell", csv(("x", "antal"), [(f"{p[0]}|{p[1]}|{p[2]}|{p[3]}", 100 + i) for i, p in enumerate(persons[:30])])
    yield "with columns to mislead", csv(("a", "b", "c", "d"), [(p[3], p[4], p[2], f"{(i * 7919) % 90000 / 100 + 20:.2f}") for i, p in enumerate(persons[:40])])


def test_rows_that_no_rule_of_shape_sees(house, persons):
    cases = list(hidden_rows(house, persons))
    shown, found = send(house, {f"a{i}.csv": content for i, (_, content, _) in enumerate(cases)})
    for i, (technique, _, rule) in enumerate(cases):
        rules = found[f"a{i}.csv"]
        assert rule in rules, (technique, sorted(rules))
        assert not SHAPES & set(rules), f"{technique}: the control is a file that only this rule sees, {sorted(rules)}"
    assert shown["state"] == "blocked"


def test_rows_however_they_are_written(house, persons):
    cases = list(seen_by_shape_too(persons))
    _, found = send(house, {f"b{i}.csv": content for i, (_, content) in enumerate(cases)})
    for i, (technique, _) in enumerate(cases):
        assert CERTAIN in found[f"b{i}.csv"], (technique, sorted(found[f"b{i}.csv"]))


def test_honest_tables_of_the_same_data_are_not_noticed(house):
    tables = {f"{name}.csv": csv(head, lines) for name, head, lines in list(honest(house))[1::2]}
    assert all(content.count("\n") > 8 for content in tables.values())
    _, found = send(house, tables)
    assert {name: rules for name, rules in found.items() if {CERTAIN, DOUBTFUL, TOGETHER} & set(rules)} == {}


def test_one_person_in_each_of_several_files(house, persons):
    one = lambda p: csv(("a", "b", "c"), [(p[2], p[3], p[8])])
    _, alone = send(house, {"c0.csv": one(persons[0])})
    assert not {CERTAIN, DOUBTFUL, TOGETHER} & set(alone["c0.csv"])
    _, found = send(house, {f"c{i}.csv": one(p) for i, p in enumerate(persons[:4])})
    assert TOGETHER in found["c0.csv"]
    moved = [(*p[:3], persons[(i + 7) % 60][3], *p[4:8], persons[(i + 23) % 60][8]) for i, p in enumerate(persons)]
    _, nobody = send(house, {f"d{i}.csv": one(p) for i, p in enumerate(moved[:4])})
    assert TOGETHER not in nobody["d0.csv"], "the control: the same values, of nobody"


def test_places_and_counts_and_no_value_are_told(house, persons):
    shown, found = send(house, {"e.csv": csv(("x1", "x2", "x3"), [(p[2], p[3], p[8]) for p in persons[:40]])})
    told = found["e.csv"][CERTAIN]
    assert told["row"] == 2 and "40/40" in told["en"] and "lmdb.lmdb.pris" in told["en"] and "40/40" in told["da"]
    for p in persons[:40]:
        assert p[8] not in json.dumps(told) and p[3] not in json.dumps(told)


def test_rows_of_nobody_are_not_noticed(house, persons):
    lines = [(p[2], persons[(i + 11) % 60][3], persons[(i + 29) % 60][8]) for i, p in enumerate(persons)]
    _, found = send(house, {"f.csv": csv(("x1", "x2", "x3"), lines)})
    assert not {CERTAIN, DOUBTFUL} & set(found["f.csv"]), "the values are the register's, the rows are not"


def test_a_job_that_cannot_read_the_data_leaves_it_to_a_person(house, persons):
    file = next((house.instance.path / "projects" / PROJECT / "data" / "lmdb" / "lmdb").glob("*.parquet"))
    kept = file.read_bytes()
    file.write_bytes(b"PAR1 broken")
    try:
        _, found = send(house, {"g.csv": csv(("kommune", "aar", "antal"), aggregate_lines())})
    finally:
        file.write_bytes(kept)
    assert "rows_not_compared" in found["g.csv"]
    _, found = send(house, {"g.csv": csv(("kommune", "aar", "antal"), aggregate_lines())})
    assert "rows_not_compared" not in found["g.csv"]


def aggregate_lines():
    return [(place, 2015 + year, 100 + 7 * year) for place in register_rows.PLACES for year in range(5)]
