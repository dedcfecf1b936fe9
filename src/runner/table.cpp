// A safe table, in two jobs of the same sandbox profile.
//
// Document (JSON), task "count": "sql", "user", "unit", "units", "others": [{"units", "needed", "are_held"}],
// "unnamed", "contributor", "dimensions": [{"name", "parent", "as", "width", "until", "others"}], "columns",
// "tables":
// [{"name", "version"}]. Sees /data; writes /out/pairs.parquet, /out/pairs-1.parquet … and
// /out/combinations.parquet. With a contributor /out/holdings.parquet and /out/holders.parquet, too. Result:
// {"unit", "others", "contributor"}. Task "judge": "number", "dimensions", "columns", "measures": [{"figure",
// "column", "by", "percent"}], to round "round", "round_key", and of the counted units and each of "others":
// "providers" (or persons), "holdings" (of these), "holders", "pairs", "prefix", "leave_unknown", "rules",
// "released": [number], "values": number. Sees /in: pairs.parquet …, combinations.parquet,
// population.parquet, and in ledger/ what was released before: NUMBER.json, and atoms, places and knowledge
// of the newest. Writes /out/atoms.parquet, /out/places.parquet and /out/knowledge.bin, with each kind's
// prefix. Either may have "model": {"outcome", "family", "terms": [{"name", "factor"}]}; then the first
// writes no combinations.parquet. Result: the table, without any number that is not to be told.
#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/world.hpp"
#include "crypto/encoding.hpp"
#include "runner/jobs.hpp"
#include "runner/table.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

constexpr uint64_t record_bytes_max = 512u << 20;
constexpr const char* data_folder = "/data";
constexpr const char* in_folder = "/in";
constexpr const char* out_folder = "/out";

std::string text(const json::value& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}
std::vector<std::string> texts(const json::value& list) {
  std::vector<std::string> out;
  for (const json::value& item : list.as_array()) out.emplace_back(item.as_string());
  return out;
}

TableDimension::As as_of(std::string_view name) {
  using As = TableDimension::As;
  return name == "time" ? As::time : name == "event" ? As::event : As::value;
}

std::vector<TableDimension> dimensions_of(const json::value& from) {
  std::vector<TableDimension> out;
  for (const json::value& each : from.at("dimensions").as_array()) {
    out.push_back({text(each, "name"), text(each, "parent"), as_of(text(each, "as")),
                   each.at("width").to_number<double>(), each.at("until").to_number<double>()});
    if (const json::value* others = each.as_object().if_contains("others"))
      out.back().others = texts(*others);
  }
  return out;
}

std::string folder(const json::value& from, std::string_view name, const char* otherwise) {
  const json::value* found = from.as_object().if_contains(name);
  return found == nullptr ? otherwise : std::string(found->as_string());
}

TableEngine engine_of(const json::value& from) {
  return {from.at("memory_mib").to_number<uint64_t>(), from.at("threads").to_number<uint16_t>(),
          folder(from, "output", out_folder)};
}

std::optional<TableModel> model_of(const json::value& from) {
  const json::value* model = from.as_object().if_contains("model");
  if (model == nullptr) return std::nullopt;
  TableModel out{.outcome = text(*model, "outcome")};
  constexpr std::string_view families[] = {"gaussian", "binomial", "poisson"};
  const auto family = std::find(std::begin(families), std::end(families), text(*model, "family"));
  if (family == std::end(families)) throw std::invalid_argument("family");
  out.family = static_cast<regression::Family>(family - std::begin(families));
  for (const json::value& term : model->at("terms").as_array())
    out.terms.push_back({text(term, "name"), term.at("factor").as_bool()});
  return out;
}

TableQuestion question_of(const json::value& from) {
  TableQuestion out{.engine = engine_of(from)};
  out.sql = text(from, "sql"), out.user = text(from, "user"), out.unit = text(from, "unit");
  out.units = texts(from.at("units")), out.columns = texts(from.at("columns"));
  out.dimensions = dimensions_of(from);
  out.data = folder(from, "data", data_folder);
  for (const json::value& each : from.at("tables").as_array())
    out.versions[text(each, "name")] = each.at("version").to_number<int64_t>();
  out.model = model_of(from);
  out.unnamed = texts(from.at("unnamed")), out.contributor = text(from, "contributor");
  for (const json::value& other : from.at("others").as_array())
    out.others.push_back({texts(other.at("units")), text(other, "needed"), other.at("are_held").as_bool()});
  return out;
}

// A record of a release, as room safetable writes it.
Result<ReleasedTable> released_of(World& world, const Path& file, int64_t number, const TableJudgement& job) {
  const json::value record = json::parse(TRY(world.read_file(file, record_bytes_max)));
  ReleasedTable out{.number = number};
  for (const json::value& dimension : record.at("dimensions").as_array()) {
    std::vector<std::pair<std::string, std::string>> codes;
    for (const json::value& code : dimension.at("codes").as_array())
      codes.emplace_back(code.at(0).as_string(), code.at(1).as_string());
    out.dimensions.push_back(TRY(tabular::Hierarchy::of(codes)));
  }
  out.marks = text(record, "marks");
  const json::value* kind =
      record.as_object().if_contains("kind");  // not in records of before there were two
  if (job.holdings || job.providers != (kind != nullptr && kind->as_string() == "providers")) return out;
  for (const json::value& count : record.at("counts").as_array())
    out.published.push_back(count.is_null() ? -1 : count.to_number<double>());
  return out;
}

TableFigure figure_of(std::string_view name) {
  constexpr std::string_view names[] = {"sum",     "mean",  "percentile", "deviation", "minimum",
                                        "maximum", "ratio", "gini",       "mode"};
  for (size_t i = 0; i < std::size(names); ++i)
    if (names[i] == name) return static_cast<TableFigure>(i);
  throw std::invalid_argument("figure");
}

// What is each kind's own.
Result<void> read_kind(World& world, const json::value& from, TableJudgement& out) {
  out.providers = from.at("providers").as_bool();
  out.holdings = from.at("holdings").as_bool(), out.holders = text(from, "holders");
  out.pairs = text(from, "pairs"), out.prefix = text(from, "prefix");
  out.leave_unknown = from.at("leave_unknown").as_bool();
  const json::value& rules = from.at("rules");
  for (const auto& row : disclosure::parameter_rows())
    out.rules.values.set(row.parameter, rules.at(row.name).to_number<double>());
  out.rules.counts.threshold = out.rules.values.threshold();
  out.rules.counts.widened_cells_max =
      static_cast<size_t>(out.rules.values.at(disclosure::Parameter::counts_bounds_cells));
  out.values = from.at("values").to_number<int64_t>();
  for (const json::value& number : from.at("released").as_array()) {
    const auto id = number.to_number<int64_t>();
    out.released.push_back(
        TRY(released_of(world, Path(out.input) / "ledger" / (std::to_string(id) + ".json"), id, out)));
  }
  return {};
}

Result<TableJudgement> judgement_of(World& world, const json::value& from) {
  TableJudgement out{.engine = engine_of(from)};
  out.input = folder(from, "input", in_folder);
  out.number = from.at("number").to_number<int64_t>();
  out.dimensions = dimensions_of(from);
  out.columns = texts(from.at("columns"));
  out.model = model_of(from);
  for (const json::value& each : from.at("measures").as_array())
    out.measures.push_back({figure_of(text(each, "figure")), each.at("column").to_number<size_t>(),
                            each.at("by").to_number<size_t>(), each.at("percent").to_number<double>()});
  const TableJudgement common = out;
  for (const json::value& other : from.at("others").as_array()) {
    out.others.push_back(common);
    out.others.back().is_other = true;
    TRY(read_kind(world, other, out.others.back()));
  }
  TRY(read_kind(world, from, out));
  if (const json::value* base = from.as_object().if_contains("round")) {
    out.round = base->to_number<uint64_t>();
    const auto key = crypto::from_hex(text(from, "round_key"));
    if (out.round == 0 || !key || key->empty())
      return defect("build.bad_document", {{"reason", "round_key"}});
    out.round_key = *key;
  }
  return out;
}

json::array codes_of(const tabular::Hierarchy& dimension) {
  json::array codes;
  for (size_t i = 0; i < dimension.size(); ++i)
    codes.push_back(
        json::array{dimension.code(i), i == 0 ? std::string() : dimension.code(dimension.parent(i))});
  return codes;
}

json::value number_or_null(double value, bool told) {
  return told && std::isfinite(value) ? json::value(value) : json::value(nullptr);
}

json::object json_of(const JudgedModel& model) {
  json::array rows, figures;
  for (const JudgedModel::Row& row : model.rows)
    rows.push_back(json::object{{"term", row.term},
                                {"level", row.level},
                                {"other", row.is_other},
                                {"reference", row.is_reference},
                                {"persons", row.persons},
                                {"events", number_or_null(row.events, row.events >= 0)},
                                {"estimate", row.estimate},
                                {"unit", row.unit},
                                {"error", row.error},
                                {"error_unit", row.error_unit}});
  for (const JudgedModel::Figure& figure : model.figures)
    figures.push_back(json::object{{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}});
  return {{"rows", std::move(rows)},
          {"persons", model.persons},
          {"events", number_or_null(model.events, model.events >= 0)},
          {"freedom", model.freedom},
          {"figures", std::move(figures)}};
}

std::string result_of(const JudgedTable& table) {
  json::array dimensions, counts, because, figures;
  for (const tabular::Hierarchy& dimension : table.dimensions)
    dimensions.push_back(json::object{{"codes", codes_of(dimension)}});
  for (size_t cell = 0; cell < table.counts.size(); ++cell) {
    const auto mark = static_cast<TableMark>(table.marks[cell]);
    if (mark == TableMark::open) {
      counts.emplace_back(static_cast<int64_t>(table.counts[cell]));
    } else {
      counts.emplace_back(nullptr);
    }
    if (mark == TableMark::secondary) because.push_back(json::array{cell, table.because_of[cell]});
  }
  for (const auto& values : table.figures) {
    json::array& list = figures.emplace_back(json::array()).as_array();
    for (const double value : values) list.push_back(number_or_null(value, true));
  }
  json::object out{{"dimensions", std::move(dimensions)},
                   {"marks", table.marks},
                   {"counts", std::move(counts)},
                   {"because_of", std::move(because)},
                   {"figures", std::move(figures)},
                   {"facts_before", table.facts_before},
                   {"facts", table.facts},
                   {"lost", table.lost},
                   {"has_values", table.has_values}};
  json::array& others = out["others"].emplace_array();
  for (const JudgedTable::Other& each : table.others)
    others.push_back(json::object{{"facts", each.facts}, {"has_values", each.has_values}});
  if (table.model) out["model"] = json_of(*table.model);
  return json::serialize(out);
}

std::string counted_of(const CountedUnits& units) {
  return json::serialize(json::object{{"unit", units.unit},
                                      {"others", json::array(units.others.begin(), units.others.end())},
                                      {"contributor", units.contributor}});
}

Result<std::string> run(const json::value& from) {
  World& world = real_world();
  const TableEngine engine = engine_of(from);
  std::error_code error;
  std::filesystem::create_directories(engine.output + "/temporary", error);
  if (error) return system_error("create folders in " + engine.output, error.value());
  if (text(from, "task") == "count") return counted_of(TRY(count_table(world, question_of(from))));
  return result_of(TRY(judge_table(world, TRY(judgement_of(world, from)))));
}

}  // namespace

Result<std::string> table(std::string_view document) {
  try {
    return run(json::parse(document));
  } catch (const std::exception& error) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("build.bad_document", {{"reason", error.what()}});
  }
}

}  // namespace fvm::runner
