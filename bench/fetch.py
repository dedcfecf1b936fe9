"""fetch: a million rows of eight columns over the PostgreSQL protocol, ours against PostgreSQL 15's own server.

postgres_ratio: PostgreSQL's time / ours with a client that throws the rows away (bench/fetch_client.cpp);
psycopg2_ratio: the same with psycopg2 and fetchall. The same rows, Unix sockets, medians of alternating runs.
"""
import argparse
import subprocess
import time

import psycopg2

import support

COLUMNS = [("cpr", "long", "bigint"), ("alder", "integer", "integer"), ("dato", "date", "date"), ("diagnose", "string", "text"),
           ("sygehus", "string", "text"), ("navn", "string", "text"), ("pris", "decimal(12,2)", "numeric(12,2)"),
           ("maaling", "double", "double precision")]
ROWS = """SELECT (i * 7919007 % 3656158440062976)::BIGINT AS cpr, (i % 100)::INTEGER AS alder,
  DATE '2000-01-01' + (i % 9000)::INTEGER AS dato, 'DE' || (i % 900 + 100) AS diagnose, (i % 7000 + 100000)::VARCHAR AS sygehus,
  'Afsnit for ' || (i % 331) || ' og øvrige' AS navn, (i % 1000003 / 100.0)::DECIMAL(12,2) AS pris, sqrt(i) AS maaling
  FROM range({rows}) t(i)"""
SQL = "SELECT * FROM lpr.kontakter"


def discarding(at):
    done = subprocess.run([str(support.BIN.parent / "bench" / "bench_fetch_client"), f"{at['host']}/.s.PGSQL.5432", at["dbname"],
                           at["user"], SQL], check=True, text=True, stdout=subprocess.PIPE).stdout
    facts = dict(part.split("=") for part in done.split())
    return int(facts["rows"]), int(facts["bytes"]), float(facts["seconds"])


def with_psycopg2(at):
    with psycopg2.connect(**at) as connection, connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute(SQL)
        cursor.fetchall()
        return time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--times", type=int, default=5)
    options = arguments.parse_args()
    with support.folder() as place, support.postgres_server(place) as theirs:
        data = place / "data"
        data.mkdir()
        with support.our_server(place, data) as writer:
            support.delta_table(data, "lpr", "kontakter", [(n, t) for n, t, _ in COLUMNS], ROWS.format(rows=options.rows), writer)
        with support.our_server(place, data) as ours:
            support.copy_to_postgres(ours, theirs, "lpr", "kontakter", [(n, t) for n, _, t in COLUMNS])
            support.psql(theirs, "VACUUM ANALYZE lpr.kontakter")
            same = discarding(ours)[0] == discarding(theirs)[0] == options.rows
            if not same:
                raise SystemExit("fetch: the servers sent different numbers of rows")
            discard = support.alternate(options.times, ours=lambda: discarding(ours)[2], theirs=lambda: discarding(theirs)[2])
            python = support.alternate(max(1, options.times // 2), ours=lambda: with_psycopg2(ours), theirs=lambda: with_psycopg2(theirs))
            megabytes = discarding(ours)[1] / 1e6
    print(f"fetch rows={options.rows} postgres_ratio={discard['theirs'] / discard['ours']:.2f} "
          f"psycopg2_ratio={python['theirs'] / python['ours']:.2f} seconds={discard['ours']:.3f} postgres_seconds={discard['theirs']:.3f} "
          f"mb_per_s={megabytes / discard['ours']:.0f}")


main()
