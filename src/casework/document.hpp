// The application as a document: one TOML text with the form's fields, the extract description and what is
// ordered. It extends the access specification (interfaces.md): [population] and [[grant]] are written as
// there, and what only the compiler understands in them is carried on untouched.
//
//   [application]   the form        [population]   who
//   [[grant]]       one per table   [[own_data]]   the authority's own tables   [[order]]  variables by hand
//
// STABLE: Application and its parts, Finding, read_application, describe. Fields may be added.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/toml_screen.hpp"

namespace fvm::casework {

// Limits.
inline constexpr size_t application_bytes_max = 1u << 20;
inline constexpr size_t grants_count_max = 500;
inline constexpr size_t people_count_max = 200;
inline constexpr size_t order_items_max = 20'000;

// One thing that is wrong, is missing or is worth knowing. `error.arguments` hold file, line and column (from
// 1), or sheet, row and column for an order sheet; `advice` is the key of a second sentence that says what to
// do, or empty. Pre-check uses the same type for its remarks.
struct Finding {
  enum class Weight {
    note,        // worth knowing
    incomplete,  // a draft may be kept so; it cannot be handed in
    wrong,       // the same, but what stands there is no answer to the question
  } weight = Weight::wrong;
  Error error;
  std::string advice;
};
// "application.toml:12:5: The EAN number … Write the 13 digits …"
std::string describe(Language language, const Finding& finding);
// Whether any of them keeps the application from being handed in.
bool block(const std::vector<Finding>& findings);

struct Person {
  std::string name, email, phone;
  std::string account;  // user name in this system; may be empty
  TextPlace place{};
};

struct Payer {
  std::string name;
  std::string ean;  // 13 digits (GLN), where the invoice goes
  std::string reference;
};

struct Days {
  Date from{}, to{};  // both included
  auto operator<=>(const Days&) const = default;
};

struct Population {
  std::string description;   // in words
  std::string numbers_from;  // who supplies the numbers, when they are supplied
  std::string supplied;      // file of personal numbers; empty: the criteria decide
  bool has_criteria = false;
  // "[population]\n…" without the fields above that only casework knows (description, numbers_from): as
  // the access specification wants it.
  std::string toml;
  TextPlace place{};
};

struct OrderItem {
  std::string register_name, table, variable;
  std::string sheet;  // empty: the document itself
  unsigned row = 0, column = 0;
  std::string reason;  // where the list of the applicant has one for each variable
  auto operator<=>(const OrderItem&) const = default;
};

struct Grant {
  std::string table;                   // as written: "LMDB.lmdb"
  std::vector<std::string> variables;  // with those that were ordered
  std::string reason;
  std::map<std::string, std::string> variable_reasons;  // for sensitive variables
  std::string mode = "live";
  bool from_order = false;  // nobody wrote a [[grant]] for this table; it was ordered only
  // "[[grant]]\n…" with all variables and without variable_reasons: as the access specification wants it.
  std::string toml;
  TextPlace place{};
};

struct OwnData {
  std::string table, description, source;
  std::vector<std::string> variables;
  std::string person;  // the variable with personal numbers; encrypted on load
  TextPlace place{};
};

struct Application {
  std::string title;
  std::string authority, cvr, unit;
  Person applicant;  // responsible for the task
  Person contact;    // whom the service writes to
  Person signatory;  // who signs for the authority
  std::string task, purpose, legal_basis, necessity;
  std::string place;  // of processing
  std::optional<Days> period;
  std::vector<Person> users;
  Payer payer;
  Population population;
  std::vector<Grant> grants;  // [[grant]] in their order, then tables that were only ordered
  std::vector<OwnData> own_data;
  std::vector<OrderItem> order;
};

struct Reading {
  Application application;  // as far as it could be read
  std::vector<Finding> findings;
  bool readable = false;  // false: no TOML; nothing may be kept
};

// Reads the document and merges `order` (read from an order sheet) and its own [[order]] into the grants:
// names are compared without case, the first spelling wins. `file` is for messages; `today` decides whether
// the period lies ahead. Pure. Does not know the catalogue: whether a variable exists is the pre-check's.
Reading read_application(std::string_view text, const std::string& file, Date today,
                         const std::vector<OrderItem>& order = {});

// A form to fill in, with a comment for every field: what `fvm application form` writes. `language` of the
// comments.
std::string empty_form(Language language);

}  // namespace fvm::casework
