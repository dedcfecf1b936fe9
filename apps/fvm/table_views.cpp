#include "fvm/table_views.hpp"

#include <boost/json.hpp>

#include "safetable/explain.hpp"
#include "safetable/view.hpp"

namespace fvm::cli {

namespace json = boost::json;
using safetable::Record;

std::string ending_of(const std::string& file) {
  const std::string ending = Path(file).extension().string();
  return ending.empty() ? ending : ending.substr(1);
}

namespace {

std::string listed(Language language, const std::vector<int64_t>& tables) {
  std::string out;
  for (const int64_t table : tables)
    out += (out.empty() ? "" : ", ") +
           (table < 0 ? message(language, "safetable.several_tables") : std::to_string(table));
  return out;
}

void print_outside(const Context& context, const std::string& project,
                   const std::vector<safetable::OutsideFile>& outside) {
  size_t elsewhere = 0;
  for (const safetable::OutsideFile& file : outside) {
    elsewhere += file.project != project;
    if (file.project != project) continue;
    print(message(context.language, "safetable.outside_line",
                  {{"release", file.release},
                   {"file", file.name},
                   {"tables", std::to_string(file.tables)},
                   {"date", to_text(file.sent).substr(0, 10)}}));
    if (!file.same_as.empty())
      print("  " + message(context.language, "release.same_as",
                           {{"tables", listed(context.language, file.same_as)}}));
  }
  if (elsewhere > 0)
    print(message(context.language, "safetable.outside_elsewhere", {{"files", std::to_string(elsewhere)}}));
}

}  // namespace

void print_calls(const Context& context, const std::vector<safetable::Call>& calls) {
  json::array all;
  for (const safetable::Call& call : calls) {
    all.push_back(json::object{{"table", call.table},
                               {"cell", call.cell},
                               {"along", call.along},
                               {"missing", call.missing},
                               {"persons", call.persons}});
    if (context.json) continue;
    print(message(context.language, "safetable.call_line",
                  {{"table", std::to_string(call.table)},
                   {"cell", call.cell},
                   {"along", call.along},
                   {"persons", std::to_string(call.persons)},
                   {"hidden", std::to_string(call.missing + 1)},
                   {"missing", std::to_string(call.missing)}}));
  }
  if (context.json) print(json::serialize(json::object{{"closest", std::move(all)}}));
}

namespace {

constexpr std::string_view damage_texts[] = {"safetable.damage_record",    "safetable.damage_contents",
                                             "safetable.damage_atoms",     "safetable.damage_places",
                                             "safetable.damage_chain",     "safetable.damage_missing",
                                             "safetable.damage_knowledge", "safetable.damage_values"};

}  // namespace

void print_verified(const Context& context, const safetable::Verified& verified) {
  json::array damages;
  for (const safetable::Damage& damage : verified.damages) {
    damages.push_back(json::object{
        {"kind", safetable::name_of(damage.kind)}, {"table", damage.table}, {"what", damage.what}});
    if (!context.json)
      print(message(context.language, damage_texts[static_cast<size_t>(damage.kind)],
                    {{"table", std::to_string(damage.table)}, {"what", damage.what}}));
  }
  if (context.json)
    return print(json::serialize(json::object{{"tables", verified.tables},
                                              {"files", verified.files},
                                              {"recalled", verified.recalled},
                                              {"events", verified.events},
                                              {"damages", std::move(damages)}}));
  if (damages.empty())
    say(context, "safetable.verified",
        {{"tables", std::to_string(verified.tables)},
         {"files", std::to_string(verified.files)},
         {"recalled", std::to_string(verified.recalled)},
         {"events", std::to_string(verified.events)}});
}

Result<void> print_explanation(const Context& context, const Record& record, const std::string& cell) {
  const auto explanation = TRY(safetable::explain(record, cell, context.language));
  print(explanation.cell + ": " + explanation.reason);
  for (const std::string& each : explanation.would_tell) print("  " + each);
  for (const std::string& each : explanation.published)
    print(message(context.language, "safetable.coarser", {{"cell", each}}));
  return {};
}

void print_table_line(const Context& context, const Record& record,
                      const std::vector<safetable::Recall>& recalls) {
  print(message(context.language, "safetable.line",
                {{"table", std::to_string(record.number)},
                 {"date", to_text(record.asked).substr(0, 10)},
                 {"author", record.author},
                 {"title", record.title},
                 {"cells", std::to_string(record.marks.size())},
                 {"hidden", std::to_string(record.hidden())},
                 {"before", std::to_string(record.facts_before)},
                 {"facts", std::to_string(record.facts)}}));
  if (const auto others = safetable::combines_with(record); !others.empty())
    print(
        message(context.language, "safetable.combines_line", {{"tables", listed(context.language, others)}}));
  if (const safetable::Recall* recall = safetable::recall_of(recalls, record.number))
    print(message(
        context.language, "safetable.recalled_line",
        {{"date", to_text(recall->at).substr(0, 10)}, {"who", recall->who}, {"reason", recall->reason}}));
}

Result<void> print_ledger(const Context& context, const std::string& project,
                          const std::vector<Record>& records, const std::vector<safetable::Recall>& recalls,
                          const std::vector<safetable::OutsideFile>& outside) {
  if (context.json) {
    print(safetable::list_json(project, records, recalls, outside));
    return {};
  }
  size_t published = 0, facts = 0;
  for (const Record& record : records) {
    published += safetable::published_cells(record), facts = record.facts;
    print_table_line(context, record, recalls);
  }
  print_outside(context, project, outside);
  say(context, "safetable.rank",
      {{"facts", std::to_string(facts)}, {"published", std::to_string(published)}});
  say(context, "safetable.summary", {{"tables", std::to_string(records.size())}, {"project", project}});
  return {};
}

}  // namespace fvm::cli
