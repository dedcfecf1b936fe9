"""What an outsider knows of tables that were released, and what can be worked out from it.

Written apart from the engine and sharing nothing with it, so that it can judge it. A cell is a name with a value, or None when it is
hidden; an equation is a sum of cells that is 0. `Knowledge` takes both, from one table or from many releases, in which a cell that has
the same name is the same cell. The attacks: attack_exact (linear algebra alone), attack_intervals (linear programming, no cell below
nothing), attack_integers (every table there could be, for tiny ones), attack_sets (persons instead of cells). They stand on

  Knowledge.system() -> System: the hidden cells numbered, and each equation as {number: coefficient} and what the sum must be.
"""
from collections import namedtuple

System = namedtuple("System", "names rows constants bounds")
# names: of the hidden cells, by number; rows[i]: {number: coefficient}, whose sum is constants[i]; bounds: (least, most or None) of each


class Contradiction(ValueError):
    """What was released cannot all be true: two values for one cell, or a sum that does not come out."""


class Knowledge:
    def __init__(self):
        self.values, self.bounds, self.equations = {}, {}, []

    def publish(self, name, value=None):
        """Somebody released this cell, or a table in which it is hidden. What one release shows no other can hide."""
        known = self.values.get(name)
        if known is not None and value is not None and known != value:
            raise Contradiction(f"{name}: released as {known} and as {value}")
        self.values[name] = known if value is None else value

    def bound(self, name, least=0, most=None):
        """Known without a value: '<5' is 1 to 4; 100 after rounding to tens is 95 to 105. Bounds from several sources are all true."""
        self.values.setdefault(name)
        old_least, old_most = self.bounds.get(name, (0, None))
        both = [top for top in (old_most, most) if top is not None]
        self.bounds[name] = (max(old_least, least), min(both) if both else None)

    def equation(self, terms):
        """sum of coefficient × cell = 0, for {name: coefficient}. Cells nobody released are hidden ones."""
        for name in terms:
            self.values.setdefault(name)
        self.equations.append(terms)

    def sums(self, parent, children):
        terms = {parent: -1}
        for child in children:
            terms[child] = terms.get(child, 0) + 1
        self.equation({name: coefficient for name, coefficient in terms.items() if coefficient})

    def changed(self, older, newer, came, went):
        """A cell on two versions: newer = older + came - went; all four are cells."""
        self.equation({older: 1, newer: -1, came: 1, went: -1})

    def hidden(self):
        return [name for name, value in self.values.items() if value is None]

    def system(self):
        names = self.hidden()
        number = {name: index for index, name in enumerate(names)}
        rows, constants = [], []
        for terms in self.equations:
            row, constant = {}, 0
            for name, coefficient in terms.items():
                value = self.values[name]
                if value is None:
                    row[number[name]] = coefficient
                else:
                    constant -= coefficient * value
            if row:
                rows.append(row)
                constants.append(constant)
            elif constant:
                raise Contradiction("a sum that is off by %s: %s" % (constant, ", ".join(map(str, terms))))
        return System(names, rows, constants, [self.bounds.get(name, (0, None)) for name in names])


class Hierarchy:
    """A dimension's codes: {code: parent}, the root with parent '' or None; every parent is the sum of its children."""

    def __init__(self, parents):
        self.parents = dict(parents)
        roots = [code for code, parent in self.parents.items() if not parent]
        if len(roots) != 1:
            raise ValueError(f"a hierarchy has one root, not {roots}")
        self.root, self.children = roots[0], {}
        for code, parent in self.parents.items():
            if parent and parent not in self.parents:
                raise ValueError(f"{code}: its parent {parent} is not a code")
            if parent:
                self.children.setdefault(parent, []).append(code)

    def leaves(self):
        return [code for code in self.parents if code not in self.children]

    def ancestors(self, code):
        """The code itself, its parent, and so on to the root."""
        while code:
            yield code
            code = self.parents[code]


class Universe:
    """All tables over the same dimensions. A cell's name is its code on every dimension, the root where a table does not have it:
    a table of men is one with sex held to 'men', and 'all' is the same cell as in the table without sex."""

    def __init__(self, hierarchies):
        self.hierarchies = {name: h if isinstance(h, Hierarchy) else Hierarchy(h) for name, h in hierarchies.items()}
        self.dimensions, self.knowledge, self.named = list(self.hierarchies), Knowledge(), frozenset()

    def name(self, **codes):
        for dimension, code in codes.items():
            if code not in self.hierarchies[dimension].parents:
                raise ValueError(f"{dimension}: {code} is not a code of its hierarchy")
        return tuple(codes.get(d, self.hierarchies[d].root) for d in self.dimensions)

    def close(self):
        """All equations that two or more released cells are in: each parent is the sum of its children along each dimension.
        Others would name cells of which nothing is known, and can determine none. `named`: the cells before."""
        released, seen = set(self.knowledge.values), set()
        self.named = frozenset(released)
        for name in list(released):
            for place, dimension in enumerate(self.dimensions):
                hierarchy = self.hierarchies[dimension]
                for code in (name[place], hierarchy.parents[name[place]]):
                    parent = name[:place] + (code,) + name[place + 1:]
                    if code not in hierarchy.children or (place, parent) in seen:
                        continue
                    seen.add((place, parent))
                    children = [name[:place] + (child,) + name[place + 1:] for child in hierarchy.children[code]]
                    if sum(cell in released for cell in (parent, *children)) > 1:
                        self.knowledge.sums(parent, children)
        return self.knowledge


def add_up(universe, inner):
    """Every cell of a table from its innermost ones: {name of leaf codes: value} -> {name: value}."""
    cells = dict(inner)
    for place, dimension in enumerate(universe.dimensions):
        hierarchy, before = universe.hierarchies[dimension], cells
        cells = {}
        for name, value in before.items():
            for code in hierarchy.ancestors(name[place]):
                key = name[:place] + (code,) + name[place + 1:]
                cells[key] = cells.get(key, 0) + value
    return cells
