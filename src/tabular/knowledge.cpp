#include "tabular/knowledge.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <numeric>
#include <utility>

#include "base/mix.hpp"
#include "tabular/facts.hpp"

namespace fvm::tabular {
namespace {

uint64_t fresh_mark(size_t atom) {
  return mix((atom + 1) * mix_step);
}

}  // namespace

uint32_t Knowledge::add_atom(uint64_t mark, double units) {
  units_.push_back(units);
  marks_.push_back(mark);
  seen_single_.push_back(false);
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
      changes_.add_free();
      out.push_back(add_atom(fresh_mark(units_.size()), units));
    } else if (largest[atom] == i) {
      units_[atom] = units;
      out.push_back(atom);
    } else {
      changes_.split(atom);
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
      changes_.add_weight(atom, static_cast<float>(in_group[groups.of_atom[atom]]));
}

const Knowledge::Refused* Knowledge::refused(uint64_t mark) const {
  const auto found = std::lower_bound(refused_.begin(), refused_.end(), mark,
                                      [](const Refused& a, uint64_t wanted) { return a.mark < wanted; });
  return found == refused_.end() || found->mark != mark ? nullptr : &*found;
}

void Knowledge::remember_refused() {
  auto cells = std::exchange(refusing_, {});
  const auto by_mark = [](const Refused& a, const Refused& b) { return a.mark < b.mark; };
  std::sort(cells.begin(), cells.end(), by_mark);
  std::vector<Refused> all;
  // Of two with the same mark the first one stays: the new one.
  std::set_union(cells.begin(), cells.end(), refused_.begin(), refused_.end(), std::back_inserter(all),
                 by_mark);
  const auto same = [](const Refused& a, const Refused& b) { return a.mark == b.mark; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  refused_ = std::move(all);
}

std::vector<bool> Knowledge::seen_single(const Groups& groups, const std::vector<double>& counts) const {
  auto out = seen_single_;
  for (size_t atom = 0; atom < out.size(); ++atom) {
    if (units_[atom] != 1 || out[atom] || groups.of_atom[atom] == Groups::none) continue;
    const auto& cells = groups.cells[groups.of_atom[atom]];
    out[atom] = std::any_of(cells.begin(), cells.end(), [&](uint32_t cell) { return counts[cell] == 1; });
  }
  return out;
}

void Knowledge::expect(Changes changes, std::vector<bool> open) {
  expected_ = std::move(changes);
  expected_open_ = std::move(open);
}

void Knowledge::learn(const Groups& groups, const std::vector<double>& counts, const std::vector<bool>& open,
                      int64_t table) {
  std::vector<uint32_t> order;
  for (uint32_t cell = 0; cell < counts.size(); ++cell)
    if (open[cell] && counts[cell] > 0) order.push_back(cell);
  if (!expected_open_.empty() && open == expected_open_)
    changes_ = std::move(expected_);
  else if (const Facts facts = find_facts(changes_, groups, counts.size(), order); !facts.cells.empty())
    changes_ = shortened(changes_.after(facts, groups));
  expect({}, {});
  remember_refused();
  seen_single_ = seen_single(groups, counts);
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

constexpr uint32_t bound = UINT32_MAX;          // in place of a row's size
constexpr uint64_t version = 0x33'4b'4d'56'46;  // "FVMK3"
// As it was before singles were marked: any may have been seen.
constexpr uint64_t version_unmarked = 0x32'4b'4d'56'46;

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
    return holds(count, bytes_each) ? count : 0;
  }
  // Whether so many follow.
  bool holds(size_t count, size_t bytes_each) {
    failed_ = failed_ || count > bytes_.size() / bytes_each;
    return !failed_;
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
    out.put(units_[atom]), out.put(marks_[atom]), out.put(changes_.weight(atom));
  for (const bool seen : seen_single_) out.put<uint8_t>(seen ? 1 : 0);
  out.put<uint64_t>(published_.size());
  for (const Cell& cell : published_) out.put(cell.mark), out.put(cell.units), out.put(cell.table);
  out.put<uint64_t>(refused_.size());
  for (const Refused& cell : refused_)
    out.put(cell.mark), out.put(cell.threshold), out.put(cell.insiders), out.put(cell.near);
  for (uint32_t atom = 0; atom < units_.size(); ++atom) {
    const auto row = changes_.row(atom);
    out.put(changes_.is_free(atom) ? static_cast<uint32_t>(row.size()) : bound);
    for (const Entry& entry : row) out.put(entry.index), out.put(entry.value);
  }
  return out.take();
}

Result<Knowledge> Knowledge::of_bytes(std::string_view bytes) {
  Reader in(bytes);
  Knowledge out;
  const auto its_version = in.get<uint64_t>();
  if (its_version != version && its_version != version_unmarked) in.fail();
  std::vector<float> weights;
  for (size_t atoms = in.count(sizeof(double) + sizeof(uint64_t) + sizeof(float)); atoms-- > 0;) {
    out.units_.push_back(in.get<double>());
    out.marks_.push_back(in.get<uint64_t>());
    weights.push_back(in.get<float>());
  }
  for (const double units : out.units_)
    out.seen_single_.push_back(its_version == version ? in.get<uint8_t>() != 0 : units == 1);
  for (size_t cells = in.count(sizeof(Cell)); cells-- > 0;) {
    Cell cell;
    cell.mark = in.get<uint64_t>(), cell.units = in.get<double>(), cell.table = in.get<int64_t>();
    out.published_.push_back(cell);
  }
  for (size_t cells = in.count(sizeof(Refused)); cells-- > 0;) {
    Refused cell;
    cell.mark = in.get<uint64_t>(), cell.threshold = in.get<float>(), cell.insiders = in.get<uint32_t>();
    cell.near = in.get<int64_t>();
    out.refused_.push_back(cell);
  }
  std::vector<bool> is_free;
  std::vector<Sparse> rows;
  for (size_t atom = 0; atom < out.units_.size(); ++atom) {
    const auto size = in.get<uint32_t>();
    is_free.push_back(size != bound);
    if (size == bound) continue;
    if (!in.holds(size, sizeof(uint32_t) + sizeof(uint64_t))) break;
    rows.emplace_back(size);
    for (Entry& entry : rows.back()) {
      entry.index = in.get<uint32_t>(), entry.value = in.get<uint64_t>();
      const bool in_order = &entry == &rows.back().front() || (&entry - 1)->index < entry.index;
      if (entry.index >= out.units_.size() || entry.value == 0 || entry.value >= Field::prime || !in_order)
        in.fail();
    }
  }
  for (const Sparse& row : rows)
    for (const Entry& entry : row)
      if (entry.index >= is_free.size() || is_free[entry.index]) in.fail();
  if (!in.is_whole()) return surroundings("tabular.knowledge_damaged");
  out.changes_ = Changes(std::move(weights), is_free, rows);
  return out;
}

}  // namespace fvm::tabular
