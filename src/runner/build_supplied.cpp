#include <algorithm>
#include <fstream>
#include <string>

#include "base/time.hpp"
#include "crypto/identifier.hpp"
#include "runner/build_steps.hpp"
#include "runner/seen_pseudonyms.hpp"

namespace fvm::runner {
namespace {

constexpr uint64_t supplied_lines_max = 20'000'000;
constexpr size_t line_bytes_max = 4096;
constexpr size_t bad_lines_told_max = 20;
constexpr int32_t no_day = INT32_MIN;

std::string_view bare(std::string_view field) {
  while (!field.empty() && (field.front() == ' ' || field.front() == '"')) field.remove_prefix(1);
  while (!field.empty() && (field.back() == ' ' || field.back() == '"')) field.remove_suffix(1);
  return field;
}

// The field at `index` (from 0) of a line, without quotes and blanks; empty when there is none.
std::string_view field_of(std::string_view line, size_t index) {
  constexpr std::string_view ends = ",;\t\r";
  for (; index > 0; --index) {
    const size_t end = line.find_first_of(ends);
    if (end == std::string_view::npos) return {};
    line.remove_prefix(end + 1);
  }
  return bare(line.substr(0, line.find_first_of(ends)));
}

std::optional<size_t> column_of(std::string_view header, const std::string& name) {
  const size_t columns = 1 + static_cast<size_t>(std::count_if(header.begin(), header.end(), [](char c) {
                           return c == ',' || c == ';' || c == '\t';
                         }));
  for (size_t i = 0; i < columns; ++i) {
    if (field_of(header, i) == name) return i;
  }
  return std::nullopt;
}

// 2026-11-23, 23-11-2026, 23.11.2026 as days since 1970.
std::optional<int32_t> day_of(std::string_view text) {
  std::string iso(text);
  if (text.size() == 10 && (text[2] == '-' || text[2] == '.') && text[5] == text[2])
    iso = std::string(text.substr(6)) + "-" + std::string(text.substr(3, 2)) + "-" +
          std::string(text.substr(0, 2));
  const auto date = parse_date(iso);
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(days_of_date(date->year, date->month, date->day));
}

struct Line {
  uint64_t number = 0;
  int32_t day = no_day;
  auto operator<=>(const Line&) const = default;
};

// The lines of one file. Every line that is no number (or date) is told, up to a bound, never its content.
class CohortReader {
 public:
  CohortReader(const BuildCohort& cohort, const std::string& file) : cohort_(cohort), in_(file) {}

  Result<std::vector<Line>> read() {
    if (!in_) return surroundings("project.supplied_unreadable");
    std::string line;
    for (count_ = 1; std::getline(in_, line); ++count_) {
      if (count_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
      if (count_ > supplied_lines_max || line.size() > line_bytes_max)
        return usage("project.supplied_too_large");
      if (count_ == 1 && !cohort_.date.empty()) {
        date_ = column_of(line, cohort_.date);
        if (!date_)
          return usage("project.supplied_column", {{"cohort", cohort_.name}, {"name", cohort_.date}});
        continue;
      }
      if (!bare(field_of(line, 0)).empty()) take(line);
    }
    if (bad_ > 0) return bad_lines();
    if (lines_.empty()) return usage("project.supplied_empty");
    return std::move(lines_);
  }

 private:
  void take(std::string_view line) {
    const auto number = crypto::pack_person(field_of(line, 0));
    Line made;
    bool good = number.has_value();
    if (good) made.number = *number;
    if (good && date_) {
      const auto day = day_of(field_of(line, *date_));
      good = day.has_value();
      made.day = day.value_or(no_day);
    }
    if (good) return lines_.push_back(made);
    if (count_ == 1) return;  // the first line may be a header
    if (++bad_ <= bad_lines_told_max) told_ += (told_.empty() ? "" : ", ") + std::to_string(count_);
  }

  Error bad_lines() const {
    Error error = usage(bad_ == 1 ? "project.supplied_line" : "project.supplied_lines",
                        {{"cohort", cohort_.name}, {"line", told_}, {"count", std::to_string(bad_)}});
    return error;
  }

  const BuildCohort& cohort_;
  std::ifstream in_;
  std::optional<size_t> date_;
  std::vector<Line> lines_;
  uint64_t count_ = 0, bad_ = 0;
  std::string told_;
};

// As pseudonyms of the mirror, not in the order of the numbers.
Result<std::vector<Line>> encrypted(KeeperConnections& keeper, std::vector<Line>& lines) {
  std::vector<uint64_t> numbers;
  numbers.reserve(lines.size());
  for (const Line& line : lines) numbers.push_back(line.number);
  const auto pseudonyms = TRY(keeper.pseudonymise("mirror", wire::Identifier::person, numbers));
  std::fill(numbers.begin(), numbers.end(), 0);
  for (size_t i = 0; i < lines.size(); ++i) lines[i].number = pseudonyms[i];
  std::sort(lines.begin(), lines.end());
  return std::move(lines);
}

Result<void> append(duck::Connection& connection, const std::vector<Line>& lines) {
  auto appender = TRY(duck::Appender::open(connection, "main", "supplied_line"));
  for (size_t at = 0; at < lines.size(); at += duck::chunk_rows_max()) {
    const size_t rows = std::min(duck::chunk_rows_max(), lines.size() - at);
    TRY(appender.append(rows, [&](std::span<duck::VectorWriter> columns) {
      for (size_t i = 0; i < rows; ++i) {
        columns[0].values<int64_t>()[i] = static_cast<int64_t>(lines[at + i].number);
        columns[1].values<int32_t>()[i] = lines[at + i].day;
      }
    }));
  }
  return appender.close();
}

}  // namespace

Result<SuppliedCounts> encrypt_supplied(duck::Connection& connection, KeeperConnections& keeper,
                                        const BuildDocument& document) {
  SuppliedCounts counts;
  TRY(connection.run("CREATE TABLE supplied(mirror BIGINT, cohort VARCHAR, day DATE)"));
  for (size_t i = 0; i < document.cohorts.size(); ++i) {
    const BuildCohort& cohort = document.cohorts[i];
    auto lines = TRY(CohortReader(cohort, document.input + "/cohort-" + std::to_string(i) + ".csv").read());
    counts.lines += lines.size();
    lines = TRY(encrypted(keeper, lines));
    TRY(connection.run("CREATE TABLE supplied_line(mirror BIGINT, day INTEGER)"));
    TRY(append(connection, lines));
    TRY(connection.run("INSERT INTO supplied SELECT DISTINCT mirror, " + duck::quote_text(cohort.name) +
                       ", CASE WHEN day <> " + std::to_string(no_day) +
                       " THEN DATE '1970-01-01' + day END FROM supplied_line; DROP TABLE supplied_line"));
  }
  counts.persons =
      static_cast<uint64_t>(TRY(connection.query_number("SELECT count(DISTINCT mirror) FROM supplied")));
  counts.rows = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM supplied")));
  const std::string file = document.output + "/supplied.parquet";
  TRY(connection.run("COPY (SELECT * FROM supplied ORDER BY mirror, cohort, day) TO " +
                     duck::quote_text(file) + " (FORMAT PARQUET)"));
  TRY(list_pseudonyms(connection, file));
  return counts;
}

}  // namespace fvm::runner
