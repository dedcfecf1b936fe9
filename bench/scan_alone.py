"""What benches share: one scan of a file by fvm-worker, outside the sandbox."""
import json
import os
import subprocess
import time

from support.duck import rows as query

TYPES = ["csv", "tsv", "xlsx", "docx", "pdf", "html", "md", "log", "r", "ipynb", "png", "jpg"]


def scan(folder, name, content):
    """Seconds of one scan, and its answer. The project's map of pseudonyms, without which nothing is scanned, is made at the first."""
    population = folder / "population"
    if not population.exists():
        population.mkdir()
        query(f"COPY (SELECT range AS mirror, range * 1000003 + 78364164096 AS project FROM range(10)) TO '{population}/p.parquet' (FORMAT parquet)")
    (folder / name).write_bytes(content)
    task = {"file": str(folder / name), "name": name, "bytes": len(content), "bytes_max": 1 << 30, "cell_count_min": 5, "types": TYPES, "population": str(population)}
    start = time.perf_counter()
    done = subprocess.run([os.environ["FVM_BIN"] + "/fvm-worker", "scan"], input=json.dumps(task), capture_output=True, text=True, check=True)
    return time.perf_counter() - start, json.loads(done.stdout)
