// Combinations of values as numbers, in the first job: threads ask one list, and remember what it said.
#include <algorithm>
#include <bit>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "runner/table_combinations.hpp"

namespace fvm::runner {
namespace {

constexpr size_t words_bytes_max = 64u << 20;  // of a dimension
constexpr uint32_t none = UINT32_MAX;
constexpr size_t key_bits = 16;
static_assert(table_values_max + 1 < (1u << key_bits));  // with nothing said
static_assert(table_dimensions_max * key_bits <= 128);

// A short text as it lies in memory, a value with its upper level, a combination.
struct Key {
  uint64_t low = 0, high = 0;
  bool operator==(const Key&) const = default;
  uint64_t hash() const {
    const uint64_t mixed = low * 0x9E3779B97F4A7C15U ^ high * 0xC2B2AE3D27D4EB4FU;
    return (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93U;
  }
};
struct KeyHash {
  size_t operator()(const Key& key) const { return key.hash(); }
};
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using Words = std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>>;

// Some of the numbers that one thread has met: those that it will meet again.
class Remembered {
 public:
  explicit Remembered(size_t slots_max) : slots_max_(slots_max) { resize(slots_min); }
  uint32_t find(const Key& key) const {
    const size_t home = place(key);
    for (size_t i = home; i < home + neighbours; ++i)
      if (slots_[i].key == key) return slots_[i].number;
    return none;
  }
  // `known`: how many there are by now.
  void put(const Key& key, uint32_t number, size_t known) {
    if (slots_.size() < slots_max_ && slots_.size() < known * 2)
      resize(std::min(slots_max_, std::bit_ceil(known * 4)));
    const auto home = slots_.begin() + static_cast<ptrdiff_t>(place(key));
    const auto slot = std::find_if(home, home + neighbours, [](const Slot& s) { return s.number == none; });
    *(slot == home + neighbours ? home : slot) = {key, number};
  }

 private:
  static constexpr size_t slots_min = 256, neighbours = 4;
  struct Slot {
    Key key;
    uint32_t number = none;
  };
  size_t place(const Key& key) const { return key.hash() >> shift_; }
  void resize(size_t slots) {
    slots_.assign(slots + neighbours, {});
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  }
  size_t slots_max_;
  unsigned shift_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace

// What all threads have numbered.
class TableNumbers::Shared {
 public:
  // Texts of one column; nothing said is 0.
  struct Column {
    std::string dimension;
    Words words;
    std::vector<std::string> texts{""};
    size_t bytes = 0;
  };
  // A dimension's values: a word each, or, where there are upper levels, two.
  struct Dimension {
    size_t column = 0;
    bool has_parents = false;
    std::unordered_map<Key, uint32_t, KeyHash> values;
    std::vector<Key> words;
  };
  struct Number {
    uint32_t number = 0;
    size_t known = 0;
  };

  explicit Shared(const std::vector<TableDimension>& list) {
    for (const TableDimension& each : list) {
      dimensions.push_back({columns.size(), !each.parent.empty(), {}, {}});
      columns.push_back({each.name, {}});
      if (!each.parent.empty()) columns.push_back({each.name, {}});
    }
  }

  Result<Number> word(size_t index, std::string_view text) {
    const std::lock_guard lock(mutex);
    Column& column = columns[index];
    auto found = column.words.find(text);
    if (found == column.words.end()) {
      column.bytes += text.size();
      if (column.texts.size() > table_values_max || column.bytes > words_bytes_max)
        return too_many_values(column.dimension);
      found = column.words.emplace(text, static_cast<uint32_t>(column.texts.size())).first;
      column.texts.emplace_back(text);
    }
    return Number{found->second, column.texts.size()};
  }

  Result<Number> value(size_t index, const Key& words) {
    const std::lock_guard lock(mutex);
    Dimension& dimension = dimensions[index];
    const auto [found, is_new] = dimension.values.emplace(words, dimension.words.size());
    if (is_new) dimension.words.push_back(words);
    if (dimension.words.size() > table_values_max + 1)
      return too_many_values(columns[dimension.column].dimension);
    return Number{found->second, dimension.words.size()};
  }

  Result<Number> combination(const Key& values) {
    const std::lock_guard lock(mutex);
    const auto [found, is_new] = numbers.emplace(values, combinations.size());
    if (is_new) combinations.push_back(values);
    if (combinations.size() > table_combinations_max)
      return usage("table.too_many_combinations", {{"max", std::to_string(table_combinations_max)}});
    return Number{found->second, combinations.size()};
  }

  // Of a combination and a dimension: the words of value and upper level.
  Key words_of(const Key& combination, size_t dimension) const {
    constexpr size_t half = table_dimensions_max / 2;
    const uint64_t part = dimension < half ? combination.low : combination.high;
    const uint64_t value = part >> (key_bits * (dimension % half)) & ((1u << key_bits) - 1);
    return dimensions[dimension].has_parents ? dimensions[dimension].words[value] : Key{value, 0};
  }

  std::vector<Column> columns;
  std::vector<Dimension> dimensions;
  std::vector<Key> combinations;

 private:
  static Error too_many_values(const std::string& dimension) {
    return usage("table.too_many_values", {{"name", dimension}, {"max", std::to_string(table_values_max)}});
  }
  std::mutex mutex;
  std::unordered_map<Key, uint32_t, KeyHash> numbers;
};

namespace {

using Shared = TableNumbers::Shared;

// One thread's.
class Numbering : public TableNumbering {
 public:
  explicit Numbering(std::shared_ptr<Shared> shared)
      : shared_(std::move(shared)),
        near_(shared_->columns.size(), Remembered(words_slots_max)),
        far_(shared_->columns.size()),
        values_(shared_->dimensions.size(), Remembered(words_slots_max)) {}

  Result<void> number(std::span<const duck::ColumnView> texts, std::span<uint32_t> out) override {
    keys_.assign(out.size(), {});
    value_.resize(out.size()), parent_.resize(out.size());
    for (size_t i = 0; i < shared_->dimensions.size(); ++i) {
      const auto& dimension = shared_->dimensions[i];
      TRY(words(dimension.column, texts[dimension.column], value_));
      if (dimension.has_parents) {
        TRY(words(dimension.column + 1, texts[dimension.column + 1], parent_));
        TRY(with_parents(i));
      }
      add_to_keys(i);
    }
    for (size_t row = 0; row < out.size(); ++row) {
      out[row] = combinations_.find(keys_[row]);
      if (out[row] != none) continue;
      const auto found = TRY(shared_->combination(keys_[row]));
      combinations_.put(keys_[row], found.number, found.known);
      out[row] = found.number;
    }
    return {};
  }

 private:
  static constexpr size_t words_slots_max = 1u << 17, combinations_slots_max = 1u << 21;

  Result<void> words(size_t column, const duck::ColumnView& texts, std::vector<uint32_t>& out) {
    const auto values = texts.values<duck::Text>();
    for (size_t row = 0; row < values.size(); ++row) {
      if (!texts.valid(row)) {
        out[row] = 0;
        continue;
      }
      if (values[row].bytes() > duck::Text::near_bytes_max) {
        out[row] = TRY(far_word(column, values[row].view()));
        continue;
      }
      const Key key = std::bit_cast<Key>(values[row]);
      out[row] = near_[column].find(key);
      if (out[row] != none) continue;
      const auto found = TRY(shared_->word(column, values[row].view()));
      near_[column].put(key, found.number, found.known);
      out[row] = found.number;
    }
    return {};
  }

  Result<uint32_t> far_word(size_t column, std::string_view text) {
    Words& known = far_[column];
    const auto found = known.find(text);
    if (found != known.end()) return found->second;
    return known.emplace(text, TRY(shared_->word(column, text)).number).first->second;
  }

  Result<void> with_parents(size_t dimension) {
    for (size_t row = 0; row < value_.size(); ++row) {
      const Key key{value_[row], parent_[row]};
      value_[row] = values_[dimension].find(key);
      if (value_[row] != none) continue;
      const auto found = TRY(shared_->value(dimension, key));
      values_[dimension].put(key, found.number, found.known);
      value_[row] = found.number;
    }
    return {};
  }

  void add_to_keys(size_t dimension) {
    constexpr size_t half = table_dimensions_max / 2;
    const size_t shift = key_bits * (dimension % half);
    auto Key::* part = dimension < half ? &Key::low : &Key::high;
    for (size_t row = 0; row < keys_.size(); ++row)
      keys_[row].*part |= static_cast<uint64_t>(value_[row]) << shift;
  }

  std::shared_ptr<Shared> shared_;
  std::vector<Remembered> near_;
  std::vector<Words> far_;
  std::vector<Remembered> values_;
  Remembered combinations_{combinations_slots_max};
  std::vector<Key> keys_;
  std::vector<uint32_t> value_, parent_;  // of each row
};

}  // namespace

TableNumbers::TableNumbers(const std::vector<TableDimension>& dimensions)
    : shared_(std::make_shared<Shared>(dimensions)) {}
TableNumbers::~TableNumbers() = default;

std::unique_ptr<TableNumbering> TableNumbers::numbering() const {
  return std::make_unique<Numbering>(shared_);
}

size_t TableNumbers::columns() const {
  return shared_->columns.size();
}

duck::ScalarFunction TableNumbers::function() const {
  struct State : duck::FunctionState {
    std::unique_ptr<TableNumbering> numbering;
  };
  duck::ScalarFunction out{.name = "table_combination", .parameters = {}, .result = duck::Kind::uinteger};
  out.parameters.assign(columns(), duck::Kind::varchar);
  out.sees_null = true;
  out.make_state = [numbers = *this]() -> Result<std::unique_ptr<duck::FunctionState>> {
    auto state = std::make_unique<State>();
    state->numbering = numbers.numbering();
    return std::unique_ptr<duck::FunctionState>(std::move(state));
  };
  out.call = [](duck::FunctionState* state, std::span<const duck::ColumnView> texts, duck::VectorWriter& to) {
    return static_cast<State*>(state)->numbering->number(texts, to.values<uint32_t>());
  };
  return out;
}

// `connection`: with a schema main of its own.
Result<void> TableNumbers::write(duck::Connection& connection, const std::string& file) const {
  std::string columns = "combination UINTEGER";
  for (size_t i = 0; i < shared_->dimensions.size(); ++i) {
    columns += fmt::format(", d{} VARCHAR", i);
    if (shared_->dimensions[i].has_parents) columns += fmt::format(", p{} VARCHAR", i);
  }
  TRY(connection.run("CREATE TABLE table_combinations(" + columns + ")"));
  auto appender = TRY(duck::Appender::open(connection, "main", "table_combinations"));
  const auto& all = shared_->combinations;
  const auto set = [&](duck::VectorWriter& writer, size_t row, size_t column, uint64_t word) {
    word == 0 ? writer.set_null(row) : writer.set_text(row, shared_->columns[column].texts[word]);
  };
  for (size_t at = 0; at < all.size(); at += duck::chunk_rows_max()) {
    const size_t count = std::min(duck::chunk_rows_max(), all.size() - at);
    TRY(appender.append(count, [&](std::span<duck::VectorWriter> writers) {
      for (size_t row = 0; row < count; ++row) {
        writers[0].values<uint32_t>()[row] = static_cast<uint32_t>(at + row);
        for (size_t i = 0; i < shared_->dimensions.size(); ++i) {
          const size_t column = shared_->dimensions[i].column;
          const Key words = shared_->words_of(all[at + row], i);
          set(writers[1 + column], row, column, words.low);
          if (shared_->dimensions[i].has_parents) set(writers[2 + column], row, column + 1, words.high);
        }
      }
    }));
  }
  TRY(appender.close());
  return connection.run("COPY table_combinations TO " + duck::quote_text(file) + " (FORMAT parquet)");
}

}  // namespace fvm::runner
