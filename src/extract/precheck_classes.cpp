#include "extract/precheck_classes.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace fvm::extract {
namespace {

using catalogue::Class;
using catalogue::Variable;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// The registers have no class for sex and age: they are told by name and by the first word of the Danish
// text.
bool says(const Variable& variable, const auto& names, std::string_view word) {
  const std::string name = lower(variable.name), text = lower(variable.text_da);
  if (text.starts_with(word) &&
      (text.size() == word.size() || !std::isalpha(static_cast<unsigned char>(text[word.size()]))))
    return true;
  return std::any_of(names.begin(), names.end(), [&](std::string_view each) { return name == each; });
}

bool is_sex(const Variable& variable) {
  constexpr std::array<std::string_view, 8> names = {"sex",    "c_sex",  "koen", "c_kon",
                                                     "c_koen", "v_koen", "kon",  "k_kon"};
  return says(variable, names, "køn");
}
bool is_age(const Variable& variable) {
  constexpr std::array<std::string_view, 4> names = {"alder", "v_alder", "age", "alder_start"};
  return says(variable, names, "alder");
}

}  // namespace

std::optional<Trait> trait_of(const Variable& variable) {
  switch (variable.what) {
    case Class::birth_date:
      return Trait::birth;
    case Class::residence:
      return Trait::residence;
    case Class::ordinary:
    case Class::code:
    case Class::measure:
      break;
    default:
      return std::nullopt;
  }
  if (is_sex(variable)) return Trait::sex;
  if (is_age(variable)) return Trait::age;
  return std::nullopt;
}

Knowledge knowledge_of(const Variable& variable) {
  if (trait_of(variable)) return Knowledge::trait;
  const bool dated = variable.type == catalogue::Type::date || variable.type == catalogue::Type::timestamp;
  switch (variable.what) {
    case Class::code:
    case Class::date:
    case Class::organisation:
    case Class::provider:
      return Knowledge::event;
    case Class::ordinary:
      return dated ? Knowledge::event : Knowledge::nothing;
    default:
      return Knowledge::nothing;
  }
}

std::string_view to_text(Trait trait) {
  constexpr std::array<std::string_view, 4> names = {"birth", "age", "sex", "residence"};
  return names[static_cast<size_t>(trait)];
}

bool is_sensitive(const Variable& variable) {
  return variable.what == Class::birth_date || variable.what == Class::residence ||
         variable.what == Class::relative || variable.what == Class::provider;
}

}  // namespace fvm::extract
