"""Safe tables from inside a session.

    from fvm_tables import safe_table
    t = safe_table("SELECT pnr, kommune, koen FROM bef.person", rows="kommune", columns="koen", out="/outbox/t.xlsx")
    t.rows          # a list of dicts; None where a number is hidden, and "mark" says so
    t.to_pandas()   # a DataFrame, if pandas is there

A table is counted, judged against everything that the institution was told before, and put on record outside the session; what comes
back tells nothing about few persons. `safe_tables()` lists what was released, `safe_table_again(3)` brings one back, `explain(3,
"kommune=101,koen=K")` says why a cell is hidden.

    m = safe_regression("SELECT pnr, syg, alder, kommune FROM lpr.samlet", outcome="syg", terms="alder, factor(kommune)", family="binomial")

A model is fitted anew by the service, from the same SELECT: its figures are told, not those of a fit made here.
"""
import os
import re

import psycopg2

__all__ = ["Refused", "SafeModel", "SafeTable", "explain", "safe_group_by", "safe_regression", "safe_survival", "safe_table", "safe_table_again", "safe_tables"]


class Refused(Exception):
    """No table was released; the text says why and what to do."""


class _Answer:
    """What a CALL gave. `rows`: dicts; `columns`: their names; `notices`: what was said beside it."""

    def __init__(self, columns, values, notices):
        self.columns = list(columns)
        self.rows = [dict(zip(self.columns, row)) for row in values]
        self.notices = list(notices)

    def to_pandas(self):
        try:
            import pandas
        except ImportError:
            raise ImportError("pandas is not installed here: use .rows, a list of dicts") from None
        return pandas.DataFrame(self.rows, columns=self.columns)


class SafeTable(_Answer):
    """A released table. `number`: on record; `rows`: dicts; `columns`: their names; `notices`: what was hidden, why, what was written."""

    def __init__(self, columns, values, notices, number):
        super().__init__(columns, values, notices)
        self.number = number

    @property
    def hidden(self):
        return sum(1 for row in self.rows if row["mark"])

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


class SafeModel(SafeTable):
    """A released model: one row a coefficient. `differs`: names of those that differ from the fit that was handed over, beyond rounding."""

    differs = ()

    def __repr__(self):
        return f"<SafeModel {self.number}: {len(self.rows)} rows>"


class SafeCurves(SafeTable):
    """Released survival curves: one row a step."""

    def __repr__(self):
        return f"<SafeCurves {self.number}: {len(self.rows)} steps>"


def safe_regression(sql, outcome=None, terms=None, family=None, out=None, as_of=None, unit=None, title=None, fit=None, show=True):
    """Asks for a regression model and prints it. `terms`: "alder, factor(kommune)", texts are factors; `family`: "gaussian", "binomial"
    or "poisson". `fit`: results of statsmodels' formula interface instead of these three: what was asked for is read from it, and its
    coefficients are held against the released ones, here alone. Raises Refused."""
    if fit is not None:
        outcome, terms, family = outcome or fit.model.endog_names, terms or _terms_of(fit), family or _family_of(fit)
    given = dict(sql=sql, outcome=outcome, terms=_listed(terms), family=family, out=_places(out), as_of=as_of, unit=unit, title=title)
    model = _table("safe_regression", given, show=False)
    if fit is not None:
        model.differs = _differing(model, fit)
        told = ", ".join(model.differs) or "none"
        model.notices.append(f"Coefficients that differ from those of your fit by more than rounding: {told}.")
    if show:
        print(model)
    return model


def safe_survival(sql, time, event, by=None, width=None, until=None, out=None, as_of=None, unit=None, title=None, show=True):
    """Asks for survival curves, one for each value of `by`, and prints them: one row a step, from, to, at_risk, events, censored, survival,
    standard_error. One row a person in `sql`; `time`: how long she was followed, `event`: whether it ended with the event. `width`: bands
    that are counted in (30), put together where events are few; `until`: whoever is still there then is censored. Raises Refused."""
    given = dict(sql=sql, time=time, event=event, by=by, width=width, until=until, out=_places(out), as_of=as_of, unit=unit, title=title)
    return _table("safe_survival", given, show)


def _listed(terms):
    return terms if terms is None or isinstance(terms, str) else ", ".join(terms)


def _terms_of(fit):
    """y ~ alder + C(kommune) -> "alder, factor(kommune)"."""
    right = fit.model.formula.split("~", 1)[1]
    return ", ".join(re.sub(r"^C\((.*)\)$", r"factor(\1)", term.strip()) for term in right.split("+"))


def _family_of(fit):
    family = type(getattr(fit.model, "family", None)).__name__.lower()
    if family in ("binomial", "poisson", "gaussian"):
        return family
    return {"logit": "binomial", "poisson": "poisson"}.get(type(fit.model).__name__.lower(), "gaussian")


def _name_in_fit(row):
    """(constant) -> Intercept; kommune 101 -> C(kommune)[T.101] or kommune[T.101]."""
    if row["term"] == "(constant)":
        return {"Intercept", "const"}
    if not row["level"]:
        return {row["term"]}
    return {f"C({row['term']})[T.{row['level']}]", f"{row['term']}[T.{row['level']}]"}


def _differing(model, fit):
    own = dict(fit.params.items())
    out = []
    for row in model.rows:
        name = next((each for each in _name_in_fit(row) if each in own), None)
        if row["estimate"] is None:
            continue
        if name is None or abs(own[name] - row["estimate"]) > 0.51 * row["rounded_to"]:
            out.append(row["term"] + (f" {row['level']}" if row["level"] else ""))
    return tuple(out)


def safe_table(sql, rows, columns=None, count=None, sum=None, mean=None, median=None, as_of=None, out=None, percentile=None,
               hierarchy=None, unit=None, title=None, percent=None, coarsen=None, round=None, sd=None, min=None, max=None, ratio=None,
               gini=None, mode=None, contributor=None, show=True):
    """Asks for a safe table and prints it. Names are a text "a,b" or a list; `out` is a file (.xlsx .csv .json .html .svg) or a list of
    them. `sd`, `min`, `max`, `ratio` ("beloeb/dage"), `gini`, `mode`: of columns. `contributor`: the
    column that says whose each unit is. `coarsen`: where many cells would be hidden, put values together or leave a dimension out. Raises Refused."""
    given = dict(sql=sql, rows=rows, columns=columns, count=count, sum=sum, mean=mean, median=median, as_of=as_of, out=_places(out),
                 percentile=percentile, hierarchy=hierarchy, unit=unit, title=title, percent=percent, coarsen=coarsen, round=round,
                 sd=sd, min=min, max=max, ratio=ratio, gini=gini, mode=mode, contributor=contributor)
    return _table("safe_table", given, show)


def safe_group_by(sql, show=True):
    """A plain SELECT … GROUP BY with count(DISTINCT person), sums and means, answered as a safe table and printed."""
    return _table("safe_group_by", dict(sql=sql), show)


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
    kind = SafeTable if "mark" in columns else SafeCurves if "at_risk" in columns else SafeModel
    if kind is not SafeTable:  # nothing in them is hidden
        columns, values = [*columns, "mark"], [[*row, ""] for row in values]
    table = kind(columns, values, notices, number)
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
    if isinstance(value, float) and 0 < abs(value) < 1:
        return f"{value:.4g}"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
