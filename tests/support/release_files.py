"""Released tables as files, and what an outsider makes of them.

A release is a CSV with a header of dimensions and `value,status`, or a folder with one called table.csv. status: open, primary (`<5`) or
secondary (`…`); value is empty unless open. Beside it, for each dimension, code,parent,level: <dimension>.csv, or one file whose name
ends in _<dimension>.csv. A dimension that a release does not have is at its root there; one that it holds fixed is a column with one
code, so the men of a linked release are a column koen with M in every row and a koen.csv with Total, M, K.
"""
import csv
import pathlib

from support.attacker import Universe

STATUSES = ("open", "primary", "secondary")


class BadRelease(ValueError):
    """What is wrong with the file, where."""


def read_hierarchy(path):
    with open(path, encoding="utf-8", newline="") as file:
        return {row["code"]: row["parent"] for row in csv.DictReader(file)}


def hierarchy_file(folder, dimension):
    near = [folder / f"{dimension}.csv"] if (folder / f"{dimension}.csv").exists() else sorted(folder.glob(f"*_{dimension}.csv"))
    if len(near) != 1:
        raise BadRelease(f"{folder}: which file holds the codes of {dimension}? Wanted: {dimension}.csv with code,parent,level, "
                         f"or --hierarchy {dimension}=FILE (there: {', '.join(p.name for p in near) or 'none'})")
    return near[0]


def read_table(path):
    """(dimensions, [(codes, value or None, status)])."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        if header[-2:] != ["value", "status"] or len(header) < 3:
            raise BadRelease(f"{path}: its header is {','.join(header)}; wanted: dimensions, then value,status")
        rows = []
        for number, line in enumerate(lines, 2):
            if len(line) != len(header) or line[-1] not in STATUSES or (line[-1] == "open") != (line[-2] != ""):
                raise BadRelease(f"{path}: line {number}: {','.join(line)}: wanted a value for open, none for primary and secondary")
            rows.append((tuple(line[:-2]), int(line[-2]) if line[-2] else None, line[-1]))
    return header[:-2], rows


def read_releases(paths, hierarchies=None):
    """(universe with all releases published and closed, {name: status} of the hidden cells; primary where one release says so)."""
    tables, files = [], dict(hierarchies or {})
    for path in map(pathlib.Path, paths):
        file = path / "table.csv" if path.is_dir() else path
        dimensions, rows = read_table(file)
        for dimension in dimensions:
            if dimension not in files:
                files[dimension] = hierarchy_file(file.parent, dimension)
        tables.append((file, dimensions, rows))
    universe, hidden = Universe({name: read_hierarchy(path) for name, path in files.items()}), {}
    for file, dimensions, rows in tables:
        for codes, value, status in rows:
            try:
                name = universe.name(**dict(zip(dimensions, codes)))
                universe.knowledge.publish(name, value)
            except ValueError as error:
                raise BadRelease(f"{file}: {','.join(codes)}: {error}") from None
            if status == "primary" or name not in hidden:
                hidden[name] = status
    universe.close()
    return universe, {name: status for name, status in hidden.items() if universe.knowledge.values[name] is None}


def write_release(folder, universe, dimensions, cells):
    """cells: {name: (value, status)}. The counterpart of read_releases, for tests."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [universe.dimensions.index(dimension) for dimension in dimensions]
    for dimension in dimensions:
        with open(folder / f"{dimension}.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("code", "parent", "level")] + [
                (code, parent, len(list(universe.hierarchies[dimension].ancestors(code))) - 1)
                for code, parent in universe.hierarchies[dimension].parents.items()])
    with open(folder / "table.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([(*dimensions, "value", "status")] + [
            (*(name[place] for place in places), value if status == "open" else "", status) for name, (value, status) in cells.items()])
