#include "pgwire/copy.hpp"

#include <cstring>

#include "pgwire/protocol.hpp"

namespace fvm::pgwire {
namespace {

// What a backslash and this letter mean in the text format; 0: nothing special.
char control_of(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return 0;
  }
}

char letter_of(char control) {
  for (const char letter : {'b', 'f', 'n', 'r', 't', 'v'})
    if (control_of(letter) == control) return letter;
  return 0;
}

char* put_text_value(char* at, std::string_view value, char delimiter) {
  for (const char c : value) {
    if (static_cast<unsigned char>(c) > '\r' && c != '\\' && c != delimiter) {
      *at++ = c;
      continue;
    }
    const char letter = letter_of(c);
    if (letter != 0 || c == '\\' || c == delimiter) *at++ = '\\';
    *at++ = letter != 0 ? letter : c;
  }
  return at;
}

bool needs_quotes(std::string_view value, const CopyOptions& options, size_t column) {
  if (options.force_quote_all || (column < options.force_quote.size() && options.force_quote[column]))
    return true;
  if (value == options.null || value == "\\.") return true;
  for (const char c : value)
    if (c == options.delimiter || c == options.quote || c == '\n' || c == '\r') return true;
  return false;
}

char* put_quoted(char* at, std::string_view value, const CopyOptions& options) {
  *at++ = options.quote;
  for (const char c : value) {
    if (c == options.quote || c == options.escape) *at++ = options.escape;
    *at++ = c;
  }
  *at++ = options.quote;
  return at;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads "\ooo" or "\xhh" that starts at `i` (on the letter after the backslash); moves `i` to its last digit.
char numbered_escape(std::string_view text, size_t& i) {
  int value = 0;
  if (text[i] == 'x') {
    for (int digits = 0; digits < 2 && i + 1 < text.size() && hex_digit(text[i + 1]) >= 0; ++digits)
      value = value * 16 + hex_digit(text[++i]);
    return static_cast<char>(value);
  }
  value = text[i] - '0';
  for (int digits = 1; digits < 3 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7';
       ++digits)
    value = value * 8 + (text[++i] - '0');
  return static_cast<char>(value);
}

void unescape_next(std::string_view text, size_t& i, std::string& to) {
  const char c = text[i];
  const bool hexadecimal = c == 'x' && i + 1 < text.size() && hex_digit(text[i + 1]) >= 0;
  if (hexadecimal || (c >= '0' && c <= '7')) {
    to += numbered_escape(text, i);
    return;
  }
  const char control = control_of(c);
  to += control != 0 ? control : c;
}

}  // namespace

char* put_copy_value(char* at, std::string_view value, const CopyOptions& options, size_t column) {
  if (options.format == CopyOptions::Format::text) return put_text_value(at, value, options.delimiter);
  if (needs_quotes(value, options, column)) return put_quoted(at, value, options);
  if (!value.empty()) std::memcpy(at, value.data(), value.size());
  return at + value.size();
}

std::string copy_header(std::span<const std::string> names, const CopyOptions& options) {
  CopyOptions plain = options;  // forced quotes are for values
  plain.force_quote_all = false;
  plain.force_quote.clear();
  std::string line;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) line += options.delimiter;
    std::string value(copy_bytes_max(names[i]), '\0');
    value.resize(static_cast<size_t>(put_copy_value(value.data(), names[i], plain, i) - value.data()));
    line += value;
  }
  return line + '\n';
}

CopyParser::CopyParser(const CopyOptions& options, size_t columns, Row row)
    : options_(options), columns_(columns), row_(std::move(row)) {}

Error CopyParser::bad(std::string_view what) const {
  return sql_error("22P04", std::string(what) + " (line " + std::to_string(lines_) + " of the copied data)");
}

// A line ends at a line feed; in CSV only at one outside quotes.
Result<void> CopyParser::add(std::string_view bytes) {
  pending_.append(bytes);
  size_t start = 0;
  const bool csv = options_.format == CopyOptions::Format::csv;
  for (; scanned_ < pending_.size(); ++scanned_) {
    const char c = pending_[scanned_];
    if (csv && c == options_.quote) in_quotes_ = !in_quotes_;  // a doubled quote toggles twice
    if (csv && c == options_.escape && options_.escape != options_.quote && in_quotes_) ++scanned_;
    if (c != '\n' || in_quotes_) continue;
    TRY(line(std::string_view(pending_).substr(start, scanned_ - start)));
    start = scanned_ + 1;
  }
  pending_.erase(0, start);
  scanned_ -= start;
  if (pending_.size() > copy_line_bytes_max) return bad("a row is longer than 16 MiB");
  return {};
}

Result<void> CopyParser::finish() {
  if (in_quotes_) return bad("unterminated CSV quoted field");
  if (pending_.empty()) return {};
  const std::string last = std::move(pending_);
  pending_.clear();
  scanned_ = 0;
  return line(last);
}

Result<void> CopyParser::line(std::string_view line) {
  if (ended_) return {};
  ++lines_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line == "\\.") return ended_ = true, Result<void>{};
  if (lines_ == 1 && options_.header) return {};
  fields_.clear();
  TRY(options_.format == CopyOptions::Format::csv ? csv_line(line) : text_line(line));
  return hand_over();
}

Result<void> CopyParser::text_line(std::string_view line) {
  for (size_t start = 0, i = 0;; ++i) {
    if (i < line.size() && line[i] == '\\') {
      ++i;  // whatever follows belongs to this field
      continue;
    }
    if (i < line.size() && line[i] != options_.delimiter) continue;
    const auto raw = line.substr(start, std::min(i, line.size()) - start);
    if (raw == options_.null) {
      fields_.emplace_back();
    } else {
      std::string value;
      for (size_t k = 0; k < raw.size(); ++k) {
        if (raw[k] == '\\' && k + 1 < raw.size())
          unescape_next(raw, ++k, value);
        else
          value += raw[k];
      }
      fields_.emplace_back(std::move(value));
    }
    if (i >= line.size()) return {};
    start = i + 1;
  }
}

Result<void> CopyParser::csv_line(std::string_view line) {
  for (size_t i = 0;;) {
    std::string value;
    bool quoted = false, inside = false;
    for (; i < line.size() && (inside || line[i] != options_.delimiter); ++i) {
      const char c = line[i];
      const bool pair = inside && c == options_.escape && i + 1 < line.size() &&
                        (line[i + 1] == options_.quote || line[i + 1] == options_.escape);
      if (pair) {
        value += line[++i];
      } else if (c == options_.quote) {
        inside = !inside;
        quoted = true;
      } else {
        value += c;
      }
    }
    if (inside) return bad("unterminated CSV quoted field");
    if (!quoted && value == options_.null)
      fields_.emplace_back();
    else
      fields_.emplace_back(std::move(value));
    if (i >= line.size()) return {};
    ++i;
  }
}

Result<void> CopyParser::hand_over() {
  if (fields_.size() < columns_) return bad("missing data: too few columns");
  if (fields_.size() > columns_) return bad("extra data after last expected column");
  ++rows_;
  return row_(fields_);
}

}  // namespace fvm::pgwire
