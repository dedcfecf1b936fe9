"""What somebody who is alone in a hidden cell works out of a table's other cells, by knowing that she is there: cells that move with hers and no other way. Cells
that are hers too (a region with one municipality) tell her nothing.
"""
from support.attack_exact import Exact
from support.attack_release import read_truth
from support.release_files import read_releases


def is_within(universe, cell, other):
    return all(code in universe.hierarchies[dimension].ancestors(part) for dimension, part, code in zip(universe.dimensions, cell, other))


def told_by_singles(paths, hierarchies, truth, threshold=5):
    """{cell of one person: [small cells of others that she works out]}; `truth`: DIMENSIONS,VALUE of the innermost cells."""
    universe, _ = read_releases(paths, hierarchies)
    values = read_truth(universe, truth)
    small = {name for name in universe.knowledge.hidden() if 0 < values[name] < threshold}
    found = {}
    for group in Exact(universe.knowledge.system()).insiders(small):
        for alone in (name for name in group if values[name] == 1):
            hers = lambda name: values[name] == 1 and (is_within(universe, alone, name) or is_within(universe, name, alone))
            others = [name for name in group if not hers(name)]
            if others:
                found[alone] = others
    return found
