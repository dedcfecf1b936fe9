"""Register data of a project as its builds leave it: persons, prescriptions, contacts and their diagnoses, drawn by hash so that they are the same each time."""
import json
import sqlite3

from support.duck import rows as query
from support.house import PROJECT

ATC = ("A10BA02", "C07AB02", "N02BE01", "C10AA05", "J01CE02", "N06AB04", "B01AC06", "R03AC02")
PLACES = ("København", "Aarhus", "Odense", "Aalborg", "Esbjerg", "Randers", "Vejle", "Horsens")
draw = lambda number: f"(hash(i * 31 + {number}))"
one_of = lambda words, number: f"{list(words)}[1 + ({draw(number)} % {len(words)})::INTEGER]"
person = lambda number, persons: f"(({draw(number)} % {persons}) * 7919 + 13000013)::BIGINT"

TABLES = {  # schema, name -> columns (name, Delta type, catalogue type, class), SELECT, rows for each person
    ("cpr", "t_person"): ((("v_pnr", "long", "text", "person"), ("c_kon", "string", "text", "code"), ("d_foddato", "date", "date", "date"),
                           ("c_kom", "string", "text", "code"), ("kommune", "string", "text", "ordinary"), ("alder", "long", "integer", "measure")),
                          lambda n: f"SELECT (i * 7919 + 13000013)::BIGINT AS v_pnr, CASE WHEN {draw(1)} % 2 = 0 THEN 'M' ELSE 'K' END AS c_kon,"
                          f" DATE '1930-01-01' + ({draw(2)} % 33000)::INTEGER AS d_foddato, (101 + ({draw(3)} % 98) * 7)::VARCHAR AS c_kom,"
                          f" {one_of(PLACES, 15)} AS kommune, ({draw(16)} % 95)::BIGINT AS alder FROM range({n}) r(i)", 1),
    ("lmdb", "lmdb"): ((("pnr12", "long", "text", "person"), ("atc", "string", "text", "code"), ("eksd", "date", "date", "date"), ("apk", "long", "integer", "measure"),
                        ("pris", "decimal(18,2)", "decimal", "measure")),
                       lambda n: f"SELECT {person(4, n)} AS pnr12, {one_of(ATC, 5)} AS atc, DATE '2015-01-01' + ({draw(6)} % 4000)::INTEGER AS eksd,"
                       f" (1 + {draw(7)} % 5)::BIGINT AS apk, (20 + ({draw(8)} % 90000) / 100.0)::DECIMAL(18,2) AS pris FROM range({3 * n}) r(i)", 3),
    ("lpr", "kontakter"): ((("pnr", "long", "text", "person"), ("dw_ek_kontakt", "long", "text", "record_key"), ("d_inddto", "date", "date", "date"),
                            ("v_sengdage", "long", "integer", "measure"), ("c_sgh", "string", "text", "code")),
                           lambda n: f"SELECT {person(9, n)} AS pnr, (i * 104729 + 77)::BIGINT AS dw_ek_kontakt, DATE '2015-01-01' + ({draw(12)} % 4000)::INTEGER AS d_inddto,"
                           f" ({draw(13)} % 30)::BIGINT AS v_sengdage, (1301 + {draw(14)} % 40)::VARCHAR AS c_sgh FROM range({2 * n}) r(i)", 2),
    ("lpr", "diagnoser"): ((("dw_ek_kontakt", "long", "text", "record_key"), ("c_diag", "string", "text", "code")),
                           lambda n: f"SELECT (i * 104729 + 77)::BIGINT AS dw_ek_kontakt, 'D' || chr((65 + {draw(10)} % 20)::INTEGER) || (10 + {draw(11)} % 80)::VARCHAR AS c_diag"
                           f" FROM range({2 * n}) r(i)", 2),
}
PERSONS = "SELECT * FROM {cpr_t_person} JOIN {lpr_kontakter} ON pnr = v_pnr JOIN {lpr_diagnoser} USING (dw_ek_kontakt) JOIN {lmdb_lmdb} ON pnr12 = v_pnr"


def write(data, persons):
    """The Delta tables below the folder `data`."""
    for (schema, name), (columns, select, _) in TABLES.items():
        folder = data / schema / name
        (folder / "_delta_log").mkdir(parents=True)
        query(f"COPY ({select(persons)}) TO '{folder}/part-0.parquet' (FORMAT parquet)")
        fields = json.dumps({"type": "struct", "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t, _, _ in columns]})
        actions = ({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
                   {"metaData": {"id": name, "format": {"provider": "parquet", "options": {}}, "schemaString": fields, "partitionColumns": [], "configuration": {}, "createdTime": 0}},
                   {"add": {"path": "part-0.parquet", "partitionValues": {}, "size": (folder / "part-0.parquet").stat().st_size, "modificationTime": 0, "dataChange": True}})
        (folder / "_delta_log" / "00000000000000000000.json").write_text("".join(json.dumps(action) + "\n" for action in actions))


def give(house, persons):
    """The house's project gets them as its current version."""
    data = house.instance.path / "projects" / PROJECT / "data"
    write(data, persons)
    with sqlite3.connect(house.instance.path / "store" / "fvm.sqlite") as store:
        store.execute("UPDATE project_version SET persons = ? WHERE project = ?", (persons, PROJECT))
        for (schema, name), (columns, _, each) in TABLES.items():
            told = json.dumps([{"name": n, "type": t, "class": c, "da": "", "en": ""} for n, _, t, c in columns])
            store.execute("INSERT INTO project_table(project, version, schema_name, name, delta_version, mirror_version, rows, columns, text_da, text_en)"
                          " VALUES (?, 1, ?, ?, 0, 0, ?, ?, '', '')", (PROJECT, schema, name, each * persons, told))
    store.close()
    return data


def select(data, sql):
    """Rows of `sql`, which names tables as {schema_table}."""
    places = {f"{schema}_{name}": f"'{data}/{schema}/{name}/part-0.parquet' AS {name}" for schema, name in TABLES}
    return query(sql.format(**places))
