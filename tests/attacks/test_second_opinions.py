"""Second opinions on a file: libmagic on its type, ClamAV (clamd with a signature of our own) on what is in it. Each with its control."""
import io
import json
import shutil
import socket
import subprocess
import threading
import zipfile

import pytest

from support.house import House

HONEST = "gruppe;antal\nA;120\nB;55\n"
MARK = "FVM-MALWARE-TEST"  # what the test's own signature knows
SIGNATURE = f"Fvm.Test.Mark:0:*:{MARK.encode().hex()}\n"
NO_CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin") is None


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("opinions")) as it:
        yield it


def found(house, name, content):
    """State and findings of a file that is sent: {rule: detail}."""
    house.put(name, content)
    done = house.send(name)
    assert done.returncode in (0, 1), done.stderr
    shown = json.loads(done.stdout)
    return shown["state"], {each["rule"]: each["detail"] for each in shown["files"][0]["findings"]}


@pytest.mark.parametrize("what, content, mime", [
    ("PostScript", "%!PS-Adobe-3.0\n%%Title: tabel\n/Helvetica findfont 12 scalefont setfont\n", "application/postscript"),
    ("a message that is encrypted", "-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567890abcdef\n=abcd\n-----END PGP MESSAGE-----\n", "application/pgp-encrypted"),
    ("RTF with its words of control", "{\\rtf1\\ansi{\\*\\generator x}tabel\\par}", "text/rtf"),
    ("a person's card", "BEGIN:VCARD\nVERSION:3.0\nN:tabel\nEND:VCARD\n", "text/vcard"),
])
def test_text_that_is_another_format_goes_to_a_person_with_the_reason(house, what, content, mime):
    state, findings = found(house, "tabel.txt", content)
    assert findings.get("type_doubtful") == mime and state in ("in_review", "blocked"), (what, state, findings)
    state, findings = found(house, "tabel.txt", HONEST)
    assert state == "in_review" and "type_doubtful" not in findings, "the control"


class Clamd:
    def __init__(self, folder):
        self.folder, self.socket, self.process = folder, folder / "clamd.sock", None
        (folder / "db").mkdir(parents=True)
        (folder / "db" / "test.ndb").write_text(SIGNATURE)
        (folder / "clamd.conf").write_text(f"LocalSocket {self.socket}\nDatabaseDirectory {folder / 'db'}\nForeground yes\nSelfCheck 0\nStreamMaxLength 30M\n")

    def start(self, instance):
        log = open(self.folder / "out", "wb")
        self.process = subprocess.Popen([shutil.which("clamd", path="/usr/sbin:/usr/bin"), "-c", self.folder / "clamd.conf"], stdout=log, stderr=log)
        log.close()
        instance.wait_for(lambda: self.socket.exists())

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
        self.socket.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    if NO_CLAMD:
        pytest.skip("clamd is missing: apt-get install clamav-daemon")
    folder = tmp_path_factory.mktemp("guarded")
    clamd = Clamd(folder / "clam")
    with House(folder) as it:
        it.clamd = clamd
        it.configure(**{"release.clamd_socket": f'"{clamd.socket}"'})
        clamd.start(it.instance)
        yield it
        clamd.stop()


def packed(text):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text)
    return content.getvalue()


def test_what_clamav_knows_is_refused_with_its_name(guarded, house):
    state, findings = found(guarded, "tabel.csv", HONEST + f"{MARK};70\n")
    assert state == "blocked" and findings["virus"].startswith("Fvm.Test.Mark")
    state, findings = found(guarded, "tabel.csv", HONEST)
    assert state == "in_review" and "virus" not in findings, "the control: another file"
    state, findings = found(house, "tabel.csv", HONEST + f"{MARK};70\n")
    assert "virus" not in findings, "the control: a house without ClamAV"


def test_it_is_seen_before_sending_too(guarded):
    guarded.put("kladde.csv", HONEST + f"{MARK};70\n")
    done = guarded.instance.fvm("--json", "release", "stage", "FVM-2026-0017", user="anna", check=False)
    rules = {f["name"]: [x["rule"] for x in f["findings"]] for f in json.loads(done.stdout)["files"]}
    assert "virus" in rules["kladde.csv"]


def test_what_it_unpacks_it_sees_inside(guarded):
    state, findings = found(guarded, "tabel.docx", packed(MARK))
    assert state == "blocked" and "virus" in findings


def test_when_it_does_not_answer_nothing_goes_on_and_nothing_is_lost(guarded):
    guarded.clamd.stop()
    guarded.put("venter.csv", HONEST)
    done = guarded.send("venter.csv")
    assert done.returncode == 3 and "clamd.sock" in done.stderr + done.stdout
    number = guarded.instance.json("release", "list", user="anna")["releases"][0]["release"]
    assert guarded.state(number) == "check_failed"
    status = guarded.instance.fvm("--json", "status", check=False)
    assert json.loads(status.stdout)["virus_scanner"]["state"] == "silent"
    guarded.clamd.start(guarded.instance)
    guarded.release("resume", user="olga")
    assert guarded.state(number) == "in_review"


@pytest.mark.parametrize("answer", [b"stream: OK\n", b"OK\0", b"stream:  FOUND\0", b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"", b"x" * 9000])
def test_answers_that_are_none_are_no_clean_bill(house, tmp_path, answer):
    """Somebody else answers at the socket, or the daemon is broken."""
    place = tmp_path / "clamd.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    listener.listen(4)

    def serve():
        caller, _ = listener.accept()
        caller.settimeout(10)
        while not caller.recv(1 << 16).endswith(b"\0\0\0\0"):
            pass
        caller.sendall(answer)
        caller.close()

    threading.Thread(target=serve, daemon=True).start()
    house.configure(**{"release.clamd_socket": f'"{place}"'})
    try:
        house.put("svar.csv", HONEST)
        assert house.send("svar.csv").returncode == 3
    finally:
        house.configure(**{"release.clamd_socket": '""'})
        listener.close()
    assert found(house, "svar.csv", HONEST)[0] == "in_review", "the control"


def test_status_says_that_there_is_none_and_what_there_is(guarded, house):
    told = house.instance.fvm("status", check=False).stdout
    assert "ClamAV: none" in told
    assert json.loads(house.instance.fvm("--json", "status", check=False).stdout)["virus_scanner"] == {"state": "absent", "version": ""}
    assert "ClamAV 1." in guarded.instance.fvm("status", check=False).stdout
