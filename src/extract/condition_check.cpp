#include "extract/condition_check.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "extract/condition_tokens.hpp"

namespace fvm::extract {
namespace {

using Kind = Expression::Kind;
using Type = ValueType;

// How a value of the type is written: the same in both languages of the messages.
std::string_view name_of(Type type) {
  static constexpr std::array<std::string_view, 7> forms{
      "x = y", "'text'", "123", "123", "DATE '2026-11-23'", "DATE '2026-11-23'", "INTERVAL '6' MONTH"};
  return forms[static_cast<size_t>(type)];
}
bool is_number(Type type) {
  return type == Type::integer || type == Type::decimal;
}
bool is_moment(Type type) {
  return type == Type::date || type == Type::timestamp;
}
bool comparable(Type a, Type b) {
  return (a == b && a != Type::boolean && a != Type::interval) || (is_number(a) && is_number(b)) ||
         (is_moment(a) && is_moment(b));
}
Type type_of(catalogue::Type type) {
  switch (type) {
    case catalogue::Type::integer:
      return Type::integer;
    case catalogue::Type::decimal:
      return Type::decimal;
    case catalogue::Type::date:
      return Type::date;
    case catalogue::Type::timestamp:
      return Type::timestamp;
    case catalogue::Type::text:
      break;
  }
  return Type::text;
}

// What a function takes: one letter an argument: t text, i integer, n number, m moment (date or timestamp), u
// a unit of time in quotes; lower case needed, upper case may be left out. "*": any number (at least one) of
// one type, which is its result; "**": two of them; "t*": any number of texts. Whether its result has the
// type of what it is given: as_given.
struct Function {
  std::string_view name, parameters;
  Type result;
  bool as_given = false;
};
constexpr std::array<Function, 33> functions{{{"upper", "t", Type::text},
                                              {"lower", "t", Type::text},
                                              {"trim", "t", Type::text},
                                              {"ltrim", "t", Type::text},
                                              {"rtrim", "t", Type::text},
                                              {"substr", "tiI", Type::text},
                                              {"substring", "tiI", Type::text},
                                              {"left", "ti", Type::text},
                                              {"right", "ti", Type::text},
                                              {"replace", "ttt", Type::text},
                                              {"concat", "t*", Type::text},
                                              {"length", "t", Type::integer},
                                              {"starts_with", "tt", Type::boolean},
                                              {"ends_with", "tt", Type::boolean},
                                              {"contains", "tt", Type::boolean},
                                              {"year", "m", Type::integer},
                                              {"quarter", "m", Type::integer},
                                              {"month", "m", Type::integer},
                                              {"week", "m", Type::integer},
                                              {"day", "m", Type::integer},
                                              {"isodow", "m", Type::integer},
                                              {"last_day", "m", Type::date},
                                              {"date_diff", "umm", Type::integer},
                                              {"date_sub", "umm", Type::integer},
                                              {"date_trunc", "um", Type::timestamp},
                                              {"abs", "n", Type::decimal, true},
                                              {"round", "n", Type::decimal},
                                              {"floor", "n", Type::decimal},
                                              {"ceil", "n", Type::decimal},
                                              {"greatest", "*", Type::text, true},
                                              {"least", "*", Type::text, true},
                                              {"nullif", "**", Type::text, true},
                                              {"coalesce", "*", Type::text, true}}};

class Checker {
 public:
  explicit Checker(const catalogue::Table& table) : table_(table) {}

  Result<void> condition(Expression& e) {
    TRY(check(e));
    if (e.type != Type::boolean) return mismatch(e, name_of(Type::boolean));
    return {};
  }

 private:
  Result<void> check(Expression& e) {
    switch (e.kind) {
      case Kind::variable:
        return variable(e, false);
      case Kind::text:
        return typed(e, Type::text);
      case Kind::date:
        return typed(e, Type::date);
      case Kind::number:
        return typed(e, e.text.find('.') == std::string::npos ? Type::integer : Type::decimal);
      case Kind::interval:
        return typed(e, Type::interval);
      case Kind::cast:
        return cast(e);
      case Kind::choice:
        return choice(e);
      case Kind::is_null:
        return null_test(e);
      case Kind::in:
      case Kind::between:
        return alike(e);
      case Kind::like:
        return pattern(e);
      case Kind::call:
        return call(e);
      case Kind::operation:
        return operation(e);
    }
    return {};
  }

  static Result<void> typed(Expression& e, Type type) {
    e.type = type;
    return {};
  }

  Result<void> variable(Expression& e, bool only_whether_null) {
    const catalogue::Variable* known = table_.find(e.text);
    if (known == nullptr) return unknown_variable(e);
    const bool identifies = catalogue::identifies(known->what);
    if (identifies && !only_whether_null) return refusal("condition.identifier", e);
    if (!catalogue::is_stored(known->what) || (!catalogue::may_be_granted(*known) && !identifies)) {
      return refusal("condition.not_granted", e);
    }
    e.text = known->name;
    return typed(e, type_of(known->type));
  }

  Error unknown_variable(const Expression& e) const {
    std::vector<std::string> names;
    for (const auto& each : table_.variables) {
      if (catalogue::may_be_granted(each)) names.push_back(each.name);
    }
    return usage("condition.unknown_variable", {{"offset", std::to_string(e.offset)},
                                                {"name", e.text},
                                                {"table", table_.full_name()},
                                                {"suggestion", catalogue::nearest(e.text, names)}});
  }

  Result<void> null_test(Expression& e) {
    Expression& subject = e.operands[0];
    TRY(subject.kind == Kind::variable ? variable(subject, true) : check(subject));
    if (subject.type == Type::boolean) return mismatch(subject, "'text', 123, DATE '2026-11-23'");
    return typed(e, Type::boolean);
  }

  Result<void> cast(Expression& e) {
    TRY(check(e.operands[0]));
    if (e.operands[0].type != Type::text) return mismatch(e.operands[0], name_of(Type::text));
    return typed(e, e.text == "DATE" ? Type::date : e.text == "BIGINT" ? Type::integer : Type::decimal);
  }

  // Conditions and values by turns; the values are of one type, which is the whole's.
  Result<void> choice(Expression& e) {
    const Expression* first = nullptr;
    for (size_t i = 0; i < e.operands.size(); ++i) {
      Expression& operand = e.operands[i];
      TRY(check(operand));
      const bool is_condition = i % 2 == 0 && i + 1 < e.operands.size();
      if (is_condition != (operand.type == Type::boolean))
        return mismatch(operand, name_of(is_condition ? Type::boolean : Type::text));
      if (is_condition) continue;
      if (first == nullptr) first = &operand;
      if (!comparable(first->type, operand.type)) return mismatch(operand, name_of(first->type));
    }
    return typed(e, wider(e.operands, first->type));
  }

  // Of numbers, decimal when one of them is.
  static Type wider(const std::vector<Expression>& operands, Type type) {
    const bool decimal =
        is_number(type) && std::any_of(operands.begin(), operands.end(),
                                       [](const auto& each) { return each.type == Type::decimal; });
    return decimal ? Type::decimal : type;
  }

  // All operands of one type: IN, BETWEEN.
  Result<void> alike(Expression& e) {
    for (Expression& operand : e.operands) {
      TRY(check(operand));
      if (!comparable(e.operands[0].type, operand.type))
        return mismatch(operand, name_of(e.operands[0].type));
    }
    return typed(e, Type::boolean);
  }

  Result<void> pattern(Expression& e) {
    for (Expression& operand : e.operands) {
      TRY(check(operand));
      if (operand.type != Type::text) return mismatch(operand, name_of(Type::text));
    }
    return typed(e, Type::boolean);
  }

  Result<void> operation(Expression& e) {
    for (Expression& operand : e.operands) TRY(check(operand));
    if (e.text == "AND" || e.text == "OR" || e.text == "NOT") return logical(e);
    if (std::string_view("+-*/%").find(e.text) != std::string_view::npos) return arithmetic(e);
    const Type left = e.operands[0].type, right = e.operands[1].type;
    if (left == Type::boolean) return mismatch(e.operands[0], "'text', 123, DATE '2026-11-23'");
    if (!comparable(left, right)) return mismatch(e.operands[1], name_of(left));
    return typed(e, Type::boolean);
  }

  Result<void> logical(Expression& e) {
    for (const Expression& operand : e.operands) {
      if (operand.type != Type::boolean) return mismatch(operand, name_of(Type::boolean));
    }
    return typed(e, Type::boolean);
  }

  // Numbers; and date + days, date - days, date - date.
  Result<void> arithmetic(Expression& e) {
    const Type left = e.operands[0].type;
    const bool adds = e.text == "+" || e.text == "-";
    if (e.operands.size() == 2 && is_moment(left) && adds && e.operands[1].type == Type::interval)
      return typed(e, Type::timestamp);
    if (e.operands.size() == 2 && left == Type::date && adds) {
      const Type right = e.operands[1].type;
      if (right == Type::integer) return typed(e, Type::date);
      if (right == Type::date && e.text == "-") return typed(e, Type::integer);
      return mismatch(e.operands[1], name_of(Type::integer));
    }
    bool whole = e.text != "/";
    for (const Expression& operand : e.operands) {
      if (!is_number(operand.type)) return mismatch(operand, name_of(Type::integer));
      whole = whole && operand.type == Type::integer;
    }
    return typed(e, whole ? Type::integer : Type::decimal);
  }

  Result<void> call(Expression& e) {
    const std::string wanted = to_upper(e.text);
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const Function& f) { return to_upper(f.name) == wanted; });
    if (found == functions.end()) return unknown_function(e);
    e.text = found->name;
    if (found->parameters.ends_with('*')) return call_of_many(e, *found);
    TRY(arguments(e, found->parameters));
    return typed(e, found->as_given ? e.operands[0].type : found->result);
  }

  Result<void> call_of_many(Expression& e, const Function& function) {
    TRY(alike(e));
    const bool two = function.parameters == "**";
    if (two && e.operands.size() != 2) return argument_count(e, 2, 2);
    if (function.parameters == "t*" && e.operands[0].type != Type::text)
      return mismatch(e.operands[0], name_of(Type::text));
    return typed(e, function.as_given ? wider(e.operands, e.operands[0].type) : function.result);
  }

  static Error argument_count(const Expression& e, size_t least, size_t most) {
    return usage("condition.argument_count", {{"offset", std::to_string(e.offset)},
                                              {"name", e.text},
                                              {"expected", std::to_string(least)},
                                              {"most", std::to_string(most)}});
  }

  Result<void> arguments(Expression& e, std::string_view parameters) {
    const size_t needed = static_cast<size_t>(
        std::count_if(parameters.begin(), parameters.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
    if (e.operands.size() < needed || e.operands.size() > parameters.size()) {
      return argument_count(e, needed, parameters.size());
    }
    for (size_t i = 0; i < e.operands.size(); ++i) TRY(argument(e.operands[i], parameters[i]));
    return {};
  }

  // As DuckDB knows them, so that they mean the same there.
  static Result<void> unit(Expression& operand) {
    for (const std::string_view known : {"day", "week", "month", "quarter", "year"}) {
      if (operand.kind == Kind::text && operand.text == known) return typed(operand, Type::text);
    }
    return usage("condition.bad_unit", {{"offset", std::to_string(operand.offset)}, {"name", operand.text}});
  }

  Result<void> argument(Expression& operand, char parameter) {
    if (parameter == 'u') return unit(operand);
    TRY(check(operand));
    switch (parameter) {
      case 't':
        return operand.type == Type::text ? Result<void>() : mismatch(operand, name_of(Type::text));
      case 'm':
        return is_moment(operand.type) ? Result<void>() : mismatch(operand, name_of(Type::date));
      case 'n':
        return is_number(operand.type) ? Result<void>() : mismatch(operand, name_of(Type::integer));
      default:
        return operand.type == Type::integer ? Result<void>() : mismatch(operand, name_of(Type::integer));
    }
  }

  static Error unknown_function(const Expression& e) {
    std::vector<std::string> names;
    for (const Function& function : functions) names.emplace_back(function.name);
    return usage("condition.unknown_function", {{"offset", std::to_string(e.offset)},
                                                {"name", e.text},
                                                {"suggestion", catalogue::nearest(e.text, names)}});
  }
  static Error mismatch(const Expression& e, std::string_view expected) {
    return usage("condition.wrong_type", {{"offset", std::to_string(e.offset)},
                                          {"name", render(e)},
                                          {"actual", std::string(name_of(e.type))},
                                          {"expected", std::string(expected)}});
  }
  static Error refusal(std::string code, const Expression& e) {
    return refused(std::move(code), {{"offset", std::to_string(e.offset)}, {"name", e.text}});
  }

  const catalogue::Table& table_;
};

}  // namespace

Result<void> check_condition(Expression& expression, const catalogue::Table& table) {
  return Checker(table).condition(expression);
}

}  // namespace fvm::extract
