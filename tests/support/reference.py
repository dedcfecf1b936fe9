"""The slow, obvious meaning of an access specification: loops over the rows that the registers delivered.

No SQL, no pseudonyms, no increments: `population(specification, registers)` and `rows(...)` say who is in a project and
what each of its tables holds. A register is {table: [row, ...]}, a row a dict with Python values; a person is the number
under "pnr". `where` is a Python function of the row. tests/functional/test_extract_property.py holds the system against it.
"""
import datetime

DAY = datetime.timedelta(days=1)


def months_later(date, months):
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    for last in (31, 30, 29, 28):
        try:
            return datetime.date(year, month, min(date.day, last))
        except ValueError:
            continue


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

    def frozen(self, tables):
        """The registers with some of their tables as they were. Who is whom is told by the newest, all the same."""
        out = Registers(self.tables, self.parents, self.keys)
        out.tables = {**self.tables, **tables}
        out.person = self.person
        return out

    def successions(self):
        """Pairs of (number, the number that took its place)."""
        return {(row["pnr"], row["new_pnr"]) for row in self.tables["person"] if row["status"] == "60" and row["new_pnr"] is not None}

    def person(self, number):
        """One number for all of a person's: the least of those linked by succession (more than 16: a mistake, not a person)."""
        linked, size = {number}, 0
        while size != len(linked):
            size = len(linked)
            for pair in self.successions():
                if set(pair) & linked:
                    linked |= set(pair)
        return min(linked) if len(linked) <= 16 else number

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


def cohort_days(registers, cohort):
    """{person: [the day that the authority wrote]}, the first of several; None where it wrote none."""
    found = {}
    for number, day in cohort["lines"]:
        found.setdefault(registers.person(number), []).append(day)
    return {person: [min(days)] if cohort["dated"] else None for person, days in found.items()}


def population(specification, registers):
    """{person: index date or None}, without controls."""
    chosen, days = None, {}
    meet = lambda persons: persons if chosen is None else chosen & persons
    for criterion in specification["all"]:
        chosen = meet(at_least(registers, criterion))
    if specification["any"]:
        chosen = meet(set().union(*(at_least(registers, criterion) for criterion in specification["any"])))
    brought = {cohort["name"]: cohort_days(registers, cohort) for cohort in specification["cohorts"]}
    if brought:
        chosen = meet(set().union(*brought.values()))
    days |= {cohort["name"]: brought[cohort["name"]] for cohort in specification["cohorts"] if cohort["dated"]}
    for event in specification["events"]:
        days[event["name"]] = event_days(registers, event, days)
        if event["pick"] != "none":
            chosen = meet(set(days[event["name"]]))
    for criterion in specification["none"]:
        chosen = chosen - at_least(registers, criterion)
    for event in specification["events"]:
        if event["pick"] == "none":
            chosen = chosen - set(days[event["name"]])
    if not specification["index"]:
        return {person: None for person in chosen}
    index = days[specification["index"]]
    return {person: index[person][0] for person in chosen if person in index}


def cohorts_of(specification, registers, person):
    """The names of the cohorts that the person is in, as the project's own table writes them."""
    names = [cohort["name"] for cohort in specification["cohorts"] if person in cohort_days(registers, cohort)]
    return ",".join(sorted(names)) or None


# --- controls: not who they are (that is as good as drawn by lot), but everything that is promised about them


def traits(registers, match):
    """{person: what it is matched on}: the least value over the person's rows."""
    found = {}
    for row in registers.tables[match["table"]]:
        if holds(match["where"], row) and row[match["variable"]] is not None:
            value = row[match["variable"]]
            found.setdefault(registers.person(row["pnr"]), []).append(value.year // match["years"] if match["years"] else value)
    return {person: min(values) for person, values in found.items()}


class Matching:
    """Who may be the control of whom, for the cases of a specification."""

    def __init__(self, specification, registers, cases):
        wanted = specification["controls"]
        self.per_case = wanted["per_case"]
        self.candidates = at_least(registers, {"table": wanted["table"], "where": wanted["where"], "at_least": 1}) - set(cases)
        for criterion in wanted["none"]:
            self.candidates = self.candidates - at_least(registers, criterion)
        self.matches = wanted["match"]
        self.traits = [traits(registers, match) for match in self.matches]

    def facts(self, people):
        """All that the choice may depend on."""
        return {person: [trait.get(person) for trait in self.traits] for person in people}

    def fits(self, control, case):
        for match, trait in zip(self.matches, self.traits):
            if case not in trait or control not in trait:
                return False
            if match["within_years"]:
                earlier, later = sorted([trait[case], trait[control]])
                if months_later(earlier, 12 * match["within_years"]) < later:
                    return False
            elif trait[case] != trait[control]:
                return False
        return True

    def broken(self, sets):
        """What of the promise does not hold for {case: [controls]}, as a sentence; None when all is well."""
        taken = [control for controls in sets.values() for control in controls]
        if len(taken) != len(set(taken)):
            return "somebody is a control twice"
        for case, controls in sets.items():
            if len(controls) > self.per_case:
                return f"{case} has too many"
            for control in controls:
                if control not in self.candidates:
                    return f"{control} may not be a control"
                if not self.fits(control, case):
                    return f"{control} is not like {case}"
        for case, controls in sets.items():
            if len(controls) == self.per_case:
                continue
            fitting = {candidate for candidate in self.candidates if self.fits(candidate, case)}
            if fitting - set(taken):
                return f"{case} has too few, and somebody is left: {fitting - set(taken)}"
            for other, others in sets.items():  # nobody gets one more before everybody has had the chance of one
                if len(fitting & set(others)) > len(controls) + 1:
                    return f"{other} has more than {case} of those who fit {case}"
        return None


def rows(grant, persons, registers):
    """The granted columns of the granted rows, as tuples; persons outside the population are None. Of a frozen grant
    `registers` are as they were (see Registers.frozen)."""
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


def provider(written):
    """A provider's number has no meaning in its leading zeros, nor in small and large letters."""
    return written and written.upper().lstrip("0")


def seen(value, name, persons, registers):
    if name in ("clinic", "doctor"):
        return provider(value)
    if name not in ("pnr", "mother") or value is None:
        return value
    person = registers.person(value)
    return person if person in persons else None
