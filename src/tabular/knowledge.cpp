#include "tabular/knowledge.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <numeric>

#include "base/mix.hpp"

namespace fvm::tabular {
namespace {

uint64_t fresh_mark(size_t atom) {
  return mix((atom + 1) * mix_step);
}

}  // namespace

uint32_t Knowledge::add_atom(uint64_t mark, double units) {
  units_.push_back(units);
  marks_.push_back(mark);
  return static_cast<uint32_t>(units_.size() - 1);
}

Result<std::vector<uint32_t>> Knowledge::divide(const std::vector<Part>& parts) {
  const size_t before = units_.size();
  std::vector<double> given(before, 0);
  std::vector<size_t> largest(before, SIZE_MAX);
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto [atom, units] = parts[i];
    if (atom == Part::nobody) continue;
    if (atom >= before || units <= 0) return defect("tabular.parts_differ");
    given[atom] += units;
    if (largest[atom] == SIZE_MAX || parts[largest[atom]].units < units) largest[atom] = i;
  }
  if (given != units_) return defect("tabular.parts_differ");
  std::vector<uint32_t> out;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto [atom, units] = parts[i];
    if (atom == Part::nobody) {
      basis_.add_free();
      out.push_back(add_atom(fresh_mark(units_.size()), units));
    } else if (largest[atom] == i) {
      units_[atom] = units;
      out.push_back(atom);
    } else {
      basis_.split(atom);
      const uint64_t mark = fresh_mark(units_.size());
      marks_[atom] -= mark;
      out.push_back(add_atom(mark, units));
    }
  }
  return out;
}

std::vector<uint64_t> Knowledge::marks_of(const Groups& groups, size_t cells) const {
  return sums_of_cells(groups, marks_, cells);
}

// The more usual the traits of an atom's units, the better can others be written by means of it.
void Knowledge::weigh(const Groups& groups) {
  auto in_group = sums_of_groups(groups, units_);
  const double all = std::accumulate(in_group.begin(), in_group.end(), 0.0);
  for (double& units : in_group) units = std::log(units / all);
  for (uint32_t atom = 0; atom < units_.size(); ++atom)
    if (groups.of_atom[atom] != Groups::none)
      basis_.add_weight(atom, static_cast<float>(in_group[groups.of_atom[atom]]));
}

void Knowledge::publish(const Groups& groups, const std::vector<uint32_t>& cells, size_t count) {
  const uint32_t first = basis_.add_sums(groups.of_atom, groups.cells, count);
  std::vector<uint32_t> columns;
  for (const uint32_t cell : cells) columns.push_back(first + cell);
  basis_.sort_by_moved(columns);
  for (const uint32_t column : columns)
    if (!basis_.is_known(column)) basis_.publish(column);
  basis_.drop_from(first);
}

void Knowledge::expect(Basis basis, std::vector<bool> open) {
  expected_ = std::move(basis);
  expected_open_ = std::move(open);
}

void Knowledge::learn(const Groups& groups, const std::vector<double>& counts, const std::vector<bool>& open,
                      int64_t table) {
  std::vector<uint32_t> order;
  for (uint32_t cell = 0; cell < counts.size(); ++cell)
    if (open[cell] && counts[cell] > 0) order.push_back(cell);
  if (!expected_open_.empty() && open == expected_open_)
    basis_ = std::move(expected_);
  else
    publish(groups, order, counts.size());
  expect({}, {});
  const auto marks = marks_of(groups, counts.size());
  const auto by_mark = [](const Cell& a, const Cell& b) { return a.mark < b.mark; };
  std::vector<Cell> more, all;
  for (const uint32_t cell : order) more.push_back({marks[cell], counts[cell], table});
  std::sort(more.begin(), more.end(), by_mark);
  more.erase(
      std::unique(more.begin(), more.end(), [](const Cell& a, const Cell& b) { return a.mark == b.mark; }),
      more.end());
  // Of two with the same mark the first one stays: the new table's.
  std::set_union(more.begin(), more.end(), published_.begin(), published_.end(), std::back_inserter(all),
                 by_mark);
  published_ = std::move(all);
}

namespace {

constexpr uint64_t version = 0x31'4b'4d'56'46;  // "FVMK1"

class Bytes {
 public:
  template <class Number>
  void put(Number number) {
    text_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Reads what Bytes wrote; after a fault everything reads as 0.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class Number>
  Number get() {
    Number number{};
    if (bytes_.size() < sizeof number) {
      failed_ = true;
      return number;
    }
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_.remove_prefix(sizeof number);
    return number;
  }
  // How many things of so many bytes follow.
  size_t count(size_t bytes_each) {
    const auto count = get<uint64_t>();
    if (count <= bytes_.size() / bytes_each) return count;
    failed_ = true;
    return 0;
  }
  bool is_whole() const { return !failed_ && bytes_.empty(); }
  void fail() { failed_ = true; }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace

// In this machine's order of bytes: the file is a working copy that can be made anew from the released
// tables.
std::string Knowledge::to_bytes() const {
  Bytes out;
  out.put(version);
  out.put<uint64_t>(units_.size());
  for (uint32_t atom = 0; atom < units_.size(); ++atom)
    out.put(units_[atom]), out.put(marks_[atom]), out.put(basis_.weight(atom));
  out.put<uint64_t>(published_.size());
  for (const Cell& cell : published_) out.put(cell.mark), out.put(cell.units), out.put(cell.table);
  out.put<uint64_t>(basis_.changes());
  for (uint32_t change = 0; change < basis_.change_slots(); ++change) {
    const Sparse& row = basis_.change(change);
    if (row.empty()) continue;
    out.put<uint64_t>(row.size());
    out.put(basis_.own(change));
    for (const Entry& entry : row) out.put(entry.index), out.put(entry.value);
  }
  return out.take();
}

Result<Knowledge> Knowledge::of_bytes(std::string_view bytes) {
  Reader in(bytes);
  Knowledge out;
  if (in.get<uint64_t>() != version) in.fail();
  std::vector<float> weights;
  for (size_t atoms = in.count(sizeof(double) + sizeof(uint64_t) + sizeof(float)); atoms-- > 0;) {
    out.units_.push_back(in.get<double>());
    out.marks_.push_back(in.get<uint64_t>());
    weights.push_back(in.get<float>());
  }
  for (size_t cells = in.count(sizeof(Cell)); cells-- > 0;) {
    Cell cell;
    cell.mark = in.get<uint64_t>(), cell.units = in.get<double>(), cell.table = in.get<int64_t>();
    out.published_.push_back(cell);
  }
  std::vector<Sparse> changes(in.count(sizeof(uint64_t)));
  std::vector<uint32_t> own;
  for (Sparse& change : changes) {
    change.resize(in.count(sizeof(uint32_t) + sizeof(uint64_t)));
    own.push_back(in.get<uint32_t>());
    if (own.back() >= out.units_.size()) in.fail();
    for (Entry& entry : change) {
      entry.index = in.get<uint32_t>(), entry.value = in.get<uint64_t>();
      const bool in_order = &entry == &change.front() || (&entry - 1)->index < entry.index;
      if (entry.index >= out.units_.size() || entry.value == 0 || entry.value >= Field::prime || !in_order)
        in.fail();
    }
    if (change.empty()) in.fail();
  }
  if (!in.is_whole()) return surroundings("tabular.knowledge_damaged");
  out.basis_ = Basis(std::move(weights), std::move(changes), std::move(own));
  return out;
}

}  // namespace fvm::tabular
