#include "agreement/condition_words.hpp"

#include <algorithm>
#include <array>

namespace fvm::agreement {
namespace {

using extract::Expression;
using Kind = Expression::Kind;

// One idea in both languages.
struct Phrase {
  std::string_view danish, english;
};

// A comparison: of numbers and texts, of days, and the same turned round by NOT.
struct Comparison {
  std::string_view sign;
  Phrase plain, day;
};
constexpr std::array<Comparison, 6> comparisons{{
    {"=", {"er", "is"}, {"er", "is"}},
    {"<>", {"er ikke", "is not"}, {"er ikke", "is not"}},
    {"<", {"er mindre end", "is less than"}, {"er før", "is before"}},
    {"<=", {"er højst", "is at most"}, {"er senest", "is no later than"}},
    {">", {"er større end", "is greater than"}, {"er efter", "is after"}},
    {">=", {"er mindst", "is at least"}, {"er tidligst", "is no earlier than"}},
}};

struct Function {
  std::string_view name;
  Phrase words;
};
constexpr std::array<Function, 8> functions{{
    {"year", {"året i", "the year of"}},
    {"month", {"måneden i", "the month of"}},
    {"day", {"dagen i måneden i", "the day of the month of"}},
    {"upper", {"med store bogstaver:", "in capitals:"}},
    {"lower", {"med små bogstaver:", "in small letters:"}},
    {"trim", {"uden mellemrum om:", "without blanks around:"}},
    {"length", {"antal tegn i", "the number of characters of"}},
    {"abs", {"talværdien af", "the absolute value of"}},
}};

bool is_moment(const Expression& e) {
  return e.type == extract::ValueType::date || e.type == extract::ValueType::timestamp;
}

class Words {
 public:
  Words(Language language, const catalogue::Table* table)
      : danish_(language == Language::danish), table_(table) {}

  std::string say(const Expression& e) const {
    switch (e.kind) {
      case Kind::variable:
        return variable(e.text);
      case Kind::text:
        return danish_ ? "»" + e.text + "«" : "“" + e.text + "”";
      case Kind::number:
      case Kind::date:
        return e.text;
      case Kind::call:
        return call(e);
      case Kind::operation:
        return operation(e);
      case Kind::is_null:
        return say(e.operands[0]) + " " +
               (e.negated ? pick({"er udfyldt", "is filled in"}) : pick({"er tom", "is empty"}));
      case Kind::in:
        return say(e.operands[0]) + " " +
               (e.negated ? pick({"er ingen af", "is none of"}) : pick({"er en af", "is one of"})) + " " +
               list(e, 1, ", ", pick({" eller ", " or "}));
      case Kind::between:
        return say(e.operands[0]) + " " +
               (e.negated ? pick({"er ikke fra", "is not from"}) : pick({"er fra", "is from"})) + " " +
               say(e.operands[1]) + pick({" til og med ", " up to and including "}) + say(e.operands[2]);
      case Kind::like:
        return like(e);
      case Kind::interval:
      case Kind::cast:
      case Kind::choice:
        break;
    }
    return extract::render(e);
  }

 private:
  std::string pick(Phrase phrase) const { return std::string(danish_ ? phrase.danish : phrase.english); }

  std::string variable(const std::string& name) const {
    const catalogue::Variable* known = table_ != nullptr ? table_->find(name) : nullptr;
    if (known == nullptr) return name;
    const std::string& text = danish_ || known->text_en.empty() ? known->text_da : known->text_en;
    return text.empty() || text == name ? name : name + " (" + text + ")";
  }

  std::string list(const Expression& e, size_t from, std::string_view between, std::string_view last) const {
    std::string out;
    for (size_t i = from; i < e.operands.size(); ++i) {
      if (i > from) out += i + 1 == e.operands.size() ? last : between;
      out += say(e.operands[i]);
    }
    return out;
  }

  std::string call(const Expression& e) const {
    const auto known = std::find_if(functions.begin(), functions.end(),
                                    [&](const Function& each) { return each.name == e.text; });
    if (known != functions.end() && e.operands.size() == 1)
      return pick(known->words) + " " + say(e.operands[0]);
    return e.text + "(" + list(e, 0, ", ", ", ") + ")";
  }

  // AND inside OR (or the other way) in parentheses, so that nobody has to know which binds stronger.
  std::string part(const Expression& e) const {
    const bool joins = e.kind == Kind::operation && (e.text == "AND" || e.text == "OR");
    return joins ? "(" + say(e) + ")" : say(e);
  }

  std::string joined(const Expression& e, const std::string& between) const {
    std::string out;
    for (const Expression& each : e.operands) out += (out.empty() ? "" : between) + part(each);
    return out;
  }

  std::string operation(const Expression& e) const {
    if (e.text == "AND") return joined(e, pick({" og ", " and "}));
    if (e.text == "OR") return joined(e, pick({" eller ", " or "}));
    if (e.text == "NOT")
      return pick({"det gælder ikke, at (", "it is not so that ("}) + say(e.operands[0]) + ")";
    if (e.operands.size() == 1) return e.text + say(e.operands[0]);
    const auto known = std::find_if(comparisons.begin(), comparisons.end(),
                                    [&](const Comparison& each) { return each.sign == e.text; });
    if (known == comparisons.end()) return "(" + list(e, 0, " " + e.text + " ", " " + e.text + " ") + ")";
    const bool days = is_moment(e.operands[0]) || is_moment(e.operands[1]);
    return say(e.operands[0]) + " " + pick(days ? known->day : known->plain) + " " + say(e.operands[1]);
  }

  std::string like(const Expression& e) const {
    const std::string subject = say(e.operands[0]);
    const std::string& pattern = e.operands[1].text;
    const size_t wild =
        std::count_if(pattern.begin(), pattern.end(), [](char c) { return c == '%' || c == '_'; });
    const bool first = pattern.starts_with('%'),
               last = pattern.size() > (first ? 1 : 0) && pattern.ends_with('%');
    const auto quoted = [&](std::string_view text) {
      return say(Expression{.kind = Kind::text, .type = extract::ValueType::text, .text = std::string(text)});
    };
    const auto said = [&](Phrase yes, Phrase negated, std::string_view text) {
      return subject + " " + pick(e.negated ? negated : yes) + " " + quoted(text);
    };
    const std::string_view all = pattern;
    if (wild == 0) return said({"er", "is"}, {"er ikke", "is not"}, all);
    if (wild == 1 && last && !first)
      return said({"begynder med", "begins with"}, {"begynder ikke med", "does not begin with"},
                  all.substr(0, all.size() - 1));
    if (wild == 1 && first && !last)
      return said({"slutter med", "ends with"}, {"slutter ikke med", "does not end with"}, all.substr(1));
    if (wild == 2 && first && last)
      return said({"indeholder", "contains"}, {"indeholder ikke", "does not contain"},
                  all.substr(1, all.size() - 2));
    return said({"passer med mønstret", "matches the pattern"},
                {"passer ikke med mønstret", "does not match the pattern"}, all) +
           pick({" (% er vilkårlige tegn, _ er ét)", " (% is any characters, _ is one)"});
  }

  const bool danish_;
  const catalogue::Table* table_;
};

}  // namespace

std::string in_words(Language language, const Expression& condition, const catalogue::Table* table) {
  return Words(language, table).say(condition);
}

}  // namespace fvm::agreement
