#include "safetable/view.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "safetable/closest.hpp"
#include "safetable/coarsen.hpp"
#include "safetable/groups.hpp"
#include "safetable/output.hpp"
#include "safetable/record.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

json::array numbers(const std::vector<int64_t>& list) {
  return json::array(list.begin(), list.end());
}

json::object summary(const Record& record) {
  json::array outputs;
  for (const Output& each : record.outputs)
    outputs.push_back(json::object{{"format", each.format}, {"sha256", each.sha256}});
  return {{"table", record.number},
          {"title", record.title},
          {"asked", to_text(record.asked)},
          {"author", record.author},
          {"cells", record.marks.size()},
          {"hidden", record.hidden()},
          {"round", record.round},
          {"coarser_than", record.coarser_than},
          {"facts_before", record.facts_before},
          {"facts", record.facts},
          {"given_away_before", record.lost},
          {"project_version", record.project_version},
          {"published", published_cells(record)},
          {"combines_with", numbers(combines_with(record))},
          {"outputs", std::move(outputs)}};
}

json::object explained(const Explanation& explanation) {
  return {{"cell", explanation.cell},
          {"status", explanation.is_open ? "open" : "hidden"},
          {"reason", explanation.reason},
          {"would_tell", json::array(explanation.would_tell.begin(), explanation.would_tell.end())},
          {"published", json::array(explanation.published.begin(), explanation.published.end())}};
}

json::value to_json(const Recall* recall) {
  if (recall == nullptr) return nullptr;
  return json::object{{"at", to_text(recall->at)}, {"who", recall->who}, {"reason", recall->reason}};
}

json::object to_json(const OutsideFile& file) {
  return {{"release", file.release},          {"file", file.name},
          {"position", file.position},        {"sha256", file.sha256},
          {"sent", to_text(file.sent)},       {"tables", file.tables},
          {"same_as", numbers(file.same_as)}, {"in_exact_audit", false}};
}

}  // namespace

Result<std::string> table_json(const Record& record, const std::string& cell, Language language) {
  json::object out = json::parse(TRY(write_document(record, "json", language))).as_object();
  for (const auto& [name, value] : summary(record)) out.emplace(name, value);  // its cells stay
  json::array dimensions, figures, sizes;
  for (const TableDimension& each : record.dimensions) {
    dimensions.emplace_back(each.named.name);
    sizes.emplace_back(each.codes.size());  // the total first; the last dimension of the cells runs fastest
  }
  out.emplace("sizes", std::move(sizes));
  if (record.percent != Percent::none) figures.emplace_back(percent_name(record, language));
  for (const Measure& each : record.measures) figures.emplace_back(figure_name(each, record.rules, language));
  out.emplace("dimensions", std::move(dimensions));
  out.emplace("count", record.count);
  out.emplace("kind", name_of(record.kind));
  json::array& units = out["units"].emplace_array();
  const auto add = [&](UnitKind kind, const std::string& column, const Rules& rules, size_t facts) {
    units.push_back(json::object{
        {"kind", name_of(kind)}, {"column", column}, {"threshold", rules.threshold()}, {"facts", facts}});
  };
  add(record.kind, record.unit, record.rules, record.facts);
  for (const OtherUnits& other : record.others)
    if (!other.unit.empty()) add(other.kind, other.unit, other.rules, other.facts);
  out.emplace("cells_in_all", record.marks.size());
  out.emplace("figures", std::move(figures));
  out.emplace("why_hidden", why_hidden(record, language));
  if (has_many_hidden(record))
    if (const auto choice = coarser(record))
      out["coarser"] = json::object{
          {"ask", text_of(record, *choice, language)}, {"open", choice->open}, {"hidden", choice->hidden}};
  if (!cell.empty()) out["explanation"] = explained(TRY(explain(record, cell, language)));
  return json::serialize(out);
}

std::string explanation_json(const Record& record, const Explanation& explanation) {
  json::object out = explained(explanation);
  out["table"] = record.number;
  return json::serialize(out);
}

const Recall* recall_of(const std::vector<Recall>& recalls, int64_t table) {
  const auto found =
      std::find_if(recalls.begin(), recalls.end(), [&](const Recall& each) { return each.table == table; });
  return found == recalls.end() ? nullptr : &*found;
}

std::string list_json(const std::string& project, const std::vector<Record>& records,
                      const std::vector<Recall>& recalls, const std::vector<OutsideFile>& outside) {
  json::array tables;
  for (const Record& record : records) {
    tables.push_back(summary(record));
    tables.back().as_object()["recalled"] = to_json(recall_of(recalls, record.number));
  }
  json::array files;
  for (const OutsideFile& file : outside)
    if (file.project == project) files.push_back(to_json(file));
  const size_t elsewhere = outside.size() - files.size();
  return json::serialize(json::object{{"project", project},
                                      {"tables", std::move(tables)},
                                      {"outside", std::move(files)},
                                      {"outside_elsewhere", elsewhere}});
}

}  // namespace fvm::safetable
