"""What benches share: one scan of a file by fvm-worker, outside the sandbox."""
import json
import os
import subprocess
import time

from support.duck import rows as query
from support.number_list import number_list

TYPES = ["csv", "tsv", "xlsx", "docx", "pdf", "html", "md", "log", "r", "ipynb", "png", "jpg"]


def population(folder, persons=10, listed=True):
    """A project's map of pseudonyms, without which nothing is scanned; as builds of before there were lists left it, if not `listed`."""
    place = folder / f"population-{persons}{'' if listed else '-read'}"
    if not place.exists():
        place.mkdir()
        first, step = 36 ** 7, 1000003 if persons < 1000 else 36 ** 10 // 2 // persons
        query(f"COPY (SELECT range AS mirror, range * {step} + {first} AS project FROM range({persons})) TO '{place}/p.parquet' (FORMAT parquet)")
        if listed:
            (place / "p.pseudonyms").write_bytes(number_list(range(first, first + persons * step, step)))
    return place


def scan(folder, name, content, known=None):
    """Seconds of one scan, and its answer."""
    known = known or population(folder)
    (folder / name).write_bytes(content)
    task = {"file": str(folder / name), "name": name, "bytes": len(content), "bytes_max": 1 << 30, "cell_count_min": 5, "types": TYPES, "population": str(known)}
    start = time.perf_counter()
    done = subprocess.run([os.environ["FVM_BIN"] + "/fvm-worker", "scan"], input=json.dumps(task), capture_output=True, text=True, check=True)
    return time.perf_counter() - start, json.loads(done.stdout)
