#include "fvm/table_views.hpp"

#include "safetable/explain.hpp"
#include "safetable/view.hpp"

namespace fvm::cli {

using safetable::Record;

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
    print(safetable::list_json(project, records));
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
