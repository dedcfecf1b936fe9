#include "account/guess.hpp"

#include <zxcvbn.h>

#include <algorithm>

#include "identity/store.hpp"

namespace fvm::account {
namespace {

// The library knows English words and names; these are what people here put beside a year.
constexpr const char* danish[] = {
    "adgangskode", "kodeord", "velkommen", "hemmelig",   "sommer",    "vinter",   "efteraar",
    "efterår",     "foraar",  "forår",     "januar",     "februar",   "marts",    "april",
    "juni",        "juli",    "august",    "september",  "oktober",   "november", "december",
    "mandag",      "tirsdag", "onsdag",    "torsdag",    "fredag",    "loerdag",  "lørdag",
    "soendag",     "søndag",  "danmark",   "koebenhavn", "københavn", "aarhus",   "odense",
    "aalborg",     "kommune", "region",    "styrelsen",  "sundhed",   "register", "forvaltningsmaskinen"};

// "Demo Kommune" -> "demo kommune", "demokommune", "demo", "kommune".
void add_name(std::string_view name, std::vector<std::string>& words) {
  constexpr size_t letters_min = 3;
  const std::string folded = identity::folded_name(name);
  std::string whole, word;
  for (const char c : folded + " ") {
    const bool ends = c == ' ' || c == '-' || c == ',' || c == '.';
    if (!ends) word += c, whole += c;
    if (ends && word.size() >= letters_min) words.push_back(word);
    if (ends) word.clear();
  }
  words.push_back(folded);
  words.push_back(whole);
}

std::string without_separators(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (std::string_view(" -_.,/").find(c) == std::string_view::npos) out += c;
  return out;
}

}  // namespace

double guess_bits(std::string_view password, const std::vector<std::string>& about) {
  std::vector<std::string> words;
  for (const std::string& name : about)
    if (!name.empty()) add_name(name, words);
  std::vector<const char*> known;
  for (const std::string& word : words) known.push_back(word.c_str());
  known.insert(known.end(), std::begin(danish), std::end(danish));
  known.push_back(nullptr);
  // The library takes what stands between words for something to be guessed letter by letter.
  constexpr double which_separators = 4;
  const auto bits = [&](const std::string& text) { return ZxcvbnMatch(text.c_str(), known.data(), nullptr); };
  return std::min(bits(std::string(password)), bits(without_separators(password)) + which_separators);
}

}  // namespace fvm::account
