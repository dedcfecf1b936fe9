"""Random access specifications over a small register, as TOML and as what tests/support/reference.py reads."""
import datetime

from support.deliveries import cpr
from support.reference import months_later

CATALOGUE = """
[[table]]
register = "RND"
name = "person"
person = "pnr"
succession = { successor = "new_pnr", condition = "status = '60'" }
variables = [ { name = "pnr", class = "person", required = true }, { name = "mother", class = "relative" }, { name = "sex", class = "code" },
  { name = "born", type = "date" }, { name = "kom", class = "code" }, { name = "status", class = "code" },
  { name = "new_pnr", class = "person", grantable = false }, { name = "tag", required = true } ]
[[table]]
register = "RND"
name = "visit"
person = "pnr"
period = "day"
key = ["id"]
variables = [ { name = "pnr", class = "person", required = true }, { name = "id", class = "record_key", required = true },
  { name = "day", type = "date" }, { name = "code", class = "code" }, { name = "amount", type = "integer" }, { name = "clinic", class = "provider" },
  { name = "tag", required = true } ]
[[table]]
register = "RND"
name = "finding"
parent = { table = "visit", key = "visit_id", parent_key = "id" }
variables = [ { name = "visit_id", class = "record_key" }, { name = "code", class = "code" }, { name = "tag", required = true } ]
[[table]]
register = "RND"
name = "drug"
person = "pnr"
period = "bought"
variables = [ { name = "pnr", class = "person", required = true }, { name = "bought", type = "date" }, { name = "atc", class = "code" },
  { name = "packs", type = "integer" }, { name = "doctor", class = "provider" }, { name = "tag", required = true } ]
"""
PARENTS = {"finding": ("visit", "visit_id", "id")}
KEYS = {"visit": "id"}
COLUMNS = {"person": ["pnr", "mother", "sex", "born", "kom", "status", "new_pnr", "tag"], "visit": ["pnr", "id", "day", "code", "amount", "clinic", "tag"],
           "finding": ["visit_id", "code", "tag"], "drug": ["pnr", "bought", "atc", "packs", "doctor", "tag"]}
PROVIDERS = {"clinic", "doctor"}
OWN = ["person", "role", "cohort", "index_date", "match_set"]
DATES = {"person": "born", "visit": "day", "finding": "day", "drug": "bought"}
PERSONS = 30
STRANGERS = 3  # numbers above PERSONS, of which no row is ever delivered again after the first delivery
FIRST = datetime.date(2015, 1, 1)


def day(random, first=FIRST, days=2500):
    return first + datetime.timedelta(days=random.randrange(days))


class Rows:
    """Random rows; `tag` names each for ever."""

    def __init__(self, random):
        self.random, self.count = random, 0

    def tag(self, table):
        self.count += 1
        return f"{table}-{self.count}"

    def make(self, table, count, known_visits):
        return [getattr(self, table)(known_visits) for _ in range(count)]

    def everybody(self):
        """A row of each person, and of each stranger: so it is known which pseudonym stands for which number."""
        return [{**self.person(None), "pnr": number} for number in range(1, PERSONS + STRANGERS + 1)]

    def person(self, _):
        r = self.random
        number = r.randint(1, PERSONS)
        changed = r.random() < 0.07
        return {"pnr": number, "mother": r.choice([None, r.randint(1, PERSONS)]), "sex": r.choice("MK"), "born": day(r, datetime.date(1950, 1, 1), 1200),
                "kom": r.choice(["101", "751"]), "status": "60" if changed else "01", "new_pnr": r.randint(1, PERSONS) if changed else None,
                "tag": self.tag("p")}

    def visit(self, known):
        r = self.random
        key = r.choice([f"{r.randrange(10 ** 6)}", f"k-{r.randrange(10 ** 6)}", f"0{r.randrange(1000)}"])
        if known and r.random() < 0.3:
            key = r.choice(known)
        return {"pnr": r.randint(1, PERSONS), "id": key, "day": r.choice([None] + 9 * [day(r)]), "code": r.choice(["DE110", "DE119", "DI210", None]),
                "amount": r.choice([None, 0, 1, 2, 5]), "clinic": self.provider(), "tag": self.tag("v")}

    def finding(self, known):
        r = self.random
        return {"visit_id": r.choice(known + ["nowhere", None]), "code": r.choice(["x1", "x2", "x3"]), "tag": self.tag("f")}

    def drug(self, _):
        r = self.random
        return {"pnr": r.randint(1, PERSONS), "bought": day(r), "atc": r.choice(["A10BA02", "A10AB01", "C07AB02", None]), "packs": r.choice([1, 2, 3, None]),
                "doctor": self.provider(), "tag": self.tag("d")}

    def provider(self):
        return self.random.choice([None, "000123", "123", "00123", "004567", "SOR9", "sor9", "1234567890"])


# Conditions that both sides know: SQL, and Python with SQL's NULL (None: unknown, so the row does not qualify).
def known(value, test):
    return None if value is None else test(value)


CONDITIONS = {
    "person": [("sex = 'K'", lambda r: r["sex"] == "K"), ("year(born) >= 1951", lambda r: r["born"].year >= 1951),
               ("CASE WHEN kom = '101' THEN 1 ELSE 2 END = 2 AND mother IS NOT NULL", lambda r: r["kom"] != "101" and r["mother"] is not None)],
    "visit": [("code LIKE 'DE11%'", lambda r: known(r["code"], lambda v: v.startswith("DE11"))),
              ("code IS NULL OR code NOT IN ('DE110', 'DI210')", lambda r: r["code"] is None or r["code"] not in ("DE110", "DI210")),
              ("amount BETWEEN 1 AND 2", lambda r: known(r["amount"], lambda v: 1 <= v <= 2)),
              ("coalesce(amount, 5) * 2 > 3", lambda r: (5 if r["amount"] is None else r["amount"]) * 2 > 3),
              ("day + INTERVAL '6' MONTH > DATE '2019-01-01' AND NOT code = 'DE119'",
               lambda r: known(r["day"], lambda d: months_later(d, 6) > datetime.date(2019, 1, 1)) and known(r["code"], lambda v: v != "DE119"))],
    "finding": [("code = 'x1'", lambda r: r["code"] == "x1"), ("right(code, 1) IN ('2', '3')", lambda r: r["code"][-1] in "23")],
    "drug": [("atc LIKE 'A10%'", lambda r: known(r["atc"], lambda v: v.startswith("A10"))),
             ("starts_with(atc, 'A10B') OR packs >= 2", lambda r: (r["atc"] or "").startswith("A10B") or (r["packs"] or 0) >= 2),
             ("date_diff('day', DATE '2018-01-01', bought) > 0", lambda r: r["bought"] > datetime.date(2018, 1, 1))],
}


class Maker:
    """`files` of a specification: name -> content, of the cohorts that the authority brings."""

    def __init__(self, random):
        self.r = random

    def condition(self, table):
        return self.r.choice(CONDITIONS[table]) if self.r.random() < 0.7 else (None, None)

    def criterion(self):
        table = self.r.choice(list(COLUMNS))
        sql, where = self.condition(table)
        least = self.r.choice([1, 1, 1, 2])
        text = f'{{ table = "RND.{table}"{where_text(sql)}' + (f", at_least = {least} }}" if least > 1 else " }")
        return {"table": table, "where": where, "at_least": least}, text

    def event(self, number, earlier):
        r, table = self.r, self.r.choice(["visit", "visit", "finding", "drug"])
        sql, where = self.condition(table)
        event = {"name": f"e{number}", "table": table, "where": where, "date": DATES[table], "from": None, "to": None, "bonds": [],
                 "pick": r.choice(["first", "first", "last", "any", "none"] if earlier else ["first", "last", "any"]), "at_least": r.choice([1, 1, 1, 2])}
        text = f'[[population.event]]\nname = "e{number}"\ntable = "RND.{table}"\npick = "{event["pick"]}"\n'
        text += f'where = "{sql}"\n' if sql else ""
        text += f'at_least = {event["at_least"]}\n' if event["at_least"] > 1 else ""
        if r.random() < 0.3:
            event["from"] = day(r, days=1200)
            text += f'from = {event["from"]}\n'
        for name, after in (("after", True), ("before", False)):
            if earlier and r.random() < 0.5:
                bond = {"event": r.choice(earlier), "after": after, "from_days": r.choice([0, 1, 30]), "within_days": r.choice([None, 400, 1500])}
                event["bonds"].append(bond)
                within = f', within_days = {bond["within_days"]}' if bond["within_days"] is not None else ""
                text += f'{name} = {{ event = "{bond["event"]}", from_days = {bond["from_days"]}{within} }}\n'
        return event, text

    def cohort(self, name, dated, sizes):
        """Numbers as people write them, some twice and some that no register knows; a day each, if it is dated."""
        r = self.r
        numbers = [r.randint(1, PERSONS + STRANGERS) for _ in range(r.choice(sizes))]
        lines = [(number, day(r, days=1200) if dated else None) for number in numbers]
        written = lambda number: cpr(number) if r.random() < 0.5 else f"{cpr(number)[:6]}-{cpr(number)[6:]}"
        file = ("cpr;dato\n" if dated else r.choice(["cpr\n", ""])) + "".join(written(n) + (f";{d}" if dated else "") + "\n" for n, d in lines)
        return {"name": name, "lines": lines, "dated": dated}, file

    def cohorts(self, out, few):
        """Adds them to `out`; returns (the keys before the first table, the tables). `few`: persons, so that others are left to be controls."""
        r, kind = self.r, self.r.choice(["one file", "named"] if few else ["none", "none", "one file", "named", "both"])
        keys = tables = ""
        names = (["supplied"] if kind in ("one file", "both") else []) + ([f"c{i}" for i in range(r.choice([1, 2]))] if kind in ("named", "both") else [])
        for name in names:
            file, dated = f'{out["number"]}-{name}.csv', name != "supplied" and r.random() < 0.7
            made, out["files"][file] = self.cohort(name, dated, [1, 4, 8] if few else [1, 8, 25])
            out["cohorts"].append(made)
            if name == "supplied":
                keys = f'supplied = "{file}"\n'
            else:
                tables += f'[[population.cohort]]\nname = "{name}"\nfile = "{file}"\n' + ('date = "dato"\n' if dated else "")
        return keys, tables

    def controls(self):
        r = self.r
        sql, where = self.condition("person")
        made = {"per_case": r.choice([1, 1, 2, 5]), "table": "person", "where": where, "match": [], "none": []}
        matches = []
        known = [("person", "sex"), ("person", "kom"), ("person", "born"), ("drug", "atc"), ("drug", "bought")]
        drawn = r.sample(known, r.choice([1, 1, 2, 3])) if r.random() < 0.5 else [("person", "born")]  # often age alone: its windows hold somebody
        for table, variable in drawn:
            match_sql, match_where = self.condition(table) if r.random() < 0.4 else (None, None)
            match = {"table": table, "variable": variable, "where": match_where, "years": 0, "within_years": 0}
            if variable in ("born", "bought"):
                windows = ["within_years"] if not any(each["within_years"] for each in made["match"]) else []
                match[r.choice(["years", *windows, *windows])] = r.choice([1, 1, 2])
            made["match"].append(match)
            matches.append(("" if table == "person" else f'table = "RND.{table}", ') + f'variable = "{variable}"'
                           + "".join(f", {key} = {match[key]}" for key in ("years", "within_years") if match[key]) + where_text(match_sql))
        text = f'[population.controls]\nper_case = {made["per_case"]}\ntable = "RND.person"\n' + (f'where = "{sql}"\n' if sql else "")
        text += "match = [ " + ", ".join("{ " + match + " }" for match in matches) + " ]\n"
        if r.random() < 0.3:
            criterion, never = self.criterion()
            made["none"].append(criterion)
            text += f"none = [ {never} ]\n"
        return made, text

    def grant(self, table, index):
        r = self.r
        sql, where = self.condition(table)
        names = [name for name in COLUMNS[table] if name not in ("new_pnr", "tag") and r.random() < 0.6] + ["tag"]
        grant = {"table": table, "variables": names, "where": where, "period": None, "frozen": r.random() < 0.25}
        text = f'[[grant]]\ntable = "RND.{table}"\nvariables = [{", ".join(chr(34) + n + chr(34) for n in names)}]\nreason = "x"\n'
        text += 'mode = "frozen"\n' if grant["frozen"] else ""
        text += f'where = "{sql}"\n' if sql else ""
        if table in ("visit", "drug") or (table == "finding" and r.random() < 0.5):
            first = day(r, days=600)
            period = {"variable": DATES[table], "from": first, "to": first + datetime.timedelta(days=r.randrange(400, 2500)), "from_days": None, "to_days": None}
            if index and r.random() < 0.5:
                period["from_days"], period["to_days"] = -r.randrange(0, 800), r.randrange(0, 800)
            days = f', from_days = {period["from_days"]}, to_days = {period["to_days"]}' if period["from_days"] is not None else ""
            text += f'period = {{ variable = "{period["variable"]}", from = {period["from"]}, to = {period["to"]}{days} }}\n'
            grant["period"] = period
        return grant, text

    def specification(self, number):
        r = self.r
        out = {"number": number, "all": [], "any": [], "none": [], "events": [], "cohorts": [], "controls": None, "index": "", "grants": [], "files": {}}
        lists, events = "", ""
        has_controls = r.random() < 0.4
        few = has_controls and r.random() < 0.6
        for name, chance in (("all", 0.3), ("any", 0.6), ("none", 0.3)) if not few else (("none", 0.1),):
            items = [self.criterion() for _ in range(r.choice([1, 1, 2]))] if r.random() < chance else []
            out[name] = [item for item, _ in items]
            lists += f'{name} = [ {", ".join(text for _, text in items)} ]\n' if items else ""
        supplied, cohorts = self.cohorts(out, few)
        lists += supplied
        anchors = [cohort["name"] for cohort in out["cohorts"] if cohort["dated"]]
        dated = list(anchors)
        for i in range(0 if few and r.random() < 0.7 else r.choice([0, 1, 2, 3]) if out["all"] or out["any"] or out["cohorts"] else r.choice([1, 2, 3])):
            event, text = self.event(i, anchors)
            out["events"].append(event)
            events += text
            if event["pick"] != "none":
                anchors.append(event["name"])
            if event["pick"] in ("first", "last"):
                dated.append(event["name"])
        if not (out["all"] or out["any"] or out["cohorts"] or any(event["pick"] != "none" for event in out["events"])):
            return self.specification(number)  # nobody says who it is about
        if dated:
            out["index"] = r.choice(dated)
            lists += f'index = "{out["index"]}"\n'
        controls = ""
        if has_controls:
            out["controls"], controls = self.controls()
        tables = [table for table in COLUMNS if r.random() < 0.6] or ["drug"]
        grants = ""
        for table in tables:
            grant, text = self.grant(table, out["index"])
            out["grants"].append(grant)
            grants += text
        inherit(out["grants"])
        out["own"] = out["controls"] is not None or r.random() < 0.5
        if out["own"]:
            grants += f'[[grant]]\ntable = "PROJECT.population"\nvariables = [{", ".join(chr(34) + name + chr(34) for name in OWN)}]\nreason = "x"\n'
        out["toml"] = (f'[project]\nnumber = "{number}"\ntitle = "Random"\nauthority = {{ name = "Demo Kommune", cvr = "29189846" }}\n'
                       f'valid = {{ from = 2020-01-01, to = 2099-12-31 }}\n[population]\n{lists}{cohorts}{events}{controls}{grants}')
        return out


def inherit(grants):
    """A child without a period of its own keeps to that of its granted parent (0007)."""
    by_table = {grant["table"]: grant for grant in grants}
    if "finding" in by_table and by_table["finding"]["period"] is None and "visit" in by_table:
        by_table["finding"]["period"] = by_table["visit"]["period"]


def where_text(sql):
    return f', where = "{sql}"' if sql else ""
