"""R with DBI and RPostgreSQL, as Debian ships them."""
import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.sql_server import project  # noqa: E402

CONNECT = """suppressMessages(library(RPostgreSQL))
con <- dbConnect(PostgreSQL(), host=Sys.getenv("PGHOST"), port=5432, dbname=Sys.getenv("PGDATABASE"), user=Sys.getenv("PGUSER"))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("sql"))
    yield made
    made.stop()


def r(server, script):
    done = subprocess.run(["Rscript", "-e", CONNECT + script + "\ninvisible(dbDisconnect(con))"], env=server.environment, text=True,
                          capture_output=True, timeout=120, cwd=server.place)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_list_tables(server):
    assert r(server, "cat(sort(dbListTables(con)))") == "kontakter tom"


def test_exists_and_fields(server):
    assert r(server, 'cat(dbExistsTable(con, c("lpr_f", "kontakter")), dbExistsTable(con, c("lpr_f", "nope")))') == "TRUE FALSE"
    assert r(server, 'cat(sort(dbListFields(con, c("lpr_f", "kontakter"))))') == \
        "aktionsdiagnose cpr dato_start dw_ek_kontakt pris vaegt"


def test_types(server):
    script = """d <- dbGetQuery(con, "SELECT dw_ek_kontakt, dato_start, aktionsdiagnose, pris, vaegt, true AS ja,
        TIMESTAMP '2020-01-01 10:00:00' AS tid, sum(1) OVER () AS n, 1::INTEGER AS i FROM lpr_f.kontakter ORDER BY 1 LIMIT 2")
        cat(sapply(d, function(x) class(x)[1]), '|', d$n, '|', format(d$dato_start[2]), '|', d$pris[2], '|', is.na(d$vaegt[1]))"""
    assert r(server, script) == \
        "numeric Date character numeric numeric logical POSIXct numeric integer | 20000 20000 | 2010-01-02 | 0.13 | TRUE"


def test_pseudonyms_stay_exact(server):
    script = 'd <- dbGetQuery(con, "SELECT 3656158440062975::BIGINT AS p"); cat(format(d$p, digits=20))'
    assert r(server, script) == "3656158440062975"


def test_read_table(server):
    assert r(server, 'd <- dbReadTable(con, c("lpr_f", "kontakter")); cat(dim(d), sum(d$cpr) > 0)') == "20000 6 TRUE"


def test_write_table_and_read_it_back(server):
    script = """invisible(dbWriteTable(con, "mine", data.frame(a=1:3, b=c("x", "y,\\"z", NA)), row.names=FALSE))
        d <- dbReadTable(con, "mine"); cat(nrow(d), d$b[2], is.na(d$b[3])); invisible(dbRemoveTable(con, "mine"))"""
    assert r(server, script) == '3 y,"z TRUE'


def test_fetch_in_pieces(server):
    script = """rs <- dbSendQuery(con, "SELECT * FROM lpr_f.kontakter"); n <- 0
        while (!dbHasCompleted(rs)) n <- n + nrow(fetch(rs, n=3000)); invisible(dbClearResult(rs)); cat(n)"""
    assert r(server, script) == "20000"


def test_an_error_is_told_and_the_connection_goes_on(server):
    script = """invisible(try(dbGetQuery(con, "SELECT * FROM nope"), silent=TRUE))
        cat(grepl("nope", dbGetException(con)$errorMsg), dbGetQuery(con, "SELECT 7 AS a")$a)"""
    assert r(server, script).endswith("7")


def test_transactions(server):
    script = """invisible(dbBegin(con)); invisible(dbSendQuery(con, "CREATE TABLE public.tx(a INT)")); invisible(dbRollback(con))
        cat(dbExistsTable(con, "tx"))"""
    assert r(server, script) == "FALSE"
