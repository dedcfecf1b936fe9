// What the registers hold: registers, tables, variables, what each variable is, and how a table reaches its
// person.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/validity.hpp"

namespace fvm::catalogue {

// How a value is written in a delivery and stored in the mirror.
enum class Type { text, integer, decimal, date, timestamp };

// What a variable is, which decides what happens to it at load and what may be granted (domain.md).
enum class Class {
  ordinary,      // stored as it is
  code,          // a code of a list (`code_list`): stored as it is
  measure,       // a quantity: stored as it is
  date,          // a day or time of something that happened: stored as it is
  birth_date,    // a person's: stored as it is; with a few others it names him
  residence,     // municipality, region, parish of a person: stored as it is
  organisation,  // hospital, department, company (SHAK, SOR, CVR): stored as it is
  person,        // a personal number: stored as mirror pseudonym (BIGINT)
  relative,      // another person's number (mother, father, child): stored as mirror pseudonym
  provider,      // a provider number: stored as mirror pseudonym of its own kind
  record_key,    // key of a record (k_recnum, dw_ek_kontakt): stored as it is, joins tables
  name_address,  // name, address, telephone, mail: never stored, never granted
  free_text,     // words that somebody wrote: never stored, never granted
  dropped,       // anything else that is never stored, never granted
};

struct Variable {
  std::string name;  // as the register spells it; compared without case
  Type type = Type::text;
  Class what = Class::ordinary;
  bool required = false;  // a delivery without this column is refused; an empty value is a bad row
  bool grantable = true;  // may be put in an access specification, says who described it; see may_be_granted
  std::string format;     // for dates: DuckDB strptime format when not ISO, e.g. "%d%m%Y"
  std::string text_da, text_en;
  std::string code_list;  // for codes: "ICD-10", "ATC", …; empty: not known
  // False: type and class were guessed from its name and text. To be confirmed, not trusted.
  bool confirmed = true;
  bool described = true;   // by hand, in TOML
  bool listed = false;     // on the public list of variables
  bool orderable = true;   // may be ordered with an order sheet; for unlisted ones as good as grantable
  Validity validity = {};  // the years for which the register has it
  std::string minipas;     // the order sheet's column Minipas (LPR only), as it was
};

// Whether the mirror holds a variable of this class at all.
bool is_stored(Class what);
// Persons, relatives, providers and record keys: conditions may only ask whether they are there.
bool identifies(Class what);

// Whether an access specification may name it, and if not why: in order of weight.
enum class Granting { yes, never_stored, unconfirmed, not_grantable };
Granting granting(const Variable& variable);
inline bool may_be_granted(const Variable& variable) {
  return granting(variable) == Granting::yes;
}

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
  bool described =
      true;  // by hand, in TOML; false: from the public list only, so nobody knows whom it is about

  std::string full_name() const { return register_name + "." + name; }
  const Variable* find(std::string_view variable) const;  // without case; null when unknown
  // A name with parts to be filled in, as the public list writes them:
  // soma_takst"takstår"_hel"aktivitetsår". It stands for many tables and is itself none.
  bool is_pattern() const { return name.find('"') != std::string::npos; }
};

struct Register {
  std::string code;              // "LPR"
  std::string sheet;             // the order sheet's name for it, when not its code ("LMS" for LSR)
  std::string name_da, name_en;  // "Landspatientregisteret"
};

struct Catalogue {
  int64_t version = 0;
  std::vector<Table> tables;
  std::vector<Register> registers;  // those of which more than the code is known
  // "REGISTER.TABLE" in any case; null when unknown.
  const Table* find(std::string_view full_name) const;
  // By code, sheet name or Danish name, in any case; null when unknown.
  const Register* find_register(std::string_view name) const;
  // Codes of all registers, in the order of their first table.
  std::vector<std::string> register_codes() const;
};

// Does a table's name follow this pattern? soma_takst"takstår"_hel"aktivitetsår" ~ soma_takst2015_hel2014:
// each quoted part is one to four digits or its own text.
bool matches_pattern(std::string_view pattern, std::string_view name);

// Lower case of ASCII and of the Danish letters and their neighbours (U+00C0 to U+00DE), in UTF-8.
std::string folded(std::string_view text);
// Equal when folded.
bool same_name(std::string_view a, std::string_view b);

// The nearest of `names` to `wrong` by edit distance, for suggestions; empty when nothing is near.
std::string nearest(std::string_view wrong, const std::vector<std::string>& names);

std::string_view to_text(Type type);
std::string_view to_text(Class what);
std::optional<Type> type_of(std::string_view text);
std::optional<Class> class_of(std::string_view text);
std::vector<std::string> class_words();

}  // namespace fvm::catalogue
