#include "agreement/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace fvm::agreement {
namespace {

constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t code_letters = 8;
constexpr size_t account_bytes_max = 28;

struct Opening {
  Language language;
  std::string_view accepts, version, code;
};
constexpr std::array<Opening, 2> openings{{
    {Language::danish, "jeg accepterer", "version", "med koden"},
    {Language::english, "i accept", "version", "with the code"},
}};

// Words of one line, small letters, without what decorates them.
std::string folded(std::string_view line) {
  std::string out;
  for (const char c : line) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

// Takes `words` and a blank off the front.
bool take(std::string_view& rest, std::string_view words) {
  if (!rest.starts_with(words) || rest.size() <= words.size() || rest[words.size()] != ' ') return false;
  rest.remove_prefix(words.size() + 1);
  return true;
}

std::string_view take_word(std::string_view& rest) {
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

std::optional<Answer> read_sentence(std::string_view rest, const Opening& opening) {
  if (!take(rest, opening.accepts)) return std::nullopt;
  Answer answer{.case_number = upper(take_word(rest))};
  if (!take(rest, opening.version)) return std::nullopt;
  const std::string_view number = take_word(rest);
  const auto read = std::from_chars(number.data(), number.data() + number.size(), answer.version);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size()) return std::nullopt;
  if (!take(rest, opening.code)) return std::nullopt;
  answer.code = upper(take_word(rest));
  return rest.empty() && answer.code.size() == code_letters ? std::optional(answer) : std::nullopt;
}

// Danish letters as they are written without them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> spellings{
    {{"æ", "ae"}, {"ø", "oe"}, {"å", "aa"}, {"Æ", "ae"}, {"Ø", "oe"}, {"Å", "aa"}}};

}  // namespace

std::string code_of_bits(uint64_t bits) {
  std::string out;
  for (size_t i = 0; i < code_letters; ++i, bits >>= 5) out += letters[bits & 31];
  return out;
}

std::string sentence(Language language, std::string_view case_number, int64_t version,
                     std::string_view code) {
  const auto arguments = Arguments{
      {"case", std::string(case_number)}, {"version", std::to_string(version)}, {"code", std::string(code)}};
  return message(language, "agreement.sentence", arguments);
}

std::optional<Answer> read_answer(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string line = folded(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    for (const Opening& opening : openings) {
      if (auto answer = read_sentence(line, opening)) return answer;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

bool same_address(std::string_view a, std::string_view b) {
  const size_t at_a = a.rfind('@'), at_b = b.rfind('@');
  if (at_a == std::string_view::npos || at_b == std::string_view::npos) return false;
  return a.substr(0, at_a) == b.substr(0, at_b) && upper(a.substr(at_a)) == upper(b.substr(at_b));
}

Result<void> may_be_accepted(const Agreement& agreement) {
  const Arguments about{
      {"agreement", agreement.title}, {"case", agreement.case_number}, {"name", agreement.party.name}};
  if (agreement.state == State::lapsed) return refused("agreement.lapsed", about);
  if (agreement.state == State::accepted) return refused("agreement.accepted_already", about);
  if (agreement.pdf_sha256.empty()) return refused("agreement.not_made", about);
  return {};
}

bool all_accepted(const Version& version) {
  return !version.agreements.empty() &&
         std::all_of(version.agreements.begin(), version.agreements.end(),
                     [](const Agreement& each) { return each.state == State::accepted; });
}

std::string waiting_for(const Version& version) {
  std::string out;
  for (const Agreement& each : version.agreements) {
    if (each.state == State::accepted) continue;
    out += (out.empty() ? "" : ", ") + each.title + " (" + each.party.name + ")";
  }
  return out;
}

std::string account_name_of(std::string_view address) {
  std::string out;
  for (size_t at = 0; at < std::min(address.find('@'), address.size());) {
    const auto danish = std::find_if(spellings.begin(), spellings.end(), [&](const auto& each) {
      return address.substr(at).starts_with(each.first);
    });
    if (danish != spellings.end()) {
      out += danish->second;
      at += danish->first.size();
      continue;
    }
    const auto c = static_cast<unsigned char>(address[at++]);
    const bool plain = c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.');
    if (plain) out += static_cast<char>(std::tolower(c));
  }
  while (!out.empty() && std::isalpha(static_cast<unsigned char>(out[0])) == 0) out.erase(0, 1);
  if (out.size() > account_bytes_max) out.resize(account_bytes_max);
  return out.empty() ? "user" : out;
}

}  // namespace fvm::agreement
