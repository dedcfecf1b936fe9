#include "runner/scan_printed.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <map>

#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using disclosure::Table;
using Cells = std::vector<std::string>;

constexpr size_t rows_min = 2, printed_rows_min = 5;

bool is_rule(std::string_view line) {
  return line.find_first_not_of("-=+|: \t_") == std::string_view::npos && line.size() >= 3;
}

// "┃", "│" are drawn where others print '|'.
Cells cells_of(std::string_view line, bool any_blank) {
  Cells cells;
  std::string cell;
  const auto put = [&] {
    const std::string_view text = disclosure::trim(cell);
    if (!text.empty()) cells.emplace_back(text);
    cell.clear();
  };
  for (size_t i = 0; i < line.size(); ++i) {
    const bool blank = line[i] == ' ' || line[i] == '\t';
    const bool two = blank && (any_blank || line[i] == '\t' || (i + 1 < line.size() && line[i + 1] == ' '));
    if (line[i] == '|' || (line[i] == '&' && !any_blank) || two) {
      put();
    } else {
      cell += line[i];
    }
  }
  put();
  return cells;
}

struct Block {
  uint64_t first_line = 0;
  std::vector<std::string_view> lines;
};

// Runs of lines without an empty one between them. A comment's mark before each line is none of it.
std::vector<Block> blocks_of(std::string_view text) {
  std::vector<Block> blocks(1);
  uint64_t number = 0;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.starts_with("# ") || line.starts_with("* ") || line.starts_with("> ")) line.remove_prefix(2);
    if (line.starts_with("-- ")) line.remove_prefix(3);
    if (disclosure::trim(line).empty()) {
      if (!blocks.back().lines.empty()) blocks.emplace_back();
    } else if (!is_rule(disclosure::trim(line))) {
      if (blocks.back().lines.empty()) blocks.back().first_line = number;
      blocks.back().lines.push_back(line);
    }
  }
  return blocks;
}

// A header that names all columns but the first (R's row names, pandas' index) is moved over them.
void align_header(Table& table) {
  if (table.rows.size() < 2 || table.rows[0].size() + 1 != table.rows[1].size()) return;
  table.rows[0].insert(table.rows[0].begin(), "");
}

Table table_of(const Block& block, bool any_blank) {
  Table table;
  table.first_row = block.first_line;
  size_t wide = 0;
  for (const std::string_view line : block.lines) {
    Cells cells = cells_of(line, any_blank);
    if (cells.size() >= 2) ++wide;
    if (cells.size() >= 2 || !table.rows.empty()) table.rows.push_back(std::move(cells));
  }
  if (wide < rows_min) table.rows.clear();
  // "  M   K" above "120   3": counts under their names.
  align_header(table);
  return table;
}

// What a log's tables say about few is for a person: they hold degrees of freedom beside counts.
void take_log_table(const disclosure::Grid& table, Scan& scan) {
  disclosure::Findings found;
  const disclosure::Layout layout = disclosure::layout_of(table);
  disclosure::check_identifiers(table, layout, scan.pseudonyms, found);
  disclosure::check_rows(table, layout, found);
  disclosure::check_counts(table, layout, scan.parameters, found);
  for (const disclosure::Finding& f : found.list()) {
    const bool count = f.rule == "finding.small_count" || f.rule == "finding.small_count_possible";
    const auto severity =
        count || f.rule == "finding.recalculable" ? disclosure::Severity::review : f.severity;
    const std::string rule = count ? "finding.small_count_possible" : f.rule;
    scan.findings.add_as(severity, rule, f.place, f.shape, f.detail);
  }
}

// Degrees of freedom, coefficients and tests: the tables of a fitted model count nobody.
bool is_of_a_model(const Block& block) {
  static constexpr std::string_view signs[] = {"pr(>",     "p-value",   " df ",   "coef",          "estimate",
                                               "std. err", "chisq",     "sum sq", "residual",      "deviance",
                                               "p>|z|",    "p>|t|",     "wald",   "f value",       "t value",
                                               "chi2",     "r-squared", "iqr",    "conf. interval"};
  for (const std::string_view line : block.lines) {
    const std::string low = disclosure::lower(line);
    for (const std::string_view sign : signs) {
      if (low.find(sign) != std::string::npos) return true;
    }
  }
  return false;
}

bool has_distinct_rows(const Table& table) {
  return table.rows.size() >= printed_rows_min && disclosure::looks_like_individuals(table);
}

// "[1]  0 13 26" and "[26] 55 68": a vector, value by value.
size_t vector_values(const Block& block) {
  size_t values = 0;
  for (const std::string_view raw : block.lines) {
    const std::string_view line = disclosure::trim(raw);
    const size_t close = line.find(']');
    if (!line.starts_with("[") || close == std::string_view::npos || close < 2 ||
        !std::all_of(
            line.begin() + 1, line.begin() + static_cast<ptrdiff_t>(close),
            [](unsigned char c) { return std::isdigit(c) != 0; }))
      continue;
    for (const std::string& cell : cells_of(line.substr(close + 1), true))
      values += disclosure::number_of(cell).has_value();
  }
  return values;
}

// str() and glimpse() show the first values of each column.
size_t shown_columns(const Block& block) {
  size_t columns = 0;
  for (const std::string_view raw : block.lines) {
    const std::string_view line = disclosure::trim(raw);
    if (!line.starts_with("$ ")) continue;
    for (const std::string_view kind :
         {": chr", ": num", ": int", ": Factor", ": Date", "<chr>", "<dbl>", "<int>", "<date>", "<fct>"}) {
      if (line.find(kind) != std::string_view::npos) {
        ++columns;
        break;
      }
    }
  }
  return columns;
}

void check_block(const Block& block, Printed printed, Scan& scan) {
  constexpr size_t vector_values_min = 20, columns_min = 2;
  const disclosure::Place place{"", block.first_line, 0};
  if (vector_values(block) >= vector_values_min || shown_columns(block) >= columns_min)
    scan.findings.add("finding.printed_rows", place);
  if (is_of_a_model(block)) return;
  const Table table = table_of(block, false);
  if (printed == Printed::table && !table.rows.empty()) scan.table(table);
  if (printed == Printed::log && !table.rows.empty()) take_log_table(table, scan);
  Table narrow = table_of(block, true);
  if (printed == Printed::log && table.rows.empty() && !narrow.rows.empty()) take_log_table(narrow, scan);
  if (has_distinct_rows(table) || has_distinct_rows(narrow))
    return scan.findings.add("finding.printed_rows", place);
  // A title above the header, or a line of types below it.
  for (const size_t cut : {1, 2}) {
    if (narrow.rows.size() <= cut + printed_rows_min) continue;
    Table lower = narrow;
    lower.rows.erase(lower.rows.begin(), lower.rows.begin() + static_cast<ptrdiff_t>(cut));
    if (has_distinct_rows(lower)) return scan.findings.add("finding.printed_rows", place);
  }
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return json::serialize(value);
}

void add_record(const json::object& record, Table& table) {
  if (table.rows.empty()) {
    table.rows.emplace_back();
    for (const auto& [key, value] : record) table.rows[0].emplace_back(key);
  }
  auto& row = table.rows.emplace_back();
  for (const auto& [key, value] : record) row.push_back(text_of(value));
}

// {"a": [1, 2], "b": [3, 4]}
void add_columns(const json::object& top, Table& table) {
  size_t longest = 0;
  for (const auto& [key, value] : top)
    longest = std::max(longest, value.is_array() ? value.as_array().size() : 0);
  if (longest < 2) return;
  table.rows.resize(longest + 1);
  for (const auto& [key, value] : top) {
    table.rows[0].emplace_back(key);
    for (size_t i = 0; i < longest; ++i) {
      const bool there = value.is_array() && i < value.as_array().size();
      table.rows[i + 1].push_back(there ? text_of(value.as_array()[i]) : "");
    }
  }
}

void take_json(const json::value& value, Table& table) {
  if (value.is_object())
    return table.rows.empty() ? add_columns(value.as_object(), table) : add_record(value.as_object(), table);
  if (!value.is_array()) return;
  for (const json::value& item : value.as_array()) {
    if (item.is_object() && table.rows.size() < cells_max / 16) add_record(item.as_object(), table);
  }
}

bool parse(std::string_view text, json::value& out) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  out = json::parse(text, error, {}, options);
  return !error;
}

// "key: value" lines with an empty line between records.
Table keyed_table(std::string_view text) {
  Table table;
  std::map<std::string, std::string> record;
  const auto put = [&] {
    if (record.size() >= 2) {
      if (table.rows.empty()) {
        auto& header = table.rows.emplace_back();
        for (const auto& [key, value] : record) header.push_back(key);
      }
      auto& row = table.rows.emplace_back();
      for (const auto& [key, value] : record) row.push_back(value);
    }
    record.clear();
  };
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    const size_t mark = line.find_first_of(":=");
    if (mark == std::string_view::npos || mark == 0 || mark > 40) {
      put();
    } else {
      record[std::string(disclosure::trim(line.substr(0, mark)))] = disclosure::trim(line.substr(mark + 1));
    }
  }
  put();
  return table;
}

}  // namespace

void scan_printed(std::string_view utf8, Printed printed, Scan& scan) {
  const std::string text = disclosure::plain_text(utf8).text;
  for (const Block& block : blocks_of(text)) {
    if (!block.lines.empty()) check_block(block, printed, scan);
  }
}

void scan_records_within(std::string_view utf8, Scan& scan) {
  constexpr size_t lists_max = 100;
  size_t lists = 0;
  for (size_t at = utf8.find("[{"); at != std::string_view::npos && lists < lists_max; ++lists) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 32;
    json::stream_parser parser({}, options);
    const size_t taken = parser.write_some(utf8.data() + at, utf8.size() - at, error);
    Table table;
    if (!error && parser.done()) take_json(parser.release(), table);
    if (table.rows.size() > 2) scan.table(table);
    at = utf8.find("[{", at + std::max<size_t>(error ? 1 : taken, 1));
  }
}

void scan_records(std::string_view utf8, Scan& scan) {
  Table table;
  json::value value;
  const std::string_view text = disclosure::trim(utf8);
  if (text.empty()) return;
  if ((text[0] == '[' || text[0] == '{') && parse(text, value)) {
    take_json(value, table);
  } else if (text[0] == '{') {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      if (parse(text.substr(at, end - at), value) && value.is_object()) add_record(value.as_object(), table);
      at = end + 1;
    }
  } else {
    table = keyed_table(text);
  }
  if (table.rows.size() > 2) scan.table(table);
}

}  // namespace fvm::runner
