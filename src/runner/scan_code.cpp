#include "runner/scan_code.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <unordered_set>
#include <vector>

#include "disclosure/few.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "runner/scan_marked.hpp"
#include "runner/scan_printed.hpp"

namespace fvm::runner {
namespace {

bool word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

size_t find_word(std::string_view low, std::string_view word, size_t from = 0) {
  for (size_t at = low.find(word, from); at != std::string_view::npos; at = low.find(word, at + 1)) {
    const bool begins = at == 0 || !word_character(low[at - 1]);
    const size_t end = at + word.size();
    if (begins && (end == low.size() || !word_character(low[end]) || !word_character(word.back()))) return at;
  }
  return std::string_view::npos;
}

// A number or a quoted text at `at`; returns its length, 0 for neither.
size_t literal_at(std::string_view text, size_t at, bool& number) {
  const char c = text[at];
  number = std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+';
  if (c == '"' || c == '\'') {
    const size_t end = text.find(c, at + 1);
    constexpr size_t text_bytes_max = 200;
    return end == std::string_view::npos || end - at > text_bytes_max ? 0 : end - at + 1;
  }
  if (!number) return 0;
  size_t n = 1;
  while (at + n < text.size() && (std::isdigit(static_cast<unsigned char>(text[at + n])) != 0 ||
                                  text[at + n] == '.' || text[at + n] == 'e'))
    ++n;
  if (n == 1 && std::isdigit(static_cast<unsigned char>(c)) == 0) return 0;
  if (at + n < text.size() && text[at + n] == 'L') ++n;
  return at + n < text.size() && std::isalpha(static_cast<unsigned char>(text[at + n])) != 0 ? 0 : n;
}

// Values that follow each other with nothing but commas, brackets and blanks between: the longest such lists.
void check_lists(std::string_view text, Scan& scan) {
  constexpr size_t numbers_max = 14, texts_max = 29;
  size_t numbers = 0, texts = 0, start = 0;
  disclosure::LineCounter lines(text);
  const auto judge = [&] {
    if (numbers > numbers_max || texts > texts_max)
      scan.findings.add("finding.values_in_code", {"", lines.line_of(start), 0}, {},
                        std::to_string(numbers + texts));
    numbers = texts = 0;
  };
  for (size_t at = 0; at < text.size();) {
    bool number = false;
    const bool begins = at == 0 || !word_character(text[at - 1]);
    const size_t n = begins ? literal_at(text, at, number) : 0;
    if (n > 0) {
      if (numbers + texts == 0) start = at;
      (number ? numbers : texts)++;
      at += n;
    } else {
      if (std::string_view(", \t\r\n()[]{}:").find(text[at]) == std::string_view::npos) judge();
      ++at;
    }
  }
  judge();
}

void check_inline_data(std::string_view text, std::string_view low, std::string_view extension, Scan& scan) {
  disclosure::LineCounter lines(text);
  const auto report = [&](size_t at, std::string_view what) {
    if (at != std::string_view::npos)
      scan.findings.add("finding.values_in_code", {"", lines.line_of(at), 0}, {}, std::string(what));
  };
  if (extension == "sas") {
    for (const std::string_view word : {"datalines", "datalines4", "cards", "cards4", "lines4"})
      report(find_word(low, word), word);
  }
  if (extension == "do" && low.find("\nend") != std::string_view::npos) {
    if (low.starts_with("input ")) report(0, "input");
    const size_t at = low.find("\ninput ");
    report(at == std::string_view::npos ? at : at + 1, "input");
  }
  for (const std::string_view word : {"tribble(", "stringio(", "structure(list("})
    report(low.find(word), word.substr(0, word.size() - 1));
  for (const std::string_view reader : {"read.table(", "read.csv(", "read.csv2(", "fread("}) {
    for (size_t at = low.find(reader); at != std::string_view::npos; at = low.find(reader, at + 1)) {
      constexpr size_t near_bytes = 80;
      const std::string_view near = low.substr(at, near_bytes);
      if (near.find("text=") != std::string_view::npos || near.find("text =") != std::string_view::npos)
        report(at, reader.substr(0, reader.size() - 1));
    }
  }
  constexpr size_t records_min = 5;
  size_t records = 0, first = 0;
  for (const std::string_view open : {"{\"", "{'"}) {
    for (size_t at = low.find(open); at != std::string_view::npos; at = low.find(open, at + 1)) {
      if (records++ == 0) first = at;
    }
  }
  if (records >= records_min) report(first, "records");
}

// Whole dates among the words of a line.
std::vector<std::string_view> dates_in(std::string_view text) {
  std::vector<std::string_view> dates;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && word_character(text[i - 1])) continue;
    size_t n = 0;
    while (i + n < text.size() && (word_character(text[i + n]) || text[i + n] == '-' || text[i + n] == '/'))
      ++n;
    if (n > 0 && disclosure::is_full_date(text.substr(i, n))) dates.push_back(text.substr(i, n));
  }
  return dates;
}

// A date chosen exactly: "= '1951-03-14'" but not ">=".
bool compares_with_date(std::string_view line, bool single_sign) {
  for (size_t at = line.find('='); at != std::string_view::npos; at = line.find('=', at + 1)) {
    const char before = at > 0 ? line[at - 1] : ' ', behind = at + 1 < line.size() ? line[at + 1] : ' ';
    if (before == '<' || before == '>' || before == '!' || before == '=') continue;
    if (behind != '=' && !single_sign) continue;
    constexpr size_t near_bytes = 40;
    if (!dates_in(line.substr(at + 1, near_bytes)).empty()) return true;
  }
  return false;
}

// "between '1951-03-14' and '1951-03-14'": from a day to the same.
bool is_between_one_day(std::string_view line) {
  const std::string low = disclosure::lower(line);
  const size_t at = find_word(low, "between");
  if (at == std::string::npos) return false;
  const std::vector<std::string_view> days = dates_in(std::string_view(low).substr(at));
  return days.size() >= 2 && days[0] == days[1];
}

void check_conditions(std::string_view text, std::string_view extension, Scan& scan) {
  const bool single_sign = extension == "sql" || extension == "sas";
  uint64_t number = 0;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    ++number;
    const std::string_view line = text.substr(at, end - at);
    const bool assigns = disclosure::lower(disclosure::trim(line)).starts_with("%let ");  // SAS: a setting
    if ((!assigns && compares_with_date(line, single_sign)) || is_between_one_day(line))
      scan.findings.add("finding.one_person_condition", {"", number, 0});
    at = end + 1;
  }
}

bool is_comment(std::string_view line, std::string_view extension) {
  if (extension == "sql") return line.starts_with("--") || line.starts_with("/*") || line.starts_with("*");
  if (extension == "sas" || extension == "do")
    return line.starts_with("*") || line.starts_with("/*") || line.starts_with("//");
  return line.starts_with("#") || line.starts_with("\"\"\"");
}

// All comments, each on the line where it stands; one behind code from its mark on.
std::string comments_of(std::string_view text, std::string_view extension) {
  std::string out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (is_comment(disclosure::trim(line), extension)) {
      out += line;
    } else {
      const std::string_view mark = extension == "sql"                        ? "--"
                                    : extension == "sas" || extension == "do" ? "/*"
                                                                              : " #";
      const size_t comment = line.find(mark);
      if (comment != std::string_view::npos) out += line.substr(comment);
    }
    out += '\n';
    at = end + 1;
  }
  return out;
}

// "\x61\x3b": bytes written one by one.
void check_escaped(std::string_view text, Scan& scan) {
  constexpr size_t bytes_min = 30;
  disclosure::LineCounter lines(text);
  for (size_t at = text.find("\\x"); at != std::string_view::npos;) {
    size_t n = 0;
    while (at + 4 * n + 3 < text.size() && text[at + 4 * n] == '\\' && text[at + 4 * n + 1] == 'x') ++n;
    if (n >= bytes_min) scan.findings.add("finding.encoded_text", {"", lines.line_of(at), 0});
    at = text.find("\\x", at + std::max<size_t>(4 * n, 2));
  }
}

// Texts put together from pieces: "0102" "03" "1235" is a number again.
std::string joined_literals(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    bool number = false;
    const size_t n = text[at] == '"' || text[at] == '\'' ? literal_at(text, at, number) : 0;
    if (n > 0) {
      out += text.substr(at + 1, n - 2);
      at += n;
    } else {
      if (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '\n') out += '\n';
      ++at;
    }
  }
  return out;
}

// What a program says in words: its comments, and texts that it shows.
void check_words(const std::string& comments, const std::string& texts, Scan& scan) {
  scan.prose(comments);
  disclosure::LineCounter lines(comments);
  for (size_t at = 0; at < comments.size();) {
    const size_t end = std::min(comments.find('\n', at), comments.size());
    if (disclosure::note_may_tell_few(std::string_view(comments).substr(at, end - at),
                                      scan.parameters.cell_count_min))
      scan.findings.add("finding.small_count_possible", {"", lines.line_of(at), 0}, "", "");
    at = end + 1;
  }
  if (is_much_prose(comments) || is_much_prose(texts))
    scan.findings.add("finding.person_reads", {}, {}, "prose");
}

// Numbers that differ, wherever they stand: a program has few but years, and none as long as an amount or a
// key.
void check_numbers(std::string_view text, Scan& scan) {
  constexpr size_t digits_max = 8, different_max = 40;
  std::unordered_set<std::string_view> different;
  disclosure::LineCounter lines(text);
  for (size_t at = 0; at < text.size();) {
    const size_t begin = text.find_first_of("0123456789", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_not_of("0123456789", begin), text.size());
    const std::string_view digits = text.substr(begin, at - begin);
    const bool of_a_name = begin > 0 && (std::isalpha(static_cast<unsigned char>(text[begin - 1])) != 0 ||
                                         text[begin - 1] == '_');
    const bool fraction =
        begin > 1 && text[begin - 1] == '.' && std::isdigit(static_cast<unsigned char>(text[begin - 2])) != 0;
    if (digits.size() > digits_max && !fraction)
      scan.findings.add("finding.values_in_code", {"", lines.line_of(begin), 0}, {},
                        std::to_string(digits.size()));
    if (digits.size() > 1 && !of_a_name && !disclosure::is_year(digits)) different.insert(digits);
  }
  if (different.size() > different_max)
    scan.findings.add("finding.values_in_code", {}, {}, std::to_string(different.size()));
}

// Quoted texts, one a line.
std::string texts_of(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    bool number = false;
    const size_t n = text[at] == '"' || text[at] == '\'' ? literal_at(text, at, number) : 0;
    if (n > 0) out += std::string(text.substr(at + 1, n - 2)) + '\n';
    at += std::max<size_t>(n, 1);
  }
  return out;
}

}  // namespace

bool is_code(std::string_view extension) {
  for (const std::string_view known : {"r", "rmd", "sas", "do", "py", "sql"}) {
    if (extension == known) return true;
  }
  return false;
}

void scan_code(std::string_view utf8, std::string_view extension, Scan& scan) {
  const std::string text = disclosure::plain_text(utf8).text, low = disclosure::lower(text);
  check_lists(text, scan);
  check_inline_data(text, low, extension, scan);
  check_conditions(text, extension, scan);
  check_escaped(text, scan);
  const std::string comments = comments_of(text, extension);
  check_words(comments, texts_of(text), scan);
  check_numbers(text, scan);
  scan_printed(comments, Printed::log, scan);
  scan_marked_rows(text, false, scan);
  scan_records_within(text, scan);
  scan.text(joined_literals(text));
}

}  // namespace fvm::runner
