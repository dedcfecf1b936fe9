"""Reads Parquet in tests with the engine that is there anyway, outside any sandbox: `rows("SELECT ... FROM read_parquet('...')")`.

One database a process, since opening one takes longer than most questions; what a question makes in it is rolled back, and of
files that may be other ones tomorrow it keeps nothing.
"""
import ctypes
import functools
import pathlib
import threading

from support.instance import ROOT


class _Result(ctypes.Structure):
    _fields_ = [("columns", ctypes.c_uint64), ("rows", ctypes.c_uint64), ("changed", ctypes.c_uint64), ("data", ctypes.c_void_p),
                ("error", ctypes.c_char_p), ("internal", ctypes.c_void_p)]


_library = ctypes.CDLL(str(pathlib.Path(ROOT) / "third_party" / "duckdb" / "libduckdb.so"))
_library.duckdb_value_varchar.restype = ctypes.c_void_p
_library.duckdb_value_varchar.argtypes = [ctypes.POINTER(_Result), ctypes.c_uint64, ctypes.c_uint64]
_library.duckdb_result_error.restype = ctypes.c_char_p
_library.duckdb_row_count.restype = ctypes.c_uint64
_library.duckdb_column_count.restype = ctypes.c_uint64
_library.duckdb_free.argtypes = [ctypes.c_void_p]


_opening = threading.Lock()


@functools.cache
def _open():
    database = ctypes.c_void_p()
    assert _library.duckdb_open(None, ctypes.byref(database)) == 0
    connection = _connect(database)
    _ask(connection, "SET enable_external_file_cache = false")
    _library.duckdb_disconnect(ctypes.byref(connection))
    return database


def _connect(database):
    connection = ctypes.c_void_p()
    assert _library.duckdb_connect(database, ctypes.byref(connection)) == 0
    return connection


def _ask(connection, sql):
    result = _Result()
    try:
        if _library.duckdb_query(connection, sql.encode(), ctypes.byref(result)) != 0:
            raise ValueError(_library.duckdb_result_error(ctypes.byref(result)).decode())
        columns = _library.duckdb_column_count(ctypes.byref(result))
        return [tuple(_cell(result, column, row) for column in range(columns))
                for row in range(_library.duckdb_row_count(ctypes.byref(result)))]
    finally:
        _library.duckdb_destroy_result(ctypes.byref(result))


def rows(sql):
    """All rows as tuples of text (None for NULL)."""
    with _opening:
        database = _open()
    connection = _connect(database)
    try:
        _ask(connection, "BEGIN")
        return _ask(connection, sql)
    finally:
        _library.duckdb_disconnect(ctypes.byref(connection))  # rolls back


def _cell(result, column, row):
    pointer = _library.duckdb_value_varchar(ctypes.byref(result), column, row)
    if not pointer:
        return None
    try:
        return ctypes.string_at(pointer).decode()
    finally:
        _library.duckdb_free(pointer)


def delta_files(folder):
    """The Parquet files of a Delta table's newest version, by replaying its JSON log (small tables only)."""
    import json
    live = {}
    for log in sorted(pathlib.Path(folder, "_delta_log").glob("*.json")):
        if not log.stem.isdigit():
            continue
        for line in log.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                live[action["add"]["path"]] = action["add"]
            if "remove" in action:
                live.pop(action["remove"]["path"], None)
    return [str(pathlib.Path(folder, path)) for path in live]


def table(folder, sql="SELECT * FROM t"):
    """Rows of `sql` over a Delta table folder, which it calls t."""
    files = delta_files(folder)
    assert files, f"{folder} has no files"
    listed = ", ".join(f"'{file}'" for file in files)
    return rows(f"WITH t AS (SELECT * FROM read_parquet([{listed}])) {sql}")
