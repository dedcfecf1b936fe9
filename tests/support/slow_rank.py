"""The rank of sparse rows, by fractions: slow and obvious, for judging quicker ones."""
from fractions import Fraction


def rank(rows, columns):
    """`rows`: dicts from column (0 … columns - 1) to value."""
    rows, done = [[Fraction(row.get(column, 0)) for column in range(columns)] for row in rows], 0
    for column in range(columns):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is not None:
            rows[done], rows[pivot] = rows[pivot], rows[done]
            for other in range(done + 1, len(rows)):
                factor = rows[other][column] / rows[done][column]
                rows[other] = [x - factor * y for x, y in zip(rows[other], rows[done])]
            done += 1
    return done
