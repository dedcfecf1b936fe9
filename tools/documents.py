#!/usr/bin/env python3
"""Documents that are made from the code's own tables, so that they cannot drift from it.

  documents.py fix ROOT      write them
  documents.py check ROOT    fail, with the difference, when one is out of date

docs/release-states.md comes from src/release/states.def and routes.def, docs/casework-states.md from src/casework/states.def,
docs/sanction-states.md from src/sanction/states.def and measures.def: what each state is, the diagram, who may do what. docs/disclosure-rules.md comes from src/disclosure/rules.def and the messages.
"""
import difflib
import pathlib
import re
import sys


def rows(text, word):
    """Arguments and comment of each WORD(...) line of a table file."""
    for match in re.finditer(rf"^{word}\(([^)]*)\)[ \t]*(?://[ \t]*(.*))?$", text, re.M):
        yield [part.strip() for part in match[1].split(",")], match[2] or ""


def diagram(states, transitions):
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {states[0][0][0]}"]
    joined = {}
    for (start, event, role, end, _), _ in transitions:
        joined.setdefault((start, end, event), []).append(role)
    lines += [f"    {start} --> {end}: {event} ({', '.join(roles)})" for (start, end, event), roles in joined.items()]
    lines += [f"    {name} --> [*]" for (name, course, _), _ in states if course == "final"]
    return lines + ["```"]


def matrix(states, events, roles, transitions):
    """Rows are state and event, columns are roles; an empty box is refused and recorded."""
    steps = {(start, event, role): end for (start, event, role, end, _), _ in transitions}
    names = [name for (name,), _ in roles]
    lines = ["| state | event | " + " | ".join(names) + " |", "|---" * (2 + len(names)) + "|"]
    for (state, *_), _ in states:
        for (event,), _ in events:
            if any((state, event, role) in steps for role in names):
                cells = [f"→ {steps[state, event, role]}" if (state, event, role) in steps else "" for role in names]
                lines.append(f"| {state} | {event} | " + " | ".join(cells) + " |")
    return lines


def states_document(root, room, title, begin):
    text = (root / f"src/{room}/states.def").read_text(encoding="utf-8")
    states, roles, events, transitions = (list(rows(text, word)) for word in ("STATE", "ROLE", "EVENT", "TRANSITION"))
    out = [f"<!-- Made by tools/documents.py from src/{room}/*.def: change those files, then run ./run fix. -->",
           f"# {title}", "",
           "A step that stands in no table below is refused, whoever asks, and the refusal is recorded in the ledger.", *begin, "",
           "| state | who has the ball | meaning |", "|---|---|---|"]
    out += [f"| {name}{' (final)' if course == 'final' else ''} | {owner} | {note} |"
            for (name, course, owner), note in states]
    out += ["", "## Steps", ""] + diagram(states, transitions)
    out += ["", "| event | meaning |", "|---|---|"] + [f"| {name} | {note} |" for (name,), note in events]
    out += ["", "## Who may take which step", ""] + matrix(states, events, roles, transitions)
    out += ["", "Roles, as seen from one of them:", ""] + [f"- **{name}**: {note}" for (name,), note in roles]
    out += ["", "## Who is told", "", "| step | is told |", "|---|---|"]
    out += [f"| {start} → {end} ({event} by {role}) | {notice} |" for (start, event, role, end, notice), _ in transitions
            if notice != "none"]
    return out


def release_states(root):
    out = states_document(root, "release", "States of a release request", [])
    routes = list(rows((root / "src/release/routes.def").read_text(encoding="utf-8"), "ROUTE"))
    looks = ("leaves at once", "one", "two, each alone")
    out += ["", "## Which way a checked request goes", "",
            "The first line whose every condition holds; what blocks is stopped before.", "",
            "| route | check | output | registers | user | institution | who looks | drawn for a second look | |",
            "|---|---|---|---|---|---|---|---|---|"]
    out += [f"| {name} | " + " | ".join("" if word == "any" else word for word in conditions) +
            f" | {looks[int(people)]} | {int(permille) / 10:g} % | {note} |"
            for (name, *conditions, people, permille), note in routes]
    return "\n".join(out) + "\n"


def sanction_states(root):
    out = states_document(root, "sanction", "States of a case about a breach", [])
    measures = list(rows((root / "src/sanction/measures.def").read_text(encoding="utf-8"), "MEASURE"))
    out += ["", "## What a breach leads to", "",
            "A decision may be milder than the rule, never harder. `project` closes the project and the user, `institution` all its accounts",
            "and projects; `none` is a warning, which counts for so long.", "",
            "| breach | before | reported by | closed | for |", "|---|---|---|---|---|"]
    out += [f"| {severity} | {before} | {by} | {reach} | {'good' if days == '0' else days + ' days'} |"
            for (severity, before, by, reach, days), _ in measures]
    return "\n".join(out) + "\n"


def casework_diagram(states, transitions):
    """Only steps that lead to another state: the others are in the matrix."""
    moving = [row for row in transitions if row[0][0] != row[0][3]]
    return diagram([(columns[:3], note) for columns, note in states], moving)


def casework_states(root):
    text = (root / "src/casework/states.def").read_text(encoding="utf-8")
    states, roles, events, transitions = (list(rows(text, word)) for word in ("STATE", "ROLE", "EVENT", "TRANSITION"))
    out = ["<!-- Made by tools/documents.py from src/casework/states.def: change that file, then run ./run fix. -->",
           "# States of a case", "",
           "A step that stands in no table below is refused, whoever asks, and the refusal is recorded in the ledger.", "",
           "| state | who has the ball | the service's days | meaning |", "|---|---|---|---|"]
    out += [f"| {name}{' (final)' if course == 'final' else ''} | {owner} | {'count' if days == 'counts' else ''} | {note} |"
            for (name, course, owner, days), note in states]
    out += ["", "## Steps that lead on", ""] + casework_diagram(states, transitions)
    out += ["", "## Events", "", "| event | seen by the applicant | words | meaning |", "|---|---|---|---|"]
    out += [f"| {name} | {'yes' if seen == 'open' else 'no'} | {'needed' if words == 'required' else ''} | {note} |"
            for (name, seen, words), note in events]
    out += ["", "## Who may take which step", ""]
    out += matrix(states, [([name], note) for (name, *_), note in events], roles, transitions)
    out += ["", "Roles, as seen from one case:", ""] + [f"- **{name}**: {note}" for (name,), note in roles]
    out += ["", "## Who is told", "", "| step | is told |", "|---|---|"]
    told = {}
    for (start, event, role, end, notice), _ in transitions:
        if notice != "none":
            told.setdefault((event, role, notice), []).append(start)
    out += [f"| {event} by {role} (from {', '.join(starts)}) | {notice} |" for (event, role, notice), starts in told.items()]
    return "\n".join(out) + "\n"


def sentences(root, language):
    lines = (root / f"messages/{language}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" = ", 1) for line in lines if line.startswith("rule."))


def disclosure_rules(root):
    text = (root / "src/disclosure/rules.def").read_text(encoding="utf-8")
    statistics, parameters = list(rows(text, "STATISTIC")), list(rows(text, "PARAMETER"))
    danish, english = sentences(root, "da"), sentences(root, "en")
    out = ["<!-- Made by tools/documents.py from src/disclosure/rules.def and messages/: change those, then run ./run fix. -->",
           "# Rules of disclosure control", "",
           "Values are defaults; `fvm rules show --register R` shows those in force. A table gets the strictest of the registers that its SQL",
           "reads. They are set in `config.toml`, `[disclosure] rules`, e.g. `register LSR: counts.threshold = 10`; never beyond the floor.",
           "Why so: [architecture/0020](architecture/0021-rules-as-data.md)."]
    for (name, decider), source in statistics:
        deciders = {"rule": "by rule", "people": "by a reviewer", "never": "never leaves"}
        out += ["", f"## {name}", "", english[f"rule.{name}"], "", f"*{danish[f'rule.{name}']}*", "",
                f"Decided {deciders[decider]}. Source: {source}." if decider != "never" else f"Never leaves. Source: {source}."]
        own = [(columns, note) for columns, note in parameters if columns[0] == name]
        if own:
            out += ["", "| setting | default | floor | strictest | source, and why the floor |", "|---|---|---|---|---|"]
        for (_, parameter, value, unit, least, most, stricter), note in own:
            floor, strictest = (least, most) if stricter == "higher" else (most, least)
            out += [f"| `{name}.{parameter}` | {value} {unit} | {floor} | {strictest} | {note} |"]
    return "\n".join(out) + "\n"


DOCUMENTS = {"docs/disclosure-rules.md": disclosure_rules,
             "docs/release-states.md": release_states, "docs/casework-states.md": casework_states,
             "docs/sanction-states.md": sanction_states}


def pictures(root):
    """What is wrong between docs/pages.md and the pictures that the browser stories take for it (./run pictures)."""
    named = set(re.findall(r"\(pages/([\w-]+\.jpg)\)", (root / "docs" / "pages.md").read_text(encoding="utf-8")))
    there = {path.name for path in (root / "docs" / "pages").glob("*")}
    return [f"docs/pages/{name} is missing: ./run pictures" for name in sorted(named - there)] + \
        [f"docs/pages/{name} is shown nowhere in docs/pages.md" for name in sorted(there - named)]


def main():
    verb, root = sys.argv[1], pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()
    stale = 0
    for name, make in DOCUMENTS.items():
        path, wanted = root / name, make(root)
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        if found == wanted:
            continue
        if verb == "fix":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
            continue
        stale += 1
        sys.stderr.writelines(difflib.unified_diff(found.splitlines(True), wanted.splitlines(True), name, name + " (made anew)"))
    problems = pictures(root)
    print("".join(f"{each}\n" for each in problems), end="", file=sys.stderr)
    sys.exit(1 if stale or (problems and verb != "fix") else 0)


main()
