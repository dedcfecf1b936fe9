// Which persons stand behind each figure of a model: its cells.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "disclosure/text.hpp"
#include "runner/kinds.hpp"
#include "runner/model.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

using duck::Kind;
using duck::quote_name;
using duck::quote_text;
using regression::Family;

bool is_word(Kind kind) {
  return kind == Kind::varchar || kind == Kind::boolean || kind == Kind::enumeration;
}

std::string column_of(size_t term) {
  return fmt::format("t{}", term);
}

bool as_number(const std::string& text, double& number) {
  char* end = nullptr;
  number = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == 0;
}

}  // namespace

Result<std::string> model_columns(const TableModel& model, const FindColumn& find, const std::string& unit) {
  const duck::Column* outcome = TRY(find(model.outcome));
  if (!is_number(outcome->type.kind) && outcome->type.kind != Kind::boolean)
    return usage("model.outcome_no_number", {{"name", model.outcome}});
  std::string list = ", " + quote_name(outcome->name) + "::DOUBLE AS y";
  for (size_t i = 0; i < model.terms.size(); ++i) {
    const duck::Column* term = TRY(find(model.terms[i].name));
    if (disclosure::lower(term->name) == disclosure::lower(unit))
      return usage("model.term_is_unit", {{"name", unit}});
    const bool as_factor = model.terms[i].is_factor || is_word(term->type.kind);
    if (!as_factor && !is_number(term->type.kind))
      return usage("model.term_of_no_kind", {{"name", model.terms[i].name}});
    list +=
        fmt::format(", {}::{} AS {}", quote_name(term->name), as_factor ? "VARCHAR" : "DOUBLE", column_of(i));
  }
  return list;
}

double ModelJudge::threshold() const {
  const auto& rules = job_.rules.values;
  return std::ceil(std::max({rules.threshold(), rules.units_min(disclosure::Parameter::regression_level_min),
                             job_.rules.counts.threshold}));
}

Result<void> ModelJudge::make_pairs() {
  TRY(read_kinds());
  TRY(make_sample());
  TRY(check_outcome());
  TRY(connection_.run("CREATE TABLE pairs(unit BIGINT, d0 VARCHAR, p0 VARCHAR)"));
  const auto few_of = [](const char* code, const std::string& name) {
    return refused(code, {{"name", name}});
  };
  const Error few_outcomes = few_of("model.outcome_of_few", model_.outcome);
  TRY(add_part(quote_text(model_.outcome), "sample", model_.outcome, few_outcomes, few_outcomes));
  for (size_t i = 0; i < terms_.size(); ++i) {
    if (!terms_[i].is_counted) continue;
    TRY(make_levels(i));
    const std::string& name = model_.terms[i].name;
    TRY(add_part(fmt::format("level{}.label", i),
                 fmt::format("sample JOIN level{0} ON level{0}.value = sample.{1}::VARCHAR", i, column_of(i)),
                 name, few_of(terms_[i].is_factor ? "model.level_of_few" : "model.value_of_few", name),
                 few_of("model.outcome_of_few_at", name)));
  }
  if (factors_only() && terms_.size() > 1) {
    std::string labels;
    for (size_t i = 0; i < terms_.size(); ++i)
      labels += fmt::format("{}level{}.label", i == 0 ? "" : ", ", i);
    const Error table = refused("model.table_of_means");
    TRY(add_part("'combination ' || number",
                 fmt::format("(SELECT unit, y, dense_rank() OVER (ORDER BY {}) AS number FROM sample{})",
                             labels, joins()),
                 "(combinations)", table, table));
  }
  TRY(check_parts());
  return check_both_outcomes();
}

// A term is a factor when it came as text.
Result<void> ModelJudge::read_kinds() {
  auto statement = TRY(connection_.prepare("FROM asked"));
  terms_.resize(model_.terms.size());
  for (const duck::Column& column : statement.columns())
    for (size_t i = 0; i < terms_.size(); ++i)
      if (column.name == column_of(i)) terms_[i].is_factor = column.type.kind == Kind::varchar;
  return {};
}

// Those of whom everything is known, one row each.
Result<void> ModelJudge::make_sample() {
  if (TRY(connection_.query_number("SELECT (count(*) - count(DISTINCT unit))::BIGINT FROM asked")) > 0)
    return usage("model.person_twice");
  std::string whole = "y IS NOT NULL AND isfinite(y)";
  for (size_t i = 0; i < terms_.size(); ++i) {
    whole += fmt::format(" AND {} IS NOT NULL", column_of(i));
    if (!terms_[i].is_factor) whole += fmt::format(" AND isfinite({})", column_of(i));
  }
  TRY(connection_.run("CREATE TABLE sample AS FROM asked WHERE " + whole));
  persons_ = TRY(connection_.query_number("SELECT count(*) FROM sample"));
  if (static_cast<double>(persons_) < threshold()) return refused("model.too_few_persons");
  if (static_cast<size_t>(persons_) * (terms_.size() + 1) > model_values_max)
    return usage("model.too_large", {{"max", std::to_string(model_values_max / (terms_.size() + 1))}});
  for (size_t i = 0; i < terms_.size(); ++i) {
    const auto values = TRY(connection_.query_number(
        fmt::format("SELECT count(DISTINCT {0}) FROM (SELECT {0} FROM sample)", column_of(i))));
    terms_[i].is_counted = terms_[i].is_factor || values <= model_few_values;
  }
  return {};
}

Result<void> ModelJudge::check_outcome() {
  const auto wrong = [&](const std::string& condition) {
    return connection_.query_number("SELECT count(*) FROM sample WHERE NOT (" + condition + ")");
  };
  if (model_.family == Family::binomial) {
    if (TRY(wrong("y = 0 OR y = 1")) > 0) return usage("model.outcome_no_truth", {{"name", model_.outcome}});
    event_ = "y = 1";
  } else if (model_.family == Family::poisson) {
    if (TRY(wrong("y >= 0 AND y = floor(y)")) > 0)
      return usage("model.outcome_no_count", {{"name", model_.outcome}});
    event_ = "y > 0";
  } else if (TRY(connection_.query_number("SELECT count(DISTINCT y) FROM sample")) == 2) {
    event_ = "y = (SELECT max(y) FROM sample)";
  }
  return {};
}

bool ModelJudge::factors_only() const {
  return std::all_of(terms_.begin(), terms_.end(), [](const Support& term) { return term.is_counted; });
}

// Levels of few persons become one: (others), the last.
Result<void> ModelJudge::make_levels(size_t term) {
  Support& support = terms_[term];
  const std::string& name = model_.terms[term].name;
  auto result = TRY(connection_.query(
      fmt::format("SELECT {}::VARCHAR, count(*)::BIGINT FROM sample GROUP BY 1 ORDER BY 1 LIMIT {}",
                  column_of(term), table_values_max + 1)));
  bool all_numbers = true;
  double number = 0;
  while (duck::Chunk chunk = TRY(result.next())) {
    const auto value = chunk.column(0), count = chunk.column(1);
    for (size_t i = 0; i < chunk.rows(); ++i) {
      Level level{std::string(value.text(i)), {}};
      const auto persons = static_cast<double>(count.values<int64_t>()[i]);
      level.is_other = support.is_factor && persons < threshold();
      level.label = level.is_other ? name + " (others)" : name + ": " + level.value;
      all_numbers = all_numbers && as_number(level.value, number);
      support.levels.push_back(std::move(level));
    }
  }
  if (support.levels.size() > table_values_max)
    return usage("table.too_many_values", {{"name", name}, {"max", std::to_string(table_values_max)}});
  std::stable_sort(support.levels.begin(), support.levels.end(), [&](const Level& a, const Level& b) {
    if (a.is_other != b.is_other || !all_numbers) return a.is_other < b.is_other;
    double left = 0, right = 0;
    return as_number(a.value, left) && as_number(b.value, right) && left < right;
  });
  uint32_t index = 0;
  for (Level& level : support.levels) {
    level.index = index;
    if (!level.is_other) ++index;
  }
  return write_levels(term);
}

Result<void> ModelJudge::write_levels(size_t term) {
  const std::string table = fmt::format("level{}", term);
  TRY(connection_.run("CREATE TABLE " + table + "(value VARCHAR, label VARCHAR, index BIGINT)"));
  auto appender = TRY(duck::Appender::open(connection_, "main", table));
  for (const Level& level : terms_[term].levels) {
    TRY(appender.append(1, [&](std::span<duck::VectorWriter> columns) {
      columns[0].set_text(0, level.value);
      columns[1].set_text(0, level.label);
      columns[2].values<int64_t>()[0] = level.index;
    }));
  }
  return appender.close();
}

std::string ModelJudge::joins() const {
  std::string out;
  for (size_t i = 0; i < terms_.size(); ++i)
    if (terms_[i].is_counted)
      out += fmt::format(" JOIN level{0} ON level{0}.value = sample.{1}::VARCHAR", i, column_of(i));
  return out;
}

// Cells of `label` below `parent`, and, where the outcome is one that comes or does not, of both for each.
Result<void> ModelJudge::add_part(const std::string& label, const std::string& from,
                                  const std::string& parent, const Error& error, const Error& event_error) {
  TRY(connection_.run(
      fmt::format("INSERT INTO pairs SELECT unit, {}, {} FROM {}", label, quote_text(parent), from)));
  parts_.push_back({parent, error});
  if (event_.empty()) return {};
  const std::string both = parent + std::string(model_event_suffix);
  TRY(connection_.run(fmt::format(
      "INSERT INTO pairs SELECT unit, {} || CASE WHEN {} THEN {} ELSE {} END, {} FROM {}", label, event_,
      quote_text(model_event_suffix), quote_text(model_none_suffix), quote_text(both), from)));
  parts_.push_back({both, event_error});
  return {};
}

Result<void> ModelJudge::check_parts() {
  for (const Part& part : parts_) {
    const auto few = TRY(connection_.query_number(fmt::format(
        "SELECT count(*) FROM (SELECT d0 FROM pairs WHERE p0 = {} GROUP BY d0 HAVING count(*) < {})",
        quote_text(part.parent), threshold())));
    if (few > 0) return part.error;
  }
  return {};
}

// Of a level where it never or always comes, the coefficient would have no end; of a number of events (family
// poisson) where it never does.
Result<void> ModelJudge::check_both_outcomes() {
  if (event_.empty()) return {};
  for (const Part& part : parts_) {
    const bool is_level = std::any_of(model_.terms.begin(), model_.terms.end(),
                                      [&](const TableModel::Term& term) { return term.name == part.parent; });
    if (!is_level && part.parent != model_.outcome) continue;
    const bool counts_events = model_.family == Family::poisson;
    const auto missing = TRY(connection_.query_number(fmt::format(
        "SELECT ((SELECT count(DISTINCT d0) FROM pairs WHERE p0 = {}) * {} - (SELECT count(DISTINCT d0) FROM "
        "pairs WHERE p0 = {}{}))::BIGINT",
        quote_text(part.parent), counts_events ? 1 : 2,
        quote_text(part.parent + std::string(model_event_suffix)),
        counts_events ? " AND suffix(d0, " + quote_text(model_event_suffix) + ")" : std::string())));
    if (missing > 0) return refused("model.outcome_of_few_at", {{"name", part.parent}});
  }
  return {};
}

}  // namespace fvm::runner
