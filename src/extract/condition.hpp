// A condition (`where` in an access specification): a Boolean SQL expression over one table's own variables.
// It is read with our own grammar, never handed on as text: what runs is rendered from the tree, so nothing
// that the grammar does not know can reach the engine.
//
//   or         = and { OR and } ;            and = not { AND not } ;      not = [NOT] predicate ;
//   predicate  = sum [ (= <> != < <= > >=) sum | [NOT] BETWEEN sum AND sum | [NOT] IN ( literal, … )
//                    | [NOT] LIKE 'pattern' | IS [NOT] NULL ] ;
//   sum        = product { (+ -) product } ; product = unary { (* / %) unary } ; unary = [-] primary ;
//   primary    = number | 'text' | DATE 'yyyy-mm-dd' | INTERVAL 'n' unit | variable | "variable"
//              | function ( sum, … ) | TRY_CAST ( sum AS type ) | CASE { WHEN or THEN sum } [ELSE sum] END |
//              ( or ) ;
//   unit       = DAY | WEEK | MONTH | YEAR ;  type = INTEGER | DECIMAL | DATE ;
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::extract {

inline constexpr size_t condition_bytes_max = 8192;
inline constexpr size_t condition_depth_levels_max = 64;

enum class ValueType { boolean, text, integer, decimal, date, timestamp, interval };

struct Expression {
  enum class Kind {
    variable,
    text,
    number,
    date,
    interval,  // text: "6 MONTH"
    call,
    cast,    // text: BIGINT, DOUBLE or DATE; what does not fit is NULL
    choice,  // CASE: condition, value, condition, value, …, perhaps one value more
    operation,
    is_null,
    in,
    between,
    like
  } kind{};
  ValueType type = ValueType::boolean;
  std::string text;      // variable or function name, literal, operator ("AND", "<=", "-", "NOT")
  bool negated = false;  // NOT IN, NOT LIKE, NOT BETWEEN, IS NOT NULL
  size_t offset = 0;     // bytes from the start of the condition, for messages
  std::vector<Expression> operands;
};

// Reads and checks `text` against the variables of `table`. An error is one of "condition.…" (usage: not in
// the language, wrong type, unknown name; refused: an identifier or a variable that may not be used) with
// the arguments `offset` (bytes into `text`), and where it helps `name`, `suggestion`, `expected`.
// Identifiers (persons, relatives, providers, record keys) may only be tested with IS [NOT] NULL: any
// other use could single out one person.
Result<Expression> read_condition(std::string_view text, const catalogue::Table& table);

// SQL, every operation in parentheses, every name quoted; reading it again gives the same tree. With
// `qualifier` names are written qualifier."name" (for the engine).
std::string render(const Expression& expression, std::string_view qualifier = {});

// Names of the variables that it uses, each once, sorted.
std::vector<std::string> variables_of(const Expression& expression);

}  // namespace fvm::extract
