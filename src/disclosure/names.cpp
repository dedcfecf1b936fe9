#include "disclosure/names.hpp"

#include <cctype>
#include <unordered_set>

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

bool begins_a_name(std::string_view text, size_t at) {
  constexpr size_t names_between_max = 2, bytes_max = 24;
  const std::string_view first = word_at(text, at);
  if (first.size() > bytes_max || !given_names().contains(first)) return false;
  size_t next = at + first.size();
  for (size_t i = 0; i <= names_between_max; ++i) {
    if (next >= text.size() || (text[next] != ' ' && text[next] != '_' && text[next] != '-')) return false;
    const std::string_view word = word_at(text, next + 1);
    if (word.empty() || std::islower(static_cast<unsigned char>(word[0])) != 0) return false;
    if (family_names().contains(word)) return true;
    next += 1 + word.size();
    if (next < text.size() && text[next] == '.') ++next;  // "Anne K. Jensen"
  }
  return false;
}

}  // namespace

std::vector<size_t> find_names(std::string_view plain) {
  std::vector<size_t> found;
  for (size_t at = 0; at < plain.size();) {
    if (!letter(plain[at])) {
      ++at;
      continue;
    }
    const bool capital = std::isupper(static_cast<unsigned char>(plain[at])) != 0;
    if (capital && begins_a_name(plain, at)) found.push_back(at);
    while (at < plain.size() && letter(plain[at])) ++at;
  }
  return found;
}

}  // namespace fvm::disclosure
