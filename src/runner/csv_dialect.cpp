#include "runner/csv_dialect.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "runner/csv_records.hpp"
#include "runner/values.hpp"

namespace fvm::runner {
namespace {

constexpr std::array<char, 3> delimiters = {';', ',', '\t'};
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view name_of(char delimiter) {
  if (delimiter == ';') return "semicolon";
  return delimiter == '\t' ? "tab" : "comma";
}

LineEnd line_end_of(std::string_view head, char quote) {
  bool quoted = false;
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] == quote) quoted = !quoted;
    if (quoted) continue;
    if (head[i] == '\n') return LineEnd::lf;
    if (head[i] == '\r') return i + 1 < head.size() && head[i + 1] == '\n' ? LineEnd::crlf : LineEnd::cr;
  }
  return LineEnd::lf;
}

// A single quote counts only when the whole header is written with it.
char quote_of(std::string_view head) {
  return !head.empty() && head.front() == '\'' ? '\'' : '"';
}

struct Score {
  size_t known = 0, fields = 0;
  auto operator<=>(const Score&) const = default;
};

Score score(std::string_view head, const Dialect& dialect, const std::vector<std::string>& known) {
  RecordReader reader = RecordReader::over(head, dialect);
  const Record* header = reader.next();
  if (header == nullptr) return {};
  Score out{0, header->fields.size()};
  for (const std::string_view field : header->fields) {
    const std::string_view name = trimmed(field);
    out.known += static_cast<size_t>(
        std::any_of(known.begin(), known.end(), [&](const std::string& k) { return same_name(k, name); }));
  }
  return out;
}

}  // namespace

std::string_view to_text(Encoding encoding) {
  if (encoding == Encoding::windows1252) return "windows-1252";
  return encoding == Encoding::utf8 ? "utf-8" : "latin-1";
}

std::string_view line_end_text(LineEnd line_end) {
  if (line_end == LineEnd::crlf) return "\r\n";
  return line_end == LineEnd::cr ? "\r" : "\n";
}

std::string describe(const Dialect& dialect) {
  std::string text(to_text(dialect.encoding));
  text.append(", ").append(name_of(dialect.delimiter));
  return text.append(dialect.decimal == ',' ? ", decimal comma" : ", decimal point");
}

void ByteSurvey::append(const ByteSurvey& next) {
  const auto first = [&](std::optional<uint64_t>& mine, const std::optional<uint64_t>& other) {
    if (!mine && other) mine = bytes + *other;
  };
  first(wrong_at, next.wrong_at);
  first(zero_at, next.zero_at);
  first(control_at, next.control_at);
  first(endless_at, next.endless_at);
  multibyte += next.multibyte;
  wrong += next.wrong;
  upper_controls += next.upper_controls;
  bytes += next.bytes;
}

void Surveyor::add(std::string_view piece) {
  constexpr size_t block_bytes = 64;
  size_t i = 0;
  while (i < piece.size()) {
    if (expected_ == 0 && i + block_bytes <= piece.size()) {
      unsigned char high = 0, zero = 0, ends = 0;
      for (size_t k = 0; k < block_bytes; ++k) {  // a few vector operations a byte, no branch
        const auto byte = static_cast<unsigned char>(piece[i + k]);
        high |= byte;
        zero |= static_cast<unsigned char>(byte == 0);
        ends |= static_cast<unsigned char>(byte == '\n');
        ends |= static_cast<unsigned char>(byte == '\r');
      }
      went(block_bytes, ends != 0, survey_.bytes + i);
      if (high < 0x80 && zero == 0) {
        i += block_bytes;
        continue;
      }
      for (const size_t end = i + block_bytes; i < end; ++i)
        slow(static_cast<unsigned char>(piece[i]), survey_.bytes + i);
      continue;
    }
    went(1, piece[i] == '\n' || piece[i] == '\r', survey_.bytes + i);
    slow(static_cast<unsigned char>(piece[i]), survey_.bytes + i);
    ++i;
  }
  survey_.bytes += piece.size();
}

void Surveyor::went(uint64_t bytes, bool line_end, uint64_t at) {
  stretch_ = line_end ? 0 : stretch_ + bytes;
  if (stretch_ > endless_bytes && !survey_.endless_at) survey_.endless_at = at;
}

// One byte through the table of well-formed UTF-8 (Unicode 15, table 3-7).
void Surveyor::slow(unsigned char byte, uint64_t at) {
  survey_.upper_controls += byte >= 0x80 && byte <= 0x9F ? 1 : 0;
  const auto wrong = [&] {
    if (survey_.wrong++ == 0) survey_.wrong_at = at;
    if (byte >= 0x80 && byte <= 0x9F && !survey_.control_at) survey_.control_at = at;
    expected_ = 0;
  };
  if (expected_ > 0) {
    if (byte >= lowest_ && byte <= highest_) {
      lowest_ = 0x80, highest_ = 0xBF;
      if (--expected_ == 0) ++survey_.multibyte;
      return;
    }
    wrong();  // and the byte itself starts anew
  }
  lowest_ = 0x80, highest_ = 0xBF;
  if (byte == 0 && !survey_.zero_at) survey_.zero_at = at;
  if (byte < 0x80) return;
  if (byte >= 0xC2 && byte <= 0xDF) {
    expected_ = 1;
  } else if (byte >= 0xE0 && byte <= 0xEF) {
    expected_ = 2;
    if (byte == 0xE0) lowest_ = 0xA0;
    if (byte == 0xED) highest_ = 0x9F;
  } else if (byte >= 0xF0 && byte <= 0xF4) {
    expected_ = 3;
    if (byte == 0xF0) lowest_ = 0x90;
    if (byte == 0xF4) highest_ = 0x8F;
  } else {
    wrong();
  }
}

ByteSurvey Surveyor::finish() {
  if (expected_ > 0 && survey_.wrong++ == 0) survey_.wrong_at = survey_.bytes;
  expected_ = 0;
  return survey_;
}

Verdict verdict_of(const ByteSurvey& survey, std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return Verdict::utf16;
  if (survey.zero_at) return Verdict::binary;
  if (survey.wrong == 0) return Verdict::utf8;
  // Latin-1 text hardly ever forms whole UTF-8 sequences by chance; UTF-8 with a few broken bytes is full of
  // them.
  if (survey.multibyte > survey.wrong || head.starts_with(byte_order_mark)) return Verdict::mixed;
  return survey.upper_controls > 0 ? Verdict::windows1252 : Verdict::latin1;
}

Dialect sniff(std::string_view head, const std::vector<std::string>& known, const Given& given) {
  Dialect best;
  best.byte_order_mark = head.starts_with(byte_order_mark);
  if (best.byte_order_mark) head.remove_prefix(byte_order_mark.size());
  best.quote = quote_of(head);
  best.line_end = line_end_of(head, best.quote);
  if (given.encoding) best.encoding = *given.encoding;
  Score best_score;
  for (const char delimiter : delimiters) {
    Dialect candidate = best;
    candidate.byte_order_mark = false;
    candidate.delimiter = delimiter;
    const Score now = score(head, candidate, known);
    if (delimiter != delimiters.front() && !(now > best_score)) continue;
    best_score = now;
    best.delimiter = delimiter;
  }
  if (given.delimiter) best.delimiter = *given.delimiter;
  return best;
}

char sniff_decimal(const std::vector<std::string>& values, char delimiter) {
  size_t commas = 0, points = 0;
  for (const std::string& value : values) {
    commas += parse_decimal(value, ',').has_value() && value.find(',') != std::string::npos ? 1 : 0;
    points += parse_decimal(value, '.').has_value() && value.find('.') != std::string::npos ? 1 : 0;
  }
  if (commas == points) return delimiter == ';' ? ',' : '.';
  return commas > points ? ',' : '.';
}

}  // namespace fvm::runner
