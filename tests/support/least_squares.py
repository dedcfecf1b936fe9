"""Linear models by numpy, and what two of them tell of the one person by whom their samples differ."""
import numpy


def with_ones(rows):
    return numpy.column_stack([numpy.ones(len(rows)), numpy.asarray(rows, float)])


def fit(rows, outcome):
    """Coefficients, the constant first."""
    return numpy.linalg.lstsq(with_ones(rows), numpy.asarray(outcome, float), rcond=None)[0]


def outcome_of(rows, hers, with_her, without_her):
    """Her outcome, by one who knows what explains (`rows`, of all, and `hers`) and both fits: she moves the coefficients by (X'X)^-1 x times what she is off
    from the fit without her."""
    design, own = with_ones(rows), with_ones([hers])[0]
    direction = numpy.linalg.solve(design.T @ design, own)
    off = direction @ (numpy.asarray(with_her) - numpy.asarray(without_her)) / (direction @ direction)
    return float(own @ numpy.asarray(without_her) + off)
