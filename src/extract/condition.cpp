#include "extract/condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/time.hpp"
#include "extract/condition_check.hpp"
#include "extract/condition_tokens.hpp"

namespace fvm::extract {
namespace {

using Kind = Expression::Kind;

constexpr std::array<std::string_view, 6> comparisons{"=", "<>", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 16> reserved{"AND",  "OR",   "NOT",  "IN",     "BETWEEN", "LIKE",
                                                    "IS",   "NULL", "DATE", "SELECT", "CASE",    "WHEN",
                                                    "THEN", "ELSE", "END",  "AS"};
constexpr size_t operands_count_max = 2000;

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Expression> read() {
    Expression whole = TRY(disjunction());
    if (peek().kind != Token::Kind::end) return unexpected();
    return whole;
  }

 private:
  // One level of the grammar that may call itself; bounds the stack.
  struct Level {
    explicit Level(size_t& depth) : depth(depth) { ++depth; }
    ~Level() { --depth; }
    size_t& depth;
  };

  Result<Expression> disjunction() {
    const Level level(depth_);
    if (depth_ > condition_depth_levels_max) return error("condition.too_deep");
    return chain("OR", [this] { return conjunction(); });
  }
  Result<Expression> conjunction() {
    return chain("AND", [this] { return negation(); });
  }

  // a AND b AND c is one node: long lists of alternatives do not make a deep tree.
  template <class Next>
  Result<Expression> chain(std::string_view word, Next next) {
    Expression first = TRY(next());
    if (!is_keyword(peek(), word)) return first;
    Expression all{.kind = Kind::operation, .text = std::string(word), .offset = first.offset};
    all.operands.push_back(std::move(first));
    while (is_keyword(peek(), word)) {
      take();
      all.operands.push_back(TRY(next()));
      if (all.operands.size() > operands_count_max) return error("condition.too_deep");
    }
    return all;
  }

  Result<Expression> negation() {
    if (!is_keyword(peek(), "NOT")) return predicate();
    const Level level(depth_);
    if (depth_ > condition_depth_levels_max) return error("condition.too_deep");
    const size_t offset = take().offset;
    return operation("NOT", offset, TRY(negation()));
  }

  Result<Expression> predicate() {
    Expression left = TRY(sum());
    if (is_keyword(peek(), "IS")) return null_test(std::move(left));
    const bool negated = is_keyword(peek(), "NOT");
    if (negated) take();
    if (is_keyword(peek(), "IN")) return in_list(std::move(left), negated);
    if (is_keyword(peek(), "BETWEEN")) return between(std::move(left), negated);
    if (is_keyword(peek(), "LIKE")) return like(std::move(left), negated);
    if (negated) return unexpected();
    if (peek().kind != Token::Kind::symbol ||
        std::find(comparisons.begin(), comparisons.end(), peek().text) == comparisons.end()) {
      return left;
    }
    const Token symbol = take();
    return operation(symbol.text, symbol.offset, std::move(left), TRY(sum()));
  }

  Result<Expression> null_test(Expression left) {
    Expression test{.kind = Kind::is_null, .offset = take().offset};
    if (is_keyword(peek(), "NOT")) take(), test.negated = true;
    if (!is_keyword(peek(), "NULL")) return unexpected();
    take();
    test.operands.push_back(std::move(left));
    return test;
  }

  Result<Expression> in_list(Expression left, bool negated) {
    Expression test{.kind = Kind::in, .negated = negated, .offset = take().offset};
    test.operands.push_back(std::move(left));
    TRY(expect("("));
    do {
      test.operands.push_back(TRY(signed_literal()));
      if (test.operands.size() > operands_count_max) return error("condition.too_deep");
    } while (accept(","));
    TRY(expect(")"));
    return test;
  }

  Result<Expression> between(Expression left, bool negated) {
    Expression test{.kind = Kind::between, .negated = negated, .offset = take().offset};
    test.operands.push_back(std::move(left));
    test.operands.push_back(TRY(sum()));
    if (!is_keyword(peek(), "AND")) return unexpected();
    take();
    test.operands.push_back(TRY(sum()));
    return test;
  }

  Result<Expression> like(Expression left, bool negated) {
    Expression test{.kind = Kind::like, .negated = negated, .offset = take().offset};
    if (peek().kind != Token::Kind::text) return unexpected();
    test.operands.push_back(std::move(left));
    test.operands.push_back(TRY(primary()));
    return test;
  }

  Result<Expression> sum() {
    return arithmetic({"+", "-"}, [this] { return product(); });
  }
  Result<Expression> product() {
    return arithmetic({"*", "/", "%"}, [this] { return unary(); });
  }
  template <class Next>
  Result<Expression> arithmetic(std::initializer_list<std::string_view> symbols, Next next) {
    Expression left = TRY(next());
    // Each step makes the tree one level deeper: the same bound as for brackets.
    for (size_t steps = 0; is_one_of(peek(), symbols); ++steps) {
      if (steps > condition_depth_levels_max) return error("condition.too_deep");
      const Token symbol = take();
      left = operation(symbol.text, symbol.offset, std::move(left), TRY(next()));
    }
    return left;
  }

  Result<Expression> unary() {
    if (!is_one_of(peek(), {"-"})) return primary();
    const Level level(depth_);
    if (depth_ > condition_depth_levels_max) return error("condition.too_deep");
    const Token minus = take();
    if (peek().kind != Token::Kind::number) return operation("-", minus.offset, TRY(unary()));
    return leaf(Kind::number, {Token::Kind::number, "-" + take().text, minus.offset});
  }

  Result<Expression> signed_literal() {
    const Token& first = peek();
    const bool literal = first.kind == Token::Kind::number || first.kind == Token::Kind::text ||
                         is_one_of(first, {"-"}) || is_keyword(first, "DATE");
    if (!literal) return unexpected();
    const bool negative = is_one_of(first, {"-"});
    if (negative && ahead().kind != Token::Kind::number) return unexpected();
    return unary();
  }

  Result<Expression> primary() {
    const Token token = peek();
    if (accept("(")) return bracket();
    if (is_keyword(token, "DATE") && ahead().kind == Token::Kind::text) return date();
    if (is_keyword(token, "INTERVAL") && ahead().kind == Token::Kind::text) return interval();
    if (is_keyword(token, "CASE")) return choice();
    if (is_keyword(token, "TRY_CAST") && is_one_of(ahead(), {"("})) return cast();
    if (token.kind == Token::Kind::number) return leaf(Kind::number, take());
    if (token.kind == Token::Kind::text) return leaf(Kind::text, take());
    if (token.kind == Token::Kind::quoted_name) return leaf(Kind::variable, take());
    if (token.kind != Token::Kind::name || is_reserved(token)) return unexpected();
    take();
    if (accept("(")) return call(token);
    return leaf(Kind::variable, token);
  }

  Result<Expression> bracket() {
    Expression inner = TRY(disjunction());
    TRY(expect(")"));
    return inner;
  }

  Result<Expression> date() {
    const size_t offset = take().offset;
    const Token text = take();
    const auto day = parse_date(text.text);
    if (!day.ok()) {
      return usage("condition.bad_date", {{"offset", std::to_string(text.offset)}, {"name", text.text}});
    }
    return Expression{.kind = Kind::date, .text = to_text(*day), .offset = offset};
  }

  Result<Expression> interval() {
    constexpr size_t digits_max = 5;
    const size_t offset = take().offset;
    const Token amount = take();
    const bool whole = !amount.text.empty() && amount.text.size() <= digits_max &&
                       amount.text.find_first_not_of("0123456789") == std::string::npos;
    for (const std::string_view unit : {"DAY", "WEEK", "MONTH", "YEAR"}) {
      if (!whole || !is_keyword(peek(), unit)) continue;
      take();
      return Expression{
          .kind = Kind::interval, .text = amount.text + " " + std::string(unit), .offset = offset};
    }
    return usage("condition.bad_interval",
                 {{"offset", std::to_string(amount.offset)}, {"name", amount.text + " " + peek().text}});
  }

  Result<Expression> choice() {
    const Level level(depth_);
    if (depth_ > condition_depth_levels_max) return error("condition.too_deep");
    Expression made{.kind = Kind::choice, .offset = take().offset};
    if (!is_keyword(peek(), "WHEN")) return unexpected();
    while (is_keyword(peek(), "WHEN")) {
      take();
      made.operands.push_back(TRY(disjunction()));
      if (!is_keyword(peek(), "THEN")) return unexpected();
      take();
      made.operands.push_back(TRY(sum()));
      if (made.operands.size() > operands_count_max) return error("condition.too_deep");
    }
    if (is_keyword(peek(), "ELSE")) {
      take();
      made.operands.push_back(TRY(sum()));
    }
    if (!is_keyword(peek(), "END")) return unexpected();
    take();
    return made;
  }

  Result<Expression> cast() {
    static constexpr std::pair<std::string_view, std::string_view> types[] = {{"INTEGER", "BIGINT"},
                                                                              {"BIGINT", "BIGINT"},
                                                                              {"DECIMAL", "DOUBLE"},
                                                                              {"DOUBLE", "DOUBLE"},
                                                                              {"DATE", "DATE"}};
    const Level level(depth_);
    if (depth_ > condition_depth_levels_max) return error("condition.too_deep");
    Expression made{.kind = Kind::cast, .offset = take().offset};
    TRY(expect("("));
    made.operands.push_back(TRY(sum()));
    if (!is_keyword(peek(), "AS")) return unexpected();
    take();
    for (const auto& [written, type] : types) {
      if (made.text.empty() && is_keyword(peek(), written)) take(), made.text = type;
    }
    if (made.text.empty()) return unexpected();
    TRY(expect(")"));
    return made;
  }

  Result<Expression> call(const Token& name) {
    Expression function{.kind = Kind::call, .text = name.text, .offset = name.offset};
    do {
      const Level level(depth_);
      if (depth_ > condition_depth_levels_max) return error("condition.too_deep");
      function.operands.push_back(TRY(sum()));
      if (function.operands.size() > operands_count_max) return error("condition.too_deep");
    } while (accept(","));
    TRY(expect(")"));
    return function;
  }

  template <class... Operands>
  static Expression operation(std::string text, size_t offset, Operands... operands) {
    Expression made{.kind = Kind::operation, .text = std::move(text), .offset = offset};
    (made.operands.push_back(std::move(operands)), ...);
    return made;
  }
  static Expression leaf(Kind kind, const Token& token) {
    return {.kind = kind, .text = token.text, .offset = token.offset};
  }
  static bool is_one_of(const Token& token, std::initializer_list<std::string_view> symbols) {
    return token.kind == Token::Kind::symbol &&
           std::find(symbols.begin(), symbols.end(), token.text) != symbols.end();
  }
  static bool is_reserved(const Token& token) {
    return std::find(reserved.begin(), reserved.end(), to_upper(token.text)) != reserved.end();
  }

  const Token& peek() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }
  bool accept(std::string_view symbol) {
    if (!is_one_of(peek(), {symbol})) return false;
    take();
    return true;
  }
  Result<void> expect(std::string_view symbol) {
    if (accept(symbol)) return {};
    return unexpected();
  }
  Error error(std::string code) const {
    return usage(std::move(code), {{"offset", std::to_string(peek().offset)}});
  }
  Error unexpected() const {
    if (peek().kind == Token::Kind::end) return error("condition.ends_early");
    return error("condition.not_understood").with("name", peek().text);
  }

  std::vector<Token> tokens_;
  size_t at_ = 0, depth_ = 0;
};

void collect_variables(const Expression& expression, std::vector<std::string>& names) {
  if (expression.kind == Kind::variable) names.push_back(expression.text);
  for (const Expression& operand : expression.operands) collect_variables(operand, names);
}

}  // namespace

Result<Expression> read_condition(std::string_view text, const catalogue::Table& table) {
  if (text.size() > condition_bytes_max) {
    return usage("condition.too_long", {{"offset", "0"}, {"bytes_max", std::to_string(condition_bytes_max)}});
  }
  Expression expression = TRY(Parser(TRY(read_tokens(text))).read());
  TRY(check_condition(expression, table));
  return expression;
}

std::vector<std::string> variables_of(const Expression& expression) {
  std::vector<std::string> names;
  collect_variables(expression, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace fvm::extract
