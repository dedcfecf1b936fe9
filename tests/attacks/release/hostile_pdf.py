"""PDF files: text that is not shown, and what else they carry. Every number here nobody has."""
import zlib

from .case import CPR, PERSON, PERSON_HEADER, case, persons
from .formats import Pdf, jpeg, jpeg_segment, pdf_table, text_at

HONEST = [("gruppe", "antal"), ("A", 120), ("B", 55)]
SMALL = [("gruppe", "antal"), ("A", 120), ("B", 3)]
FORM = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>"


def layer(shown):
    return "/OCProperties<</OCGs[10 0 R]/D<<" + ("/ON[10 0 R]" if shown else "/OFF[10 0 R]") + ">>>>"


def shown_numbers():
    number = text_at(72, 700, CPR)
    packed = [(4, Pdf.stream(number, packed=True))]
    yield case("personal_number", "text", "t.pdf", Pdf(number).write())
    yield case("personal_number", "packed text", "t.pdf", Pdf(objects=packed).write())
    yield case("personal_number", "text in hexadecimal", "t.pdf", Pdf(objects=[(4, Pdf.stream(f"BT /F1 12 Tf 72 700 Td <{CPR.encode().hex()}> Tj ET", packed=True))]).write())
    yield case("personal_number", "text in pieces", "t.pdf", Pdf("BT /F1 12 Tf 72 700 Td [(0102) 4 (03-) 3 (1235)] TJ ET").write())
    yield case("personal_number", "each digit placed by itself", "t.pdf", Pdf("".join(text_at(72 + 6 * i, 700, c) for i, c in enumerate(CPR))).write())
    yield case("personal_number", "invisible text", "t.pdf", Pdf(text_at(72, 700, CPR, "3 Tr")).write())
    yield case("personal_number", "white text", "t.pdf", Pdf("1 1 1 rg " + number).write())
    yield case("personal_number", "outside the page", "t.pdf", Pdf(text_at(2000, 3000, CPR)).write())
    yield case("personal_number", "outside what is cut", "t.pdf", Pdf(number, page_extra="/CropBox[0 0 50 50]").write())
    yield case("personal_number", "clipped", "t.pdf", Pdf("q 0 0 1 1 re W n " + number + "Q").write())
    yield case("personal_number", "under a square", "t.pdf", Pdf(number + "1 1 1 rg 0 600 595 200 re f").write())
    yield case("personal_number", "tiny", "t.pdf", Pdf(f"BT /F1 0.01 Tf 72 700 Td ({CPR}) Tj ET").write())
    yield case("personal_number", "turned", "t.pdf", Pdf(f"BT /F1 11 Tf 0 1 -1 0 72 300 Tm ({CPR}) Tj ET").write())
    hidden = "/OC /L1 BDC " + number + "EMC"
    yield case("personal_number", "layer that is off", "t.pdf", Pdf(hidden, layer(False), objects=[(10, "<</Type/OCG/Name(x)>>")], resources="/Properties<</L1 10 0 R>>").write())
    yield case("personal_number", "in a form", "t.pdf", Pdf("/X1 Do", objects=[(10, Pdf.stream(number, FORM, packed=True))], resources="/XObject<</X1 10 0 R>>").write())
    yield case("personal_number", "in a form that is not drawn", "t.pdf", Pdf(objects=[(10, Pdf.stream(number, FORM, packed=True))], resources="/XObject<</X1 10 0 R>>").write())
    yield case("personal_number", "page that is not listed", "t.pdf", Pdf(objects=[(10, "<</Type/Page/MediaBox[0 0 595 842]/Contents 11 0 R/Resources<</Font<</F1 5 0 R>>>>>>"), (11, Pdf.stream(number, packed=True))]).write())
    yield case("personal_number", "annotation", "t.pdf", Pdf(page_extra=f"/Annots[<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents({CPR})>>]").write())
    yield case("personal_number", "annotation in UTF-16", "t.pdf", Pdf(page_extra=f"/Annots[<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents<FEFF{CPR.encode('utf-16-be').hex()}>>>]").write())
    yield case("personal_number", "field of a form", "t.pdf", Pdf(catalogue="/AcroForm<</Fields[10 0 R]>>", objects=[(10, f"<</FT/Tx/T(x)/V({CPR})>>")]).write())
    yield case("personal_number", "title", "t.pdf", Pdf(info=f"/Title({CPR})").write())
    yield case("personal_number", "key of its own", "t.pdf", Pdf(info=f"/Rows({CPR})").write())
    yield case("personal_number", "name", "t.pdf", Pdf(catalogue=f"/N{CPR} 1").write())
    yield case("personal_number", "bookmark", "t.pdf", Pdf(catalogue=f"/Outlines<</First 10 0 R/Last 10 0 R/Count 1>>", objects=[(10, f"<</Title({CPR})/Parent 1 0 R>>")]).write())
    yield case("personal_number", "metadata", "t.pdf", Pdf(catalogue="/Metadata 10 0 R", objects=[(10, Pdf.stream(f"<x:xmpmeta>{CPR}</x:xmpmeta>", "/Type/Metadata/Subtype/XML", packed=True))]).write())
    yield case("personal_number", "alternate text", "t.pdf", Pdf(f"/Span <</ActualText({CPR})>> BDC " + text_at(72, 700, "x") + "EMC").write())
    yield case("personal_number", "comment in the drawing", "t.pdf", Pdf(f"% {CPR}\n" + text_at(72, 700, "x")).write())
    yield case("personal_number", "named destination", "t.pdf", Pdf(catalogue=f"/Dests<</{CPR.replace('-', '#2d')} [3 0 R/Fit]>>").write())


def tables():
    yield case("small_count", "table", "t.pdf", Pdf(pdf_table(SMALL)).write())
    yield case("small_count", "packed table", "t.pdf", Pdf(objects=[(4, Pdf.stream(pdf_table(SMALL), packed=True))]).write())
    yield case("rows_of_individuals", "individuals", "t.pdf", Pdf(pdf_table([PERSON_HEADER, *persons()])).write(), PERSON)
    points = "".join(f"{72 + i * 37 % 400} {200 + i * 53 % 400} 3 3 re f\n" for i in range(300))
    yield case("person_reads", "a point for each person", "t.pdf", Pdf(pdf_table(HONEST) + points).write(), PERSON)
    code = Pdf.stream(bytes(16), "/Type/XObject/Subtype/Image/Width 4/Height 4/ColorSpace/DeviceGray/BitsPerComponent 8")
    yield case("embedded_image", "picture", "t.pdf", Pdf("q 100 0 0 100 72 600 cm /I1 Do Q", objects=[(10, code)], resources="/XObject<</I1 10 0 R>>").write(), PERSON)
    photo = Pdf.stream(jpeg(behind=b"a;b\n1;2\n"), "/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode")
    yield case("trailing_bytes", "rows behind a picture", "t.pdf", Pdf("q 100 0 0 100 72 600 cm /I1 Do Q", objects=[(10, photo)], resources="/XObject<</I1 10 0 R>>").write())
    inline = "q 100 0 0 100 72 600 cm BI /W 4 /H 1 /CS /G /BPC 8 ID abcd EI Q"
    yield case("embedded_image", "picture in the drawing", "t.pdf", Pdf(inline).write(), PERSON)
    to_unicode = Pdf.stream("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n"
                            "1 beginbfrange <30> <39> <0041> endbfrange\nendcmap end end")
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 10 0 R>>"
    yield case("personal_number", "letters that are shown as digits", "t.pdf", Pdf(text_at(72, 700, CPR), objects=[(5, font), (10, to_unicode)]).write(), PERSON)


def carried():
    attachment = [(10, "<</Type/Filespec/F(r.csv)/EF<</F 11 0 R>>>>"), (11, Pdf.stream("a;b\n1;2\n", "/Type/EmbeddedFile", packed=True))]
    yield case("embedded_object", "attachment", "t.pdf", Pdf(catalogue="/Names<</EmbeddedFiles<</Names[(r.csv) 10 0 R]>>>>", objects=attachment).write())
    yield case("embedded_object", "attachment of an annotation", "t.pdf", Pdf(page_extra="/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[9 9 20 20]/FS 10 0 R>>]", objects=attachment).write())
    yield case("embedded_object", "attachment that nothing names", "t.pdf", Pdf(objects=attachment).write())
    yield case("embedded_object", "attachment by an escaped name", "t.pdf", Pdf(objects=[(10, "<</Type/F#69lespec/#45F<</F 11 0 R>>>>"), (11, Pdf.stream("a;b\n", "/Type/Embedded#46ile"))]).write())
    yield case("embedded_object", "portfolio", "t.pdf", Pdf(catalogue="/Collection<</View/D>>").write())
    yield case("embedded_object", "data that nothing draws", "t.pdf", Pdf(catalogue="/PieceInfo<</X<</Private 10 0 R>>>>", objects=[(10, Pdf.stream(zlib.compress(b"a;b\n1;2\n" * 90)))]).write())
    yield case("embedded_object", "film", "t.pdf", Pdf(page_extra="/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>]").write())
    for technique, action in {"script": "/S/JavaScript/JS(app.alert\\(1\\))", "program": "/S/Launch/F(x.exe)", "submit": "/S/SubmitForm/F(https://elsewhere.example)", "escaped script": "/S/Java#53cript/#4aS(x)"}.items():
        yield case("script", technique, "t.pdf", Pdf(catalogue=f"/OpenAction<<{action}>>").write(), PERSON)
    yield case("external_link", "link that tells", "t.pdf", Pdf(page_extra="/Annots[<</Type/Annot/Subtype/Link/Rect[9 9 20 20]/A<</S/URI/URI(https://elsewhere.example/?DE119)>>>>]").write(), PERSON)
    yield case("hidden_cells", "layer", "t.pdf", Pdf("/OC /L1 BDC " + text_at(72, 700, "x") + "EMC", layer(False), objects=[(10, "<</Type/OCG/Name(x)>>")], resources="/Properties<</L1 10 0 R>>").write(), PERSON)
    yield case("hidden_cells", "invisible text", "t.pdf", Pdf(text_at(72, 700, "de to fra Samsø", "3 Tr")).write(), PERSON)
    yield case("comment", "note", "t.pdf", Pdf(page_extra="/Annots[<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents(se her)>>]").write(), PERSON)
    yield case("trailing_bytes", "bytes behind", "t.pdf", Pdf().write(behind=b"a;b\n1;2\n"))
    yield case("trailing_bytes", "bytes before the list", "t.pdf", Pdf().write(between=b"a;b\n1;2\n"))
    yield case("trailing_bytes", "comment between objects", "t.pdf", Pdf().write(between=b"% a;b 1;2\n"))
    yield case("trailing_bytes", "object that is not listed", "t.pdf", Pdf(objects=[(10, Pdf.stream("a;b\n1;2\n"))]).write(unlisted=(10,)))
    old = Pdf(pdf_table(SMALL)).write()
    newer = Pdf(pdf_table(HONEST))
    place = len(old)
    update = b"4 0 obj\n" + newer.objects[4] + b"\nendobj\n"
    start = len(old) + len(update)
    tail = f"xref\n4 1\n{place:010} 00000 n \ntrailer\n<</Size 6/Root 1 0 R/Prev {old.rindex(b'xref', 0, old.rindex(b'startxref'))}>>\nstartxref\n{start}\n%%EOF\n".encode()
    yield case("trailing_bytes", "an older version below", "t.pdf", old + update + tail)
    yield case("unreadable", "encrypted", "t.pdf", Pdf().write().replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O(" + b"x" * 32 + b")/U(" + b"x" * 32 + b")/P -4>>/ID[(a)(a)]"))
    yield case("unreadable", "broken", "t.pdf", Pdf().write()[:300] + b"\n%%EOF\n")
    yield case("unreadable", "no pages", "t.pdf", b"%PDF-1.7\n1 0 obj <<>>\nendobj\n%%EOF\n")
    bomb = zlib.compress(b"0 0 m\n" * 50_000_000, 9)
    yield case("archive_bomb", "a stream that unfolds", "t.pdf", Pdf(objects=[(4, Pdf.stream(bomb, "/Filter/FlateDecode"))]).write())
    yield case("unreadable", "endless chain of filters", "t.pdf", Pdf(objects=[(4, Pdf.stream(b"x", "/Filter[" + "/ASCIIHexDecode" * 300 + "]"))]).write(), PERSON)


def unread():
    """Bytes that no reader of the file shows, and lists that lead to themselves."""
    plain = Pdf().write()
    yield case("trailing_bytes", "bytes before the end mark", "t.pdf", plain.replace(b"startxref", b"a;b 1;2\nstartxref"))
    yield case("trailing_bytes", "a note in the head", "t.pdf", plain.replace(b"%\xe2\xe3\xcf\xd3\n", b"%0102\n"))
    yield case("trailing_bytes", "a number in a free place of the list", "t.pdf", plain.replace(b"0000000000 65535 f", b"0000031235 65535 f"))
    yield case("trailing_bytes", "comment in an object", "t.pdf", Pdf(info="/Title(x) % a;b;1;2\n/Author(y)").write())
    yield case("trailing_bytes", "bytes in a packed list of objects", "t.pdf", Pdf(objects=[(10, Pdf.stream("a;b\n1;2\n", "/Type/ObjStm/N 0/First 0"))]).write())
    image = "/Type/XObject/Subtype/Image/Width 4/Height 4/ColorSpace/DeviceGray/BitsPerComponent 8"
    drawn = {"page": "q 100 0 0 100 72 600 cm /I1 Do Q", "resources": "/XObject<</I1 10 0 R>>"}
    yield case("trailing_bytes", "rows behind the last point", "t.pdf", Pdf(objects=[(10, Pdf.stream(bytes(16) + b"a;b\n1;2\n" * 9, image))], **drawn).write())
    photo = zlib.compress(jpeg(jpeg_segment(0xFE, CPR.encode())))
    yield case("personal_number", "photograph behind another filter", "t.pdf", Pdf(objects=[(10, Pdf.stream(photo, image + "/Filter[/FlateDecode/DCTDecode]"))], **drawn).write())
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 10 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    yield case("unreadable", "content that is a list of itself", "t.pdf", Pdf(objects=[(3, page), (10, "[10 0 R]")]).write())
