// Parts of the reading of a PDF: its frame, its streams, its drawings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Plain shared pointers, as new programs should (qpdf/PointerHolder.hh).
#define POINTERHOLDER_TRANSITION 4
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>

namespace fvm::runner {

// Every byte belongs to an object that the list of objects names, to a list or to the trailer: no older
// version below a newer one, nothing between the objects, nothing behind the end. True too for files with
// packed lists of objects.
bool pdf_frame(std::string_view bytes, QPDF& pdf, std::vector<QPDFObjectHandle>& objects);

// The same of the unpacked data of a packed list: of objects (no more than it says, nothing between them) or
// of where objects are.
bool pdf_packed_is_whole(QPDFObjectHandle& stream, std::string_view data);

enum class PdfStream : uint8_t {
  frame,     // packed objects and lists of them
  drawing,   // a page's content, a form, a pattern, a glyph
  picture,   // an image
  font,      // a typeface's file
  mapping,   // which characters glyphs stand for, functions, shadings, colours: small
  metadata,  // XML
  embedded,  // anything else: nothing draws it
};
// `role`: what it is to the object that refers to it; embedded when none is known.
PdfStream pdf_stream_kind(QPDFObjectHandle& stream, PdfStream role);
// The data unpacked, at most `room` bytes, which are taken from it; `room` 0 afterwards: there was more.
// False: broken.
bool pdf_stream_data(QPDFObjectHandle& stream, uint64_t& room, std::string& data);
// How many bytes that would be, counted up to `most`; nothing: broken before.
std::optional<uint64_t> pdf_stream_size(QPDFObjectHandle& stream, uint64_t most);
// The data is what its kind says.
bool pdf_stream_is(QPDFObjectHandle& stream, PdfStream kind, std::string_view data);

// What a picture's data is below the filters that only pack it. Points are not unpacked: they may be many.
enum class PdfPicture : uint8_t { points, jpeg, other, broken };
PdfPicture pdf_picture(QPDF& pdf, QPDFObjectHandle& stream, uint64_t& room, std::string& data);
// How many bytes the points of a picture are; 0: its colours are of a kind that is not known here.
uint64_t pdf_picture_bytes(QPDFObjectHandle& stream);

bool pdf_blank(char c);
// Behind the string "(…)" that begins at `at`; what stands in it is appended.
size_t pdf_string_end(std::string_view content, size_t at, std::string& out);

struct PdfDrawing {
  std::string strings;   // what is shown as text, byte by byte; what a typeface makes of it is another matter
  std::string comments;  // what stands behind a '%'
  bool invisible_text = false, picture = false;
  uint64_t strokes = 0;
};
PdfDrawing read_drawing(std::string_view content);

}  // namespace fvm::runner
