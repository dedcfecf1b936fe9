#include "runner/scan_pdf_parts.hpp"

#include <algorithm>
#include <cctype>

#include <qpdf/Pipeline.hh>

namespace fvm::runner {
namespace {

// Keeps what comes, up to a limit; what is beyond it ends the unpacking.
class Keep : public Pipeline {
 public:
  Keep(std::string& out, uint64_t room) : Pipeline("keep", nullptr), out_(out), room_(room) {}
  void write(unsigned char const* data, size_t count) override {
    if (out_.size() + count > room_) {
      over_ = true;
      throw std::runtime_error("too much");
    }
    out_.append(reinterpret_cast<const char*>(data), count);
  }
  void finish() override {}
  bool over() const { return over_; }

 private:
  std::string& out_;
  uint64_t room_;
  bool over_ = false;
};

// Counts what comes, up to a limit; what is beyond it ends the unpacking.
class Count : public Pipeline {
 public:
  explicit Count(uint64_t most) : Pipeline("count", nullptr), most_(most) {}
  void write(unsigned char const*, size_t count) override {
    bytes_ += count;
    if (bytes_ >= most_) throw std::runtime_error("enough");
  }
  void finish() override {}
  uint64_t bytes() const { return std::min(bytes_, most_); }

 private:
  uint64_t most_, bytes_ = 0;
};

bool unpack(QPDFObjectHandle& stream, Pipeline& into) {
  try {
    return stream.pipeStreamData(&into, 0, qpdf_dl_generalized, true);
  } catch (const std::exception&) {  // QPDF throws on broken data, and ours when they have enough
    return false;
  }
}

size_t hexadecimal_end(std::string_view content, size_t at, std::string& out) {
  int high = -1;
  for (++at; at < content.size() && content[at] != '>'; ++at) {
    const auto c = static_cast<unsigned char>(content[at]);
    if (std::isxdigit(c) == 0) continue;
    const int value = std::isdigit(c) != 0 ? c - '0' : std::tolower(c) - 'a' + 10;
    if (high >= 0) out += static_cast<char>(high * 16 + value);
    high = high >= 0 ? -1 : value;
  }
  return std::min(at + 1, content.size());
}

std::string name_in(QPDFObjectHandle& dictionary, const char* key) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isName() ? value.getName() : std::string();
}

}  // namespace

bool pdf_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

size_t pdf_string_end(std::string_view content, size_t at, std::string& out) {
  int open = 0;
  for (; at < content.size(); ++at) {
    const char c = content[at];
    if (c == '\\' && at + 1 < content.size()) {
      const char next = content[++at];
      if (next >= '0' && next <= '7') {
        int code = 0;
        for (int i = 0; i < 3 && at < content.size() && content[at] >= '0' && content[at] <= '7'; ++i, ++at)
          code = code * 8 + (content[at] - '0');
        --at;
        out += static_cast<char>(code);
      } else {
        out += next;
      }
    } else if (c == '(') {
      if (open++ > 0) out += c;
    } else if (c == ')') {
      if (--open == 0) return at + 1;
      out += c;
    } else {
      out += c;
    }
  }
  return at;
}

PdfStream pdf_stream_kind(QPDFObjectHandle& stream, PdfStream role) {
  QPDFObjectHandle dictionary = stream.getDict();
  const std::string type = name_in(dictionary, "/Type"), subtype = name_in(dictionary, "/Subtype");
  if (type == "/ObjStm" || type == "/XRef") return PdfStream::frame;
  if (type == "/EmbeddedFile") return PdfStream::embedded;
  if (subtype == "/Image") return PdfStream::picture;
  if (subtype == "/Form" || dictionary.hasKey("/PatternType")) return PdfStream::drawing;
  if (type == "/Metadata") return PdfStream::metadata;
  if (subtype == "/Type1C" || subtype == "/CIDFontType0C" || subtype == "/OpenType" ||
      dictionary.hasKey("/Length1"))
    return PdfStream::font;
  if (type == "/CMap" || dictionary.hasKey("/FunctionType") || dictionary.hasKey("/ShadingType") ||
      dictionary.hasKey("/N") || dictionary.hasKey("/CMapName"))
    return PdfStream::mapping;
  return role;  // a page's content has no mark of its own
}

bool pdf_stream_data(QPDFObjectHandle& stream, uint64_t& room, std::string& data) {
  Keep keep(data, room);
  const bool done = unpack(stream, keep);
  if (keep.over()) {
    room = 0;
    return true;
  }
  room -= std::min<uint64_t>(data.size(), room);
  return done;
}

std::optional<uint64_t> pdf_stream_size(QPDFObjectHandle& stream, uint64_t most) {
  Count count(most);
  if (!unpack(stream, count) && count.bytes() < most) return std::nullopt;
  return count.bytes();
}

bool pdf_stream_is(QPDFObjectHandle& stream, PdfStream kind, std::string_view data) {
  using namespace std::string_view_literals;
  constexpr size_t mapping_bytes_max = 256 << 10;
  if (kind == PdfStream::metadata)
    return data.find('<') != std::string_view::npos && data.size() < mapping_bytes_max;
  if (kind == PdfStream::font) {
    for (const std::string_view magic : {"\0\1\0\0"sv, "true"sv, "OTTO"sv, "%!"sv, "\1\0"sv, "\x80\1"sv}) {
      if (data.starts_with(magic)) return true;
    }
    return false;
  }
  if (kind != PdfStream::mapping) return true;
  QPDFObjectHandle dictionary = stream.getDict();
  if (dictionary.hasKey("/N") && !dictionary.hasKey("/FunctionType"))
    return data.size() > 40 && data.substr(36, 4) == "acsp";  // colours (ICC.1)
  return data.size() < mapping_bytes_max;
}

PdfDrawing read_drawing(std::string_view content) {
  PdfDrawing drawing;
  std::string before;
  for (size_t at = 0; at < content.size();) {
    const char c = content[at];
    if (c == '(') {
      at = pdf_string_end(content, at, drawing.strings);
    } else if (c == '<' && at + 1 < content.size() && content[at + 1] != '<') {
      at = hexadecimal_end(content, at, drawing.strings);
    } else if (c == '%') {
      const size_t end = std::min(content.find_first_of("\r\n", at), content.size());
      drawing.comments += content.substr(at, end - at);
      drawing.comments += '\n';
      at = end;
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '\'' ||
               c == '"' || c == '*') {
      const size_t from = at;
      while (at < content.size() && !pdf_blank(content[at]) &&
             std::string_view("()<>[]{}/%").find(content[at]) == std::string_view::npos)
        ++at;
      const std::string_view word = content.substr(from, at - from);
      if (word == "Tr" && (before == "3" || before == "7")) drawing.invisible_text = true;
      if (word == "ID") drawing.picture = true;
      if (word == "T*" || word == "Td" || word == "TD" || word == "Tm" || word == "ET")
        drawing.strings += '\n';
      if (word == "l" || word == "c" || word == "re") ++drawing.strokes;
      before = word;
    } else {
      ++at;
    }
  }
  return drawing;
}

}  // namespace fvm::runner
