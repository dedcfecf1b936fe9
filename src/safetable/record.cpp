#include "safetable/record.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "safetable/model.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

constexpr std::string_view figure_names[] = {"sum",     "mean",  "percentile", "deviation", "minimum",
                                             "maximum", "ratio", "gini",       "mode"};
constexpr std::string_view kind_names[] = {"persons", "providers", "holdings"};
constexpr std::string_view as_names[] = {"value", "time", "event"};
constexpr std::string_view percent_names[] = {"", "row", "column", "total"};

std::string text(const json::value& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}

json::array codes_of(const TableDimension& dimension) {
  json::array out;
  for (const Code& code : dimension.codes) out.push_back(json::array{code.code, code.parent});
  return out;
}
std::vector<Code> read_codes(const json::value& list) {
  std::vector<Code> out;
  for (const json::value& each : list.as_array())
    out.push_back({std::string(each.at(0).as_string()), std::string(each.at(1).as_string())});
  return out;
}

template <class T>
json::array numbers(const std::vector<std::optional<T>>& list) {
  json::array out;
  for (const auto& each : list) out.push_back(each ? json::value(*each) : json::value(nullptr));
  return out;
}
template <class T>
std::vector<std::optional<T>> read_numbers(const json::value& list) {
  std::vector<std::optional<T>> out;
  for (const json::value& each : list.as_array())
    out.push_back(each.is_null() ? std::nullopt : std::optional<T>(each.to_number<T>()));
  return out;
}

json::object rules_json(const Rules& rules) {
  json::object out;
  for (const auto& row : disclosure::parameter_rows()) out[row.name] = rules.at(row.parameter);
  return out;
}

json::object to_json(const ValuesKept& values) {
  return {{"table", values.table},
          {"atoms_sha256", values.atoms_sha256},
          {"knowledge_sha256", values.knowledge_sha256}};
}
ValuesKept read_values(const json::value& from) {
  return {from.at("table").to_number<int64_t>(), text(from, "atoms_sha256"), text(from, "knowledge_sha256")};
}

json::object to_json(const KindKept& kept) {
  return {{"tables", json::array(kept.tables.begin(), kept.tables.end())},
          {"threshold", kept.threshold},
          {"atoms_sha256", kept.atoms_sha256},
          {"places_sha256", kept.places_sha256},
          {"knowledge_sha256", kept.knowledge_sha256},
          {"values", to_json(kept.values)}};
}
KindKept read_kept(const json::value& from) {
  KindKept out;
  for (const json::value& table : from.at("tables").as_array())
    out.tables.push_back(table.to_number<int64_t>());
  out.threshold = from.at("threshold").to_number<double>();
  out.atoms_sha256 = text(from, "atoms_sha256"), out.places_sha256 = text(from, "places_sha256"),
  out.knowledge_sha256 = text(from, "knowledge_sha256");
  out.values = read_values(from.at("values"));
  return out;
}

// A rule that is younger than the record: its default.
void read_rules(const json::value& from, Rules& rules) {
  for (const auto& row : disclosure::parameter_rows())
    if (const json::value* value = from.as_object().if_contains(row.name))
      rules.set(row.parameter, value->to_number<double>());
}

json::array to_json(const std::vector<OtherUnits>& others) {
  json::array out;
  for (const OtherUnits& each : others)
    out.push_back(json::object{{"kind", name_of(each.kind)},
                               {"unit", each.unit},
                               {"rules", rules_json(each.rules)},
                               {"facts", each.facts}});
  return out;
}

UnitKind read_kind(const json::value& from) {
  const auto kind = kind_named(text(from, "kind"));
  if (!kind) throw std::invalid_argument("kind");
  return *kind;
}

// Not in records of before there were other units than persons.
void read_units(const json::object& from, Record& record) {
  if (!from.contains("kind")) return;
  record.kind = read_kind(from);
  record.providers = read_kept(from.at("providers"));
  // Nor in those of before there were holdings.
  if (const json::value* holdings = from.if_contains("holdings")) record.holdings = read_kept(*holdings);
  for (const json::value& each : from.at("others").as_array()) {
    OtherUnits& other =
        record.others.emplace_back(OtherUnits{read_kind(each), text(each, "unit"), {}, 0, false});
    read_rules(each.at("rules"), other.rules);
    other.facts = each.at("facts").to_number<size_t>();
  }
}

json::object about(const Record& record) {
  json::array data, outputs, measures;
  json::object merged;
  for (const auto& [name, codes] : record.merged) merged[name] = json::array(codes.begin(), codes.end());
  for (const DataVersion& each : record.data)
    data.push_back(json::object{
        {"table", each.table}, {"version", each.version}, {"mirror_version", each.mirror_version}});
  for (const Output& each : record.outputs)
    outputs.push_back(json::object{{"format", each.format}, {"sha256", each.sha256}});
  for (const Measure& each : record.measures)
    measures.push_back(json::object{{"figure", name_of(each.figure)},
                                    {"column", each.column},
                                    {"percent", each.percent},
                                    {"by", each.by}});
  return {{"table", record.number},
          {"project", record.project},
          {"project_title", record.project_title},
          {"cvr", record.cvr},
          {"authority", record.authority},
          {"author", record.author},
          {"asked", to_text(record.asked)},
          {"sql", record.sql},
          {"unit", record.unit},
          {"count", record.count},
          {"kind", name_of(record.kind)},
          {"others", to_json(record.others)},
          {"providers", to_json(record.providers)},
          {"holdings", to_json(record.holdings)},
          {"title", record.title},
          {"project_version", record.project_version},
          {"data", std::move(data)},
          {"rules", rules_json(record.rules)},
          {"merged", std::move(merged)},
          {"coarser_than", record.coarser_than},
          {"coarser_how", record.coarser_how},
          {"round", record.round},
          {"row_dimensions", record.row_dimensions},
          {"measures", std::move(measures)},
          {"percent", name_of(record.percent)},
          {"outputs", std::move(outputs)},
          {"values", to_json(record.values)}};
}

Dimension read_dimension(const json::value& from) {
  const auto as = std::find(std::begin(as_names), std::end(as_names), text(from, "as"));
  if (as == std::end(as_names)) throw std::invalid_argument("as");
  return {text(from, "name"), text(from, "parent"), static_cast<Dimension::As>(as - std::begin(as_names)),
          from.at("width").to_number<double>(), from.at("until").to_number<double>()};
}

// Not in records of the first versions.
void read_alternative(const json::object& from, Record& record) {
  if (const json::value* values = from.if_contains("values")) record.values = read_values(*values);
  if (!from.contains("round")) return;
  record.round = from.at("round").to_number<uint64_t>();
  record.coarser_than = from.at("coarser_than").to_number<int64_t>();
  record.coarser_how = std::string(from.at("coarser_how").as_string());
  for (const auto& [name, codes] : from.at("merged").as_object())
    for (const json::value& code : codes.as_array()) record.merged[name].emplace_back(code.as_string());
}

void read_about(const json::value& from, Record& record) {
  record.number = from.at("table").to_number<int64_t>();
  record.project = text(from, "project"), record.project_title = text(from, "project_title");
  record.cvr = text(from, "cvr"), record.authority = text(from, "authority"),
  record.author = text(from, "author");
  if (const auto asked = parse_time(text(from, "asked")); asked.ok()) record.asked = *asked;
  record.sql = text(from, "sql"), record.unit = text(from, "unit");
  record.count = text(from, "count"), record.title = text(from, "title");
  record.project_version = from.at("project_version").to_number<int64_t>();
  for (const json::value& each : from.at("data").as_array())
    record.data.push_back({text(each, "table"), each.at("version").to_number<int64_t>(),
                           each.at("mirror_version").to_number<int64_t>()});
  read_rules(from.at("rules"), record.rules);
  read_units(from.as_object(), record);
  read_alternative(from.as_object(), record);
  if (const json::value* model = from.as_object().if_contains("model"))
    record.model = Model{.asked = read_model_asked(*model)};
  record.row_dimensions = from.at("row_dimensions").to_number<size_t>();
  record.percent = percent_named(text(from, "percent")).value_or(Percent::none);
  for (const json::value& each : from.at("measures").as_array()) {
    const auto found = std::find(std::begin(figure_names), std::end(figure_names), text(each, "figure"));
    if (found == std::end(figure_names)) throw std::invalid_argument("figure");
    record.measures.push_back({static_cast<Figure>(found - std::begin(figure_names)), text(each, "column"),
                               each.at("percent").to_number<double>(), text(each, "by")});
  }
  for (const json::value& each : from.at("outputs").as_array())
    record.outputs.push_back({text(each, "format"), text(each, "sha256")});
}

void read_cells(const json::value& from, Record& record) {
  const json::array& dimensions = from.at("dimensions").as_array();
  record.dimensions.resize(std::max(record.dimensions.size(), dimensions.size()));
  for (size_t i = 0; i < dimensions.size(); ++i)
    record.dimensions[i].codes = read_codes(dimensions[i].at("codes"));
  record.marks = text(from, "marks");
  record.counts = read_numbers<int64_t>(from.at("counts"));
  record.figures.clear();
  for (const json::value& each : from.at("figures").as_array())
    record.figures.push_back(read_numbers<double>(each));
  for (const json::value& each : from.at("because_of").as_array())
    record.because_of[each.at(0).to_number<size_t>()] = each.at(1).to_number<int64_t>();
  record.facts_before = from.at("facts_before").to_number<size_t>();
  record.facts = from.at("facts").to_number<size_t>();
  record.lost = from.at("lost").to_number<size_t>();
  const json::value* has_values = from.as_object().if_contains("has_values");
  record.has_values = has_values != nullptr && has_values->as_bool();
  if (record.model) read_model_figures(from.at("model"), *record.model);
}

// Every list has one place for each cell, and a number exactly where the mark says so.
bool is_whole(const Record& record) {
  const size_t cells = Cells(record).size();
  if (record.marks.size() != cells || record.counts.size() != cells) return false;
  if (record.figures.size() != record.measures.size()) return false;
  for (const auto& figures : record.figures)
    if (figures.size() != cells) return false;
  for (size_t cell = 0; cell < cells; ++cell) {
    if (std::string_view("ofds").find(record.marks[cell]) == std::string_view::npos) return false;
    if (record.model && record.mark(cell) != Mark::open) return false;
    const bool open = record.mark(cell) == Mark::open;
    if (open != record.counts[cell].has_value()) return false;
    for (const auto& figures : record.figures)
      if (!open && figures[cell]) return false;
  }
  return std::none_of(
      record.dimensions.begin(), record.dimensions.end(), [](const TableDimension& dimension) {
        return dimension.codes.empty() || std::any_of(dimension.codes.begin(), dimension.codes.end(),
                                                      [](const Code& code) { return code.code.empty(); });
      });
}

}  // namespace

std::string_view name_of(UnitKind kind) {
  return kind_names[static_cast<size_t>(kind)];
}
std::optional<UnitKind> kind_named(std::string_view name) {
  for (const UnitKind kind : {UnitKind::persons, UnitKind::providers, UnitKind::holdings})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

std::string_view name_of(Figure figure) {
  return figure_names[static_cast<size_t>(figure)];
}

std::string_view name_of(Dimension::As as) {
  return as_names[static_cast<size_t>(as)];
}
std::string_view name_of(Percent percent) {
  return percent_names[static_cast<size_t>(percent)];
}
std::optional<Percent> percent_named(std::string_view name) {
  for (size_t i = 0; i < std::size(percent_names); ++i)
    if (percent_names[i] == name) return static_cast<Percent>(i);
  return std::nullopt;
}

std::string to_json(const Record& record) {
  json::object out = about(record);
  json::array dimensions, because, figures;
  for (const TableDimension& each : record.dimensions)
    dimensions.push_back(json::object{{"name", each.named.name},
                                      {"parent", each.named.parent},
                                      {"as", name_of(each.named.as)},
                                      {"width", each.named.width},
                                      {"until", each.named.until},
                                      {"codes", codes_of(each)}});
  for (const auto& [cell, number] : record.because_of) because.push_back(json::array{cell, number});
  for (const auto& each : record.figures) figures.push_back(numbers(each));
  out["dimensions"] = std::move(dimensions);
  out["marks"] = record.marks;
  out["counts"] = numbers(record.counts);
  out["figures"] = std::move(figures);
  out["because_of"] = std::move(because);
  if (record.model) out["model"] = to_json(*record.model);
  out["facts_before"] = record.facts_before, out["facts"] = record.facts, out["lost"] = record.lost;
  return json::serialize(out);
}

Result<Record> record_of_json(std::string_view from) {
  const auto damaged = surroundings("table.ledger_damaged", {{"what", "record"}});
  try {
    const json::value parsed = json::parse(from);
    Record record;
    read_about(parsed, record);
    for (const json::value& each : parsed.at("dimensions").as_array())
      record.dimensions.push_back({read_dimension(each), {}});
    read_cells(parsed, record);
    if (!is_whole(record)) return damaged;
    return record;
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return damaged;
  }
}

Result<void> read_result(std::string_view from, Record& record) {
  const size_t dimensions = record.dimensions.size();
  try {
    const json::value result = json::parse(from);
    read_cells(result, record);
    const json::array& others = result.at("others").as_array();
    for (size_t i = 0; i < record.others.size(); ++i) {
      record.others[i].facts = others.at(i).at("facts").to_number<size_t>();
      record.others[i].has_values = others.at(i).at("has_values").as_bool();
    }
    if (record.dimensions.size() == dimensions && is_whole(record)) return {};
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
  }
  return defect("table.bad_result");
}

}  // namespace fvm::safetable
