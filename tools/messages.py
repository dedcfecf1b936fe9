#!/usr/bin/env python3
"""Messages: one file per language.

  messages.py generate ROOT OUT.cpp    write the table that src/base/messages.cpp searches
  messages.py check ROOT               same keys and places in both languages, sorted, all used keys known, none unused
  messages.py fix ROOT                 sort both files
  messages.py web ROOT FOLDER          the texts of the web pages (web.* and the words of states) for TypeScript, two files a language
"""
import json
import pathlib
import re
import sys

LANGUAGES = ("da", "en")
# What the web pages may show beside web.*: words of states and kinds that the API tells by name.
WEB_FAMILIES = ("web.", "agreement.kind_", "agreement.state_", "casework.state_", "release.fact_", "release.state_", "sanction.state_", "selftest.")


def read(root, language):
    path = root / "messages" / f"{language}.txt"
    texts, problems = {}, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        match = re.fullmatch(r"([a-z0-9_.]+) = (.+)", line)
        if not match:
            problems.append(f"{path}:{number}: write 'key = text'")
        elif match[1] in texts and texts[match[1]] != match[2]:
            problems.append(f"{path}:{number}: {match[1]} stands twice")
        else:
            texts[match[1]] = match[2]
    return texts, problems


def source_files(root):
    for top in ("src", "apps"):
        yield from sorted(p for p in (root / top).rglob("*") if p.suffix in (".cpp", ".hpp") and not p.name.endswith("_test.cpp"))


def web_words(root, paths=None):
    for path in sorted(paths or (root / "web" / "src").rglob("*.ts*")):
        if not path.name.endswith(".generated.ts"):
            yield from re.findall(r'"(web\.[a-z0-9_]+)"', path.read_text(encoding="utf-8"))


def check(root):
    texts, problems = {}, []
    for language in LANGUAGES:
        texts[language], found = read(root, language)
        problems += found
        if list(texts[language]) != sorted(texts[language]):
            problems.append(f"messages/{language}.txt is not sorted: ./run fix")
    for key in sorted(set(texts["da"]) ^ set(texts["en"])):
        problems.append(f"{key} stands in one language only")
    places = lambda text: sorted(set(re.findall(r"\{(\w+)\}", text)))
    for key in sorted(set(texts["da"]) & set(texts["en"])):
        if places(texts["da"][key]) != places(texts["en"][key]):
            problems.append(f"{key}: different {{places}} in the two languages")
    words = set(web_words(root))
    for path in source_files(root):
        source = path.read_text(encoding="utf-8")
        words.update(re.findall(r'"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"', source))
        for code in re.findall(r'\b(?:refused|usage|surroundings|defect)\(\s*"([^"]+)"', source):
            if code not in texts["en"]:
                problems.append(f"{path.relative_to(root)}: message {code} has no text")
    for statistic, parameter in re.findall(r"^(?:STATISTIC|PARAMETER)\((\w+), (\w+)", (root / "src/disclosure/rules.def").read_text(encoding="utf-8"), re.M):
        words.update((f"rule.{statistic}", f"rule.{statistic}_{parameter}"))
    for room in ("release", "sanction"):  # texts of states are named after them
        for state in re.findall(r"^STATE\((\w+)", (root / f"src/{room}/states.def").read_text(encoding="utf-8"), re.M):
            words.add(f"{room}.state_{state}")
            problems += [] if f"{room}.state_{state}" in texts["en"] else [f"message {room}.state_{state} has no text"]
    for key in texts["en"]:
        if key not in words:
            problems.append(f"message {key} is used nowhere")
    return problems


def generate(root, out):
    texts = {language: read(root, language)[0] for language in LANGUAGES}
    literal = lambda text: json.dumps(text, ensure_ascii=False)
    rows = "".join(
        f"    {{{literal(k)}, {literal(texts['da'].get(k, k))}, {literal(texts['en'].get(k, k))}}},\n"
        for k in sorted(set(texts["da"]) | set(texts["en"])))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text('#include "base/messages.hpp"\nnamespace fvm {\nconst MessageText message_texts[] = {\n' + rows +
                   "};\nconst unsigned message_text_count = sizeof message_texts / sizeof message_texts[0];\n}\n",
                   encoding="utf-8")


def web(root, folder):
    """Two files for each language, for a browser fetches its own alone: what every page may say, and what the pages behind the login say beside it."""
    first = set(web_words(root, [root / "web" / "src" / "pages" / "desk.tsx", *(root / "web" / "src").glob("*.ts*")]))
    for language in LANGUAGES:
        texts = {k: v for k, v in sorted(read(root, language)[0].items()) if k.startswith(WEB_FAMILIES)}
        for name, part in ((f"messages_{language}", {k: v for k, v in texts.items() if k in first}), (f"messages_pages_{language}", {k: v for k, v in texts.items() if k not in first})):
            (folder / f"{name}.generated.ts").write_text(f"// Generated from messages/{language}.txt by tools/messages.py web.\nexport const messages = "
                                                         + json.dumps(part, ensure_ascii=False, indent=2) + " as const;\n", encoding="utf-8")


def fix(root):
    for language in LANGUAGES:
        texts, _ = read(root, language)
        path = root / "messages" / f"{language}.txt"
        path.write_text("".join(f"{k} = {v}\n" for k, v in sorted(texts.items())), encoding="utf-8")


def main():
    verb, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if verb == "generate":
        return generate(root, pathlib.Path(sys.argv[3]))
    if verb == "web":
        return web(root, pathlib.Path(sys.argv[3]))
    if verb == "fix":
        return fix(root)
    problems = check(root)
    print("\n".join(problems), file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
