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
constexpr std::array<std::pair<Class, std::string_view>, 14> classes{{{Class::ordinary, "ordinary"},
                                                                      {Class::code, "code"},
                                                                      {Class::measure, "measure"},
                                                                      {Class::date, "date"},
                                                                      {Class::birth_date, "birth_date"},
                                                                      {Class::residence, "residence"},
                                                                      {Class::organisation, "organisation"},
                                                                      {Class::person, "person"},
                                                                      {Class::relative, "relative"},
                                                                      {Class::provider, "provider"},
                                                                      {Class::record_key, "record_key"},
                                                                      {Class::name_address, "name_address"},
                                                                      {Class::free_text, "free_text"},
                                                                      {Class::dropped, "dropped"}}};

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// One quoted part of a pattern: digits in its place, or itself.
size_t part_bytes(std::string_view quoted, std::string_view name) {
  if (same(name.substr(0, quoted.size()), quoted)) return quoted.size();
  size_t digits = 0;
  while (digits < name.size() && digits < 4 && std::isdigit(static_cast<unsigned char>(name[digits])) != 0)
    ++digits;
  return digits;
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

bool is_stored(Class what) {
  return what != Class::dropped && what != Class::name_address && what != Class::free_text;
}

bool identifies(Class what) {
  return what == Class::person || what == Class::relative || what == Class::provider ||
         what == Class::record_key;
}

Granting granting(const Variable& variable) {
  if (!is_stored(variable.what)) return variable.confirmed ? Granting::never_stored : Granting::unconfirmed;
  const bool personal = identifies(variable.what) || variable.what == Class::birth_date;
  if (!variable.confirmed && personal) return Granting::unconfirmed;
  return variable.grantable ? Granting::yes : Granting::not_grantable;
}

// Æ Ø Å É and their neighbours: U+00C0–U+00DE are C3 80–C3 9E, their small letters C3 A0–C3 BE.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool second = !out.empty() && out.back() == '\xC3';
    const auto byte = static_cast<unsigned char>(c);
    const bool capital = second && byte >= 0x80 && byte <= 0x9E && byte != 0x97;  // 97 is the sign for times
    out += capital ? static_cast<char>(byte + 0x20) : lower(c);
  }
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  return folded(a) == folded(b);
}

bool matches_pattern(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    if (pattern.front() != '"') {
      if (name.empty() || lower(pattern.front()) != lower(name.front())) return false;
      pattern.remove_prefix(1), name.remove_prefix(1);
      continue;
    }
    const size_t end = pattern.find('"', 1);
    if (end == std::string_view::npos) return false;
    const size_t taken = part_bytes(pattern.substr(0, end + 1), name);
    const size_t bare = taken > 0 ? taken : part_bytes(pattern.substr(1, end - 1), name);
    if (bare == 0) return false;
    pattern.remove_prefix(end + 1), name.remove_prefix(bare);
  }
  return name.empty();
}

const Register* Catalogue::find_register(std::string_view name) const {
  const auto found = std::find_if(registers.begin(), registers.end(), [&](const Register& each) {
    return same_name(each.code, name) || (!each.sheet.empty() && same_name(each.sheet, name)) ||
           (!each.name_da.empty() && same_name(each.name_da, name));
  });
  return found == registers.end() ? nullptr : &*found;
}

std::vector<std::string> Catalogue::register_codes() const {
  std::vector<std::string> codes;
  for (const Table& table : tables)
    if (std::find(codes.begin(), codes.end(), table.register_name) == codes.end())
      codes.push_back(table.register_name);
  return codes;
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
std::vector<std::string> class_words() {
  std::vector<std::string> words;
  for (const auto& [what, word] : classes) words.emplace_back(word);
  return words;
}

}  // namespace fvm::catalogue
