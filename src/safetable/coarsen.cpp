#include "safetable/coarsen.hpp"

#include <algorithm>

#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

using What = Coarsening::What;

constexpr size_t many_hidden = 20;  // one cell in so many
constexpr int steps_max = 3;

// What everybody sees of a table.
class Published {
 public:
  explicit Published(const Record& record) : record_(record), cells_(record) {
    for (size_t cell = 0; cell < cells_.size(); ++cell) open_.push_back(record.mark(cell) == Mark::open);
    for (size_t i = 0; i < dimensions(); ++i) {
      auto& leaf = leaf_.emplace_back(codes(i), true);
      for (size_t code = 0; code < codes(i); ++code) leaf[parent(i, code)] = false;
    }
  }
  const Record& record() const { return record_; }
  size_t dimensions() const { return record_.dimensions.size(); }
  size_t codes(size_t dimension) const { return record_.dimensions[dimension].codes.size(); }
  size_t parent(size_t dimension, size_t code) const { return cells_.parent(dimension, code); }
  bool is_leaf(size_t dimension, size_t code) const { return leaf_[dimension][code]; }
  bool is_others(size_t dimension, size_t code) const {
    return record_.dimensions[dimension].codes[code].code[0] == '~';
  }
  // The cells that have the total in this dimension: with its codes they make all cells.
  std::vector<std::vector<size_t>> lines(size_t dimension) const {
    std::vector<std::vector<size_t>> out;
    for (size_t cell = 0; cell < cells_.size(); ++cell)
      if (auto codes = cells_.codes(cell); codes[dimension] == 0) out.push_back(std::move(codes));
    return out;
  }
  bool is_open(std::vector<size_t> line, size_t dimension, size_t code) const {
    line[dimension] = code;
    return open_[cells_.at(line)];
  }

 private:
  const Record& record_;
  Cells cells_;
  std::vector<bool> open_;
  std::vector<std::vector<bool>> leaf_;
};

void count(Coarsening& into, bool is_open) {
  ++(is_open ? into.open : into.hidden);
}

Coarsening without(const Published& table, size_t dimension) {
  Coarsening out{What::dropped, dimension, {}, 0, 0};
  for (const auto& line : table.lines(dimension)) count(out, table.is_open(line, dimension, 0));
  return out;
}

Coarsening upper_level(const Published& table, size_t dimension) {
  Coarsening out{What::upper, dimension, {}, 0, 0};
  for (const auto& line : table.lines(dimension))
    for (size_t code = 0; code < table.codes(dimension); ++code)
      if (table.parent(dimension, code) == 0) count(out, table.is_open(line, dimension, code));
  return out;
}

// Every value with a hidden cell goes to the (others) beside it. Their number follows from what is published
// if that of the whole does, since all values that stay are published.
Coarsening with_others(const Published& table, size_t dimension) {
  Coarsening out{What::merged, dimension, {}, 0, 0};
  const auto lines = table.lines(dimension);
  std::vector<bool> goes(table.codes(dimension), false), gets(table.codes(dimension), false);
  for (size_t code = 1; code < goes.size(); ++code) {
    if (!table.is_leaf(dimension, code)) continue;
    goes[code] = table.is_others(dimension, code) ||
                 std::any_of(lines.begin(), lines.end(),
                             [&](const auto& line) { return !table.is_open(line, dimension, code); });
    if (!goes[code]) continue;
    gets[table.parent(dimension, code)] = true;
    if (!table.is_others(dimension, code))
      out.merged.push_back(table.record().dimensions[dimension].codes[code].code);
  }
  for (const auto& line : lines) {
    for (size_t code = 0; code < goes.size(); ++code) {
      if (!goes[code]) count(out, table.is_open(line, dimension, code));
      if (gets[code]) count(out, table.is_open(line, dimension, code));
    }
  }
  return out;
}

// The dimension would say something still.
bool tells(const Published& table, const Coarsening& coarsening) {
  if (coarsening.what != What::merged) return true;
  size_t values = 0;
  for (size_t code = 1; code < table.codes(coarsening.dimension); ++code)
    if (table.is_leaf(coarsening.dimension, code) && !table.is_others(coarsening.dimension, code)) ++values;
  return !coarsening.merged.empty() && coarsening.merged.size() < values;
}

void apply(const Coarsening& coarsening, const std::string& name, std::vector<Dimension>& list,
           Request& request) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].name != name) continue;
    auto& merged = request.merged[name];
    if (coarsening.what == What::merged)
      merged.insert(merged.end(), coarsening.merged.begin(), coarsening.merged.end());
    else
      request.merged.erase(name);
    if (coarsening.what == What::upper) list[i] = {list[i].parent, {}};
    if (coarsening.what == What::dropped) list.erase(list.begin() + static_cast<ptrdiff_t>(i));
    return;
  }
}

}  // namespace

bool has_many_hidden(const Record& record) {
  return record.hidden() * many_hidden > record.marks.size();
}

std::optional<Coarsening> coarser(const Record& record) {
  const Published table(record);
  std::optional<Coarsening> best;
  const auto consider = [&](Coarsening candidate) {
    if (2 * candidate.hidden > record.hidden() || !tells(table, candidate)) return;
    if (best &&
        (candidate.open < best->open || (candidate.open == best->open && candidate.hidden >= best->hidden)))
      return;
    best = std::move(candidate);
  };
  for (const TableDimension& each : record.dimensions)
    if (each.named.as != Dimension::As::value) return best;  // bands of time are as wide as they must be
  if (record.hidden() == 0) return best;
  for (size_t i = 0; i < table.dimensions(); ++i) {
    if (!record.dimensions[i].named.parent.empty()) consider(upper_level(table, i));
    consider(with_others(table, i));
    if (table.dimensions() > 1) consider(without(table, i));
  }
  return best;
}

std::string text_of(const Record& record, const Coarsening& coarsening, Language language) {
  const TableDimension& dimension = record.dimensions[coarsening.dimension];
  std::string values;
  for (size_t code = 1; code < dimension.codes.size(); ++code) {
    const auto& merged = coarsening.merged;
    if (std::find(merged.begin(), merged.end(), dimension.codes[code].code) == merged.end()) continue;
    values += (values.empty() ? "" : ", ") + label_of(dimension, code, language);
  }
  constexpr const char* keys[] = {"safetable.coarser_upper", "safetable.coarser_merged",
                                  "safetable.coarser_dropped"};
  return message(language, keys[static_cast<size_t>(coarsening.what)],
                 {{"name", dimension.named.name}, {"parent", dimension.named.parent}, {"values", values}});
}

Request coarsened(const Request& request, const Record& record, const Coarsening& coarsening,
                  Language language) {
  Request out = request;
  const std::string& name = record.dimensions[coarsening.dimension].named.name;
  apply(coarsening, name, out.rows, out);
  apply(coarsening, name, out.columns, out);
  if (out.rows.empty()) out.rows.swap(out.columns);
  out.coarser_than = record.number;
  out.coarser_how = text_of(record, coarsening, language);
  return out;
}

Result<Released> release_coarse_table(const Setting& setting, const Request& request,
                                      const std::vector<std::string>& formats, Language language) {
  Released released = TRY(release_table(setting, request, formats, language));
  Request asked = request;
  for (int step = 0; step < steps_max && has_many_hidden(released.record); ++step) {
    const auto choice = coarser(released.record);
    if (!choice) break;
    asked = coarsened(asked, released.record, *choice, language);
    auto next = release_table(setting, asked, formats, language);
    if (!next.ok()) break;
    released = std::move(*next);
  }
  return released;
}

}  // namespace fvm::safetable
