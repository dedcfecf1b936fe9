"""Random access specifications over a small register, as TOML and as what tests/support/reference.py reads."""
import datetime

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
  { name = "day", type = "date" }, { name = "code", class = "code" }, { name = "amount", type = "integer" }, { name = "tag", required = true } ]
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
  { name = "packs", type = "integer" }, { name = "tag", required = true } ]
"""
PARENTS = {"finding": ("visit", "visit_id", "id")}
KEYS = {"visit": "id"}
COLUMNS = {"person": ["pnr", "mother", "sex", "born", "kom", "status", "new_pnr", "tag"], "visit": ["pnr", "id", "day", "code", "amount", "tag"],
           "finding": ["visit_id", "code", "tag"], "drug": ["pnr", "bought", "atc", "packs", "tag"]}
DATES = {"person": "born", "visit": "day", "finding": "day", "drug": "bought"}
PERSONS = 30
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
                "amount": r.choice([None, 0, 1, 2, 5]), "tag": self.tag("v")}

    def finding(self, known):
        r = self.random
        return {"visit_id": r.choice(known + ["nowhere", None]), "code": r.choice(["x1", "x2", "x3"]), "tag": self.tag("f")}

    def drug(self, _):
        r = self.random
        return {"pnr": r.randint(1, PERSONS), "bought": day(r), "atc": r.choice(["A10BA02", "A10AB01", "C07AB02", None]), "packs": r.choice([1, 2, 3, None]),
                "tag": self.tag("d")}


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


def months_later(date, months):
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    for last in (31, 30, 29, 28):
        try:
            return datetime.date(year, month, min(date.day, last))
        except ValueError:
            continue


class Maker:
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

    def grant(self, table, index, frozen_out):
        r = self.r
        sql, where = self.condition(table)
        names = [name for name in COLUMNS[table] if name not in ("new_pnr", "tag") and r.random() < 0.6] + ["tag"]
        grant = {"table": table, "variables": names, "where": where, "period": None}
        text = f'[[grant]]\ntable = "RND.{table}"\nvariables = [{", ".join(chr(34) + n + chr(34) for n in names)}]\nreason = "x"\n'
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
        out = {"number": number, "all": [], "any": [], "none": [], "events": [], "index": "", "grants": []}
        lists, events = "", ""
        for name, chance in (("all", 0.3), ("any", 0.6), ("none", 0.3)):
            items = [self.criterion() for _ in range(r.choice([1, 1, 2]))] if r.random() < chance else []
            out[name] = [item for item, _ in items]
            lists += f'{name} = [ {", ".join(text for _, text in items)} ]\n' if items else ""
        anchors = []
        for i in range(r.choice([0, 1, 2, 3]) if out["all"] or out["any"] else r.choice([1, 2, 3])):
            event, text = self.event(i, anchors)
            out["events"].append(event)
            events += text
            if event["pick"] != "none":
                anchors.append(event["name"])
        dated = [event["name"] for event in out["events"] if event["pick"] in ("first", "last")]
        if dated:
            out["index"] = r.choice(dated)
            lists += f'index = "{out["index"]}"\n'
        tables = [table for table in COLUMNS if r.random() < 0.6] or ["drug"]
        grants = ""
        for table in tables:
            grant, text = self.grant(table, out["index"], None)
            out["grants"].append(grant)
            grants += text
        inherit(out["grants"])
        if r.random() < 0.5:
            out["own"] = ["person", "index_date"]
            grants += '[[grant]]\ntable = "PROJECT.population"\nvariables = ["person", "index_date"]\nreason = "x"\n'
        out["toml"] = (f'[project]\nnumber = "{number}"\ntitle = "Random"\nauthority = {{ name = "Demo Kommune", cvr = "29189846" }}\n'
                       f'valid = {{ from = 2020-01-01, to = 2099-12-31 }}\n[population]\n{lists}{events}{grants}')
        return out


def inherit(grants):
    """A child without a period of its own keeps to that of its granted parent (0007)."""
    by_table = {grant["table"]: grant for grant in grants}
    if "finding" in by_table and by_table["finding"]["period"] is None and "visit" in by_table:
        by_table["finding"]["period"] = by_table["visit"]["period"]


def where_text(sql):
    return f', where = "{sql}"' if sql else ""
