"""Safe tables from inside a session.

    from fvm_tables import safe_table
    t = safe_table("SELECT pnr, kommune, koen FROM bef.person", rows="kommune", columns="koen", out="/outbox/t.xlsx")
    t.rows          # a list of dicts; None where a number is hidden, and "mark" says so
    t.to_pandas()   # a DataFrame, if pandas is there

A table is counted, judged against everything that the institution was told before, and put on record outside the session; what comes
back tells nothing about few persons. `safe_tables()` lists what was released, `safe_table_again(3)` brings one back, `explain(3,
"kommune=101,koen=K")` says why a cell is hidden.
"""
import os

import psycopg2

__all__ = ["Refused", "SafeTable", "explain", "safe_table", "safe_table_again", "safe_tables"]


class Refused(Exception):
    """No table was released; the text says why and what to do."""


class SafeTable:
    """A released table. `number`: on record; `rows`: dicts; `columns`: their names; `notices`: what was hidden, why, what was written."""

    def __init__(self, columns, values, notices, number):
        self.columns = list(columns)
        self.rows = [dict(zip(self.columns, row)) for row in values]
        self.notices = list(notices)
        self.number = number

    @property
    def hidden(self):
        return sum(1 for row in self.rows if row["mark"])

    def to_pandas(self):
        try:
            import pandas
        except ImportError:
            raise ImportError("pandas is not installed here: use .rows, a list of dicts") from None
        return pandas.DataFrame(self.rows, columns=self.columns)

    def __len__(self):
        return len(self.rows)

    def __repr__(self):
        return f"<SafeTable {self.number}: {len(self.rows)} cells, {self.hidden} hidden>"

    def __str__(self):
        shown = [name for name in self.columns if name != "mark"]
        lines = [shown] + [[_text(row[name], row["mark"]) for name in shown] for row in self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(shown))]
        numbers = [any(isinstance(row[name], (int, float)) for row in self.rows) for name in shown]
        fit = lambda text, i: text.rjust(widths[i]) if numbers[i] else text.ljust(widths[i])
        drawn = ["  ".join(fit(text, i) for i, text in enumerate(line)).rstrip() for line in lines]
        return "\n".join(drawn + [""] + self.notices)


def safe_table(sql, rows, columns=None, count=None, sum=None, mean=None, median=None, as_of=None, out=None, percentile=None,
               hierarchy=None, unit=None, title=None, percent=None, show=True):
    """Asks for a safe table and prints it. Names are a text "a,b" or a list; `out` is a file (.xlsx .csv .json .html .svg) or a list of
    them. Raises Refused."""
    given = dict(sql=sql, rows=rows, columns=columns, count=count, sum=sum, mean=mean, median=median, as_of=as_of, out=_places(out),
                 percentile=percentile, hierarchy=hierarchy, unit=unit, title=title, percent=percent)
    return _table("safe_table", given, show)


def safe_table_again(number, out=None, show=True):
    """A table that was released before; with `out`, the same bytes as then."""
    return _table("safe_table_again", dict(number=number, out=_places(out)), show)


def safe_tables():
    """What was released to the project: a list of dicts, the oldest first."""
    columns, values, _, _ = _call("safe_tables", {})
    return [dict(zip(columns, row)) for row in values]


def explain(number, cell):
    """Why a cell is hidden, and which coarser ones are not: a dict of cell, status, reason, published."""
    columns, values, _, _ = _call("safe_table_explain", dict(number=number, cell=cell))
    return dict(zip(columns, values[0]))


def _table(procedure, given, show):
    columns, values, notices, number = _call(procedure, given, number=True)
    table = SafeTable(columns, values, notices, number)
    if show:
        print(table)
    return table


def _call(procedure, given, number=False):
    given = {name: value for name, value in given.items() if value is not None}
    arguments = ", ".join(f"{name} => %s" for name in given)
    connection = psycopg2.connect("")  # PGHOST, PGDATABASE, PGUSER are the session's
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            try:
                cursor.execute(f"CALL fvm.{procedure}({arguments})", [_value(value) for value in given.values()])
            except psycopg2.Error as error:
                raise Refused((error.diag.message_primary if error.diag else None) or str(error).strip()) from None
            columns, values = [column.name for column in cursor.description], cursor.fetchall()
            notices = [text.split(":", 1)[1].strip() for text in connection.notices]
            if number:
                cursor.execute("CALL fvm.safe_table_notes()")
                number = cursor.fetchone()[0]
            return columns, values, notices, number
    finally:
        connection.close()


def _value(value):
    return list(value) if isinstance(value, (list, tuple)) else str(value)


def _places(out):
    """Files are written by the session's SQL server, whose folder is another."""
    if out is None:
        return None
    return [os.path.abspath(each) for each in ([out] if isinstance(out, (str, os.PathLike)) else out)]


def _text(value, mark):
    if value is None:
        return mark or "–"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
