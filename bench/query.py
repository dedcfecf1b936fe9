"""query: ten analytical queries over a project's tables through psql and our server.

ratio: total time ÷ DuckDB in process on the same Parquet files (its C library, driven by ctypes, results fetched as text);
postgres_ratio: PostgreSQL 15's total time ÷ ours on the same rows. Medians of alternating runs; two threads for everyone.
"""
import argparse
import ctypes
import subprocess
import time

import support

QUERIES = {
    "contacts per year": "SELECT extract(year FROM dato_start) AS aar, count(*) AS n, count(DISTINCT cpr) AS personer "
                         "FROM lpr_f.kontakter GROUP BY 1 ORDER BY 1",
    "persons per diagnosis": "SELECT diagnosekode, count(DISTINCT k.cpr) AS personer FROM lpr_f.diagnoser d JOIN lpr_f.kontakter k "
                             "USING (dw_ek_kontakt) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20",
    "diabetes by first contact": "SELECT extract(year FROM foerste) AS aar, count(*) AS personer FROM (SELECT k.cpr, min(k.dato_start) AS "
                                 "foerste FROM lpr_f.kontakter k JOIN lpr_f.diagnoser d USING (dw_ek_kontakt) "
                                 "WHERE d.diagnosekode LIKE 'DE1%' GROUP BY 1) f GROUP BY 1 ORDER BY 1",
    "medicines by group": "SELECT substr(atc, 1, 3) AS gruppe, count(*) AS n, sum(pris) AS pris, avg(pakker) AS pakker FROM lmdb.lmdb "
                          "GROUP BY 1 ORDER BY 1",
    "polypharmacy": "SELECT antal, count(*) AS personer FROM (SELECT cpr, count(DISTINCT atc) AS antal FROM lmdb.lmdb "
                    "WHERE eksd >= DATE '2022-01-01' GROUP BY 1) p GROUP BY 1 ORDER BY 1",
    "treated after diagnosis": "SELECT count(DISTINCT k.cpr) AS personer FROM lpr_f.kontakter k JOIN lpr_f.diagnoser d USING (dw_ek_kontakt) "
                               "JOIN lmdb.lmdb m ON m.cpr = k.cpr AND m.eksd > k.dato_start WHERE d.diagnosekode = 'DE119' "
                               "AND m.atc LIKE 'A10%'",
    "length of stay": "SELECT hospital, avg(dage) AS dage, count(*) AS n FROM lpr_f.kontakter WHERE dage IS NOT NULL GROUP BY 1 "
                      "HAVING count(*) >= 5 ORDER BY 2 DESC, 1 LIMIT 10",
    "seasons": "SELECT extract(month FROM dato_start) AS maaned, count(*) FILTER (WHERE d.diagnosekode LIKE 'DJ%') AS lunge, count(*) AS n "
               "FROM lpr_f.kontakter k JOIN lpr_f.diagnoser d USING (dw_ek_kontakt) GROUP BY 1 ORDER BY 1",
    "readmission": "SELECT count(*) AS n FROM (SELECT dato_start - lag(dato_start) OVER (PARTITION BY cpr ORDER BY dato_start) AS gab "
                   "FROM lpr_f.kontakter) g WHERE gab BETWEEN 1 AND 30",
    "rows home": "SELECT cpr, dato_start, hospital FROM lpr_f.kontakter WHERE hospital = '101234' ORDER BY cpr, dato_start",
}
TABLES = [
    ("lpr_f", "kontakter", [("dw_ek_kontakt", "long", "bigint"), ("cpr", "long", "bigint"), ("dato_start", "date", "date"),
                            ("hospital", "string", "text"), ("dage", "integer", "integer")],
     "SELECT i AS dw_ek_kontakt, (hash(i) % {persons})::BIGINT AS cpr, DATE '2010-01-01' + (hash(i + 1) % 5800)::INTEGER AS dato_start, "
     "(100000 + hash(i + 2) % 2000)::VARCHAR AS hospital, CASE WHEN i % 3 = 0 THEN NULL ELSE (hash(i + 3) % 40)::INTEGER END AS dage "
     "FROM range({rows}) t(i)"),
    ("lpr_f", "diagnoser", [("dw_ek_kontakt", "long", "bigint"), ("diagnosekode", "string", "text")],
     "SELECT (hash(i) % {rows})::BIGINT AS dw_ek_kontakt, 'D' || chr((65 + hash(i + 5) % 20)::INTEGER) || (100 + hash(i + 6) % 100)::VARCHAR "
     "AS diagnosekode FROM range({rows} * 2) t(i)"),
    ("lmdb", "lmdb", [("cpr", "long", "bigint"), ("eksd", "date", "date"), ("atc", "string", "text"), ("pris", "decimal(9,2)", "numeric(9,2)"),
                      ("pakker", "integer", "integer")],
     "SELECT (hash(i + 7) % {persons})::BIGINT AS cpr, DATE '2010-01-01' + (hash(i + 8) % 5800)::INTEGER AS eksd, "
     "chr((65 + hash(i + 9) % 14)::INTEGER) || (10 + hash(i + 10) % 5)::VARCHAR || 'BA' || (10 + hash(i + 11) % 9)::VARCHAR AS atc, "
     "((hash(i + 12) % 90000) / 100)::DECIMAL(9,2) AS pris, (1 + i % 3)::INTEGER AS pakker FROM range({rows} * 2) t(i)"),
]


class InProcess:
    """DuckDB without a server: prepares, runs and reads each value as text, as psql prints it."""

    def __init__(self, data, threads):
        library = support.BIN.parent.parent / "third_party" / "duckdb" / "libduckdb.so"
        self.duck = ctypes.CDLL(str(library))
        self.duck.duckdb_value_varchar.restype = ctypes.c_void_p
        self.duck.duckdb_value_varchar.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
        self.duck.duckdb_row_count.restype = self.duck.duckdb_column_count.restype = ctypes.c_uint64
        self.duck.duckdb_free.argtypes = [ctypes.c_void_p]
        self.duck.duckdb_result_error.restype = ctypes.c_char_p
        self.database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        assert self.duck.duckdb_open(None, ctypes.byref(self.database)) == 0
        assert self.duck.duckdb_connect(self.database, ctypes.byref(self.connection)) == 0
        self.run(f"SET threads = {threads}; SET memory_limit = '2048MiB'; SET parquet_metadata_cache = true")
        for schema, table, _, _ in TABLES:
            self.run(f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE VIEW {schema}.{table} AS "
                     f"SELECT * FROM read_parquet('{data}/{schema}/{table}/part-0.parquet')")

    def run(self, sql):
        start = time.perf_counter()
        result = (ctypes.c_byte * 256)()
        if self.duck.duckdb_query(self.connection, sql.encode(), ctypes.byref(result)) != 0:
            raise SystemExit(f"query: {self.duck.duckdb_result_error(ctypes.byref(result)).decode()}")
        rows, columns = self.duck.duckdb_row_count(ctypes.byref(result)), self.duck.duckdb_column_count(ctypes.byref(result))
        for row in range(rows):
            for column in range(columns):
                self.duck.duckdb_free(self.duck.duckdb_value_varchar(ctypes.byref(result), column, row))
        self.duck.duckdb_destroy_result(ctypes.byref(result))
        return time.perf_counter() - start


class Psql:
    """One psql that stays open, as an analyst's does; a marker line says when a query's rows have come."""

    def __init__(self, at):
        self.process = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-h", at["host"], "-U", at["user"], "-d", at["dbname"]],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = []

    def run(self, sql):
        start = time.perf_counter()
        self.process.stdin.write(sql + ";\n\\echo done-with-it\n")
        self.process.stdin.flush()
        self.lines = []
        for line in self.process.stdout:
            if line == "done-with-it\n":
                return time.perf_counter() - start
            self.lines.append(line)
        raise SystemExit("query: psql ended")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000, help="contacts; twice as many diagnoses and medicines")
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--each", action="store_true", help="a line for every query too")
    options = arguments.parse_args()
    with support.folder() as place, support.postgres_server(place) as theirs:
        data = place / "data"
        data.mkdir()
        with support.our_server(place, data) as writer:
            for schema, table, columns, query in TABLES:
                support.delta_table(data, schema, table, [(n, t) for n, t, _ in columns],
                                    query.format(rows=options.rows, persons=options.rows // 10), writer)
        with support.our_server(place, data) as ours:
            for schema, table, columns, _ in TABLES:
                support.copy_to_postgres(ours, theirs, schema, table, [(n, t) for n, _, t in columns])
            support.psql(theirs, "VACUUM ANALYZE")
            our_psql, their_psql, inside = Psql(ours), Psql(theirs), InProcess(data, 2)
            totals = {"ours": 0.0, "inside": 0.0, "theirs": 0.0}
            for name, sql in QUERIES.items():
                our_psql.run(sql)
                mine = our_psql.lines
                their_psql.run(sql)
                if len(mine) != len(their_psql.lines):
                    raise SystemExit(f"query: '{name}' has {len(mine)} rows here and {len(their_psql.lines)} in PostgreSQL")
                seconds = support.alternate(options.times, ours=lambda: our_psql.run(sql), inside=lambda: inside.run(sql),
                                            theirs=lambda: their_psql.run(sql))
                for who in totals:
                    totals[who] += seconds[who]
                if options.each:
                    print(f"  {name}: ours={seconds['ours']:.3f} inside={seconds['inside']:.3f} postgres={seconds['theirs']:.3f}")
            our_psql.close()
            their_psql.close()
    print(f"query queries={len(QUERIES)} ratio={totals['ours'] / totals['inside']:.2f} "
          f"postgres_ratio={totals['theirs'] / totals['ours']:.1f} seconds={totals['ours']:.3f} "
          f"duckdb_seconds={totals['inside']:.3f} postgres_seconds={totals['theirs']:.3f}")


main()
