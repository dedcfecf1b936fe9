"""The interval attack: the least and the most that a hidden cell can be when no cell is below its least (0 for all).

GLPK's simplex, one program for each connected part of the equations: only the objective changes, so each search starts where the last
one ended. Cells that the exact attack gives are put in first, which is what divides the equations.
"""
from collections import namedtuple

import swiglpk as glpk

Interval = namedtuple("Interval", "least most")  # most None: without limit
CLOSE = 1e-6
glpk.glp_term_out(glpk.GLP_OFF)


class Program:
    """One part: rows over its own columns."""

    def __init__(self, rows, constants, bounds):
        self.problem = glpk.glp_create_prob()
        self.options = glpk.glp_smcp()
        glpk.glp_init_smcp(self.options)
        self.options.msg_lev = glpk.GLP_MSG_OFF
        glpk.glp_add_rows(self.problem, len(rows))
        glpk.glp_add_cols(self.problem, len(bounds))
        for place, constant in enumerate(constants, 1):
            glpk.glp_set_row_bnds(self.problem, place, glpk.GLP_FX, constant, constant)
        for place, (least, most) in enumerate(bounds, 1):
            kind = glpk.GLP_LO if most is None else glpk.GLP_FX if least == most else glpk.GLP_DB
            glpk.glp_set_col_bnds(self.problem, place, kind, least, most or 0)
        entries = [(place, column + 1, value) for place, row in enumerate(rows, 1) for column, value in row.items()]
        arrays = glpk.intArray(len(entries) + 1), glpk.intArray(len(entries) + 1), glpk.doubleArray(len(entries) + 1)
        for place, entry in enumerate(entries, 1):
            for array, value in zip(arrays, entry):
                array[place] = value
        glpk.glp_load_matrix(self.problem, len(entries), *arrays)
        glpk.glp_adv_basis(self.problem, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        glpk.glp_delete_prob(self.problem)

    def extreme(self, column, direction):
        """Where the column ends in that direction; None when it has no end."""
        glpk.glp_set_obj_coef(self.problem, column + 1, 1)
        glpk.glp_set_obj_dir(self.problem, direction)
        for _ in range(2):
            failed = glpk.glp_simplex(self.problem, self.options)
            if not failed:
                break
            glpk.glp_std_basis(self.problem)
        status, value = glpk.glp_get_status(self.problem), glpk.glp_get_obj_val(self.problem)
        glpk.glp_set_obj_coef(self.problem, column + 1, 0)
        if status == glpk.GLP_UNBND:
            return None
        if failed or status != glpk.GLP_OPT:
            raise ArithmeticError(f"GLPK found no {'most' if direction == glpk.GLP_MAX else 'least'} (status {status}): is what was released true?")
        return value

    def interval(self, column):
        return Interval(self.extreme(column, glpk.GLP_MIN), self.extreme(column, glpk.GLP_MAX))


def parts(rows, count):
    """The rows of each connected part, as lists of their places."""
    root = list(range(count))

    def find(unknown):
        while root[unknown] != unknown:
            root[unknown] = unknown = root[root[unknown]]
        return unknown
    for row in rows:
        first, *others = map(find, row)
        for other in others:
            root[find(other)] = find(first)
    divided = {}
    for place, row in enumerate(rows):
        divided.setdefault(find(next(iter(row))), []).append(place)
    return list(divided.values())


def intervals(exact, wanted=None):
    """{name: Interval} for the hidden cells `wanted` (all by default), after an exact attack on the same system."""
    system = exact.system
    known = {index: exact.determined[name] for index, name in enumerate(system.names) if name in exact.determined}
    wanted = set(system.names if wanted is None else wanted)
    found = {name: Interval(value, value) for name, value in exact.determined.items() if name in wanted}
    rows, constants = [], []
    for row, constant in ((system.rows[place], system.constants[place]) for place in exact.independent):
        left = {unknown: value for unknown, value in row.items() if unknown not in known}
        if left:
            rows.append(left)
            constants.append(constant - sum(value * known[unknown] for unknown, value in row.items() if unknown in known))
    for places in parts(rows, len(system.names)):
        unknowns = sorted({unknown for place in places for unknown in rows[place]})
        asked = [unknown for unknown in unknowns if system.names[unknown] in wanted]
        if not asked:
            continue
        column = {unknown: place for place, unknown in enumerate(unknowns)}
        own = [{column[unknown]: value for unknown, value in rows[place].items()} for place in places]
        with Program(own, [constants[place] for place in places], [system.bounds[unknown] for unknown in unknowns]) as program:
            for unknown in asked:
                found[system.names[unknown]] = program.interval(column[unknown])
    for index, name in enumerate(system.names):  # in no equation
        if name in wanted and name not in found:
            found[name] = Interval(*system.bounds[index])
    return found


def known_exactly(interval):
    return interval.most is not None and interval.most - interval.least < CLOSE * max(1, interval.most / 1000)


def known_below(interval, threshold):
    """Nobody can tell its value, but everybody that it is a small one."""
    return interval.most is not None and interval.most < threshold - CLOSE
