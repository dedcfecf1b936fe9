"""order_sheet variables= seconds= [rows= catalogue_seconds= ...]

A filled order sheet read and checked end to end by `fvm catalogue order`: the program starts, loads the catalogue (the whole
public list where it is at hand, else one as large), starts a sandbox, unpacks and parses the workbook (every row of every
register), and holds each crossed variable against the catalogue. `variables` are crossed; `rows` are in the sheet. Median.
"""
import argparse
import json
import pathlib
import shutil
import statistics
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support.instance import ROOT, SHARED, Instance  # noqa: E402

LIST = SHARED / "catalogue" / "variables.tsv"


def made_up_list(file):
    """As many registers, tables and variables as the real one."""
    rows = ["register\tkan_bestilles\ttabel\tvariabel\tindhold\tgyldighed"]
    rows += [f"R{i // 300:02}\t1\tt_{i // 30}\tv_{i}\tIndhold af variabel {i}\t{1970 + i % 50} -" for i in range(11_070)]
    file.write_text("\n".join(rows) + "\n")


def cross(sheet, out, wanted):
    """Crosses the first `wanted` rows that can be ordered, in the sheet's own XML: openpyxl would drop nothing, but takes a minute."""
    crossed = 0
    with zipfile.ZipFile(sheet) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet") and name != "xl/worksheets/sheet1.xml":
                rows = text.decode().split("</row>")
                last = "H" if "H1" in rows[0] else "G"
                for i in range(1, len(rows) - 1):
                    if crossed < wanted and f'<c r="B{i + 1}"><v>1</v>' in rows[i]:
                        rows[i] += f'<c r="{last}{i + 1}" t="inlineStr"><is><t>x</t></is></c>'
                        crossed += 1
                text = "</row>".join(rows).encode()
            new.writestr(name, text)
    assert crossed == wanted, crossed


def seconds(call, runs):
    taken = []
    for _ in range(runs):
        start = time.monotonic()
        call()
        taken.append(time.monotonic() - start)
    return statistics.median(taken)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--variables", "--rows", type=int, default=500)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    work = ROOT / "var" / "bench" / "order_sheet"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    file = LIST
    if not LIST.exists():
        file = work / "list.tsv"
        made_up_list(file)
    with Instance(work / "instance") as instance:
        rows = instance.json("catalogue", "import", file)["variables"]
        instance.fvm("catalogue", "order-sheet", work / "empty.xlsx")
        cross(work / "empty.xlsx", work / "filled.xlsx", options.variables)

        def order():
            done = instance.fvm("--json", "catalogue", "order", work / "filled.xlsx", check=False)
            answer = json.loads(done.stdout)
            # Every cross is an item or is told: names and free text cannot be had.
            assert len(answer["items"]) + sum(f["blocks"] for f in answer["findings"]) == options.variables, answer
        taken = seconds(order, options.runs)
        loading = seconds(lambda: instance.fvm("catalogue", "show", "ABR.t_abort", check=False), options.runs)
        writing = seconds(lambda: instance.fvm("catalogue", "order-sheet", work / "again.xlsx"), options.runs)
    shutil.rmtree(work, ignore_errors=True)
    print(f"order_sheet variables={options.variables} seconds={taken:.2f} rows={rows} load_seconds={loading:.2f} "
          f"write_seconds={writing:.2f}", flush=True)


main()
