#include "extract/specification_tables.hpp"

namespace fvm::extract {

using catalogue::Class;
using catalogue::Table;
using catalogue::Type;

namespace {

bool is_dated(const catalogue::Variable& variable) {
  return catalogue::is_stored(variable.what) &&
         (variable.type == Type::date || variable.type == Type::timestamp);
}

}  // namespace

const Table& population_table() {
  static const Table made{
      .register_name = "PROJECT",
      .name = "population",
      .person = "person",
      .text_da = "Projektets population",
      .text_en = "The project's population",
      .variables = {
          {"person", Type::integer, Class::person},
          {"role", Type::text, Class::code, false, true, {}, "case eller control", "case or control"},
          {"cohort",
           Type::text,
           Class::code,
           false,
           true,
           {},
           "Leverede kohorter, som personen er i",
           "Supplied cohorts of the person"},
          {"index_date",
           Type::date,
           Class::ordinary,
           false,
           true,
           {},
           "Personens indeksdato; en kontrols er dens cases",
           "The person's index date; a control has its case's"},
          {"match_set",
           Type::integer,
           Class::person,
           false,
           true,
           {},
           "Casen, som sættet hører til",
           "The case that the set belongs to"}}};
  return made;
}

const Table* TableReader::find(const Section& section, bool own_too) const {
  const auto name = section.text("table");
  if (!name) return nullptr;
  const std::string own = population_table().full_name();
  if (own_too && catalogue::Catalogue{.tables = {population_table()}}.find(*name) != nullptr)
    return &population_table();
  const Table* table = catalogue_.find(*name);
  if (table != nullptr) return table;
  std::vector<std::string> names;
  for (const Table& each : catalogue_.tables) names.push_back(each.full_name());
  if (own_too) names.push_back(own);
  findings_.add(
      section.place("table"),
      usage("project.unknown_table", {{"name", *name}, {"suggestion", catalogue::nearest(*name, names)}}));
  return nullptr;
}

const Table* TableReader::table(const Section& section) const {
  return find(section, false);
}

const Table* TableReader::granted_table(const Section& section) const {
  return find(section, true);
}

void TableReader::needs_person(const Section& section, const Table& table) const {
  if (!way_to_person(table, catalogue_).empty()) return;
  findings_.add(section.place("table"), refused("project.no_way_to_person", {{"name", table.full_name()}}));
}

std::optional<Expression> TableReader::condition(const Section& section, const Table& table) const {
  const auto text = section.optional_text("where");
  if (!text) return std::nullopt;
  auto read = read_condition(*text, table);
  if (read.ok()) return std::move(*read);
  findings_.add_in_condition(*section.node("where"), std::move(read.error()));
  return std::nullopt;
}

Criterion TableReader::criterion(const Section& section) const {
  section.only({"table", "where", "at_least"});
  const Table* table = this->table(section);
  Criterion criterion;
  criterion.at_least = section.number("at_least", 1, 1'000'000).value_or(1);
  if (table != nullptr) {
    criterion.table = table->full_name();
    criterion.where = condition(section, *table);
    needs_person(section, *table);
  }
  return criterion;
}

std::optional<TableReader::Dated> TableReader::dated(const Section& section, std::string_view key,
                                                     const Table& table, const std::string& name) const {
  const catalogue::Variable* known = table.find(name);
  const auto way = way_to_person(table, catalogue_);
  const bool in_parent = known == nullptr && way.size() > 1 && way[1]->find(name) != nullptr;
  if (in_parent) known = way[1]->find(name);
  if (known == nullptr) {
    findings_.add(
        section.place(key),
        usage("project.unknown_variable",
              {{"name", name}, {"table", table.full_name()}, {"suggestion", nearest_date(table, name)}}));
    return std::nullopt;
  }
  if (is_dated(*known)) return Dated{known->name, in_parent};
  findings_.add(
      section.place(key),
      usage("project.period_not_a_date", {{"name", known->name}, {"suggestion", table.period.value_or("")}}));
  return std::nullopt;
}

std::string TableReader::nearest_date(const Table& table, const std::string& name) const {
  std::vector<std::string> dates;
  for (const auto& each : table.variables) {
    if (is_dated(each)) dates.push_back(each.name);
  }
  const std::string near = catalogue::nearest(name, dates);
  return near.empty() ? table.period.value_or("") : near;
}

}  // namespace fvm::extract
