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
