"""Sends a corpus through the finished programs (captured, scanned in the sandbox, decided) and says what became of each."""
import collections
import dataclasses
import json
import re
import time

from support.instance import ROOT

from .case import BLOCK

TYPES = ("csv", "txt", "tsv", "xlsx", "docx", "pdf", "html", "md", "png", "svg", "R", "sas", "do", "py", "sql", "log", "jpg", "ipynb")
TOGETHER = 40  # files of one request; the rest of what is allowed is kept free
TOGETHER_BYTES = 8 << 20
READ_ANYWAY = "person_reads"  # a kind of file that a person reads whatever is in it


@dataclasses.dataclass
class Verdict:
    rules: dict   # rule -> severity
    refused: str = ""  # the error with which the request itself was turned away

    def blocked(self):
        return bool(self.refused) or "block" in self.rules.values()

    def shown(self):
        """Something in it was found; that a person reads all files of its kind does not count."""
        return self.blocked() or any(s == "review" and r != READ_ANYWAY for r, s in self.rules.items())

    def to_person(self):
        return "review" in self.rules.values()


def allow_all(house):
    """Every kind that there is a scanner for; an instance's own list has fewer."""
    house.configure(**{"release.types": json.dumps(TYPES)})


def send(house, files):
    """One request; returns findings by file name, or the error's code."""
    for name, content in files.items():
        house.put(name, content)
    try:
        done = house.send(*files)
    finally:
        for name in files:
            (house.outbox() / name).unlink()
    if done.returncode not in (0, 1) or not done.stdout.startswith("{") or "files" not in (shown := json.loads(done.stdout)):
        return (done.stdout + done.stderr)[-300:]
    found = {f["name"]: {} for f in shown["files"]}
    for file in shown["files"]:
        for finding in file["findings"]:
            rule = finding["rule"].removeprefix("finding.")
            found[file["name"]][rule] = max(finding["severity"], found[file["name"]].get(rule, "note"), key=("note", "review", "block").index)
    return found


def verdict_of(answer):
    if isinstance(answer, str):
        return Verdict({}, answer)
    rules = {}
    for found in answer.values():
        for rule, severity in found.items():
            rules[rule] = max(severity, rules.get(rule, "note"), key=("note", "review", "block").index)
    return Verdict(rules)


def in_batches(house, files):
    """Verdicts of [(key, name, content)], many to a request; names are made unique, endings kept."""
    verdicts, batch, size = {}, {}, 0

    def flush():
        answer = send(house, {name: content for name, (_, content) in batch.items()})
        assert isinstance(answer, dict), answer
        verdicts.update({key: verdict_of({name: answer[name]}) for name, (key, _) in batch.items()})
        batch.clear()

    for number, (key, name, content) in enumerate(files):
        dot = name.rfind(".")
        if batch and (len(batch) == TOGETHER or size + len(content) > TOGETHER_BYTES):
            flush()
            size = 0
        batch[f"c{number}{name[dot:] if dot >= 0 else ''}"] = (key, content)
        size += len(content)
    if batch:
        flush()
    return verdicts


ABOUT_NAMES = ("file_name",)


def run_hostile(house, cases):
    alone = [c for c in cases if c.more or c.rule in ABOUT_NAMES]
    together = [c for c in cases if not any(c is a for a in alone)]
    verdicts = in_batches(house, [(id(c), c.name, c.content) for c in together])
    verdicts.update({id(c): verdict_of(send(house, c.files())) for c in alone})
    return [(c, verdicts[id(c)]) for c in cases]


def stopped(case, verdict):
    """By the rule that the case names, at its weight at least: that something else was found in it is luck."""
    weights = ("block",) if case.by == BLOCK else ("review", "block")
    return bool(verdict.refused) or verdict.rules.get(case.rule) in weights


def run_honest(house, paths):
    return [(p, v) for p, v in zip(paths, in_batches(house, [(p, p.name, p.read_bytes()) for p in paths]).values())]


def outputs():
    """Which kind of output each kind of file is, as the program has it."""
    known = dict(re.findall(r'\{"(\w+)", Output::(\w+)\}', (ROOT / "src" / "release" / "routes.cpp").read_text()))
    assert known
    return known


def by_route(results):
    """How many honest files a person would read though a trusted user, whose project reads nothing sensitive, sent each alone."""
    kinds = outputs()

    def leaves(path, verdict):
        kind = "tables" if "tables_alone" in verdict.rules else kinds.get(path.suffix[1:].lower())
        return kind == "tables" and all(s == "note" for s in verdict.rules.values())

    return sum(not leaves(p, v) for p, v in results)


def by_rule(results):
    """rule -> [cases, missed, with a finding of the rule, whatever its weight]."""
    table = collections.defaultdict(lambda: [0, 0, 0])
    for case, verdict in results:
        row = table[case.rule]
        row[0] += 1
        row[1] += not stopped(case, verdict)
        row[2] += case.rule in verdict.rules
    return dict(sorted(table.items()))


def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result
