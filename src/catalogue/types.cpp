#include "catalogue/types.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace fvm::catalogue {
namespace {

constexpr std::array<std::pair<Type, std::string_view>, 5> types{{{Type::text, "text"},
                                                                  {Type::integer, "integer"},
                                                                  {Type::decimal, "decimal"},
                                                                  {Type::date, "date"},
                                                                  {Type::timestamp, "timestamp"}}};
constexpr std::array<std::pair<Class, std::string_view>, 7> classes{{{Class::ordinary, "ordinary"},
                                                                     {Class::code, "code"},
                                                                     {Class::person, "person"},
                                                                     {Class::relative, "relative"},
                                                                     {Class::provider, "provider"},
                                                                     {Class::record_key, "record_key"},
                                                                     {Class::dropped, "dropped"}}};

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (lower(a[i - 1]) != lower(b[j - 1]) ? 1 : 0);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row[b.size()];
}

template <class Pairs, class Key>
std::string_view text_in(const Pairs& pairs, Key key) {
  return std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == key; })->second;
}

template <class Pairs>
auto value_in(const Pairs& pairs, std::string_view text) -> std::optional<decltype(pairs[0].first)> {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.second == text; });
  if (found == pairs.end()) return std::nullopt;
  return found->first;
}

}  // namespace

const Variable* Table::find(std::string_view variable) const {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const Variable& v) { return same(v.name, variable); });
  return found == variables.end() ? nullptr : &*found;
}

const Table* Catalogue::find(std::string_view full_name) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const Table& t) { return same(t.full_name(), full_name); });
  return found == tables.end() ? nullptr : &*found;
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& names) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, wrong.size() / 3) + 1;
  for (const std::string& name : names) {
    const size_t d = distance(wrong, name);
    if (d < best_distance) best_distance = d, best = name;
  }
  return best;
}

std::string_view to_text(Type type) {
  return text_in(types, type);
}
std::string_view to_text(Class what) {
  return text_in(classes, what);
}
std::optional<Type> type_of(std::string_view text) {
  return value_in(types, text);
}
std::optional<Class> class_of(std::string_view text) {
  return value_in(classes, text);
}

}  // namespace fvm::catalogue
