// What the parts of a specification that name a table have in common: which table, is there a way to its
// person, its condition, its date. Private to this room.
#pragma once

#include <optional>
#include <string>

#include "extract/specification.hpp"
#include "extract/specification_toml.hpp"

namespace fvm::extract {

class TableReader {
 public:
  TableReader(const catalogue::Catalogue& catalogue, Findings& findings)
      : catalogue_(catalogue), findings_(findings) {}

  // Null, with a finding, when the section names no table of the catalogue (or, for a grant,
  // PROJECT.population).
  const catalogue::Table* table(const Section& section) const;
  const catalogue::Table* granted_table(const Section& section) const;
  void needs_person(const Section& section, const catalogue::Table& table) const;
  std::optional<Expression> condition(const Section& section, const catalogue::Table& table) const;
  // {table, where, at_least}
  Criterion criterion(const Section& section) const;

  struct Dated {
    std::string variable;
    bool in_parent = false;
  };
  // `name` (written under `key`) as a date of the table, or of its parent when the table itself has no such
  // variable.
  std::optional<Dated> dated(const Section& section, std::string_view key, const catalogue::Table& table,
                             const std::string& name) const;

 private:
  const catalogue::Table* find(const Section& section, bool own_too) const;
  std::string nearest_date(const catalogue::Table& table, const std::string& name) const;

  const catalogue::Catalogue& catalogue_;
  Findings& findings_;
};

}  // namespace fvm::extract
