#include "fvm/table_views.hpp"

#include "safetable/explain.hpp"
#include "safetable/view.hpp"

namespace fvm::cli {

using safetable::Record;

std::string ending_of(const std::string& file) {
  const std::string ending = Path(file).extension().string();
  return ending.empty() ? ending : ending.substr(1);
}

Result<void> print_explanation(const Context& context, const Record& record, const std::string& cell) {
  const auto explanation = TRY(safetable::explain(record, cell, context.language));
  print(explanation.cell + ": " + explanation.reason);
  for (const std::string& each : explanation.published)
    print(message(context.language, "safetable.coarser", {{"cell", each}}));
  return {};
}

Result<void> print_ledger(const Context& context, const std::string& project,
                          const std::vector<Record>& records, const std::vector<safetable::Recall>& recalls) {
  if (context.json) {
    print(safetable::list_json(project, records, recalls));
    return {};
  }
  for (const Record& record : records) {
    print(message(context.language, "safetable.line",
                  {{"table", std::to_string(record.number)},
                   {"date", to_text(record.asked).substr(0, 10)},
                   {"author", record.author},
                   {"title", record.title},
                   {"cells", std::to_string(record.marks.size())},
                   {"hidden", std::to_string(record.hidden())},
                   {"before", std::to_string(record.facts_before)},
                   {"facts", std::to_string(record.facts)}}));
    if (const safetable::Recall* recall = safetable::recall_of(recalls, record.number))
      print(message(
          context.language, "safetable.recalled_line",
          {{"date", to_text(recall->at).substr(0, 10)}, {"who", recall->who}, {"reason", recall->reason}}));
  }
  say(context, "safetable.summary", {{"tables", std::to_string(records.size())}, {"project", project}});
  return {};
}

}  // namespace fvm::cli
