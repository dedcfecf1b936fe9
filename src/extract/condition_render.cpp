#include <string>

#include "base/time.hpp"
#include "extract/condition.hpp"

namespace fvm::extract {
namespace {

using Kind = Expression::Kind;

std::string quote(std::string_view text, char mark) {
  std::string out(1, mark);
  for (const char c : text) {
    out += c;
    if (c == mark) out += c;
  }
  return out + mark;
}

class Renderer {
 public:
  explicit Renderer(std::string_view qualifier) {
    if (!qualifier.empty()) prefix_ = std::string(qualifier) + ".";
  }

  std::string render(const Expression& e) const {
    switch (e.kind) {
      case Kind::variable:
        return prefix_ + quote(e.text, '"');
      case Kind::text:
        return quote(e.text, '\'');
      case Kind::number:
        return e.text;
      case Kind::date:
        return "DATE " + quote(e.text, '\'');
      case Kind::interval:
        return "INTERVAL '" + e.text.substr(0, e.text.find(' ')) + "' " + e.text.substr(e.text.find(' ') + 1);
      case Kind::cast:
        return "TRY_CAST(" + render(e.operands[0]) + " AS " + e.text + ")";
      case Kind::choice:
        return choice(e);
      case Kind::call:
        return e.text + "(" + list(e, 0, ", ") + ")";
      case Kind::operation:
        return operation(e);
      case Kind::is_null:
        return "(" + render(e.operands[0]) + (e.negated ? " IS NOT NULL)" : " IS NULL)");
      case Kind::in:
        return "(" + render(e.operands[0]) + word(e, " IN (") + list(e, 1, ", ") + "))";
      case Kind::between:
        return "(" + render(e.operands[0]) + word(e, " BETWEEN ") + list(e, 1, " AND ") + ")";
      case Kind::like:
        return "(" + render(e.operands[0]) + word(e, " LIKE ") + render(e.operands[1]) + ")";
    }
    return {};
  }

 private:
  static std::string word(const Expression& e, std::string_view text) {
    return (e.negated ? " NOT" : "") + std::string(text);
  }
  std::string choice(const Expression& e) const {
    std::string out = "CASE";
    for (size_t i = 0; i + 1 < e.operands.size(); i += 2)
      out += " WHEN " + render(e.operands[i]) + " THEN " + render(e.operands[i + 1]);
    if (e.operands.size() % 2 == 1) out += " ELSE " + render(e.operands.back());
    return "(" + out + " END)";
  }
  std::string operation(const Expression& e) const {
    if (e.operands.size() > 1) return "(" + list(e, 0, " " + e.text + " ") + ")";
    return "(" + e.text + " " + render(e.operands[0]) + ")";
  }
  std::string list(const Expression& e, size_t from, std::string_view between) const {
    std::string out;
    for (size_t i = from; i < e.operands.size(); ++i) {
      if (i > from) out += between;
      out += render(e.operands[i]);
    }
    return out;
  }
  std::string prefix_;
};

}  // namespace

std::string render(const Expression& expression, std::string_view qualifier) {
  return Renderer(qualifier).render(expression);
}

}  // namespace fvm::extract
