#!/usr/bin/env python3
"""Sizes of files and functions: files to 400 lines, functions to 70. More needs a reason, written in the file as '// long: why'.

  style.py check [ROOT]    what is too long
  style.py figures [ROOT]  median and 90th percentile, test lines per code line
"""
import pathlib
import re
import statistics
import sys

FILE_LINES_MAX, FUNCTION_LINES_MAX = 400, 70
NOT_A_FUNCTION = re.compile(r"^(namespace|struct|class|enum|extern|union|constexpr .*=|const .*=|static const|inline constexpr)")


def sources(root):
    for top in ("src", "apps", "bench", "tests"):
        yield from sorted(p for p in (root / top).rglob("*") if p.suffix in (".cpp", ".hpp", ".py"))


def functions(lines):
    """(first line, length) of every function whose closing brace stands at the margin or one step in."""
    start = {}
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        if indent in (0, 2) and line.rstrip().endswith("{") and "(" in "".join(lines[max(0, number - 4):number]):
            if not NOT_A_FUNCTION.match(line.strip()):
                start[indent] = number
        elif indent in (0, 2) and re.match(r"^ {0,2}\}[;)]*$", line.rstrip()) and indent in start:
            yield start[indent], number - start.pop(indent) + 1


def check(root):
    problems = []
    for path in sources(root):
        lines = path.read_text(encoding="utf-8").splitlines()
        if any("// long:" in line or "# long:" in line for line in lines[:12]):
            continue
        if len(lines) > FILE_LINES_MAX:
            problems.append(f"{path.relative_to(root)}: {len(lines)} lines; split it, or say why: '// long: …' at its top")
        if path.suffix != ".py":
            problems += [f"{path.relative_to(root)}:{start}: a function of {length} lines" for start, length in functions(lines)
                         if length > FUNCTION_LINES_MAX]
    return problems


def figures(root):
    code, test, lengths = [], [], []
    for path in sources(root):
        lines = path.read_text(encoding="utf-8").splitlines()
        is_test = path.name.endswith("_test.cpp") or "tests" in path.relative_to(root).parts
        (test if is_test else code).append(len(lines))
        if path.suffix == ".cpp" and not is_test:
            lengths += [length for _, length in functions(lines)]
    share = lambda values, q: sorted(values)[int(len(values) * q)]
    print(f"files={len(code)} median={statistics.median(code):.0f} p90={share(code, 0.9)} lines={sum(code)}")
    print(f"functions={len(lengths)} median={statistics.median(lengths):.0f} p90={share(lengths, 0.9)}")
    print(f"test_files={len(test)} test_lines={sum(test)} test_per_code={sum(test) / sum(code):.2f}")


def main():
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()
    if sys.argv[1:2] == ["figures"]:
        return figures(root)
    problems = check(root)
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
