"""A delivery much larger than its memory limit: the sandbox's limit holds, and every row arrives."""
import re
import subprocess

from support import duck
from support.instance import ROOT, Instance

ROWS, MEMORY_MIB = 5_000_000, 512


def test_a_large_file_in_little_memory(tmp_path):
    writer = ROOT / "build" / "bench" / "bench_contacts"
    file = tmp_path / "contacts.csv"
    subprocess.run([writer, str(ROWS), str(file)], check=True)
    with Instance(tmp_path / "i") as instance:
        config = instance.path / "config.toml"
        text = config.read_text()
        head, deliver = text.split("[deliver]")
        config.write_text(head + "[deliver]" + re.sub(r"memory_mib = \d+", f"memory_mib = {MEMORY_MIB}", deliver, count=1))
        instance.fvm("catalogue", "import", ROOT / "share/catalogue/denmark.toml")
        answer = instance.json("deliver", "LPR.t_adm", file, timeout=900)
        assert answer["rows_accepted"] == ROWS and answer["rows_rejected"] == 0
        assert file.stat().st_size > MEMORY_MIB / 2 * 2**20
        log = (instance.path / "log/fvm-launcher.log").read_text()
        assert int(re.findall(r"memory_max_kib=(\d+)", log)[-1]) <= MEMORY_MIB * 1024
        assert duck.table(instance.path / "mirror/lpr/t_adm", "SELECT count(*), count(DISTINCT v_cpr) > 100000 FROM t") == [(str(ROWS), "true")]
