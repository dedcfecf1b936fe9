"""The slow reference for tiny problems: every table of whole numbers, none negative, that agrees with what was released.

`possible(system, most)` -> {name: set of the values it can have}. Unknowns are tried one by one; an equation cuts as soon as what is
left of it cannot come out. Every unknown needs an end: from its bounds, from an equation whose coefficients have one sign, or `most`.
"""


class TooMany(ValueError):
    """More steps than the limit: not a tiny problem."""


def ends(system, most):
    """The most that each unknown can be: narrowed by equations of one sign until nothing changes."""
    top = [most if bound[1] is None else bound[1] for bound in system.bounds]
    for row, constant in zip(system.rows, system.constants):
        signs = {value > 0 for value in row.values()}
        if len(signs) == 1:
            for unknown, value in row.items():
                limit = constant // value
                top[unknown] = limit if top[unknown] is None else min(top[unknown], limit)
    if None in top:
        raise ValueError(f"{system.names[top.index(None)]}: no end to its values; give `most`")
    return top


def tables(system, most=None, limit=1_000_000):
    """Yields each table as a list of values in the order of system.names."""
    least, top = [bound[0] for bound in system.bounds], ends(system, most)
    if any(high < low for low, high in zip(least, top)):
        return
    touching = [[] for _ in system.names]
    for place, row in enumerate(system.rows):
        for unknown in row:
            touching[unknown].append(place)
    # Equations close to being full are finished first.
    order = sorted(range(len(system.names)), key=lambda unknown: (min((min(system.rows[p]) for p in touching[unknown]), default=0), unknown))
    left = list(system.constants)
    low = [sum(v * (least[u] if v > 0 else top[u]) for u, v in row.items()) for row in system.rows]
    high = [sum(v * (top[u] if v > 0 else least[u]) for u, v in row.items()) for row in system.rows]
    chosen, count = [0] * len(system.names), 0

    def fits(place):
        return low[place] <= left[place] <= high[place]

    def choose(depth):
        nonlocal count
        if depth == len(order):
            yield list(chosen)
            return
        unknown = order[depth]
        for place in touching[unknown]:
            v = system.rows[place][unknown]
            low[place] -= v * (least[unknown] if v > 0 else top[unknown])
            high[place] -= v * (top[unknown] if v > 0 else least[unknown])
        for value in range(least[unknown], top[unknown] + 1):
            count += 1
            if count > limit:
                raise TooMany(f"more than {limit} steps")
            chosen[unknown] = value
            for place in touching[unknown]:
                left[place] -= system.rows[place][unknown] * value
            if all(map(fits, touching[unknown])):
                yield from choose(depth + 1)
            for place in touching[unknown]:
                left[place] += system.rows[place][unknown] * value
        for place in touching[unknown]:
            v = system.rows[place][unknown]
            low[place] += v * (least[unknown] if v > 0 else top[unknown])
            high[place] += v * (top[unknown] if v > 0 else least[unknown])
    if all(map(fits, range(len(system.rows)))):
        yield from choose(0)


def possible(system, most=None, limit=1_000_000):
    found = {name: set() for name in system.names}
    for table in tables(system, most, limit):
        for name, value in zip(system.names, table):
            found[name].add(value)
    return found
