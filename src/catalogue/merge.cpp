#include "catalogue/merge.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "catalogue/rules.hpp"

namespace fvm::catalogue {
namespace {

std::string key_of(std::string_view register_name, std::string_view table) {
  return folded(register_name) + "." + folded(table);
}

// What the public list says of a variable.
void copy_listed(const Variable& from, Variable& to) {
  to.listed = true;
  to.orderable = from.orderable;
  to.minipas = from.minipas;
  if (!from.validity.text.empty()) to.validity = from.validity;
  if (to.text_da.empty()) to.text_da = from.text_da;
}

// The table as the list alone knows it, with what a person confirmed since.
Table listed_part(const Table& table) {
  Table out{.register_name = table.register_name, .name = table.name, .described = false};
  for (const Variable& variable : table.variables)
    if (variable.listed) out.variables.push_back(variable);
  if (!table.described) {
    out.person = table.person;
    out.text_da = table.text_da, out.text_en = table.text_en;
    return out;
  }
  // The description goes, and with it what it said.
  for (Variable& variable : out.variables) {
    if (!variable.described) continue;
    Variable bare{.name = variable.name, .what = guess_class(variable.name, variable.text_da)};
    bare.text_da = variable.text_da;
    bare.confirmed = bare.described = false;
    bare.grantable = is_stored(bare.what);
    copy_listed(variable, bare);
    variable = std::move(bare);
  }
  return out;
}

void add_listed(const Table& from, Table& to) {
  for (const Variable& variable : from.variables) {
    if (!variable.listed) continue;
    const auto found = std::find_if(to.variables.begin(), to.variables.end(), [&](const Variable& each) {
      return folded(each.name) == folded(variable.name);
    });
    if (found != to.variables.end()) {
      copy_listed(variable, *found);
    } else {
      to.variables.push_back(variable);
    }
  }
}

void merge_registers(const std::vector<Register>& more, std::vector<Register>& registers) {
  for (const Register& one : more) {
    const auto found = std::find_if(registers.begin(), registers.end(),
                                    [&](const Register& each) { return same_name(each.code, one.code); });
    if (found == registers.end()) {
      registers.push_back(one);
      continue;
    }
    if (found->sheet.empty()) found->sheet = one.sheet;
    if (found->name_da.empty()) found->name_da = one.name_da;
    if (found->name_en.empty()) found->name_en = one.name_en;
  }
}

// Takes the rows of a list one by one.
class Lister {
 public:
  Lister(const Catalogue& before, std::vector<Error>& notes) : notes_(notes) {
    catalogue_.version = before.version;
    catalogue_.registers = before.registers;
    for (const Table& table : before.tables) start_table(table);
  }

  void take(const ListRow& row) {
    Table& table = table_of(row);
    Variable* known = find(table, row);
    Variable fresh = variable_of(row);
    if (known == nullptr) {
      if (!is_plain_name(row.variable)) note("catalogue.note_name", row);
      table.variables.push_back(std::move(fresh));
      slots_[variable_key(table, row.variable)] = table.variables.size() - 1;
      known = &table.variables.back();
    } else if (known->listed) {
      again(*known, fresh, row);
    } else {
      if (known->name != row.variable) note("catalogue.note_spelling", row, known->name);
      copy_listed(fresh, *known);
    }
    first_place_.emplace(variable_key(table, row.variable), row.place);
    if (known->orderable && granting(*known) == Granting::never_stored) note("catalogue.note_never", row);
    if (!row.validity.empty() && read_validity(row.validity).years.empty())
      note("catalogue.note_validity", row, row.validity);
  }

  Catalogue finish() {
    std::erase_if(catalogue_.tables, [](Table& table) {
      std::erase_if(table.variables, [](const Variable& each) { return !each.listed && !each.described; });
      if (table.person && table.find(*table.person) == nullptr) table.person.reset();
      return table.variables.empty();
    });
    return std::move(catalogue_);
  }

 private:
  // As it was, but for what the list said.
  void start_table(const Table& table) {
    tables_[key_of(table.register_name, table.name)] = catalogue_.tables.size();
    catalogue_.tables.push_back(table);
    Table& mine = catalogue_.tables.back();
    for (size_t i = 0; i < mine.variables.size(); ++i) {
      Variable& variable = mine.variables[i];
      if (variable.listed) variable.orderable = variable.grantable, variable.minipas.clear();
      variable.listed = false;
      slots_[variable_key(mine, variable.name)] = i;
    }
  }

  Table& table_of(const ListRow& row) {
    const auto [at, fresh] =
        tables_.try_emplace(key_of(row.register_name, row.table), catalogue_.tables.size());
    if (!fresh) return catalogue_.tables[at->second];
    Table table{.register_name = row.register_name, .name = row.table, .described = false};
    if (table.is_pattern()) note("catalogue.note_pattern", row);
    catalogue_.tables.push_back(std::move(table));
    return catalogue_.tables.back();
  }

  static std::string variable_key(const Table& table, std::string_view variable) {
    return key_of(table.register_name, table.name) + "." + folded(variable);
  }

  Variable* find(Table& table, const ListRow& row) {
    const auto found = slots_.find(variable_key(table, row.variable));
    return found == slots_.end() ? nullptr : &table.variables[found->second];
  }

  static Variable variable_of(const ListRow& row) {
    Variable variable{.name = row.variable};
    variable.what =
        row.class_word.empty()
            ? guess_class(row.variable, row.content)
            : class_of_heuristic(row.class_word, row.variable, row.content).value_or(Class::dropped);
    variable.text_da = row.content;
    variable.confirmed = variable.described = false;
    variable.listed = true;
    variable.orderable = row.orderable;
    variable.grantable = is_stored(variable.what) && is_plain_name(row.variable);
    variable.validity = read_validity(row.validity);
    variable.minipas = row.minipas;
    return variable;
  }

  // The same variable twice in one table: one variable, with the years of both; orderable if either is.
  void again(Variable& known, const Variable& fresh, const ListRow& row) {
    note(known.name == fresh.name ? "catalogue.note_twice" : "catalogue.note_case", row, known.name);
    known.orderable |= fresh.orderable;
    known.validity = merge(known.validity, fresh.validity);
    if (known.text_da.empty()) known.text_da = fresh.text_da;
    if (known.minipas.empty()) known.minipas = fresh.minipas;
  }

  void note(std::string code, const ListRow& row, std::string detail = {}) {
    const auto first = first_place_.find(key_of(row.register_name, row.table) + "." + folded(row.variable));
    notes_.push_back(usage(std::move(code), {{"place", row.place},
                                             {"table", row.register_name + "." + row.table},
                                             {"variable", row.variable},
                                             {"detail", std::move(detail)},
                                             {"first", first == first_place_.end() ? "" : first->second}}));
  }

  static bool is_plain_name(std::string_view name) { return !check_variable({.name = std::string(name)}); }

  Catalogue catalogue_;
  std::vector<Error>& notes_;
  std::unordered_map<std::string, size_t> tables_, slots_;
  std::unordered_map<std::string, std::string> first_place_;
};

std::vector<std::string> table_names(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const Table& table : catalogue.tables) names.push_back(table.full_name());
  return names;
}

}  // namespace

Catalogue with_described(const Catalogue& before, Catalogue described) {
  Catalogue out = std::move(described);
  merge_registers(before.registers, out.registers);
  for (const Table& table : before.tables) {
    Table listed = listed_part(table);
    if (listed.variables.empty()) continue;
    const auto found = std::find_if(out.tables.begin(), out.tables.end(), [&](const Table& each) {
      return key_of(each.register_name, each.name) == key_of(table.register_name, table.name);
    });
    if (found != out.tables.end()) {
      add_listed(listed, *found);
    } else {
      out.tables.push_back(std::move(listed));
    }
  }
  return out;
}

Catalogue with_list(const Catalogue& before, const Listing& listing, std::vector<Error>& notes) {
  Lister lister(before, notes);
  for (const ListRow& row : listing.rows) lister.take(row);
  Catalogue out = lister.finish();
  merge_registers(listing.registers, out.registers);
  return out;
}

Result<Catalogue> with_confirmed(const Catalogue& before, const Confirmation& confirmation) {
  Catalogue out = before;
  const auto table = std::find_if(out.tables.begin(), out.tables.end(), [&](const Table& each) {
    return folded(each.full_name()) == folded(confirmation.table);
  });
  if (table == out.tables.end())
    return usage("catalogue.unknown_table", {{"table", confirmation.table},
                                             {"advice", nearest(confirmation.table, table_names(before))}});
  if (table->is_pattern()) return usage("catalogue.pattern_table", {{"table", table->full_name()}});
  const auto variable =
      std::find_if(table->variables.begin(), table->variables.end(),
                   [&](const Variable& each) { return same_name(each.name, confirmation.variable); });
  if (variable == table->variables.end()) {
    std::vector<std::string> names;
    for (const Variable& each : table->variables) names.push_back(each.name);
    return usage("catalogue.unknown_variable", {{"table", table->full_name()},
                                                {"variable", confirmation.variable},
                                                {"advice", nearest(confirmation.variable, names)}});
  }
  // What is described is changed where it is described, or the next import would undo it.
  if (variable->described)
    return refused("catalogue.confirm_described",
                   {{"table", table->full_name()}, {"variable", variable->name}});
  variable->confirmed = true;
  if (confirmation.what) variable->what = *confirmation.what;
  if (confirmation.type) variable->type = *confirmation.type;
  variable->grantable = is_stored(variable->what);
  const bool leads = !table->person && !table->parent && variable->what == Class::person;
  if (leads) table->person = variable->name, variable->required = true;
  if (table->person && same_name(*table->person, variable->name) && variable->what != Class::person)
    table->person.reset(), variable->required = false;
  if (auto problem = check_variable(*variable)) return std::move(*problem);
  return out;
}

}  // namespace fvm::catalogue
