#!/usr/bin/env python3
"""./run bench release [--rows N]: the check of what goes home over its corpora, rule by rule, and how fast it reads.

The lines that others read: `attacks= missed= honest= refused= to_person= by_route=`, and `format= mb_per_s=` for each format; lines by rule beside them.
missed: files of the attack corpus in which the rule that their case names found nothing, or less than it should (a refusal, or something for a person), whatever other rules
found; by_this_rule: with a finding of the rule of any weight. refused, to_person: of the honest corpus, by findings.
by_route: of the same, how many a person would read when a trusted user sent each alone: what is no table (CSV, TSV, XLSX, text that is tables alone) and what has a finding of more than a note, by
src/release/routes.def; of users who are not trusted, and of projects with sensitive registers, a person reads all. The project has register data of 20,000 made-up persons. MB/s is of one fvm-worker, the quickest of three (CSV, TSV and XLSX: of nine) and the one in the middle, without what it takes to start; `persons=`: how long a small file takes in a project of so many, with the lists of pseudonyms that builds
leave, and where they have to be read from the map; seconds are from start to end; unpacked: by the bytes of
a workbook's or document's parts.
"""
import argparse
import io
import json
import pathlib
import sys
import tempfile
import zipfile

import openpyxl

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "attacks")]

from release import formats, honest, hostile, run  # noqa: E402
from scan_alone import population, scan  # noqa: E402
from support import register_rows  # noqa: E402
from support.house import House  # noqa: E402


def big_csv(rows):
    out = io.StringIO("kommune;aar;gruppe;antal;gns\n")
    out.seek(0, 2)
    for i in range(rows):
        out.write(f"Kommune {i % 98};{2010 + i % 15};{20 + i % 7 * 10}-årige;{5 + i * 7919 % 90000};{i * 31 % 977 / 10:.1f}\n")
    return out.getvalue().encode()


def big_xlsx(rows):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Tabel")
    sheet.append(("kommune", "aar", "gruppe", "antal", "gns"))
    for i in range(rows):
        sheet.append((f"Kommune {i % 98}", 2010 + i % 15, f"{20 + i % 7 * 10}-årige", 5 + i * 7919 % 90000, i * 31 % 977 / 10))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def big_pdf(pages):
    page = [("gruppe", "antal", "gns")] + [(f"Gruppe {i}", 100 + i * 7, f"{i * 3.5:.1f}") for i in range(40)]
    objects, kids = [], []
    for i in range(pages):
        number = 10 + 2 * i
        kids.append(f"{number} 0 R")
        objects += [(number, f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number + 1} 0 R/Resources<</Font<</F1 5 0 R>>>>>>"),
                    (number + 1, formats.Pdf.stream(formats.pdf_table(page), packed=True))]
    objects += [(2, f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {pages}>>"), (3, "null"), (4, "null")]
    return formats.Pdf(objects=objects).write()


def big_docx(rows):
    return formats.document("".join(formats.word_table(("gruppe", "antal", "gns"), *((f"Gruppe {i}", 100 + i * 7 + t, f"{i * 35 % 977 / 10}") for i in range(40))) for t in range(rows // 40)))


def big_html(rows):
    lines = "".join(f"<tr><td>Gruppe {i % 98}</td><td>{5 + i * 7919 % 90000}</td><td>{i * 31 % 977 / 10}</td></tr>\n" for i in range(rows))
    return f"<!DOCTYPE html><html><body><table><tr><th>gruppe</th><th>antal</th><th>gns</th></tr>\n{lines}</table></body></html>".encode()


def big_log(rows):
    return "".join(f"> print(table(x{i}))\n  Kvinde    Mand\n{1000 + i * 7919 % 90000:8}{1200 + i * 31 % 9000:8}\n" for i in range(rows // 3)).encode()


def big_code(rows):
    return "".join(f"model{i} <- glm(doed ~ alder + koen, data = d[d$aar == {2010 + i % 15}, ], family = binomial)\n" for i in range(rows)).encode()


def big_notebook(rows):
    cells = [{"cell_type": "code", "source": [f"df.groupby('g{i}').size()"], "outputs": [{"output_type": "stream", "text": [f"A  {100 + i}\n", f"B  {200 + i}\n"]}]} for i in range(rows // 4)]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def big_png(side):
    return formats.png(width=side, height=side)


def big_jpeg(megabytes):
    start, end = formats.jpeg()[:-3], b"\xff\xd9"
    return start + b"\x3f\x5a" * (megabytes * 500_000) + end


def made(rows):
    """A file of each format: a row is about forty bytes of CSV; formats that are slower have fewer."""
    yield "csv", big_csv(rows)
    yield "tsv", big_csv(rows).replace(b";", b"\t")
    yield "xlsx", big_xlsx(rows // 2)
    yield "docx", big_docx(rows // 20)
    yield "pdf", big_pdf(1000)
    yield "html", big_html(rows // 10)
    yield "md", big_csv(rows // 10).replace(b";", b" | ")
    yield "log", big_log(rows // 10)
    yield "R", big_code(rows // 10)
    yield "ipynb", big_notebook(rows // 20)
    yield "png", big_png(4000)
    yield "jpg", big_jpeg(max(1, rows // 100_000))


def unpacked(content):
    """Bytes that are read: of a workbook or document, its parts'."""
    if not content.startswith(b"PK"):
        return len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return sum(part.file_size for part in parts.infolist())


def speed(rows):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        small = b"g;antal\nA;120\n"
        nothing = min(scan(folder, "t.csv", small)[0] for _ in range(5))
        print(f"release start_s={nothing:.3f}")
        for persons in (400_000, 8_000_000):
            listed, read = (min(scan(folder, "t.csv", small, population(folder, persons, way))[0] for _ in range(3)) for way in (True, False))
            print(f"release persons={persons} small_file_s={listed:.3f} without_lists_s={read:.3f}", flush=True)
        for kind, content in made(rows):
            times = 9 if kind in ("csv", "tsv", "xlsx") else 3  # a run is short, and a neighbour on the machine takes half as long again
            runs = sorted((scan(folder, f"t.{kind}", content) for _ in range(times)), key=lambda one: one[0])
            (seconds, answer), (median, _) = runs[0], runs[times // 2]
            mb = len(content) / 1e6
            speed = f"mb_per_s={mb / max(seconds - nothing, 1e-3):.1f} median_mb_per_s={mb / max(median - nothing, 1e-3):.1f} unpacked_mb_per_s={unpacked(content) / 1e6 / max(seconds - nothing, 1e-3):.1f}"
            print(f"release format={kind} {speed} mb={mb:.1f} seconds={seconds:.2f} blocks={answer['blocks']}", flush=True)


def corpora(every):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        with House(folder / "house") as house:
            run.allow_all(house)
            register_rows.give(house, 20_000)
            results = run.run_hostile(house, list(hostile.cases())[::every])
            for rule, (cases, missed, named) in run.by_rule(results).items():
                print(f"release rule={rule} cases={cases} missed={missed} by_this_rule={named}")
            attacks = f"attacks={len(results)} missed={sum(not run.stopped(*r) for r in results)}"
            if lacking := honest.missing():
                return print(f"release {attacks} honest=0: not made, {lacking} is not installed")
            results = run.run_honest(house, honest.make(folder / "honest" / "files")[::every])
            rules = sorted({r for _, v in results for r, s in v.rules.items() if s != "note"})
            for rule in rules:
                hit = [v for _, v in results if v.rules.get(rule, "note") != "note"]
                print(f"release rule={rule} honest={len(hit)} refused={sum(v.rules[rule] == 'block' for v in hit)} to_person={sum(v.rules[rule] == 'review' for v in hit)}")
            print(f"release {attacks} honest={len(results)} refused={sum(v.blocked() for _, v in results)} to_person={sum(v.to_person() for _, v in results)} by_route={run.by_route(results)}")


def main():
    parser = argparse.ArgumentParser(prog="./run bench release")
    parser.add_argument("--rows", type=int, default=700_000, help="of the CSV; the workbook has half of them")
    parser.add_argument("--every", type=int, default=1, help="of the corpora, only each so manieth file")
    parser.add_argument("--speed", action="store_true", help="only how fast")
    options = parser.parse_args()
    speed(options.rows)
    if not options.speed:
        corpora(options.every)


main()
