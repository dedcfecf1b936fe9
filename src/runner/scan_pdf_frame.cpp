// The frame of a PDF: every word between its first byte and its last belongs to an object, a list or the
// trailer (ISO 32000-1, 7.5).
#include "runner/scan_pdf_parts.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <set>

namespace fvm::runner {
namespace {

size_t skip_blanks(std::string_view bytes, size_t at) {
  while (at < bytes.size() && pdf_blank(bytes[at])) ++at;
  return at;
}

bool take(std::string_view bytes, size_t& at, std::string_view word) {
  at = skip_blanks(bytes, at);
  if (bytes.substr(at, word.size()) != word) return false;
  at += word.size();
  return true;
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// cairo writes "/Type /Page % 12": where such a comment ends, else `at`.
size_t skip_page_number(std::string_view bytes, size_t at) {
  constexpr size_t bytes_max = 7;
  const size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
  const std::string_view text = bytes.substr(at, end - at);
  const bool number =
      text.size() <= bytes_max && text.starts_with("% ") && std::all_of(text.begin() + 2, text.end(), digit);
  return number ? skip_blanks(bytes, end) : at;
}

// Where the next word or mark ends; false: a comment, or a string without an end. `token`: in, the one
// before.
bool next_token(std::string_view bytes, size_t& at, std::string_view& token) {
  at = skip_blanks(bytes, at);
  if (token == "/Page" && at < bytes.size() && bytes[at] == '%') at = skip_page_number(bytes, at);
  const size_t from = at;
  if (at >= bytes.size() || bytes[at] == '%') return false;
  std::string ignored;
  if (bytes[at] == '(') {
    at = pdf_string_end(bytes, at, ignored);
    if (bytes[at - 1] != ')') return false;
  } else if (bytes.substr(at, 2) == "<<" || bytes.substr(at, 2) == ">>") {
    at += 2;
  } else if (bytes[at] == '<') {
    at = std::min(bytes.find('>', at), bytes.size() - 1) + 1;
    for (size_t i = from + 1; i + 1 < at; ++i)
      if (!pdf_blank(bytes[i]) && std::isxdigit(static_cast<unsigned char>(bytes[i])) == 0) return false;
  } else {
    ++at;
    const bool mark = std::string_view("[]{}>)").find(bytes[from]) != std::string_view::npos;
    while (!mark && at < bytes.size() && !pdf_blank(bytes[at]) &&
           std::string_view("()<>[]{}/%").find(bytes[at]) == std::string_view::npos)
      ++at;
  }
  token = bytes.substr(from, at - from);
  return true;
}

bool take_number(std::string_view bytes, size_t& at, uint64_t& number) {
  constexpr size_t digits_max = 10;
  std::string_view token;
  if (!next_token(bytes, at, token) || token.size() > digits_max ||
      !std::all_of(token.begin(), token.end(), digit))
    return false;
  number = std::strtoull(std::string(token).c_str(), nullptr, 10);
  return true;
}

// Goes on to behind `word`; false: something is in between that nobody reads.
bool take_until(std::string_view bytes, size_t& at, std::string_view word) {
  std::string_view token;
  while (next_token(bytes, at, token))
    if (token == word) return true;
  return false;
}

// The frame of one file: where its objects begin, and how many there may be.
struct Frame {
  std::string_view bytes;
  std::set<uint64_t> starts;
  uint64_t objects = 0;
};

// One line of a list: "0000000017 00000 n". An object that is there begins where it says; one that is free
// names the next free one.
bool take_listed(const Frame& frame, size_t& at) {
  uint64_t number = 0, generation = 0;
  std::string_view kind;
  if (!take_number(frame.bytes, at, number) || !take_number(frame.bytes, at, generation) ||
      !next_token(frame.bytes, at, kind))
    return false;
  constexpr uint64_t never_again = 65535;
  if (kind == "f") return number < frame.objects && (generation <= 1 || generation == never_again);
  return kind == "n" && generation == 0 && frame.starts.contains(number);
}

// "xref" with its lines and "trailer" with its dictionary.
bool take_list(const Frame& frame, size_t& at) {
  if (!take(frame.bytes, at, "xref")) return true;
  at = skip_blanks(frame.bytes, at);
  while (at < frame.bytes.size() && digit(frame.bytes[at])) {
    uint64_t first = 0, count = 0;
    if (!take_number(frame.bytes, at, first) || !take_number(frame.bytes, at, count) ||
        first + count > frame.objects)
      return false;
    for (uint64_t i = 0; i < count; ++i)
      if (!take_listed(frame, at)) return false;
    at = skip_blanks(frame.bytes, at);
  }
  std::string_view token;
  if (!take(frame.bytes, at, "trailer") || !next_token(frame.bytes, at, token) || token != "<<") return false;
  for (size_t open = 1; open > 0;) {
    if (!next_token(frame.bytes, at, token)) return false;
    open += token == "<<" ? 1 : 0;
    open -= token == ">>" ? 1 : 0;
  }
  return true;
}

// A list, "startxref", a number and "%%EOF"; each may be missing in a file of packed lists. `at`: behind it.
bool take_lists(const Frame& frame, size_t& at) {
  if (!take_list(frame, at)) return false;
  uint64_t place = 0;
  if (take(frame.bytes, at, "startxref") && (!take_number(frame.bytes, at, place) ||
                                             place >= frame.bytes.size() || !take(frame.bytes, at, "%%EOF")))
    return false;
  at = skip_blanks(frame.bytes, at);
  return true;
}

// "7 0 obj" and all of it up to "endobj". `at`: behind it.
bool take_object(std::string_view bytes, size_t& at, QPDFObjectHandle* stream) {
  uint64_t number = 0, generation = 0;
  if (!take_number(bytes, at, number) || !take_number(bytes, at, generation) || !take(bytes, at, "obj"))
    return false;
  if (stream == nullptr) {
    if (!take_until(bytes, at, "endobj")) return false;
  } else {
    const auto begin = static_cast<uint64_t>(std::max<qpdf_offset_t>(stream->getParsedOffset(), 0));
    QPDFObjectHandle length = stream->getDict().getKey("/Length");
    constexpr size_t line_end_max = 2;
    if (!take_until(bytes, at, "stream") || begin < at || begin > at + line_end_max || !length.isInteger() ||
        length.getIntValue() < 0)
      return false;
    at = begin + static_cast<uint64_t>(length.getIntValue());
    if (at > bytes.size() || !take(bytes, at, "endstream") || !take(bytes, at, "endobj")) return false;
  }
  at = skip_blanks(bytes, at);
  return true;
}

// "%PDF-1.7", and a line that shows programs that the file is not text.
bool is_head(std::string_view head) {
  constexpr std::string_view mark = "%PDF-";
  constexpr size_t version_bytes = 3, line_bytes_max = 16, plain_max = 2;
  if (!head.starts_with(mark) || head.size() < mark.size() + version_bytes) return false;
  const std::string_view version = head.substr(mark.size(), version_bytes);
  if (!digit(version[0]) || version[1] != '.' || !digit(version[2])) return false;
  size_t at = skip_blanks(head, mark.size() + version_bytes);
  if (at >= head.size()) return true;
  if (head[at] != '%') return false;
  const size_t end = std::min(head.find_first_of("\r\n", at), head.size());
  const auto plain =
      std::count_if(head.begin() + static_cast<ptrdiff_t>(at), head.begin() + static_cast<ptrdiff_t>(end),
                    [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; });
  return end - at <= line_bytes_max && static_cast<size_t>(plain) <= plain_max &&
         skip_blanks(head, end) == head.size();
}

}  // namespace

bool pdf_frame(std::string_view bytes, QPDF& pdf, std::vector<QPDFObjectHandle>& objects) {
  std::map<uint64_t, QPDFObjectHandle*> streams;  // by object number
  for (QPDFObjectHandle& object : objects) {
    if (object.isStream()) streams[static_cast<uint64_t>(object.getObjectID())] = &object;
  }
  std::vector<std::pair<uint64_t, QPDFObjectHandle*>> starts;
  Frame frame{bytes, {}, 1};
  for (const auto& [number, entry] : pdf.getXRefTable()) {
    frame.objects = std::max(frame.objects, static_cast<uint64_t>(number.getObj()) + 1);
    if (entry.getType() != 1) continue;
    const auto stream = streams.find(static_cast<uint64_t>(number.getObj()));
    starts.emplace_back(static_cast<uint64_t>(entry.getOffset()),
                        stream == streams.end() ? nullptr : stream->second);
    frame.starts.insert(starts.back().first);
  }
  QPDFObjectHandle size = pdf.getTrailer().getKey("/Size");
  if (size.isInteger() && size.getIntValue() > 0)
    frame.objects = std::max(frame.objects, static_cast<uint64_t>(size.getIntValue()));
  std::sort(starts.begin(), starts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (starts.empty() || starts.front().first > bytes.size() ||
      !is_head(bytes.substr(0, starts.front().first)))
    return false;
  for (size_t i = 0; i < starts.size(); ++i) {
    const uint64_t next = i + 1 < starts.size() ? starts[i + 1].first : bytes.size();
    size_t at = starts[i].first;
    // Lists stand behind the last object; in a file that is written to be read while it comes, behind the
    // first few too.
    if (!take_object(bytes, at, starts[i].second) || !take_lists(frame, at) || at != next) return false;
  }
  return true;
}

bool pdf_packed_is_whole(QPDFObjectHandle& stream, std::string_view data) {
  QPDFObjectHandle dictionary = stream.getDict();
  const auto integer = [](QPDFObjectHandle value) -> uint64_t {
    return value.isInteger() && value.getIntValue() >= 0 ? static_cast<uint64_t>(value.getIntValue()) : 0;
  };
  if (dictionary.getKey("/Type").isNameAndEquals("/ObjStm")) {
    const uint64_t count = integer(dictionary.getKey("/N")), first = integer(dictionary.getKey("/First"));
    size_t at = 0;
    for (uint64_t i = 0, number = 0; i < 2 * count; ++i)
      if (!take_number(data, at, number)) return false;
    if (skip_blanks(data, at) != first && at != first) return false;
    std::string_view token;
    uint64_t objects = 0, open = 0;
    while (skip_blanks(data, at) < data.size()) {
      if (!next_token(data, at, token)) return false;
      if (token == "<<" || token == "[") ++open;
      if ((token == ">>" || token == "]") && open > 0) --open;
      // A reference by itself is three words and one object.
      objects += open == 0 && token != "R" ? 1 : 0;
      if (open == 0 && token == "R") objects -= std::min<uint64_t>(objects, 1);
    }
    return objects == count && open == 0;
  }
  uint64_t width = 0;
  std::vector<uint64_t> widths;
  QPDFObjectHandle list = dictionary.getKey("/W");
  for (int i = 0; list.isArray() && i < list.getArrayNItems(); ++i) {
    widths.push_back(integer(list.getArrayItem(i)));
    width += widths.back();
  }
  constexpr uint64_t width_max = 24;
  if (widths.size() != 3 || width == 0 || width > width_max || data.size() % width != 0) return false;
  const uint64_t objects = integer(dictionary.getKey("/Size"));
  for (size_t at = 0; at < data.size(); at += width) {
    const auto field = [&](size_t begin, uint64_t bytes) {
      uint64_t value = 0;
      for (uint64_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(data[begin + i]);
      return value;
    };
    const uint64_t kind = widths[0] == 0 ? 1 : field(at, widths[0]);
    if (kind > 2 || (kind == 0 && field(at + widths[0], widths[1]) >= objects)) return false;
  }
  return true;
}

}  // namespace fvm::runner
