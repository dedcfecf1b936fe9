"""Small files of each kind made by hand, so that anything can be put anywhere in them."""
import io
import struct
import zipfile
import zlib

import openpyxl


def workbook(*sheet_rows, change=lambda book, sheet: None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tabel 1"
    for row in sheet_rows or (("gruppe", "antal"), ("A", 120), ("B", 55)):
        sheet.append(row)
    change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, add=(), replace=(), rename=None):
    """The same document with parts added or renamed, or with the text of parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            for part, before, after in replace:
                if name == part:
                    assert before in body, (name, before, body)
                    body = body.replace(before, after)
            new.writestr((rename or {}).get(name, name), body)
        for name, body in add:
            new.writestr(name, body)
    return out.getvalue()


TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def document(body, parts=None):
    """A docx with this body and these other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("[Content_Types].xml", TYPES)
        new.writestr("word/document.xml", f'<?xml version="1.0"?><w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>')
        for name, content in (parts or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def run(text, properties=""):
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t>{text}</w:t></w:r>"


def paragraph(*runs):
    return "<w:p>" + "".join(r if r.startswith("<") else run(r) for r in runs) + "</w:p>"


def word_table(*lines):
    return "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(str(c))}</w:tc>" for c in line) + "</w:tr>" for line in lines) + "</w:tbl>"


def png(extra=b"", behind=b"", width=1, height=1):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + extra + \
        chunk(b"IDAT", zlib.compress((b"\0" + b"\0" * width) * height)) + chunk(b"IEND", b"") + behind


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(extra=b"", behind=b""):
    """A grey JPEG of eight by eight points: its tables are the smallest that the format allows."""
    def segment(mark, data):
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data
    huffman = bytes([1] + [0] * 15 + [0])  # one code of one bit, for the symbol 0
    return (b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + extra + segment(0xDB, b"\0" + bytes([16] * 64)) +
            segment(0xC0, b"\x08\0\x08\0\x08\1\1\x11\0") + segment(0xC4, b"\0" + huffman) + segment(0xC4, b"\x10" + huffman) +
            segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x3f" + b"\xff\xd9" + behind)


def jpeg_segment(mark, data):
    return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data


class Pdf:
    """A PDF written object by object. `page` is the content of its one page; `objects` add to or replace its own."""

    def __init__(self, page="BT /F1 12 Tf 72 700 Td (Tabel) Tj ET", catalogue="", page_extra="", objects=(), info="", resources=""):
        self.objects = {
            1: f"<</Type/Catalog/Pages 2 0 R {catalogue}>>",
            2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>{resources}>>{page_extra}>>",
            4: self.stream(page),
            5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        }
        if info:
            self.objects[6] = f"<<{info}>>"
        self.info = info
        self.objects.update(dict(objects))

    @staticmethod
    def stream(content, more="", packed=False):
        data = content if isinstance(content, bytes) else content.encode("latin-1")
        if packed:
            data, more = zlib.compress(data), more + "/Filter/FlateDecode"
        return f"<<{more}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"

    def write(self, between=b"", behind=b"", unlisted=()):
        """The bytes; `between` goes before the list of objects, those `unlisted` are not on it."""
        out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {}
        for number, body in sorted(self.objects.items()):
            places[number] = len(out)
            out += f"{number} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode("latin-1")) + b"\nendobj\n"
        out += between
        start, size = len(out), max(places) + 1
        out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
        for number in range(1, size):
            listed = number in places and number not in unlisted
            out += f"{places[number]:010} 00000 n \n".encode() if listed else b"0000000000 00001 f \n"
        info = "/Info 6 0 R" if self.info else ""
        return out + f"trailer\n<</Size {size}/Root 1 0 R{info}>>\nstartxref\n{start}\n%%EOF\n".encode() + behind


def text_at(x, y, text, more=""):
    safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 11 Tf {more} 1 0 0 1 {x} {y} Tm ({safe}) Tj ET\n"


def pdf_table(lines, left=72, top=760, step=110):
    return "".join(text_at(left + c * step, top - r * 16, str(cell)) for r, line in enumerate(lines) for c, cell in enumerate(line))
