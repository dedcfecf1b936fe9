#include "fvm/table_views.hpp"

#include <boost/json.hpp>

#include "safetable/explain.hpp"
#include "safetable/output.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using safetable::Record;

json::object summary(const Record& record) {
  json::array outputs;
  for (const safetable::Output& each : record.outputs)
    outputs.push_back(json::object{{"format", each.format}, {"sha256", each.sha256}});
  return {{"table", record.number},
          {"title", record.title},
          {"asked", to_text(record.asked)},
          {"author", record.author},
          {"cells", record.marks.size()},
          {"hidden", record.hidden()},
          {"facts_before", record.facts_before},
          {"facts", record.facts},
          {"given_away_before", record.lost},
          {"project_version", record.project_version},
          {"outputs", std::move(outputs)}};
}

json::object explained(const safetable::Explanation& explanation) {
  return {{"cell", explanation.cell},
          {"status", explanation.is_open ? "open" : "hidden"},
          {"reason", explanation.reason},
          {"published", json::array(explanation.published.begin(), explanation.published.end())}};
}

}  // namespace

Result<std::string> table_json(const Record& record, const std::string& cell, Language language) {
  json::object out = json::parse(TRY(safetable::write_document(record, "json", language))).as_object();
  for (const auto& [name, value] : summary(record)) out.emplace(name, value);  // its cells stay
  if (!cell.empty()) out["explanation"] = explained(TRY(safetable::explain(record, cell, language)));
  return json::serialize(out);
}

Result<void> print_explanation(const Context& context, const Record& record, const std::string& cell) {
  const auto explanation = TRY(safetable::explain(record, cell, context.language));
  print(explanation.cell + ": " + explanation.reason);
  for (const std::string& each : explanation.published)
    print(message(context.language, "safetable.coarser", {{"cell", each}}));
  return {};
}

Result<void> print_ledger(const Context& context, const std::string& project,
                          const std::vector<Record>& records) {
  if (context.json) {
    json::array tables;
    for (const Record& record : records) tables.push_back(summary(record));
    print(json::serialize(json::object{{"project", project}, {"tables", std::move(tables)}}));
    return {};
  }
  for (const Record& record : records)
    print(message(context.language, "safetable.line",
                  {{"table", std::to_string(record.number)},
                   {"date", to_text(record.asked).substr(0, 10)},
                   {"author", record.author},
                   {"title", record.title},
                   {"cells", std::to_string(record.marks.size())},
                   {"hidden", std::to_string(record.hidden())},
                   {"before", std::to_string(record.facts_before)},
                   {"facts", std::to_string(record.facts)}}));
  say(context, "safetable.summary", {{"tables", std::to_string(records.size())}, {"project", project}});
  return {};
}

}  // namespace fvm::cli
