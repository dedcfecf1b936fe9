"""Linear models, and what two of them tell of the one person by whom their samples differ. Exact: numbers are fractions."""
from fractions import Fraction


def dot(one, other):
    return sum(a * b for a, b in zip(one, other))


def solve(matrix, right):
    """By Gauss and Jordan; `matrix` is of products of columns, so its pivots are above nothing."""
    rows = [[Fraction(value) for value in (*row, last)] for row, last in zip(matrix, right)]
    for place, row in enumerate(rows):
        rows[place] = row = [value / row[place] for value in row]
        for other in (each for each in range(len(rows)) if each != place):
            rows[other] = [value - rows[other][place] * top for value, top in zip(rows[other], row)]
    return [row[-1] for row in rows]


def products(design):
    columns = list(zip(*design))
    return [[dot(one, other) for other in columns] for one in columns]


def fit(rows, outcome):
    """Coefficients, the constant first."""
    design = [(1, *row) for row in rows]
    return solve(products(design), [dot(column, outcome) for column in zip(*design)])


def outcome_of(rows, hers, with_her, without_her):
    """Her outcome, by one who knows what explains (`rows`, of all, and `hers`) and both fits: she moves the coefficients by (X'X)^-1 x times what she is off
    from the fit without her."""
    own = (1, *hers)
    direction = solve(products([(1, *row) for row in rows]), own)
    off = dot(direction, [a - b for a, b in zip(with_her, without_her)]) / dot(direction, direction)
    return float(dot(own, without_her) + off)
