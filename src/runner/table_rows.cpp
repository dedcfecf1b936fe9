#include "runner/table_rows.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <thread>

#include <fmt/format.h>

namespace fvm::runner {
namespace {

constexpr size_t rows_of_a_part = 4096, parts_max = 2048;

std::string fresh_name() {
  static std::atomic<int> number = 0;
  return fmt::format("table_rows_{}", number++);
}

// What stands at a row; for as long as there are these values.
template <class T>
duck::ScalarFunction column(duck::Kind kind, const std::vector<T>& values) {
  duck::ScalarFunction out{.name = fresh_name(), .parameters = {duck::Kind::bigint}, .result = kind};
  out.call = [&values](duck::FunctionState*, std::span<const duck::ColumnView> rows,
                       duck::VectorWriter& to) -> Result<void> {
    const auto row = rows[0].values<int64_t>();
    auto filled = to.values<T>();
    for (size_t i = 0; i < row.size(); ++i) filled[i] = values.at(static_cast<size_t>(row[i]));
    return {};
  };
  return out;
}

}  // namespace

TableRows::Writer::Writer(TableRows& rows)
    : rows_(&rows), at_hand_(rows.parts() * rows_at_hand), counts_(rows.parts()) {}

void TableRows::Writer::hand_over(size_t part) {
  const auto* first = &at_hand_[part * rows_at_hand];
  const std::lock_guard lock(rows_->mutexes_[part]);
  rows_->parts_[part].insert(rows_->parts_[part].end(), first, first + counts_[part]);
  counts_[part] = 0;
}

void TableRows::Writer::hand_over_all() {
  for (size_t part = 0; part < counts_.size(); ++part) hand_over(part);
}

// All threads' writers; the engine's states only point to them.
class TableRows::Taken {
 public:
  Taken(TableRows& rows, const Which& which) : rows_(rows), which_(which) {}
  struct State : duck::FunctionState {
    explicit State(Writer& writer) : writer(writer) {}
    Writer& writer;
  };
  std::unique_ptr<State> make() {
    const std::lock_guard lock(mutex_);
    writers_.push_back(std::make_unique<Writer>(rows_));
    return std::make_unique<State>(*writers_.back());
  }
  Result<void> take(Writer& writer, const duck::ColumnView& keys, const duck::ColumnView& values) const {
    const auto key = keys.values<int64_t>(), value = values.values<int64_t>();
    const bool all_there = keys.all_valid() && values.all_valid();
    for (size_t row = 0; row < key.size(); ++row) {
      const bool there = all_there || (keys.valid(row) && values.valid(row));
      if (!there || static_cast<uint64_t>(value[row]) > which_.value_max) return defect("table.bad_result");
      const size_t part = rows_.part_of(key[row]);
      if (part >= which_.first && part < which_.last) writer.add({key[row], value[row]});
    }
    return {};
  }
  void finish() {
    for (const auto& writer : writers_) writer->hand_over_all();
  }

 private:
  TableRows& rows_;
  const Which& which_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Writer>> writers_;
};

size_t TableRows::parts_for(size_t rows) {
  return std::clamp(std::bit_ceil(rows / rows_of_a_part + 1), size_t{1}, parts_max);
}

Result<void> TableRows::read(duck::Connection& connection, const std::string& from, const Which& which) {
  const size_t last = std::min(which.last, parts());
  for (size_t part = which.first; part < last; ++part) parts_[part].reserve(which.rows / parts() * 9 / 8);
  Taken taken(*this, which);
  duck::ScalarFunction take{.name = fresh_name(),
                            .parameters = {duck::Kind::bigint, duck::Kind::bigint},
                            .result = duck::Kind::boolean,
                            .sees_null = true,
                            .is_volatile = true};
  take.make_state = [&]() -> Result<std::unique_ptr<duck::FunctionState>> {
    return std::unique_ptr<duck::FunctionState>(taken.make());
  };
  take.call = [&](duck::FunctionState* state, std::span<const duck::ColumnView> columns,
                  duck::VectorWriter& out) {
    std::ranges::fill(out.values<uint8_t>(), 0);
    return taken.take(static_cast<Taken::State*>(state)->writer, columns[0], columns[1]);
  };
  // Asked for in the list, not as a condition: a condition the engine may look at before it has joined what
  // `from` joins.
  const std::string name = take.name;
  TRY(connection.register_function(std::move(take)));
  TRY(connection.query_number(fmt::format(
      "SELECT coalesce(sum({}(key::BIGINT, value::BIGINT)::INTEGER), 0)::BIGINT FROM {}", name, from)));
  taken.finish();
  return {};
}

TableIndex::TableIndex(size_t keys_max) {
  const size_t slots = std::bit_ceil(keys_max * 2 + 2);
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  slots_.assign(slots, none);
  keys_.reserve(keys_max);
}

uint32_t TableIndex::add(int64_t key) {
  for (size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == none) {
      slots_[at] = static_cast<uint32_t>(keys_.size());
      keys_.push_back(key);
      return slots_[at];
    }
    if (keys_[slots_[at]] == key) return slots_[at];
  }
}

uint32_t TableIndex::find(int64_t key) const {
  for (size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == none) return none;
    if (keys_[slots_[at]] == key) return slots_[at];
  }
}

Result<void> write_columns(duck::Connection& connection, const std::string& file, const std::string& names,
                           const std::vector<int64_t>& first, const std::vector<uint32_t>& second) {
  auto one = column(duck::Kind::bigint, first), other = column(duck::Kind::uinteger, second);
  const std::string select = fmt::format("SELECT {}(i), {}(i) FROM range({}) AS rows(i)", one.name,
                                         other.name, std::min(first.size(), second.size()));
  TRY(connection.register_function(std::move(one)));
  TRY(connection.register_function(std::move(other)));
  // Pseudonyms are as good as random: neither a dictionary nor compression is worth its time.
  return connection.run(
      fmt::format("COPY (FROM ({}) AS columns({})) TO {} (FORMAT parquet, COMPRESSION "
                  "uncompressed, DICTIONARY_SIZE_LIMIT 1)",
                  select, names, duck::quote_text(file)));
}

void for_all_parts(size_t threads, size_t parts,
                   const std::function<void(size_t thread, size_t part)>& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&](size_t thread) {
    for (size_t part = next++; part < parts; part = next++) work(thread, part);
  };
  std::vector<std::jthread> others;
  for (size_t thread = 1; thread < std::min(threads, parts); ++thread) others.emplace_back(run, thread);
  run(0);
}

}  // namespace fvm::runner
