"""LibreOffice in its sandbox: it makes what it is for, and reaches nothing else.

Positive control: the same text outside the sandbox, where the linked picture is read."""
import json
import os
import shutil
import struct
import subprocess
import zipfile
import zlib

import pytest

from launcher_client import Launcher, Refused

SOFFICE = "/usr/lib/libreoffice/program/soffice.bin"
pytestmark = pytest.mark.skipif(not os.path.exists(SOFFICE) or not shutil.which("pdfinfo"),
                                reason="needs libreoffice-writer-nogui and poppler-utils")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>Test</dc:title></office:meta><office:body><office:text>
"""
TAIL = "</office:text></office:body></office:document>"


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    launcher = Launcher(tmp_path_factory.mktemp("document") / "i")
    yield launcher
    launcher.stop()


def convert(launcher, folder, body, name="text", **more):
    folder.mkdir(exist_ok=True)
    job = json.dumps({"texts": [{"name": name, "xml": HEAD + body + TAIL}]}).encode()
    return launcher.run("document", ["document"], data=job, mounts=[(folder, "/out", 1)], label="test", timeout=120, **more)


def test_a_text_becomes_a_tagged_pdf_and_a_docx(launcher, tmp_path):
    code, output, error, _ = convert(launcher, tmp_path / "out", '<text:h text:outline-level="1">Overskrift</text:h><text:p>Brød æøå</text:p>')
    assert code == 0, output + error
    facts = subprocess.run(["pdfinfo", "-struct-text", tmp_path / "out" / "text.pdf"], capture_output=True, text=True, check=True).stdout
    assert "H1" in facts and "Overskrift" in facts and "Brød æøå" in facts
    with zipfile.ZipFile(tmp_path / "out" / "text.docx") as parts:
        assert "Brød æøå" in parts.read("word/document.xml").decode()


PICTURE = ('<text:p>x<draw:frame text:anchor-type="as-char" svg:width="3cm" svg:height="2cm"><draw:image xlink:href="file://{0}" '
           'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>')


def picture(width, height):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    rows = (b"\0" + b"\xff\0\0" * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pictures_of(pdf):
    """Width and height of each picture in it."""
    lines = subprocess.run(["pdfimages", "-list", pdf], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    return [tuple(map(int, line.split()[3:5])) for line in lines]


def test_a_text_cannot_pull_in_other_files(launcher, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(37, 23))
    outside = tmp_path / "outside.fodt"
    outside.write_text(HEAD + PICTURE.format(secret) + TAIL)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
                    tmp_path, outside], check=True, capture_output=True, env=dict(os.environ, HOME=str(tmp_path)))
    assert pictures_of(tmp_path / "outside.pdf") == [(37, 23)], "positive control"
    assert convert(launcher, tmp_path / "out", PICTURE.format(secret))[0] == 0
    assert (37, 23) not in pictures_of(tmp_path / "out" / "text.pdf")


@pytest.mark.parametrize("mounts, arguments", [
    ([("in", "/in/mirror", 0)], ["document"]),
    ([("in", "/data", 0)], ["document"]),
    ([("in", "/out", 1)], ["scan"]),
    ([("in", "/out", 1)], ["enter", "--no-sql", "--", "/bin/sh"]),
])
def test_the_profile_mounts_nothing_to_read_and_starts_nothing_else(launcher, tmp_path, mounts, arguments):
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(Refused) as refused:
        launcher.run("document", arguments, mounts=[(folder, inside, writable) for _, inside, writable in mounts])
    assert refused.value.args[0] == "sandbox.not_allowed"


@pytest.mark.parametrize("name", ["../text", "a/b", "", "A", "x" * 65])
def test_names_stay_in_the_folder(launcher, tmp_path, name):
    code, output, _, _ = convert(launcher, tmp_path / "out", "<text:p>x</text:p>", name=name)
    assert code == 1 and json.loads(output)["error"]["code"] == "document.bad_job"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_broken_text_is_told(launcher, tmp_path):
    code, output, _, _ = convert(launcher, tmp_path / "out", "<text:p>never closed")
    assert code == 1 and json.loads(output)["error"]["code"] == "document.not_made", output
