// What the registers hold: tables, variables, what each variable is, and how a table reaches its person.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::catalogue {

// How a value is written in a delivery and stored in the mirror.
enum class Type { text, integer, decimal, date, timestamp };

// What a variable is, which decides what happens to it at load and what may be granted (domain.md).
enum class Class {
  ordinary,    // stored as it is
  code,        // a code of a list: stored as it is
  person,      // a personal number: stored as mirror pseudonym (BIGINT)
  relative,    // another person's number (mother, father, child): stored as mirror pseudonym
  provider,    // a provider number: stored as mirror pseudonym of its own kind
  record_key,  // key of a record (k_recnum, dw_ek_kontakt): stored as it is, joins tables
  dropped,     // name, address, telephone, free text: never stored, never granted
};

struct Variable {
  std::string name;  // as the register spells it; compared without case
  Type type = Type::text;
  Class what = Class::ordinary;
  bool required = false;  // a delivery without this column is refused; an empty value is a bad row
  bool grantable = true;  // may be put in an access specification
  std::string format;     // for dates: DuckDB strptime format when not ISO, e.g. "%d%m%Y"
  std::string text_da, text_en;
};

// A child table's way to its person: child.key = parent_table.parent_key.
struct Parent {
  std::string table;       // of the same register
  std::string key;         // column in the child
  std::string parent_key;  // column in the parent
};

struct Table {
  std::string register_name;          // "LPR_F", upper case
  std::string name;                   // "kontakter", lower case
  std::optional<std::string> person;  // the variable that says whom a row is about
  std::optional<Parent> parent;       // when there is no person variable
  std::optional<std::string> period;  // the date that limits the table; then a grant needs a period
  std::vector<std::string> key;       // for --mode upsert; may be empty (then append and replace only)
  // A table of changed personal numbers: rows where `condition` holds say that `person` is now `successor`.
  struct Succession {
    std::string successor;
    std::string condition;  // SQL over the table's variables, e.g. "c_status = '60'"
  };
  std::optional<Succession> succession;
  std::string update_frequency;  // "monthly", "yearly", ...
  std::string text_da, text_en;
  std::vector<Variable> variables;

  std::string full_name() const { return register_name + "." + name; }
  const Variable* find(std::string_view variable) const;  // without case; null when unknown
};

struct Catalogue {
  int64_t version = 0;
  std::vector<Table> tables;
  // "REGISTER.TABLE" in any case; null when unknown.
  const Table* find(std::string_view full_name) const;
};

// The nearest of `names` to `wrong` by edit distance, for suggestions; empty when nothing is near.
std::string nearest(std::string_view wrong, const std::vector<std::string>& names);

std::string_view to_text(Type type);
std::string_view to_text(Class what);
std::optional<Type> type_of(std::string_view text);
std::optional<Class> class_of(std::string_view text);

}  // namespace fvm::catalogue
