#include "disclosure/names.hpp"

#include <cctype>
#include <string>
#include <unordered_set>

#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Known = std::unordered_set<std::string_view>;

const Known& given_names() {
  static const Known all = {
      "Anne",     "Mette",  "Kirsten",   "Hanne",   "Anna",   "Helle",   "Maria",  "Susanne",  "Lene",
      "Marianne", "Inge",   "Karen",     "Lone",    "Bente",  "Camilla", "Pia",    "Louise",   "Charlotte",
      "Jette",    "Tina",   "Gitte",     "Ida",     "Julie",  "Emma",    "Sofie",  "Freja",    "Laura",
      "Inger",    "Birthe", "Else",      "Ulla",    "Rikke",  "Birgit",  "Sara",   "Mathilde", "Caroline",
      "Ellen",    "Grethe", "Christina", "Maja",    "Peter",  "Michael", "Lars",   "Jens",     "Thomas",
      "Henrik",   "Søren",  "Christian", "Martin",  "Jan",    "Morten",  "Jesper", "Anders",   "Niels",
      "Mads",     "Rasmus", "Hans",      "Per",     "Mikkel", "Kim",     "Ole",    "Jørgen",   "John",
      "Poul",     "Erik",   "Frederik",  "Kasper",  "Simon",  "Carsten", "Steen",  "Emil",     "Magnus",
      "Oliver",   "Jacob",  "Jakob",     "Mathias", "Bent",   "Finn",    "Claus",  "Kurt",     "Knud",
      "Flemming", "Bo",     "Torben",    "Svend",   "Karl",   "William", "Noah",   "Oscar",    "Lucas",
      "Mohammad", "Ali",    "Fatima",    "Ahmad",   "Gerda",  "Vibeke",  "Dorthe", "Tove",     "Lise",
      "Signe"};
  return all;
}

const Known& family_names() {
  static const Known all = {
      "Nielsen",   "Jensen",       "Hansen",    "Andersen",  "Pedersen",    "Christensen", "Larsen",
      "Sørensen",  "Rasmussen",    "Jørgensen", "Petersen",  "Madsen",      "Kristensen",  "Olsen",
      "Thomsen",   "Christiansen", "Poulsen",   "Johansen",  "Møller",      "Mortensen",   "Knudsen",
      "Jakobsen",  "Jacobsen",     "Mikkelsen", "Olesen",    "Frederiksen", "Laursen",     "Henriksen",
      "Lund",      "Schmidt",      "Eriksen",   "Holm",      "Kristiansen", "Clausen",     "Simonsen",
      "Svendsen",  "Andreasen",    "Iversen",   "Jeppesen",  "Mogensen",    "Jespersen",   "Nissen",
      "Lauridsen", "Østergaard",   "Jepsen",    "Frandsen",  "Vestergaard", "Carlsen",     "Kjær",
      "Nørgaard",  "Dahl",         "Berg",      "Bach",      "Friis",       "Bech",        "Ali",
      "Ahmed",     "Khan",         "Nguyen",    "Gregersen", "Lassen",      "Bertelsen",   "Bruun"};
  return all;
}

bool letter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalpha(u) != 0 || u >= 0x80;
}

std::string_view word_at(std::string_view text, size_t at) {
  size_t n = 0;
  while (at + n < text.size() && letter(text[at + n])) ++n;
  return text.substr(at, n);
}

// "PETER" and "peter" as the lists have it.
std::string as_listed(std::string_view word) {
  std::string low = lower(word);
  if (!low.empty() && low[0] >= 'a' && low[0] <= 'z') low[0] = static_cast<char>(low[0] - 'a' + 'A');
  // æ, ø and å are two bytes, the second of which is 0x20 further on in small letters.
  if (low.size() >= 2 && low[0] == '\xC3' && static_cast<unsigned char>(low[1]) >= 0xA0)
    low[1] = static_cast<char>(static_cast<unsigned char>(low[1]) - 0x20);
  return low;
}

bool is_given(std::string_view word) {
  constexpr size_t bytes_max = 24;
  return word.size() <= bytes_max && given_names().contains(as_listed(word));
}

bool is_family(std::string_view word) {
  return family_names().contains(as_listed(word));
}

bool is_small(std::string_view word) {
  return word.empty() || std::islower(static_cast<unsigned char>(word[0])) != 0;
}

bool begins_a_name(std::string_view text, size_t at) {
  constexpr size_t names_between_max = 2;
  const std::string_view first = word_at(text, at);
  size_t next = at + first.size();
  // Most words are followed by something else, and need not be looked up.
  if (next >= text.size() || (text[next] != ' ' && text[next] != '_' && text[next] != '-')) return false;
  if (!is_given(first)) return false;
  for (size_t i = 0; i <= names_between_max; ++i) {
    if (next >= text.size() || (text[next] != ' ' && text[next] != '_' && text[next] != '-')) return false;
    const std::string_view word = word_at(text, next + 1);
    // In small letters words between may be anything, and a name and a word are too often neighbours.
    if (word.empty() || is_small(word) != is_small(first)) return false;
    if (is_family(word)) return true;
    if (is_small(word)) return false;
    next += 1 + word.size();
    if (next < text.size() && text[next] == '.') ++next;  // "Anne K. Jensen"
  }
  return false;
}

// "Jensen, Peter".
bool begins_with_family(std::string_view text, size_t at) {
  const std::string_view first = word_at(text, at);
  const size_t before = text.substr(0, at).find_last_not_of(" _-");
  // Behind a given name it is that name's.
  if (before != std::string_view::npos && (letter(text[before]) || text[before] == '.')) return false;
  size_t next = at + first.size();
  if (next >= text.size() || text[next] != ',' || is_small(first) || !is_family(first)) return false;
  while (++next < text.size() && text[next] == ' ') {
  }
  const std::string_view word = next < text.size() ? word_at(text, next) : std::string_view();
  const bool initial = word.size() == 1 && text.substr(next + 1, 1) == ".";  // "Jensen, M."
  return !is_small(word) && (initial || is_given(word));
}

// "M. Jensen".
bool begins_with_initial(std::string_view text, size_t at) {
  const std::string_view initial = word_at(text, at);
  if (initial.size() != 1 || is_small(initial) || text.substr(at + 1, 2) != ". ") return false;
  const std::string_view family = word_at(text, at + 3);
  return !is_small(family) && is_family(family);
}

}  // namespace

std::vector<size_t> find_names(std::string_view plain) {
  std::vector<size_t> found;
  for (size_t at = 0; at < plain.size();) {
    if (!letter(plain[at])) {
      ++at;
      continue;
    }
    if (begins_a_name(plain, at) || begins_with_family(plain, at) || begins_with_initial(plain, at))
      found.push_back(at);
    while (at < plain.size() && letter(plain[at])) ++at;
  }
  return found;
}

}  // namespace fvm::disclosure
