#include "base/toml_screen.hpp"

#include <string>

namespace fvm {
namespace {

// Walks over a TOML document knowing only where strings and comments are.
class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  std::optional<TextPlace> stray() {
    while (!done()) {
      const char c = source_[at_];
      if (c == '#') {
        skip_comment();
      } else if (c == '"' || c == '\'') {
        if (!skip_string(c)) return place_;
      } else if (static_cast<unsigned char>(c) >= 0x80) {
        return place_;
      } else {
        step();
      }
    }
    return std::nullopt;
  }

 private:
  bool done() const { return at_ >= source_.size(); }
  bool sees(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  void step(size_t count = 1) {
    for (; count > 0 && !done(); --count, ++at_) {
      if (source_[at_] == '\n') {
        ++place_.line, place_.column = 1;
      } else if (at_ + 1 >= source_.size() || (static_cast<unsigned char>(source_[at_ + 1]) & 0xC0) != 0x80) {
        ++place_.column;
      }
    }
  }
  void skip_comment() {
    while (!done() && source_[at_] != '\n') step();
  }

  // False: at a letter that stands where blanks are looked for.
  bool skip_string(char quote) {
    const std::string three(3, quote);
    const bool several_lines = sees(three);
    const std::string end = several_lines ? three : std::string(1, quote);
    step(end.size());
    while (!done() && !sees(end)) {
      if (!several_lines && source_[at_] == '\n') return true;  // not closed: the parser will say so
      if (source_[at_] != '\\' || quote == '\'') {
        step();
      } else if (!skip_escape(several_lines)) {
        return false;
      }
    }
    step(end.size());
    // Up to two more quotes may belong to the text of a string of several lines.
    while (several_lines && !done() && source_[at_] == quote) step();
    return true;
  }

  bool skip_escape(bool several_lines) {
    step();
    if (!several_lines) return step(), true;
    const size_t begin = at_;
    while (!done() && std::string_view(" \t\r\n").find(source_[at_]) != std::string_view::npos) step();
    if (done() || static_cast<unsigned char>(source_[at_]) >= 0x80) return done();
    if (at_ == begin) step();
    return true;
  }

  std::string_view source_;
  size_t at_ = 0;
  TextPlace place_{};
};

}  // namespace

std::optional<TextPlace> stray_letter(std::string_view source) {
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);  // a byte order mark
  return Scanner(source).stray();
}

}  // namespace fvm
