#include "disclosure/few.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

using Known = std::unordered_set<std::string_view>;

// Things that are counted one by one.
const Known& units() {
  static const Known all = {
      "person",   "personer",  "persons",      "people",      "patient",       "patienter",
      "patients", "borger",    "borgere",      "individ",     "individer",     "individuals",
      "subjects", "deltagere", "participants", "kvinder",     "mænd",          "women",
      "men",      "børn",      "children",     "observation", "observationer", "observations",
      "obs",      "rows",      "row",          "rækker",      "events",        "døde",
      "deaths",   "dødsfald",  "cases",        "tilfælde",    "records",       "missing",
      "mangler",  "familier",  "households",   "husstande",   "indlagt",       "indlagte",
      "opereret", "opererede", "afgik",        "died",        "hospitalised",  "hospitalized"};
  return all;
}

// Words before a number that say that it counts.
const Known& counters() {
  static const Known all = {"n",      "missing", "events",  "nrow",  "obs",    "observations",
                            "na",     "nas",     "uoplyst", "antal", "delete", "update",
                            "insert", "copy",    "select"};
  return all;
}

std::optional<uint64_t> few_of(std::string_view word, uint64_t count_min) {
  static const std::unordered_map<std::string_view, uint64_t> in_words = {
      {"to", 2},    {"tre", 3},  {"fire", 4}, {"one", 1}, {"two", 2},
      {"three", 3}, {"four", 4}, {"én", 1},   {"ét", 1}};
  if (const auto known = in_words.find(word); known != in_words.end()) return known->second;
  if (word.empty() || word.size() > 2) return std::nullopt;
  uint64_t value = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value > 0 && value < count_min ? std::optional(value) : std::nullopt;
}

struct Word {
  size_t at, end;
  std::string text;
};

std::vector<Word> words_of(std::string_view line, size_t offset) {
  std::vector<Word> all;
  for (size_t i = 0; i < line.size();) {
    const auto part = [&](size_t k) {
      const auto u = static_cast<unsigned char>(line[k]);
      return std::isalnum(u) != 0 || u >= 0x80;
    };
    if (!part(i)) {
      ++i;
      continue;
    }
    const size_t from = i;
    while (i < line.size() && part(i)) ++i;
    all.push_back({offset + from, offset + i, lower(line.substr(from, i - from))});
  }
  return all;
}

// "3,5" and "1.2": the number is no whole one; "2-3": part of a range or date.
bool stands_alone(std::string_view text, const Word& word) {
  const auto digit = [&](size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  const auto joins = [&](size_t i) {
    return i < text.size() && std::string_view(".,-/:").find(text[i]) != std::string_view::npos;
  };
  if (joins(word.end) && digit(word.end + 1)) return false;
  return !(word.at >= 2 && joins(word.at - 1) && digit(word.at - 2)) &&
         !(word.at >= 1 &&
           (text[word.at - 1] == '-' || text[word.at - 1] == '<' || text[word.at - 1] == '.'));
}

// Only '=', ':', blanks and "'s" between the word and its number.
bool says_equals(std::string_view between) {
  return between.find_first_of("=:") != std::string_view::npos &&
         between.find_first_not_of("=: \t") == std::string_view::npos;
}

bool is_command(std::string_view word) {
  return word == "delete" || word == "update" || word == "insert" || word == "copy" || word == "select";
}

void look(std::string_view plain, std::string_view line, size_t offset, uint64_t count_min,
          bool counted_before, std::vector<Few>& found) {
  const std::vector<Word> all = words_of(line, offset);
  for (size_t i = 0; i < all.size(); ++i) {
    if (!few_of(all[i].text, count_min) || !stands_alone(plain, all[i])) continue;
    static const Known danish = {"personer", "patienter", "borgere",  "kvinder",  "mænd",      "børn",
                                 "døde",     "rækker",    "tilfælde", "familier", "husstande", "deltagere"};
    // "to" is two in Danish alone.
    if (all[i].text == "to" && (i + 1 >= all.size() || !danish.contains(all[i + 1].text))) continue;
    const bool unit = i + 1 < all.size() && units().contains(all[i + 1].text) &&
                      plain.substr(all[i].end, all[i + 1].at - all[i].end).find_first_not_of(" \t") ==
                          std::string_view::npos;
    if (unit) {
      found.push_back({all[i].at, all[i + 1].text});
      continue;
    }
    // "[1] 3" below "nrow(d)"; the answer of a database stands alone on its line.
    if (counted_before && i == 1 && all.size() == 2 && line.find('[') != std::string_view::npos) {
      found.push_back({all[i].at, "n"});
      continue;
    }
    size_t before = i;
    while (before > 0 && i - before < 2) {
      --before;
      std::string_view word = all[before].text;
      if (word == "s" && before > 0) continue;  // "NA's"
      const std::string_view between = plain.substr(all[before].end, all[i].at - all[before].end);
      const bool command = is_command(word) && all.size() <= 3 && before == 0 && i + 1 == all.size();
      const bool missing = (word == "na" || word == "nas") && between.find(':') != std::string_view::npos;
      if (command || missing || (counters().contains(word) && says_equals(between)))
        found.push_back({all[i].at, std::string(word)});
      break;
    }
  }
}

bool are_persons(std::string_view word) {
  static const Known all = {"person",       "personer", "persons", "people",    "patient",     "patienter",
                            "patients",     "borger",   "borgere", "individer", "individuals", "deltagere",
                            "participants", "subjects", "kvinder", "mænd",      "women",       "men",
                            "døde",         "dødsfald", "deaths"};
  return all.contains(word);
}

// "To patienter", "en enkelt borger", "one patient", "et par patienter", "begge patienter".
bool says_few_persons(const std::vector<Word>& all) {
  static const Known few = {"to",   "én",     "ét",     "one",    "two", "tre",   "three", "fire",
                            "four", "enkelt", "eneste", "single", "par", "begge", "both"};
  for (size_t i = 0; i + 1 < all.size(); ++i)
    if (few.contains(all[i].text) && are_persons(all[i + 1].text)) return true;
  return false;
}

// What stands before a word and behind it, blanks left out; 0: nothing.
char sign_before(std::string_view text, const Word& word) {
  size_t at = word.at;
  while (at > 0 && text[at - 1] == ' ') --at;
  return at == 0 ? '\0' : text[at - 1];
}
char sign_behind(std::string_view text, const Word& word) {
  const size_t at = text.find_first_not_of(' ', word.end);
  return at == std::string_view::npos ? '\0' : text[at];
}

// "Kvinde, 93 år": one person by sex and age.
bool tells_one_person(std::string_view text, const std::vector<Word>& all) {
  static const Known sexes = {"kvinde", "mand", "dreng", "pige",    "woman",
                              "man",    "boy",  "girl",  "patient", "patienten"};
  static const Known years = {"år", "årig", "year", "years"};
  const bool sex =
      std::any_of(all.begin(), all.end(), [](const Word& word) { return sexes.contains(word.text); });
  // "K 93 Læsø HIV".
  static const Known letters = {"k", "m", "f"};
  constexpr size_t words_min = 3;
  const bool letter = all.size() >= words_min && letters.contains(all[0].text);
  const std::string second = all.size() > 1 ? all[1].text : std::string();
  if (letter && second.size() == 2 && std::isdigit(static_cast<unsigned char>(second[0])) != 0 &&
      stands_alone(text, all[1]) && sign_behind(text, all[1]) != '+' && sign_behind(text, all[1]) != '-')
    return true;
  for (size_t i = 0; sex && i + 1 < all.size(); ++i) {
    const std::string& digits = all[i].text;
    const bool number = (digits.size() == 2 || digits.size() == 3) &&
                        std::isdigit(static_cast<unsigned char>(digits[0])) != 0;
    if (number && years.contains(all[i + 1].text) && stands_alone(text, all[i])) return true;
  }
  return false;
}

// Words that a number follows: "Tabel 3", "mindst 3".
const Known& before_numbers() {
  static const Known all = {
      "tabel",   "tabeller", "tables",   "figures",  "figurer",  "models",  "modeller",  "steps",
      "table",   "figur",    "figure",   "fig",      "model",    "type",    "trin",      "step",
      "fase",    "phase",    "grad",     "grade",    "stadie",   "stage",   "lpr",       "version",
      "v",       "kapitel",  "chapter",  "bilag",    "appendix", "kvartal", "quarter",   "q",
      "uge",     "week",     "level",    "niveau",   "gruppe",   "group",   "dosis",     "dose",
      "mindst",  "min",      "max",      "over",     "under",    "mere",    "end",       "than",
      "least",   "most",     "højst",    "note",     "afsnit",   "section", "del",       "part",
      "klasse",  "class",    "nr",       "no",       "kolonne",  "column",  "række",     "row",
      "og",      "and",      "or",       "eller",    "charlson", "score",   "kvartil",   "kvintil",
      "decil",   "tertil",   "quartile", "quintile", "decile",   "tertile", "indikator", "indicator",
      "mål",     "delmål",   "variant",  "år",       "year",     "måned",   "month",     "i",
      "pr",      "per",      "hver",     "every",    "within",   "inden",   "efter",     "after",
      "nyha",    "asa",      "ecog",     "side",     "page",     "ark",     "sheet",     "fodnote",
      "footnote"};
  return all;
}

// What is numbered, bounded or measured by the number beside it.
bool is_excused(const std::vector<Word>& all, size_t i) {
  static const Known behind = {
      "år",        "year",      "years",    "årige",         "årig",      "måned",     "måneder",
      "month",     "months",    "dag",      "dage",          "day",       "days",      "uge",
      "uger",      "week",      "weeks",    "time",          "timer",     "hour",      "hours",
      "decimal",   "decimaler", "decimals", "ciffer",        "cifre",     "digits",    "pct",
      "procent",   "percent",   "%",        "gange",         "times",     "mm",        "cm",
      "mg",        "ml",        "kg",       "dosis",         "doser",     "doses",     "kvartal",
      "kvartaler", "recepter",  "recept",   "prescriptions", "diagnoser", "kontakter", "kontakt",
      "besøg",     "visits",    "grupper",  "groups",        "regioner",  "kommuner",  "tabeller",
      "tables",    "ark",       "sheets",   "kilder",        "registre",  "registers", "diabetes",
      "eller",     "or",        "og",       "and",           "januar",    "februar",   "marts",
      "april",     "maj",       "juni",     "juli",          "august",    "september", "oktober",
      "november",  "december",  "january",  "february",      "march",     "may",       "june",
      "july",      "october",   "i"};
  // "i 3 patienter": persons are never what is numbered.
  const bool beside = i + 1 < all.size() && all[i + 1].at == all[i].end + 1;
  if (beside && are_persons(all[i + 1].text)) return false;
  // "1, 3 and 5 years", "tables 2 and 3".
  static const Known joins = {"og", "and", "to", "or", "eller"};
  const auto joined = [&](size_t k) {
    return joins.contains(all[k].text) || std::isdigit(static_cast<unsigned char>(all[k].text[0])) != 0;
  };
  size_t first = i, last = i;
  while (first > 0 && joined(first - 1)) --first;
  while (last + 1 < all.size() && joined(last + 1)) ++last;
  return (first > 0 && before_numbers().contains(all[first - 1].text)) ||
         (last + 1 < all.size() && behind.contains(all[last + 1].text)) ||
         (i > 0 && before_numbers().contains(all[i - 1].text)) ||
         (i + 1 < all.size() && behind.contains(all[i + 1].text));
}

// "3" and "tre", but no word that is another word too ("to", "one of").
bool is_few_alone(const Word& word, uint64_t count_min) {
  return word.text != "to" && word.text != "one" && few_of(word.text, count_min).has_value();
}

// The line asks how many there are.
bool counts_next(std::string_view line) {
  const std::string low = lower(line);
  for (const std::string_view ask :
       {"nrow(", "length(", "n_distinct(", "sum(", "dim(", "count(", "len(", "uniquen("}) {
    if (low.find(ask) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

bool may_tell_few(std::string_view label, uint64_t count_min) {
  static const Known of_all = {"of", "af", "ud", "out"};
  const std::vector<Word> all = words_of(label, 0);
  if (says_few_persons(all) || tells_one_person(label, all)) return true;
  static const Known parts = {"heraf", "hvoraf", "deraf"};
  for (size_t i = 0; i < all.size(); ++i) {
    if (!is_few_alone(all[i], count_min)) continue;
    const char before = sign_before(label, all[i]), behind = sign_behind(label, all[i]);
    const bool digits = std::isdigit(static_cast<unsigned char>(all[i].text[0])) != 0;
    const bool bracketed =
        i > 0 && (before == '(' || before == '[') && (behind == ')' || behind == ']' || behind == '/');
    // "antal (3 HIV)".
    const bool opens = i > 0 && before == '(' && digits && behind != ')' && behind != '-' && behind != '+' &&
                       behind != '.' && behind != ',' && behind != '%' && !is_excused(all, i);
    const bool of_so_many = i + 1 < all.size() && of_all.contains(all[i + 1].text);
    const bool in_words = !digits && (before == ',' || before == ':') && behind == '\0';
    const bool of_units =
        (before == ',' || before == ':') && i + 1 < all.size() && units().contains(all[i + 1].text);
    // "HIV: 3", "HIV = 3", "heraf tre med HIV", "- 3 personer".
    const bool excused = is_excused(all, i);
    const bool named = i > 0 && std::isdigit(static_cast<unsigned char>(all[i - 1].text[0])) == 0;
    // "stage=3" is how R names a group.
    const bool spaced = before == '=' && all[i].at > 0 && label[all[i].at - 1] == ' ';
    const bool equals = digits && named && (before == ':' || spaced) && behind == '\0' && !excused;
    const bool next =
        i + 1 < all.size() &&
        label.substr(all[i].end, all[i + 1].at - all[i].end).find_first_not_of(' ') == std::string_view::npos;
    const bool of_persons = next && are_persons(all[i + 1].text) && stands_alone(label, all[i]);
    if (bracketed || opens || in_words || of_units || equals || of_persons ||
        (i > 0 && parts.contains(all[i - 1].text)) || (of_so_many && !excused))
      return true;
  }
  return false;
}

bool numbers_something(std::string_view label) {
  const std::vector<Word> all = words_of(label, 0);
  return !all.empty() && before_numbers().contains(all.back().text);
}

bool note_may_tell_few(std::string_view note, uint64_t count_min) {
  constexpr size_t words_min = 3;
  const std::vector<Word> all = words_of(note, 0);
  for (size_t i = 0; all.size() >= words_min && i < all.size(); ++i) {
    if (!is_few_alone(all[i], count_min) || !stands_alone(note, all[i]) || is_excused(all, i)) continue;
    const char before = sign_before(note, all[i]), behind = sign_behind(note, all[i]);
    const bool numbers_note = i == 0 && (behind == ')' || behind == '.' || behind == ':');
    const bool bound = before == '<' || before == '>' || before == '=' || behind == '+' || behind == '-' ||
                       behind == '.' || static_cast<unsigned char>(before) >= 0x80;
    if (!numbers_note && !bound) return true;
  }
  return may_tell_few(note, count_min);
}

std::vector<size_t> find_births(std::string_view plain) {
  constexpr size_t between_max = 12, date_bytes_min = 8, date_bytes_max = 20;
  const std::string low = lower(plain);
  std::vector<size_t> found;
  for (const std::string_view word :
       {"født", "foedt", "f.", "fødselsdato", "fødselsdag", "born", "birth", "dob"}) {
    for (size_t at = low.find(word); at != std::string::npos; at = low.find(word, at + 1)) {
      if (at > 0 && std::isalnum(static_cast<unsigned char>(low[at - 1])) != 0) continue;
      const std::string_view near = std::string_view(low).substr(at, word.size() + between_max);
      const size_t digits = near.find_first_of("0123456789");
      if (digits == std::string_view::npos) continue;
      const size_t from = at + digits;
      bool dated = false;
      for (size_t n = date_bytes_min; n <= date_bytes_max && !dated; ++n)
        dated = is_full_date(low.substr(from, n));
      if (dated) found.push_back(at);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<Few> find_few(std::string_view plain, uint64_t count_min) {
  std::vector<Few> found;
  bool counted = false;
  for (size_t at = 0; at < plain.size();) {
    const size_t end = std::min(plain.find('\n', at), plain.size());
    const std::string_view line = plain.substr(at, end - at);
    look(plain, line, at, count_min, counted, found);
    counted = counts_next(line);
    at = end + 1;
  }
  return found;
}

}  // namespace fvm::disclosure
