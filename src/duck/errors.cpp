// DuckDB's texts as our Errors.
#include <algorithm>
#include <cctype>
#include <charconv>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

constexpr std::string_view ticket_mark = "fvm-function-error:";

// "INT128" and "UINT64" are types, not values.
bool is_type_word(std::string_view word) {
  if (word.starts_with('U')) word.remove_prefix(1);
  return word.starts_with("INT");
}

// A word with this many digits may be a value of a row (a number, a date, a key).
constexpr std::ptrdiff_t digits_of_value_min = 3;

bool part_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

void append_word(std::string& out, std::string_view word) {
  const auto digits =
      std::count_if(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  const bool is_line_number = out.ends_with("Line: ");
  out += digits < digits_of_value_min || is_type_word(word) || is_line_number ? word : "…";
}

}  // namespace

std::string safe_reason(std::string_view reason) {
  // What follows the first line is excerpts: of the statement, of the file, of options.
  reason = reason.substr(0, reason.find('\n'));
  std::string out;
  for (size_t at = 0; at < reason.size();) {
    const char c = reason[at];
    if (c == '\'' || c == '"') {
      const size_t end = reason.find(c, at + 1);
      out += std::string(1, c) + "…" + c;
      at = end == std::string_view::npos ? reason.size() : end + 1;
    } else if (part_of_word(c)) {
      size_t end = at;
      while (end < reason.size() && part_of_word(reason[end])) ++end;
      append_word(out, reason.substr(at, end - at));
      at = end;
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

std::string ErrorDesk::leave(Error error) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= waiting_max) waiting_.erase(waiting_.begin());
  const uint64_t number = next_++;
  waiting_.emplace(number, std::move(error));
  return std::string(ticket_mark) + std::to_string(number);
}

std::optional<Error> ErrorDesk::fetch(std::string_view text) {
  const size_t at = text.find(ticket_mark);
  if (at == std::string_view::npos) return std::nullopt;
  uint64_t number = 0;
  std::from_chars(text.data() + at + ticket_mark.size(), text.data() + text.size(), number);
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return std::nullopt;
  Error error = std::move(found->second);
  waiting_.erase(found);
  return error;
}

Error DatabaseHandle::error(const char* reason) {
  const std::string_view text = reason == nullptr ? "no reason given" : reason;
  if (auto own = desk.fetch(text)) return *std::move(own);
  if (text.starts_with("INTERRUPT Error")) return refused("duck.interrupted");
  if (text.starts_with("Out of Memory Error")) {
    return surroundings("duck.out_of_memory", {{"memory_mib", std::to_string(memory_mib)}});
  }
  return usage("duck.failed", {{"reason", std::string(text)}, {"safe_reason", safe_reason(text)}});
}

std::string quote_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string quote_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace fvm::duck
