"""The rules' defaults as a document for fvm-worker, read from the table that the engine is made of; and its dimensions."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = re.findall(r"^PARAMETER\((\w+), (\w+), ([\d.]+),", (ROOT / "src" / "disclosure" / "rules.def").read_text(encoding="utf-8"), re.M)
DEFAULTS = {f"{statistic}.{name}": float(value) for statistic, name, value in ROWS}
THRESHOLD = int(DEFAULTS["counts.threshold"])


def dimension(name, parent=""):
    return {"name": name, "parent": parent, "as": "value", "width": 0, "until": 0}
