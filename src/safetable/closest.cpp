#include "safetable/closest.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

std::string cell_text(const Record& record, const std::vector<size_t>& codes, Language language) {
  std::string out;
  for (size_t i = 0; i < codes.size(); ++i)
    out += (i == 0 ? "" : ", ") + record.dimensions[i].named.name + " = " +
           label_of(record.dimensions[i], codes[i], language);
  return out;
}

// A cell divided along one dimension.
void look(const Record& record, const Cells& cells, size_t cell, size_t dimension, Language language,
          std::vector<Call>& calls) {
  const auto codes = cells.codes(cell);
  size_t hidden = 0, parts = 0;
  int64_t rest = *record.counts[cell];
  for (size_t code = 1; code < record.dimensions[dimension].codes.size(); ++code) {
    if (cells.parent(dimension, code) != codes[dimension]) continue;
    auto part = codes;
    part[dimension] = code;
    const auto& count = record.counts[cells.at(part)];
    ++parts;
    hidden += !count;
    rest -= count.value_or(0);
  }
  if (parts == 0 || hidden == 0 || rest <= 0) return;
  calls.push_back({record.number, cell_text(record, codes, language), record.dimensions[dimension].named.name,
                   hidden - 1, rest});
}

}  // namespace

std::vector<Call> closest_calls(const std::vector<Record>& records, Language language, size_t most) {
  std::vector<Call> calls;
  for (const Record& record : records) {
    if (record.round > 0) continue;  // nothing is hidden, and nothing is exact
    const Cells cells(record);
    for (size_t cell = 0; cell < cells.size(); ++cell)
      for (size_t i = 0; record.counts[cell] && i < record.dimensions.size(); ++i)
        look(record, cells, cell, i, language, calls);
  }
  const auto order = [](const Call& call) {
    return std::tie(call.missing, call.persons, call.table, call.cell);
  };
  const size_t kept = std::min(most, calls.size());
  std::partial_sort(calls.begin(), calls.begin() + static_cast<ptrdiff_t>(kept), calls.end(),
                    [&](const Call& a, const Call& b) { return order(a) < order(b); });
  calls.resize(kept);
  return calls;
}

std::vector<int64_t> combines_with(const Record& record) {
  std::set<int64_t> tables;
  for (const auto& [cell, table] : record.because_of)
    if (table != 0) tables.insert(table);
  return {tables.begin(), tables.end()};
}

size_t published_cells(const Record& record) {
  return static_cast<size_t>(std::count_if(record.counts.begin(), record.counts.end(),
                                           [](const auto& count) { return count && *count > 0; }));
}

}  // namespace fvm::safetable
