#include "extract/describe.hpp"

#include <algorithm>

namespace fvm::extract {
namespace {

using Kind = Expression::Kind;

class Words {
 public:
  explicit Words(Language language) : language_(language) {}

  std::string say(std::string_view key, const Arguments& arguments = {}) const {
    return message(language_, key, arguments);
  }

  std::string condition(const Expression& e) const {
    switch (e.kind) {
      case Kind::is_null:
        return say(e.negated ? "words.is_there" : "words.is_empty", {{"a", value(e.operands[0])}});
      case Kind::in:
        return say(e.negated ? "words.none_of" : "words.one_of",
                   {{"a", value(e.operands[0])}, {"b", values(e, 1)}});
      case Kind::between:
        return say(e.negated ? "words.not_between" : "words.between",
                   {{"a", value(e.operands[0])}, {"b", value(e.operands[1])}, {"c", value(e.operands[2])}});
      case Kind::like:
        return pattern(e);
      case Kind::operation:
        return operation(e);
      default:
        return render(e);
    }
  }

 private:
  static bool is_joined(const Expression& e) {
    return e.kind == Kind::operation && (e.text == "AND" || e.text == "OR");
  }

  std::string operation(const Expression& e) const {
    if (e.text == "NOT") return say("words.not", {{"a", condition(e.operands[0])}});
    if (!is_joined(e)) return comparison(e);
    std::string out;
    for (const Expression& operand : e.operands) {
      const std::string one = condition(operand);
      if (!out.empty()) out += " " + say(e.text == "AND" ? "words.and" : "words.or") + " ";
      out += is_joined(operand) ? "(" + one + ")" : one;
    }
    return out;
  }

  std::string comparison(const Expression& e) const {
    struct Comparison {
      std::string_view symbol, key, of_days;
    };
    static constexpr Comparison known[] = {
        {"=", "words.is", "words.is"},         {"<>", "words.is_not", "words.is_not"},
        {"<", "words.less", "words.less_day"}, {"<=", "words.at_most", "words.at_most_day"},
        {">", "words.more", "words.more_day"}, {">=", "words.at_least", "words.at_least_day"}};
    const auto found = std::find_if(std::begin(known), std::end(known),
                                    [&](const Comparison& each) { return each.symbol == e.text; });
    if (found == std::end(known) || e.operands.size() != 2) return render(e);
    const ValueType type = e.operands[0].type;
    const bool day = type == ValueType::date || type == ValueType::timestamp;
    return say(day ? found->of_days : found->key, {{"a", value(e.operands[0])}, {"b", value(e.operands[1])}});
  }

  // 'A10%', '%A10' and '%A10%' have words.
  std::string pattern(const Expression& e) const {
    const std::string& text = e.operands[1].text;
    const std::string_view inner = trimmed(text);
    const bool plain = inner.find_first_of("%_") == std::string_view::npos && !inner.empty();
    const bool before = text.starts_with("%"), after = text.ends_with("%");
    std::string_view key = e.negated ? "words.not_like" : "words.like";
    if (plain && after && !before) key = e.negated ? "words.not_begins" : "words.begins";
    if (plain && before && !after) key = e.negated ? "words.not_ends" : "words.ends";
    if (plain && before && after) key = e.negated ? "words.not_contains" : "words.contains";
    if (plain && !before && !after) key = e.negated ? "words.is_not" : "words.is";
    return say(key, {{"a", value(e.operands[0])}, {"b", plain ? std::string(inner) : text}});
  }

  static std::string_view trimmed(std::string_view text) {
    if (text.starts_with("%")) text.remove_prefix(1);
    if (text.ends_with("%")) text.remove_suffix(1);
    return text;
  }

  static std::string value(const Expression& e) {
    const bool plain = e.kind == Kind::variable || e.kind == Kind::text || e.kind == Kind::date;
    return plain ? e.text : render(e);
  }
  static std::string values(const Expression& e, size_t from) {
    std::string out;
    for (size_t i = from; i < e.operands.size(); ++i) out += (i > from ? ", " : "") + value(e.operands[i]);
    return out;
  }

  Language language_;
};

class Description {
 public:
  explicit Description(Language language) : words_(language) {}

  std::vector<std::string> population(const Specification& s) {
    for (const Criterion& each : s.all) add("words.each", {{"rows", rows(each)}});
    if (!s.any.empty()) add("words.any", {{"rows", list(s.any)}});
    for (const Criterion& each : s.none) add("words.none", {{"rows", rows(each)}});
    cohorts(s);
    return events(s);
  }

  std::vector<std::string> events(const Specification& s) {
    for (const Event& each : s.events) event(each);
    if (!s.index.empty()) add("words.index", {{"event", s.index}});
    if (s.controls) controls(*s.controls);
    return std::move(lines_);
  }

  std::vector<std::string> relative(const Grant& grant) {
    if (grant.period) days(*grant.period);
    return std::move(lines_);
  }

  std::vector<std::string> grant(const Grant& grant) {
    if (grant.where) add("words.rows_where", {{"condition", words_.condition(*grant.where)}});
    if (grant.period) period(*grant.period);
    add(grant.mode == Mode::frozen ? "words.frozen" : "words.live");
    return std::move(lines_);
  }

 private:
  void add(std::string_view key, const Arguments& arguments = {}) {
    lines_.push_back(words_.say(key, arguments));
  }

  std::string where(const std::optional<Expression>& condition) const {
    return condition ? " " + words_.say("words.where", {{"condition", words_.condition(*condition)}})
                     : std::string();
  }

  std::string rows(const Criterion& criterion) const {
    return words_.say(criterion.at_least > 1 ? "words.rows" : "words.row",
                      {{"count", std::to_string(criterion.at_least)},
                       {"table", criterion.table},
                       {"where", where(criterion.where)}});
  }

  std::string list(const std::vector<Criterion>& criteria) const {
    std::string out;
    for (const Criterion& each : criteria) out += (out.empty() ? "" : "; ") + rows(each);
    return out;
  }

  void cohorts(const Specification& s) {
    std::string names;
    for (const Cohort& each : s.cohorts)
      names += (names.empty() ? "" : ", ") + each.name + " (" + each.file + ")";
    if (!names.empty()) add("words.cohorts", {{"names", names}});
  }

  void event(const Event& each) {
    static constexpr std::string_view keys[] = {"words.event_first", "words.event_last", "words.event_any",
                                                "words.event_none"};
    std::string limits;
    if (each.from) limits += " " + words_.say("words.from_day", {{"day", to_text(*each.from)}});
    if (each.to) limits += " " + words_.say("words.to_day", {{"day", to_text(*each.to)}});
    for (const Bond& bond : each.bonds) limits += ", " + this->bond(bond);
    if (each.at_least > 1)
      limits += ", " + words_.say("words.so_many", {{"count", std::to_string(each.at_least)}});
    add(keys[static_cast<size_t>(each.pick)], {{"name", each.name},
                                               {"table", each.table},
                                               {"date", each.variable},
                                               {"where", where(each.where)},
                                               {"limits", limits}});
  }

  std::string bond(const Bond& bond) const {
    const Arguments facts{{"event", bond.event},
                          {"from", std::to_string(bond.from_days)},
                          {"to", std::to_string(bond.within_days.value_or(0))}};
    const std::string_view key = bond.after ? "words.after" : "words.before";
    const std::string_view or_same = bond.after ? "words.after_or_same_day" : "words.before_or_same_day";
    std::string out = words_.say(bond.from_days == 0 ? or_same : key, facts);
    if (bond.from_days > 1) out += ", " + words_.say("words.days_least", facts);
    if (bond.within_days) out += ", " + words_.say("words.days_most", facts);
    return out;
  }

  void controls(const Controls& controls) {
    std::string by;
    for (const Match& match : controls.match) {
      const std::string_view key = match.within_years > 1    ? "words.match_within"
                                   : match.within_years == 1 ? "words.match_within_one"
                                   : match.years == 0        ? "words.match_value"
                                   : match.years == 1        ? "words.match_year"
                                                             : "words.match_years";
      const int64_t years = std::max(match.years, match.within_years);
      by += (by.empty() ? "" : ", ") + words_.say(key, {{"variable", match.variable},
                                                        {"table", match.table},
                                                        {"years", std::to_string(years)}});
    }
    add("words.controls", {{"count", std::to_string(controls.per_case)},
                           {"table", controls.table},
                           {"where", where(controls.where)},
                           {"by", by}});
    for (const Criterion& each : controls.none) add("words.controls_none", {{"rows", rows(each)}});
  }

  void days(const Period& period) {
    if (period.from_days) add("words.period_from", {{"days", std::to_string(*period.from_days)}});
    if (period.to_days) add("words.period_to", {{"days", std::to_string(*period.to_days)}});
  }

  void period(const Period& period) {
    add("words.period",
        {{"variable", period.variable}, {"from", to_text(period.from)}, {"to", to_text(period.to)}});
    days(period);
  }

  Words words_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string in_words(Language language, const Expression& condition) {
  return Words(language).condition(condition);
}

std::vector<std::string> describe_population(Language language, const Specification& specification) {
  return Description(language).population(specification);
}

std::vector<std::string> describe_events(Language language, const Specification& specification) {
  return Description(language).events(specification);
}

std::vector<std::string> describe_days(Language language, const Grant& grant) {
  return Description(language).relative(grant);
}

std::vector<std::string> describe_rows(Language language, const Grant& grant) {
  return Description(language).grant(grant);
}

}  // namespace fvm::extract
