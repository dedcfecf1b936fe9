"""What benches share: our SQL server and PostgreSQL 15's own on made-up tables, and medians."""
import contextlib
import glob
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("FVM_BIN", pathlib.Path(__file__).resolve().parent.parent / "build" / "bin"))
DATABASE, USER = "FVM-2026-0001", "bench"
POSTGRES = "/usr/lib/postgresql/15/bin"


@contextlib.contextmanager
def folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix="fvm-bench-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def wait_for(path, process, seconds=60):
    for _ in range(seconds * 50):
        if path.exists():
            return
        if process.poll() is not None:
            sys.exit(f"bench: {process.args[0]} ended with {process.returncode}")
        time.sleep(0.02)
    sys.exit(f"bench: {path} did not appear")


@contextlib.contextmanager
def our_server(place, data, threads=2, memory_mib=2048):
    """fvm-worker sql over the Delta tables in `data`; yields psql's connection arguments."""
    run = place / f"run-{time.monotonic_ns()}"
    run.mkdir()
    (place / "work").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [str(BIN / "fvm-worker"), "sql", "--socket-dir", str(run), "--data", str(data), "--database", DATABASE, "--user", USER,
         "--work", str(place / "work"), "--allow", str(place), "--threads", str(threads), "--memory-mib", str(memory_mib)],
        stderr=subprocess.DEVNULL)
    try:
        wait_for(run / ".s.PGSQL.5432", process)
        yield {"host": str(run), "port": "5432", "dbname": DATABASE, "user": USER}
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def postgres_server(place):
    """PostgreSQL 15 with its own defaults but more memory, as a user that is not root."""
    home = place / "postgres"
    home.mkdir()
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = home / "data"
    subprocess.run(as_user + [f"{POSTGRES}/initdb", "-D", str(data), "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8"],
                   check=True, stdout=subprocess.DEVNULL, cwd=home)
    settings = {"listen_addresses": "", "unix_socket_directories": str(home), "fsync": "off", "shared_buffers": "1GB",
                "work_mem": "256MB", "max_parallel_workers_per_gather": "2", "jit": "off", "effective_cache_size": "4GB"}
    process = subprocess.Popen(as_user + [f"{POSTGRES}/postgres", "-D", str(data)] +
                               [f"--{name}={value}" for name, value in settings.items()],
                               stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=home)
    try:
        wait_for(home / ".s.PGSQL.5432", process)
        time.sleep(0.5)
        at = {"host": str(home), "port": "5432", "dbname": DATABASE, "user": USER}
        psql(dict(at, dbname="postgres"), f'create database "{DATABASE}"')
        yield at
    finally:
        process.terminate()
        process.wait()


def psql(at, sql, **options):
    return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", at["host"], "-p", at["port"], "-U", at["user"],
                           "-d", at["dbname"], "-c", sql], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def delta_table(data, schema, table, columns, query, at, files=1):
    """A Delta table of `query`'s rows, written by our own server's DuckDB; `columns`: [(name, Delta type)]."""
    place = data / schema / table
    (place / "_delta_log").mkdir(parents=True)
    name = place / "part-0.parquet"
    psql(at, f"COPY ({query}) TO '{name}' (FORMAT parquet)")
    rows = int(psql(at, f"SELECT count(*) FROM read_parquet('{name}')"))
    schema_string = json.dumps({"type": "struct", "fields": [
        {"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in columns]})
    actions = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": {"id": table, "name": f"{schema}.{table}", "format": {"provider": "parquet", "options": {}},
                      "schemaString": schema_string, "partitionColumns": [], "configuration": {}, "createdTime": 1}},
        {"add": {"path": name.name, "partitionValues": {}, "size": name.stat().st_size, "modificationTime": 1, "dataChange": True,
                 "stats": json.dumps({"numRecords": rows})}},
        {"commitInfo": {"timestamp": 1, "operation": "WRITE"}}]
    (place / "_delta_log" / f"{0:020d}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))
    return rows


def copy_to_postgres(ours, theirs, schema, table, columns):
    """The same rows into a table of PostgreSQL."""
    psql(theirs, f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE {schema}.{table} ({', '.join(n + ' ' + t for n, t in columns)})")
    names = ", ".join(n for n, _ in columns)
    out = subprocess.Popen(["psql", "-X", "-q", "-h", ours["host"], "-U", ours["user"], "-d", ours["dbname"], "-c",
                            f"COPY (SELECT {names} FROM {schema}.{table}) TO STDOUT"], stdout=subprocess.PIPE)
    psql(theirs, f"COPY {schema}.{table} FROM STDIN", stdin=out.stdout)
    if out.wait() != 0:
        sys.exit("bench: the rows could not be copied")


def alternate(times, **runs):
    """Runs each of `runs` in turn `times` times; medians of the seconds they return."""
    seconds = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            seconds[name].append(run())
    return {name: statistics.median(values) for name, values in seconds.items()}
