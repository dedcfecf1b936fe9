// Combinations of values as numbers, in the second job.
#include "runner/table_combinations.hpp"

#include <map>
#include <set>

namespace fvm::runner {
namespace {

using Text = TableCodes::Text;

Text text_of(const duck::ColumnView& column, size_t row) {
  if (!column.valid(row)) return std::nullopt;
  return std::string(column.text(row));
}

Error wrong() {
  return defect("table.bad_result");
}

class Reader {
 public:
  explicit Reader(const std::vector<TableDimension>& dimensions)
      : dimensions_(dimensions), known_(dimensions.size()) {
    out_.values.resize(dimensions.size()), out_.index.resize(dimensions.size());
  }

  std::string columns() const {
    std::string out = "combination::UINTEGER";
    for (size_t i = 0; i < dimensions_.size(); ++i) {
      out += ", d" + std::to_string(i) + "::VARCHAR";
      if (!dimensions_[i].parent.empty()) out += ", p" + std::to_string(i) + "::VARCHAR";
    }
    return out;
  }

  Result<void> add(const duck::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      const auto number = chunk.column(0);
      if (!number.valid(row) || number.values<uint32_t>()[row] != count_++) return wrong();
      if (count_ > table_combinations_max) return wrong();
      size_t column = 1;
      std::vector<uint32_t> values;
      for (size_t i = 0; i < dimensions_.size(); ++i) {
        Text value = text_of(chunk.column(column++), row);
        Text parent = dimensions_[i].parent.empty() ? Text() : text_of(chunk.column(column++), row);
        values.push_back(value_of(i, {std::move(value), std::move(parent)}));
        out_.index[i].push_back(values.back());
      }
      if (!seen_.insert(std::move(values)).second) return wrong();
    }
    return {};
  }

  TableCombinations take() { return std::move(out_); }

 private:
  uint32_t value_of(size_t dimension, std::pair<Text, Text> texts) {
    auto& values = out_.values[dimension];
    const auto [found, is_new] = known_[dimension].emplace(texts, static_cast<uint32_t>(values.size()));
    if (is_new) values.push_back({std::move(texts.first), std::move(texts.second)});
    return found->second;
  }

  const std::vector<TableDimension>& dimensions_;
  TableCombinations out_;
  std::vector<std::map<std::pair<Text, Text>, uint32_t>> known_;
  std::set<std::vector<uint32_t>> seen_;
  uint32_t count_ = 0;
};

}  // namespace

Result<TableCombinations> read_combinations(duck::Connection& connection, const std::string& file,
                                            const std::vector<TableDimension>& dimensions) {
  Reader reader(dimensions);
  auto result = TRY(connection.query(
      "SELECT " + reader.columns() + " FROM read_parquet(" + duck::quote_text(file) + ") ORDER BY 1",
      duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) TRY(reader.add(chunk));
  return reader.take();
}

}  // namespace fvm::runner
