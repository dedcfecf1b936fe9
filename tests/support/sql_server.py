"""`fvm-worker sql` run directly over Delta tables that the test makes, without sandbox or instance.

    with SqlServer(tmp_path) as server:
        server.table("lpr_f", "kontakter", [("cpr", "long"), ("dato", "date")], "SELECT 1 AS cpr, DATE '2020-01-01' AS dato")
        server.restart()                      # tables are found when the server starts
        server.psql("SELECT 1")               # text of one value
"""
import json
import os
import pathlib
import signal
import subprocess
import time

ROOT = pathlib.Path(os.environ.get("FVM_ROOT", pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("FVM_BIN", ROOT / "build" / "bin"))
DATABASE, USER = "FVM-2026-0001", "anna"


class SqlServer:
    def __init__(self, place, *flags, database=DATABASE, user=USER):
        self.place = pathlib.Path(place)
        self.run, self.data, self.work = self.place / "run", self.place / "data", self.place / "work"
        for folder in (self.run, self.data, self.work):
            folder.mkdir(exist_ok=True)
        self.flags, self.database, self.user = [str(f) for f in flags], database, user
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        ready, told = os.pipe()
        self.log = open(self.place / "sql.log", "ab")
        self.process = subprocess.Popen(
            [str(BIN / "fvm-worker"), "sql", "--socket-dir", str(self.run), "--data", str(self.data), "--database", self.database,
             "--user", self.user, "--work", str(self.work), "--allow", str(self.data), "--ready-fd", str(told), *self.flags],
            stderr=self.log, pass_fds=[told])
        os.close(told)
        with os.fdopen(ready) as pipe:
            if pipe.read() != "ready\n":
                raise AssertionError("fvm-worker sql did not start: " + (self.place / "sql.log").read_text())

    def stop(self):
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.process = None
        self.log.close()
        return code

    def restart(self):
        self.stop()
        self.start()

    @property
    def at(self):
        """How psycopg2 connects."""
        return {"host": str(self.run), "port": 5432, "dbname": self.database, "user": self.user}

    @property
    def environment(self):
        return dict(os.environ, PGHOST=str(self.run), PGPORT="5432", PGDATABASE=self.database, PGUSER=self.user, PSQLRC="/dev/null",
                    PSQL_HISTORY="/dev/null", LC_ALL="C.UTF-8", TZ="UTC")

    def run_psql(self, *arguments, stdin=None, timeout=60):
        return subprocess.run(["psql", "-X", *arguments], env=self.environment, text=True, input=stdin, capture_output=True, timeout=timeout,
                              cwd=self.place)

    def psql(self, sql, *arguments):
        done = self.run_psql("-A", "-t", *arguments, "-v", "ON_ERROR_STOP=1", "-c", sql)
        if done.returncode != 0:
            raise AssertionError(f"{sql}\n{done.stdout}{done.stderr}")
        return done.stdout.rstrip("\n")

    def table(self, schema, table, columns, query, comments=None):
        """A Delta table of `query`'s rows, written by this server's DuckDB. `columns`: [(name, Delta type)]."""
        place = self.data / schema / table
        (place / "_delta_log").mkdir(parents=True)
        files, rows = [], 0
        if query:
            files = [place / "part-0.parquet"]
            self.psql(f"COPY ({query}) TO '{files[0]}' (FORMAT parquet)")
            rows = int(self.psql(f"SELECT count(*) FROM read_parquet('{files[0]}')"))
        fields = [{"name": n, "type": t, "nullable": True, "metadata": {"comment": c} if (c := (comments or {}).get(n)) else {}}
                  for n, t in columns]
        actions = [
            {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
            {"metaData": {"id": table, "name": f"{schema}.{table}", "format": {"provider": "parquet", "options": {}},
                          "schemaString": json.dumps({"type": "struct", "fields": fields}), "partitionColumns": [],
                          "configuration": {}, "createdTime": 1}}]
        actions += [{"add": {"path": f.name, "partitionValues": {}, "size": f.stat().st_size, "modificationTime": 1, "dataChange": True,
                             "stats": json.dumps({"numRecords": rows})}} for f in files]
        actions.append({"commitInfo": {"timestamp": 1, "operation": "WRITE"}})
        (place / "_delta_log" / f"{0:020d}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))
        return rows


KONTAKTER = ("lpr_f", "kontakter", [("dw_ek_kontakt", "long"), ("cpr", "long"), ("dato_start", "date"), ("aktionsdiagnose", "string"),
                                    ("pris", "decimal(9,2)"), ("vaegt", "double")],
             """SELECT i AS dw_ek_kontakt, (i * 7919 % 1000003)::BIGINT AS cpr, DATE '2010-01-01' + (i % 4000)::INTEGER AS dato_start,
                'DE' || (i % 90 + 10) AS aktionsdiagnose, (i % 1000 / 8.0)::DECIMAL(9,2) AS pris,
                CASE WHEN i % 10 = 0 THEN NULL ELSE i / 7.0 END::DOUBLE AS vaegt FROM range(20000) t(i)""",
             {"dw_ek_kontakt": "Kontaktens nøgle", "cpr": "Personens pseudonym"})
TOM = ("dar", "tom", [("cpr", "long"), ("doed", "timestamp")], None)


def project(place, *flags):
    """A started server with two registers: lpr_f.kontakter (20,000 rows) and dar.tom (no rows)."""
    server = SqlServer(place, *flags)
    server.start()
    for table in (KONTAKTER, TOM):
        server.table(*table)
    server.restart()
    return server
