"""The slow, obvious meaning of an access specification: loops over the rows that the registers delivered.

No SQL, no pseudonyms, no increments: `population(specification, registers)` and `rows(...)` say who is in a project and
what each of its tables holds. A register is {table: [row, ...]}, a row a dict with Python values; a person is the number
under "pnr". `where` is a Python function of the row. tests/functional/test_extract_property.py holds the system against it.
"""
import datetime

DAY = datetime.timedelta(days=1)


class Registers:
    """What was delivered, as the mirror should have it. `parents` = {child: (parent, key in the child, key in the parent)}."""

    def __init__(self, tables, parents, keys):
        self.tables, self.parents, self.keys = {name: [] for name in tables}, parents, keys

    def deliver(self, table, rows, mode):
        if mode == "replace":
            self.tables[table] = []
        if mode == "upsert":
            new = {row[self.keys[table]] for row in rows}
            self.tables[table] = [row for row in self.tables[table] if row[self.keys[table]] not in new]
        self.tables[table] = self.tables[table] + rows

    def person(self, number):
        """One number for all of a person's: the least of those linked by succession."""
        linked, size = {number}, 0
        while size != len(linked):
            size = len(linked)
            for row in self.tables["person"]:
                if row["status"] == "60" and row["new_pnr"] is not None and {row["pnr"], row["new_pnr"]} & linked:
                    linked |= {row["pnr"], row["new_pnr"]}
        return min(linked)

    def owners(self, table, row):
        """(number, parent row or None) of everyone whom the row is about: none, one, or more if its parent came twice."""
        if table not in self.parents:
            return [(row["pnr"], None)]
        parent, key, parent_key = self.parents[table]
        return [(above["pnr"], above) for above in self.tables[parent]
                if row[key] is not None and above[parent_key] == row[key]]


def holds(where, row):
    return where is None or where(row) is True


def at_least(registers, criterion):
    """Persons with so many rows. A child counts once for each different number of its parents."""
    counts = {}
    for row in registers.tables[criterion["table"]]:
        if holds(criterion["where"], row):
            for number in {number for number, _ in registers.owners(criterion["table"], row)}:
                person = registers.person(number)
                counts[person] = counts.get(person, 0) + 1
    return {person for person, count in counts.items() if count >= criterion["at_least"]}


def event_days(registers, event, others):
    """{person: [days that the event keeps]}; `others` holds the days of the events before it."""
    found = {}
    for row in registers.tables[event["table"]]:
        if not holds(event["where"], row):
            continue
        pairs = {(number, (row if event["date"] in row else parent)[event["date"]])
                 for number, parent in registers.owners(event["table"], row)}
        for number, day in pairs:
            person = registers.person(number)
            within = day is not None and (event["from"] is None or day >= event["from"]) and (event["to"] is None or day <= event["to"])
            if within and all(near(day, bond, others[bond["event"]].get(person, [])) for bond in event["bonds"]):
                found.setdefault(person, []).append(day)
    found = {person: sorted(days) for person, days in found.items() if len(days) >= event["at_least"]}
    if event["pick"] == "first":
        return {person: days[:1] for person, days in found.items()}
    if event["pick"] == "last":
        return {person: days[-1:] for person, days in found.items()}
    return found


def near(day, bond, others):
    for other in others:
        apart = (day - other).days if bond["after"] else (other - day).days
        if apart >= bond["from_days"] and (bond["within_days"] is None or apart <= bond["within_days"]):
            return True
    return False


def population(specification, registers):
    """{person: index date or None}, without controls."""
    chosen, days = None, {}
    meet = lambda persons: persons if chosen is None else chosen & persons
    for criterion in specification["all"]:
        chosen = meet(at_least(registers, criterion))
    if specification["any"]:
        chosen = meet(set().union(*(at_least(registers, criterion) for criterion in specification["any"])))
    for event in specification["events"]:
        days[event["name"]] = event_days(registers, event, days)
        if event["pick"] != "none":
            chosen = meet(set(days[event["name"]]))
    for criterion in specification["none"]:
        chosen = chosen - at_least(registers, criterion)
    for event in specification["events"]:
        if event["pick"] == "none":
            chosen = chosen - set(days[event["name"]])
    index = days.get(specification["index"], {})
    return {person: index[person][0] if specification["index"] else None for person in chosen}


def rows(grant, persons, registers):
    """The granted columns of the granted rows, as tuples; persons outside the population are None."""
    out = []
    for row in registers.tables[grant["table"]]:
        owners = [(registers.person(number), parent) for number, parent in registers.owners(grant["table"], row)
                  if registers.person(number) in persons]
        if holds(grant["where"], row) and any(in_period(grant["period"], row, parent, persons[person]) for person, parent in owners):
            out.append(tuple(seen(row[name], name, persons, registers) for name in grant["variables"]))
    return out


def in_period(period, row, parent, index):
    if period is None:
        return True
    day = (row if period["variable"] in row else parent)[period["variable"]]
    if day is None or not period["from"] <= day <= period["to"]:
        return False
    return (period["from_days"] is None or day >= index + period["from_days"] * DAY) and \
        (period["to_days"] is None or day <= index + period["to_days"] * DAY)


def seen(value, name, persons, registers):
    if name not in ("pnr", "mother") or value is None:
        return value
    person = registers.person(value)
    return person if person in persons else None
