#include "safetable/explain.hpp"

#include <algorithm>
#include <set>

#include "safetable/output.hpp"
#include "safetable/rules.hpp"

namespace fvm::safetable {
namespace {

size_t code_named(const TableDimension& dimension, std::string_view value, Language language) {
  for (size_t i = 0; i < dimension.codes.size(); ++i)
    if (label_of(dimension, i, language) == value) return i;
  return dimension.codes.size();
}

Result<std::vector<size_t>> codes_of(const Record& record, std::string_view cell, Language language) {
  std::vector<size_t> codes(record.dimensions.size(), 0);
  while (!cell.empty()) {
    const std::string_view part = cell.substr(0, cell.find(','));
    cell.remove_prefix(std::min(cell.size(), part.size() + 1));
    const size_t sign = part.find('=');
    if (sign == std::string_view::npos) return usage("table.cell_unreadable", {{"cell", std::string(part)}});
    const auto named =
        std::find_if(record.dimensions.begin(), record.dimensions.end(), [&](const TableDimension& each) {
          return each.named.name == part.substr(0, sign) ||
                 (!each.named.parent.empty() && each.named.parent == part.substr(0, sign));
        });
    if (named == record.dimensions.end())
      return usage("table.cell_unreadable", {{"cell", std::string(part)}});
    const size_t code = code_named(*named, part.substr(sign + 1), language);
    if (code == named->codes.size())
      return record.round > 0
                 ? usage("table.cell_unknown_rounded",
                         {{"cell", std::string(part)}, {"named", std::to_string(2 * record.round)}})
                 : usage("table.cell_unknown",
                         {{"cell", std::string(part)}, {"few", few_of(record, language)}});
    codes[static_cast<size_t>(named - record.dimensions.begin())] = code;
  }
  return codes;
}

std::string text_of(const Record& record, const std::vector<size_t>& codes, Language language) {
  std::string out;
  for (size_t i = 0; i < codes.size(); ++i)
    out += (i == 0 ? "" : ", ") + record.dimensions[i].named.name + " = " +
           label_of(record.dimensions[i], codes[i], language);
  return out;
}

// The same for every hidden cell: what hides a single one is known only inside.
std::string reason_of(const Record& record, Language language) {
  std::string reason = message(language, "safetable.is_hidden", {{"few", few_of(record, language)}});
  if (record.rules.at(disclosure::Parameter::counts_whole_group) != 0)
    reason += " " + message(language, "safetable.is_hidden_group");
  std::set<int64_t> because;
  for (const auto& [cell, table] : record.because_of) because.insert(table);
  std::string tables;
  for (const int64_t table : because) {
    if (table == 0) continue;  // its own
    tables += tables.empty() ? "" : ", ";
    tables += table < 0 ? message(language, "safetable.several_tables") : std::to_string(table);
  }
  if (!tables.empty()) reason += " " + message(language, "safetable.is_hidden_with", {{"tables", tables}});
  return reason;
}

}  // namespace

std::string why_hidden(const Record& record, Language language) {
  return record.hidden() == 0 ? std::string() : reason_of(record, language);
}

Result<Explanation> explain(const Record& record, const std::string& cell, Language language) {
  const Cells cells(record);
  const auto codes = TRY(codes_of(record, cell, language));
  const size_t at = cells.at(codes);
  Explanation out{text_of(record, codes, language), record.mark(at) == Mark::open, {}, {}};
  out.reason = record.round > 0
                   ? message(language, "safetable.is_rounded", {{"base", std::to_string(record.round)}})
               : out.is_open ? message(language, "safetable.is_open")
                             : reason_of(record, language);
  if (out.is_open) return out;
  for (size_t i = 0; i < codes.size(); ++i) {
    auto coarser = codes;
    while (coarser[i] != 0) {
      coarser[i] = cells.parent(i, coarser[i]);
      if (record.mark(cells.at(coarser)) != Mark::open) continue;
      out.published.push_back(text_of(record, coarser, language));
      break;
    }
  }
  return out;
}

}  // namespace fvm::safetable
