#!/usr/bin/env python3
"""./run bench outlook [--saves N]: how long after a file was saved in an outbox its answer is there, asked of the API as the page does,
and how long until something is told (first): the answer, or what the scan found while its rows are still compared with the project's data.

Beside it what there is to wait for: the same file scanned by fvm-worker outside the sandbox. Kinds of file in turn: a small table, a table of a thousand
rows, one with a number that must not leave. `--persons N`: the project has register data of so many, twice as many contacts and three times as many
prescriptions, and the rows are compared with them.
"""
import argparse
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from scan_alone import scan  # noqa: E402
from support import register_rows  # noqa: E402
from support.house import PROJECT, PSEUDONYMS, House  # noqa: E402

KINDS = {"small": "gruppe;antal\nA;{n}\nB;55\n", "thousand_rows": "gruppe;antal\nA;{n}\n" + "".join(f"G{i};{100 + i}\n" for i in range(1000)),
         "refused": f"id;x\n{PSEUDONYMS[0]};{{n}}\n"}


def answer(house, name):
    status, shown = house.ask("GET", f"projects/{PROJECT}/outbox")
    assert status == 200, shown
    outlook = next((each["outlook"] for each in shown["files"] if each["name"] == name), {"answer": "pending", "so_far": None})
    return outlook["answer"], outlook["answer"] != "pending" or outlook["so_far"] is not None


def main():
    parser = argparse.ArgumentParser(prog="./run bench outlook")
    parser.add_argument("--saves", type=int, default=10, help="of each kind")
    parser.add_argument("--persons", type=int, default=0, help="of whom the project has register data")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fvm-bench-") as name, House(pathlib.Path(name) / "house") as house:
        kinds = dict(KINDS)
        if options.persons:
            data = register_rows.give(house, options.persons)
            rows = register_rows.select(data, "SELECT kommune, year(eksd), atc, count(*) FROM {cpr_t_person} JOIN {lmdb_lmdb} ON pnr12 = v_pnr GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
            kinds["register"] = "kommune;aar;atc;antal\n" + "".join(";".join(row) + "\n" for row in rows) + "I alt;;;{n}\n"
            rows = register_rows.select(data, "SELECT c_kom, c_diag, v_sengdage FROM {cpr_t_person} JOIN {lpr_kontakter} ON pnr = v_pnr JOIN {lpr_diagnoser} USING (dw_ek_kontakt) LIMIT 200")
            kinds["persons"] = "x1;x2;x3\n" + "".join(";".join(row) + "\n" for row in rows) + "a;b;{n}\n"
        house.start("fvm-steward")
        house.portal()
        answer(house, "")
        for kind, text in kinds.items():
            took, first = [], []
            for i in range(options.saves):
                file = f"{kind}{i}.csv"
                house.put(file, text.format(n=1000 + i))
                saved = time.monotonic()
                told = "pending"
                while told == "pending":
                    told, something = answer(house, file)
                    if something and len(first) == i:
                        first.append(time.monotonic() - saved)
                    time.sleep(0.02)
                took.append(time.monotonic() - saved)
            alone = statistics.median(scan(pathlib.Path(name), "t.csv", text.format(n=1).encode())[0] for _ in range(3))
            print(f"outlook kind={kind} saves={len(took)} median_s={statistics.median(took):.2f} worst_s={max(took):.2f} first_median_s={statistics.median(first):.2f} first_worst_s={max(first):.2f} scan_alone_s={alone:.2f}", flush=True)


main()
