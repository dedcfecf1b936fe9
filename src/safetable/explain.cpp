#include "safetable/explain.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "safetable/output.hpp"
#include "safetable/rules.hpp"
#include "safetable/would_tell.hpp"

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

// The nearest coarser cells that are open: one dimension at a time, then several.
std::vector<std::string> open_above(const Record& record, const Cells& cells,
                                    const std::vector<size_t>& codes, Language language) {
  constexpr size_t told_max = 8;
  std::vector<std::string> out;
  std::vector<std::vector<size_t>> found;
  std::deque<std::vector<size_t>> next{codes};
  std::set<std::vector<size_t>> seen{codes};
  const auto is_above = [&](const std::vector<size_t>& coarse, std::vector<size_t> fine) {
    for (size_t i = 0; i < fine.size(); ++i) {
      while (fine[i] != coarse[i] && fine[i] != 0) fine[i] = cells.parent(i, fine[i]);
      if (fine[i] != coarse[i]) return false;
    }
    return true;
  };
  for (; !next.empty() && out.size() < told_max; next.pop_front()) {
    if (std::ranges::any_of(found, [&](const auto& open) { return is_above(next.front(), open); })) continue;
    if (record.mark(cells.at(next.front())) == Mark::open) {
      found.push_back(next.front());
      out.push_back(text_of_cell(record, next.front(), language));
      continue;
    }
    for (size_t i = 0; i < codes.size(); ++i) {
      auto coarser = next.front();
      coarser[i] = cells.parent(i, coarser[i]);
      if (seen.insert(coarser).second) next.push_back(std::move(coarser));
    }
  }
  return out;
}

}  // namespace

std::string why_hidden(const Record& record, Language language) {
  return record.hidden() == 0 ? std::string() : reason_of(record, language);
}

Result<Explanation> explain(const Record& record, const std::string& cell, Language language) {
  const Cells cells(record);
  const auto codes = TRY(codes_of(record, cell, language));
  const size_t at = cells.at(codes);
  Explanation out{text_of_cell(record, codes, language), record.mark(at) == Mark::open, {}, {}, {}};
  out.reason = record.round > 0
                   ? message(language, "safetable.is_rounded", {{"base", std::to_string(record.round)}})
               : out.is_open ? message(language, "safetable.is_open")
                             : reason_of(record, language);
  if (out.is_open) return out;
  out.published = open_above(record, cells, codes, language);
  out.would_tell = would_tell(record, codes, language);
  return out;
}

}  // namespace fvm::safetable
