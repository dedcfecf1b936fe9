"""What plain SQL tells: the question of a safe table as GROUP BY CUBE over the same made-up rows, with nothing hidden. On this the attackers are tried: one who
finds nothing here proves nothing.
"""
import re

from support import duck

EXPRESSIONS = {
    r"sum of (\w+)": "sum({0})", r"mean of (\w+)": "avg({0})", r"standard deviation of (\w+)": "stddev_samp({0})",
    r"median of (\w+)": "quantile_disc({0}, 0.5)", r"percentile ([\d.]+) of (\w+)": "quantile_disc({1}, {0} / 100)",
    r"mean of the (\d+) lowest of (\w+)": "list_avg(list_sort(list({1}))[1:{0}])",
    r"mean of the (\d+) highest of (\w+)": "list_avg(list_reverse_sort(list({1}))[1:{0}])", r"(\w+) per (\w+)": "sum({0}) / sum({1})",
    r"Gini of (\w+)": "list_sum([(2 * i - count(*) - 1) * v FOR v, i IN list_sort(list({0}))]) / (count(*) * sum({0}))",
}


def expression(figure):
    """A figure's SQL over persons, and the columns that it is of."""
    for pattern, text in EXPRESSIONS.items():
        found = re.fullmatch(pattern, figure)
        if found:
            return text.format(*found.groups()), [word for word in found.groups() if not word[0].isdigit()]
    raise ValueError(figure)


def literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, (int, float)) else f"'{value}'"


class Plain:
    """`persons` as in support.tables: number, kommune, region, sex, kroner; pnr is the number."""

    def __init__(self, persons):
        rows = ", ".join(f"({', '.join(map(literal, row))})" for row in persons)
        self.register = ("CREATE SCHEMA bef; CREATE TABLE bef.person AS SELECT pnr::BIGINT AS pnr, kommune, region, koen, beloeb::DOUBLE AS beloeb"
                         f" FROM (VALUES {rows}) AS t(pnr, kommune, region, koen, beloeb)")

    def rows(self, sql):
        return duck.rows(f"{self.register}; {sql}")

    def cells(self, sql, by=("kommune",), figure=None, count="count(*)"):
        """As support.asking.Asker.cells: {codes: (persons, figure)}; `count`: sum(n) counts rows instead."""
        told, columns = expression(figure) if figure else ("NULL", [])
        sums = "".join(f", sum({c}) AS {c}" for c in dict.fromkeys(columns))
        heads = ", ".join(f"CASE WHEN grouping({d}) = 1 THEN 'Total' ELSE coalesce({d}::VARCHAR, '(missing)') END AS d{place}" for place, d in enumerate(by))
        names = ", ".join(f"d{place}" for place in range(len(by)))
        each = f"SELECT {heads}, pnr, count(*) AS n{sums} FROM ({sql}) GROUP BY pnr, CUBE ({', '.join(by)})"
        answer = self.rows(f"SELECT {names}, {count}, ({told})::DOUBLE FROM ({each}) GROUP BY {names}")
        return {tuple(codes): (int(persons), None if value is None else float(value)) for *codes, persons, value in answer}
