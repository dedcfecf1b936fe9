// The events of XML that is written plainly, without a parser that knows all of XML: what programs write into
// long worksheets. The bytes are hostile.
//
// Plain is: ASCII and the letters À to ÿ as UTF-8; elements whose names are ASCII and whose tags hold nothing
// but blanks and attributes between double quotes, without "&" and ">"; text without ">", with the five
// entities and numbers of usual characters; white space around the root; a declaration of version 1.0 such as
// programs write. No comments, sections of characters, instructions, document types; no carriage returns
// within the root. All of that is well-formed XML 1.0 and means what read_xml() says that it means
// with `prefixes` (plain_xml_test.cpp holds both against each other); what is anything else is not judged
// here.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/runs.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace plain_xml {

namespace runs = disclosure::runs;

enum Kind : uint8_t { in_text = 1, in_value = 2, in_name = 4, begins_name = 8, blank = 16 };

constexpr std::array<uint8_t, 256> kinds = [] {
  std::array<uint8_t, 256> all{};
  for (unsigned c = 0; c < 0x7F; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool name = letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
    const bool text = (c >= ' ' && c != '<' && c != '>' && c != '&') || c == '\t' || c == '\n';
    const bool value = text && c >= ' ' && c != '"';
    const bool white = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    all[c] = static_cast<uint8_t>((text ? in_text : 0) | (value ? in_value : 0) | (name ? in_name : 0) |
                                  (letter ? begins_name : 0) | (white ? blank : 0));
  }
  return all;
}();

inline bool is(char c, Kind kind) {
  return (kinds[static_cast<unsigned char>(c)] & kind) != 0;
}

// Where the root may begin, behind a byte order mark and a declaration; npos: behind one that is not plain.
size_t begin_of(std::string_view xml);
// What stands for "&amp;" or "&#230;" at the beginning of `text`, and how long that is; 0: it is not plain.
size_t take_reference(std::string_view text, std::string& out);

// `Sink` has start(name, attributes), end(name) and text(text), as XmlEvents with `prefixes`, and
// reference(text) for what a reference stands for: all other text is is_plain() (disclosure/text.hpp).
//
// What reads something from `at` on returns where it ends, null when it is not plain. None of it goes on past
// a ">", and the last byte of a piece that it is given is one, so none of it passes the end.
// "<c r="A7" s="1" t="n"><v>120</v></c>" or with "<is><t>" around its text: a cell, as nearly all of a
// worksheet is. A sink that has cell(cell) is told of it as one, when it says true; else as of any other
// elements.
struct Cell {
  std::string_view place, style, type, text;
  bool within = false;    // "<is><t>"
  bool referred = false;  // some of the text was a reference
};
template <typename Sink>
concept TakesCells = requires(Sink& sink, const Cell& cell) {
  { sink.cell(cell) } -> std::same_as<bool>;
};

template <typename Sink>
class Reader {
 public:
  explicit Reader(Sink& sink) : sink_(sink) {}

  bool read(std::string_view piece) {
    const size_t behind_last = piece.rfind('>') + 1;  // none: 0
    const char* at = piece.data();
    end_ = at + behind_last;
    while (at != nullptr && at < end_)
      at = *at != '<' ? text(at) : at[1] == '/' ? end_tag(at) : begin_tag(at);
    if (at == nullptr) return false;
    const std::string_view rest = piece.substr(behind_last);
    const Kind kind = open_.empty() ? blank : in_text;  // around the root nobody is told
    if (!std::all_of(rest.begin(), rest.end(), [&](char c) { return is(c, kind); })) return false;
    if (!open_.empty() && !rest.empty()) sink_.text(rest);
    return true;
  }
  bool is_whole() const { return had_root_ && open_.empty(); }

 private:
  // Behind what is of a kind, in_text or in_value, and letters.
  const char* behind(const char* at, Kind kind) const {
    for (;;) {
      at += plainest(at);
      if (is(*at, kind)) {
        ++at;
      } else if (at[0] == '\xC3' && (at[1] & '\xC0') == '\x80') {
        at += 2;
      } else {
        return at;
      }
    }
  }
  // How many of the bytes are of both kinds, as far as that is seen at one look.
  size_t plainest(const char* at) const {
    if (static_cast<size_t>(end_ - at) < sizeof(runs::Bytes)) return 0;
    const runs::Bytes bytes = _mm_loadu_si128(reinterpret_cast<const runs::Bytes*>(at));
    const runs::Bytes marks = runs::among<'<', '>', '&', '"'>(bytes);
    const runs::Bytes both = _mm_andnot_si128(marks, runs::between(bytes, ' ', '~'));
    return static_cast<size_t>(std::countr_one(static_cast<unsigned>(_mm_movemask_epi8(both))));
  }
  static std::string_view name(const char* begin) {
    const char* at = begin;
    while (is(*at, in_name)) ++at;
    return {begin, at};
  }
  // Both are short: calling a function that compares would take longer than comparing.
  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && begins_with(a.data(), b);
  }
  static bool begins_with(const char* at, std::string_view name) {
    for (const char c : name) {
      if (*at++ != c) return false;
    }
    return true;
  }
  // "</", the name and ">", as far as `at` is before the end; null: something else.
  static const char* behind_end_tag(const char* at, std::string_view name) {
    if (at[0] != '<' || at[1] != '/' || !begins_with(at + 2, name) || at[2 + name.size()] != '>')
      return nullptr;
    return at + 2 + name.size() + 1;
  }

  const char* text(const char* at) {
    if (open_.empty()) return is(*at, blank) ? at + 1 : nullptr;  // around the root
    const char* const end = behind(at, in_text);
    if (end > at) return sink_.text(std::string_view(at, end)), end;
    const size_t size = take_reference({at, end_}, room_);
    if (size == 0) return nullptr;
    return sink_.reference(std::string_view(room_)), at + size;
  }
  const char* end_tag(const char* at) {
    at = open_.empty() ? nullptr : behind_end_tag(at, open_.back());
    if (at == nullptr) return nullptr;
    sink_.end(open_.back());
    open_.pop_back();
    return at;
  }
  const char* begin_tag(const char* at) {
    if constexpr (TakesCells<Sink>) {
      if (at[1] == 'c' && at[2] == ' ') {
        if (const char* const behind_cell = cell(at + 2)) return behind_cell;
      }
    }
    return start_tag(at);
  }
  // From behind "<c"; null: it is written otherwise, or the sink wants to be told of its parts.
  const char* cell(const char* at) {
    constexpr size_t depth = 3;
    Cell all;
    at = cell_tag(at, all);
    if (at == nullptr || open_.empty() || open_.size() + depth > xml_depth_max) return nullptr;
    all.within = is_next(at, "<is><t>");
    if (!all.within && !is_next(at, "<v>")) return nullptr;
    const std::string_view opening = all.within ? "<is><t>" : "<v>",
                           closing = all.within ? "</t></is></c>" : "</v></c>";
    at += opening.size();
    if (at == end_) return nullptr;
    const char* const end = cell_text(at, all);
    return end != nullptr && is_next(end, closing) && sink_.cell(all) ? end + closing.size() : nullptr;
  }
  const char* cell_text(const char* at, Cell& all) {
    const char* end = behind(at, in_text);
    all.text = {at, end};
    if (*end != '&') return end;
    referred_.assign(at, end);
    while (*end == '&') {
      const size_t size = take_reference({end, end_}, room_);
      if (size == 0) return nullptr;
      at = end + size;
      end = behind(at, in_text);
      referred_.append(room_).append(at, end);
    }
    all.text = referred_;
    all.referred = true;
    return end;
  }
  // The attributes r, s and t, each once at most and of letters and digits.
  const char* cell_tag(const char* at, Cell& all) const {
    while (*at == ' ') {
      const char key = at[1];
      if ((key != 'r' && key != 's' && key != 't') || at[2] != '=' || at[3] != '"') return nullptr;
      std::string_view& value = key == 'r' ? all.place : key == 's' ? all.style : all.type;
      if (value.data() != nullptr) return nullptr;
      const char *const begin = at + 4, *end = begin;
      while (disclosure::ascii::alphanumeric(*end)) ++end;
      if (*end != '"') return nullptr;
      value = {begin, end};
      at = end + 1;
    }
    return *at == '>' ? at + 1 : nullptr;
  }
  bool is_next(const char* at, std::string_view what) const {
    return static_cast<size_t>(end_ - at) >= what.size() && begins_with(at, what);
  }
  const char* start_tag(const char* at) {
    ++at;
    if (!is(*at, begins_name) || (open_.empty() && had_root_) || open_.size() == xml_depth_max)
      return nullptr;
    const std::string_view element = name(at);
    at = element.end();
    attributes_.clear();
    if (*at != '>') at = attributes(at);
    if (at == nullptr) return nullptr;
    const bool ends = *at == '/';
    if (ends) ++at;
    if (*at != '>') return nullptr;
    ++at;
    had_root_ = true;
    sink_.start(element, attributes_);
    if (ends) return sink_.end(element), at;
    return at == end_ ? open(element, at) : leaf(element, at);
  }
  const char* open(std::string_view element, const char* at) {
    open_.push_back(element);
    return at;
  }
  // Most elements end behind a text, or none.
  const char* leaf(std::string_view element, const char* at) {
    const char* const behind_text = behind(at, in_text);
    if (behind_text > at) sink_.text(std::string_view(at, behind_text));
    const char* const after = behind_end_tag(behind_text, element);
    if (after == nullptr) return open(element, behind_text);
    return sink_.end(element), after;
  }
  // Up to what ends the tag.
  const char* attributes(const char* at) {
    while (*at == ' ') {
      ++at;
      if (!is(*at, begins_name)) continue;  // another blank, or the end of the tag
      const std::string_view key = name(at);
      at = key.end();
      if (at[0] != '=' || at[1] != '"') return nullptr;
      const char *const value = at + 2, *const end = behind(value, in_value);
      constexpr size_t attributes_max = 64;
      if (*end != '"' || attributes_.size() == attributes_max) return nullptr;
      for (const auto& [other, ignored] : attributes_) {
        if (same(other, key)) return nullptr;
      }
      attributes_.emplace_back(key, std::string_view(value, end));
      at = end + 1;
    }
    return at;
  }

  Sink& sink_;
  const char* end_ = nullptr;
  std::vector<std::string_view> open_;
  Attributes attributes_;  // of the element that begins
  std::string room_, referred_;
  bool had_root_ = false;
};

}  // namespace plain_xml

// False: it is not plain. What was told until then counts for nothing. `pieces`: one behind the other, none
// cut within a tag or a text.
template <typename Sink>
bool read_plain_xml(std::span<const std::string_view> pieces, Sink& sink) {
  plain_xml::Reader<Sink> reader(sink);
  for (size_t i = 0; i < pieces.size(); ++i) {
    const size_t begin = i == 0 ? plain_xml::begin_of(pieces[i]) : 0;
    if (begin == std::string_view::npos || !reader.read(pieces[i].substr(begin))) return false;
  }
  return reader.is_whole();
}

}  // namespace fvm::runner
