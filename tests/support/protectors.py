"""Protection as it is done without looking at other releases: what the attacks must break, their positive control.

Cells are {name: value} of one whole table over a Universe's hierarchies; the answer is {name: (value, status)}.
"""
from support.attack_exact import Exact
from support.attacker import Universe


def nothing(cells, threshold=5):
    return {name: (value, "open") for name, value in cells.items()}


def small_cells(cells, threshold=5):
    """Hides 1 to threshold - 1 and nothing else."""
    return {name: (value, "primary" if 0 < value < threshold else "open") for name, value in cells.items()}


def look(hierarchies, statuses):
    universe = Universe(hierarchies)
    for name, (value, status) in statuses.items():
        universe.knowledge.publish(name, value if status == "open" else None)
    knowledge = universe.close()
    return knowledge, Exact(knowledge.system())


def perfect_alone(hierarchies, cells, threshold=5, chance=None):
    """Hides more, the smallest first (or by `chance`), until the equations of this one table give no small cell."""
    statuses = small_cells(cells, threshold)
    price = {name: chance.random() if chance else value for name, value in cells.items()}
    while True:
        knowledge, exact = look(hierarchies, statuses)
        revealed = {name for name in exact.determined if statuses[name][1] == "primary"}
        if not revealed:
            return statuses
        count = lambda terms: sum(statuses[name][1] != "open" for name in terms)
        touched = [terms for terms in knowledge.equations if not revealed.isdisjoint(terms)]
        near = set().union(*touched)
        for equations in ([terms for terms in knowledge.equations if count(terms) == 1], touched,
                          [terms for terms in knowledge.equations if not near.isdisjoint(terms)]):
            if hide_more([(terms, count(terms)) for terms in equations], count, cells, statuses, price):
                break
        else:
            raise AssertionError(f"no way to protect {revealed}")


def hide_more(counted, count, cells, statuses, price):
    """One more cell in each of these sums that has not got one for the sake of another. Was there any?"""
    done = False
    for terms, before in counted:
        candidates = [name for name in terms if statuses[name][1] == "open" and cells[name]]
        if candidates and count(terms) == before:
            name = min(candidates, key=lambda cell: (price[cell], cell))
            statuses[name], done = (cells[name], "secondary"), True
    return done
