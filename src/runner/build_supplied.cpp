#include <algorithm>
#include <fstream>
#include <string>

#include "crypto/identifier.hpp"
#include "runner/build_steps.hpp"

namespace fvm::runner {
namespace {

constexpr uint64_t supplied_lines_max = 20'000'000;
constexpr size_t line_bytes_max = 4096;

// The first field of a line, without quotes and blanks.
std::string_view first_field(std::string_view line) {
  line = line.substr(0, line.find_first_of(",;\t\r"));
  while (!line.empty() && (line.front() == ' ' || line.front() == '"')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '"')) line.remove_suffix(1);
  return line;
}

Result<std::vector<uint64_t>> read_numbers(const std::string& file) {
  std::ifstream in(file);
  if (!in) return surroundings("project.supplied_unreadable");
  std::vector<uint64_t> numbers;
  std::string line;
  for (uint64_t count = 1; std::getline(in, line); ++count) {
    if (count == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    const std::string_view field = first_field(line);
    if (field.empty()) continue;
    const auto number = crypto::pack_person(field);
    if (count > supplied_lines_max || line.size() > line_bytes_max)
      return usage("project.supplied_too_large");
    if (number) {
      numbers.push_back(*number);
    } else if (count > 1) {  // the first line may be a header
      return usage("project.supplied_line", {{"line", std::to_string(count)}});
    }
  }
  if (numbers.empty()) return usage("project.supplied_empty");
  return numbers;
}

}  // namespace

Result<SuppliedCounts> encrypt_supplied(duck::Connection& connection, KeeperConnections& keeper,
                                        const BuildDocument& document) {
  auto numbers = TRY(read_numbers(document.input + "/supplied.csv"));
  SuppliedCounts counts{.lines = numbers.size()};
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  counts.persons = numbers.size();
  auto pseudonyms = TRY(keeper.pseudonymise("mirror", wire::Identifier::person, numbers));
  std::fill(numbers.begin(), numbers.end(), 0);
  std::sort(pseudonyms.begin(), pseudonyms.end());  // not in the order of the numbers
  TRY(connection.run("CREATE TABLE supplied(mirror BIGINT)"));
  auto appender = TRY(duck::Appender::open(connection, "main", "supplied"));
  for (size_t at = 0; at < pseudonyms.size(); at += duck::chunk_rows_max()) {
    const size_t rows = std::min(duck::chunk_rows_max(), pseudonyms.size() - at);
    TRY(appender.append(rows, [&](std::span<duck::VectorWriter> columns) {
      for (size_t i = 0; i < rows; ++i)
        columns[0].values<int64_t>()[i] = static_cast<int64_t>(pseudonyms[at + i]);
    }));
  }
  TRY(appender.close());
  TRY(connection.run("COPY supplied TO " + duck::quote_text(document.output + "/supplied.parquet") +
                     " (FORMAT PARQUET)"));
  return counts;
}

}  // namespace fvm::runner
