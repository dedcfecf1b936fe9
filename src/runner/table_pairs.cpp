#include "runner/table_pairs.hpp"

#include <atomic>
#include <bit>
#include <mutex>

#include <fmt/format.h>

#include "runner/table_rows.hpp"

namespace fvm::runner {
namespace {

constexpr size_t parts = 2048;

struct Pair {
  int64_t unit = 0;
  uint32_t combination = 0;
  bool is_there = false;
  bool operator==(const Pair&) const = default;
};

uint64_t hash_of(int64_t unit, uint32_t combination) {
  return TableRows::hash_of(unit ^ static_cast<int64_t>(uint64_t{combination} << 44));
}

// A set of pairs.
class Part {
 public:
  std::mutex mutex;

  size_t bytes() const { return slots_.size() * sizeof(Pair); }
  size_t size() const { return size_; }

  // All of them into the near memory first: what is fetched one after the other is waited for each time.
  void add(std::span<const Pair> pairs) {
    make_room(pairs.size());
    for (const Pair& pair : pairs) __builtin_prefetch(&slots_[home(pair)], 1);
    for (const Pair& pair : pairs) add(pair);
  }
  template <class Visit>
  void visit(const Visit& visit) const {
    for (const Pair& slot : slots_)
      if (slot.is_there) visit(slot);
  }
  void forget() { std::vector<Pair>().swap(slots_); }

 private:
  size_t home(const Pair& pair) const { return hash_of(pair.unit, pair.combination) >> shift_; }
  void add(const Pair& pair) {
    for (size_t at = home(pair);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == pair) return;
      if (slots_[at].is_there) continue;
      slots_[at] = pair;
      ++size_;
      return;
    }
  }
  // For so many more, with a quarter of the slots free.
  void make_room(size_t more) {
    if ((size_ + more) * 4 <= slots_.size() * 3) return;
    std::vector<Pair> old(std::bit_ceil((size_ + more) * 2));
    old.swap(slots_);
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots_.size()));
    size_ = 0;
    for (const Pair& pair : old)
      if (pair.is_there) add(pair);
  }
  std::vector<Pair> slots_;
  unsigned shift_ = 0;
  size_t size_ = 0;
};

}  // namespace

class TablePairs::Shared {
 public:
  Shared(TableNumbers numbers, uint64_t bytes_max)
      : numbers(std::move(numbers)), bytes_max_(bytes_max), parts_(parts) {}

  void add(size_t index, std::span<const Pair> pairs) {
    if (is_full) return;
    Part& part = parts_[index];
    const std::lock_guard lock(part.mutex);
    const size_t before = part.bytes();
    part.add(pairs);
    if ((bytes_ += part.bytes() - before) > bytes_max_) is_full = true;
  }

  void flatten(std::vector<int64_t>& units, std::vector<uint32_t>& combinations) {
    size_t count = 0;
    for (const Part& part : parts_) count += part.size();
    units.reserve(count), combinations.reserve(count);
    for (Part& part : parts_) {
      part.visit([&](const Pair& pair) {
        units.push_back(pair.unit);
        combinations.push_back(pair.combination);
      });
      part.forget();
    }
  }

  TableNumbers numbers;
  std::atomic<bool> is_full = false;
  std::atomic<uint64_t> rows = 0;

  // One thread's pairs, until a part has enough of them to be worth its lock.
  class Gathering {
   public:
    explicit Gathering(Shared& shared)
        : shared_(shared),
          numbering_(shared.numbers.numbering()),
          at_hand_(parts * pairs_at_hand),
          counts_(parts) {}
    Result<void> take(std::span<const duck::ColumnView> columns) {
      if (shared_.is_full) return {};
      const auto units = columns[0].values<int64_t>();
      combinations_.resize(units.size());
      TRY(numbering_->number(columns.subspan(1), combinations_));
      for (size_t row = 0; row < units.size(); ++row) {
        if (!columns[0].valid(row)) continue;
        const size_t part = TableRows::hash_of(units[row]) & (parts - 1);
        at_hand_[part * pairs_at_hand + counts_[part]++] = {units[row], combinations_[row], true};
        if (counts_[part] == pairs_at_hand) hand_over(part);
      }
      shared_.rows += units.size();
      return {};
    }
    void hand_over_all() {
      for (size_t part = 0; part < parts; ++part) hand_over(part);
    }

   private:
    static constexpr size_t pairs_at_hand = 32;
    void hand_over(size_t part) {
      if (counts_[part] > 0) shared_.add(part, {&at_hand_[part * pairs_at_hand], counts_[part]});
      counts_[part] = 0;
    }
    Shared& shared_;
    std::unique_ptr<TableNumbering> numbering_;
    std::vector<Pair> at_hand_;
    std::vector<uint8_t> counts_;
    std::vector<uint32_t> combinations_;
  };
  Gathering& gathering() {
    const std::lock_guard lock(mutex_);
    return *gatherings_.emplace_back(std::make_unique<Gathering>(*this));
  }
  void hand_over_all() {
    for (const auto& gathering : gatherings_) gathering->hand_over_all();
  }

 private:
  uint64_t bytes_max_;
  std::atomic<uint64_t> bytes_ = 0;
  std::vector<Part> parts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Gathering>> gatherings_;
};

TablePairs::TablePairs(TableNumbers numbers, uint64_t bytes_max)
    : shared_(std::make_shared<Shared>(std::move(numbers), bytes_max)) {}
TablePairs::~TablePairs() = default;

duck::ScalarFunction TablePairs::function() const {
  struct State : duck::FunctionState {
    explicit State(Shared::Gathering& gathering) : gathering(gathering) {}
    Shared::Gathering& gathering;
  };
  duck::ScalarFunction out{
      .name = "table_pair", .parameters = {duck::Kind::bigint}, .result = duck::Kind::integer};
  out.parameters.resize(1 + shared_->numbers.columns(), duck::Kind::varchar);
  out.sees_null = out.is_volatile = true;
  out.make_state = [shared = shared_]() -> Result<std::unique_ptr<duck::FunctionState>> {
    return std::unique_ptr<duck::FunctionState>(std::make_unique<State>(shared->gathering()));
  };
  out.call = [](duck::FunctionState* state, std::span<const duck::ColumnView> columns,
                duck::VectorWriter& to) {
    std::ranges::fill(to.values<int32_t>(), 1);
    return static_cast<State*>(state)->gathering.take(columns);
  };
  return out;
}

bool TablePairs::is_whole(uint64_t rows) {
  shared_->hand_over_all();
  return !shared_->is_full && shared_->rows == rows;
}

Result<void> TablePairs::write(duck::Connection& connection, const std::string& file) {
  std::vector<int64_t> units;
  std::vector<uint32_t> combinations;
  shared_->flatten(units, combinations);
  return write_columns(connection, file, "unit, combination", units, combinations);
}

}  // namespace fvm::runner
