"""Honest outputs, made by R, pandas, XlsxWriter, python-docx and LibreOffice as they are installed. None may be refused."""
import pathlib
import shutil
import subprocess

from . import honest_code, honest_shapes

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
MODULES = "docx openpyxl pandas xlsxwriter"


def missing():
    """What must be installed for the whole corpus and is not, in words; empty: nothing."""
    lacking = [name for name in ("Rscript", "soffice") if shutil.which(name) is None]
    if subprocess.run([PYTHON, "-c", f"import {', '.join(MODULES.split())}"], capture_output=True).returncode:
        lacking.append(f"Python with {MODULES}")
    if not lacking and subprocess.run(["Rscript", "-e", "library(survival)"], capture_output=True).returncode:
        lacking.append("R with survival")
    return ", ".join(lacking)


def convert(folder, names, kind, work):
    """By LibreOffice, as an analyst does with "save as"."""
    (work / "profile").mkdir(parents=True, exist_ok=True)
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{work}/profile", "--convert-to", kind, "--outdir", str(work / "out"), *(str(folder / n) for n in names)],
                   check=True, capture_output=True, timeout=300)
    ending = kind.split(":")[0]
    for name in names:
        stem = name.rsplit(".", 1)[0]
        shutil.move(work / "out" / f"{stem}.{ending}", folder / f"lo_{stem}.{ending}")


def make(folder):
    """Fills `folder`; returns the files, by name."""
    folder.mkdir(parents=True)
    work = folder.parent / "work"
    subprocess.run(["Rscript", "--vanilla", str(HERE / "honest.R"), str(folder)], check=True, capture_output=True, timeout=300)
    for script in ("honest_tables.py", "analysts/write.py"):
        subprocess.run([PYTHON, str(HERE / script), str(folder)], check=True, capture_output=True, timeout=300)
    for name, text in (*honest_code.files(), *honest_shapes.files()):
        (folder / name).write_text(text, encoding="utf-8")
    comma = 'csv:"Text - txt - csv (StarCalc)":59,34,76'
    tables = [f"py_{n}.xlsx" for n in ("kommune", "atc", "andel_kommune", "gns_alder", "i_alt", "bred_atc")]
    convert(folder, tables, comma.replace('"', ""), work)
    convert(folder, [f"py_{n}_en.csv" for n in ("kommune", "atc", "i_alt", "atc_aar", "gns_alder", "bred_atc") if (folder / f"py_{n}_en.csv").exists()], "xlsx", work)
    convert(folder, ["py_kommune.docx", "py_andel_alder.docx"], "pdf", work)
    convert(folder, ["py_kommune.xlsx"], "pdf", work)
    return sorted(p for p in folder.iterdir() if p.is_file())
