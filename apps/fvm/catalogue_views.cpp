#include "fvm/catalogue_views.hpp"

#include <fmt/format.h>

namespace fvm::cli {
namespace {

namespace json = boost::json;
using catalogue::Change;
using catalogue::Table;
using catalogue::Variable;

constexpr size_t places_shown = 5;  // of each kind of note; all of them with --json

json::object object_of(const Variable& variable) {
  json::array years;
  for (const auto& one : variable.validity.years)
    years.push_back(json::array{one.from, one.to ? json::value(*one.to) : json::value(nullptr)});
  return {{"name", variable.name},           {"type", to_text(variable.type)},
          {"class", to_text(variable.what)}, {"confirmed", variable.confirmed},
          {"required", variable.required},   {"grantable", catalogue::may_be_granted(variable)},
          {"orderable", variable.orderable}, {"listed", variable.listed},
          {"list", variable.code_list},      {"valid", variable.validity.text},
          {"years", std::move(years)},       {"da", variable.text_da},
          {"en", variable.text_en}};
}

std::string way_of(const Table& table) {
  if (table.person) return *table.person;
  if (table.parent) return "→ " + table.parent->table;
  return "?";  // nobody has said whom its rows are about
}

std::string flags_of(const Variable& variable) {
  std::string flags;
  if (variable.required) flags += '!';
  if (!variable.confirmed) flags += '?';
  if (!variable.orderable) flags += '-';
  return flags;
}

std::string_view word_of(Change::What what) {
  if (what == Change::What::added) return "added";
  return what == Change::What::removed ? "removed" : "changed";
}

}  // namespace

json::object object_of(const Table& table) {
  json::array variables, key;
  for (const Variable& variable : table.variables) variables.push_back(object_of(variable));
  for (const std::string& name : table.key) key.emplace_back(name);
  json::object object{{"table", table.full_name()},   {"updated", table.update_frequency},
                      {"described", table.described}, {"pattern", table.is_pattern()},
                      {"key", std::move(key)},        {"da", table.text_da},
                      {"en", table.text_en},          {"variables", std::move(variables)}};
  if (table.person) object["person"] = *table.person;
  if (table.parent) object["parent"] = table.register_name + "." + table.parent->table;
  if (table.period) object["period"] = *table.period;
  return object;
}

void print_table(const Context& context, const Table& table, bool with_variables) {
  const std::string& text = context.language == Language::danish ? table.text_da : table.text_en;
  print(
      fmt::format("{:<28} {:<14} {:>4}  {}", table.full_name(), way_of(table), table.variables.size(), text));
  if (!with_variables) return;
  for (const Variable& variable : table.variables) {
    print(fmt::format("  {:<34} {:<10} {:<12} {:<3} {:<16} {}", variable.name, to_text(variable.type),
                      to_text(variable.what), flags_of(variable), variable.validity.text, variable.text_da));
  }
}

void print_notes(const Context& context, const std::vector<Error>& notes) {
  constexpr std::pair<std::string_view, std::string_view> kinds[] = {
      {"catalogue.note_twice", "catalogue.what_twice"},
      {"catalogue.note_case", "catalogue.what_case"},
      {"catalogue.note_pattern", "catalogue.what_pattern"},
      {"catalogue.note_name", "catalogue.what_name"},
      {"catalogue.note_validity", "catalogue.what_validity"},
      {"catalogue.note_spelling", "catalogue.what_spelling"},
      {"catalogue.note_never", "catalogue.what_never"}};
  for (const auto& [code, what] : kinds) {
    std::vector<const Error*> of_kind;
    for (const Error& note : notes)
      if (note.code == code) of_kind.push_back(&note);
    if (of_kind.empty()) continue;
    say(context, "catalogue.note_count",
        {{"count", std::to_string(of_kind.size())}, {"what", message(context.language, what)}});
    for (size_t i = 0; i < of_kind.size() && i < places_shown; ++i)
      say(context, of_kind[i]->code, of_kind[i]->arguments);
    if (of_kind.size() > places_shown) std::fprintf(stderr, "…\n");
  }
}

json::array notes_array(const Context& context, const std::vector<Error>& notes) {
  json::array array;
  for (const Error& note : notes) {
    json::object object{{"code", note.code}, {"message", describe(context.language, note)}};
    for (const auto& [name, value] : note.arguments) object[name] = value;
    array.push_back(std::move(object));
  }
  return array;
}

std::string line_of(const Change& change) {
  const std::string name = change.variable.empty() ? change.table : change.table + "." + change.variable;
  if (change.what == Change::What::added) return "+ " + name;
  if (change.what == Change::What::removed) return "- " + name;
  return fmt::format("~ {} {}: \"{}\" → \"{}\"", name, change.field, change.before, change.after);
}

json::object object_of(const Change& change) {
  return {{"what", word_of(change.what)}, {"table", change.table},   {"variable", change.variable},
          {"field", change.field},        {"before", change.before}, {"after", change.after},
          {"matters", change.matters}};
}

json::object object_of(const Context& context, const catalogue::Order& order) {
  json::array items, findings;
  for (const auto& item : order.items)
    items.push_back(json::object{{"register", item.register_name},
                                 {"table", item.table},
                                 {"variable", item.variable},
                                 {"sheet", item.place.sheet},
                                 {"row", item.place.row},
                                 {"column", item.place.column},
                                 {"reason", item.reason}});
  for (const auto& finding : order.findings)
    findings.push_back(json::object{{"code", finding.error.code},
                                    {"blocks", finding.blocks},
                                    {"sheet", finding.place.sheet},
                                    {"row", finding.place.row},
                                    {"column", finding.place.column},
                                    {"advice", finding.error.argument("advice")},
                                    {"message", describe(context.language, finding)}});
  return {{"blocks", order.blocks()}, {"items", std::move(items)}, {"findings", std::move(findings)}};
}

}  // namespace fvm::cli
