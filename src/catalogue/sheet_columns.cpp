#include "catalogue/sheet_columns.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace fvm::catalogue {
namespace {

struct Word {
  std::string_view text;
  Column column;
};

// The authority's own sheets, real lists that applicants made, and their English translation.
constexpr Word words[] = {{"register", Column::register_name},
                          {"registernavn", Column::register_name},
                          {"register_name", Column::register_name},
                          {"tabel", Column::table},
                          {"table", Column::table},
                          {"table_name", Column::table},
                          {"tabelnavn", Column::table},
                          {"variabel", Column::variable},
                          {"variable", Column::variable},
                          {"variable_name", Column::variable},
                          {"variabelnavn", Column::variable},
                          {"indhold", Column::content},
                          {"variabelbeskrivelse", Column::content},
                          {"variablebeskrivelse", Column::content},
                          {"gyldighed", Column::validity},
                          {"periode", Column::validity},
                          {"period", Column::validity},
                          {"kan_bestilles", Column::orderable},
                          {"kan bestilles", Column::orderable},
                          {"minipas", Column::minipas},
                          {"use_in_application", Column::wanted},
                          {"reason_for_use", Column::reason},
                          {"begrundelse", Column::reason},
                          {"reason", Column::reason}};

std::optional<Column> column_of(const std::string& heading) {
  // "Ønsket variabel (x)", "Ønskede variable", "Ønskes (sæt x)"
  if (heading.starts_with("ønske")) return Column::wanted;
  for (const Word& word : words)
    if (word.text == heading) return word.column;
  return std::nullopt;
}

// Several bytes that stand for one plain one.
constexpr std::pair<std::string_view, char> plain[] = {{"\xC2\xA0", ' '},      // no-break space
                                                       {"\xE2\x80\xAF", ' '},  // narrow no-break space
                                                       {"\xEF\xBB\xBF", ' '},  // byte order mark
                                                       {"\xE2\x80\x9C", '"'}, {"\xE2\x80\x9D", '"'},
                                                       {"\xE2\x80\x9E", '"'}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

std::string tidy(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    char c = text.front();
    size_t bytes = 1;
    for (const auto& [long_one, short_one] : plain)
      if (text.starts_with(long_one)) c = short_one, bytes = long_one.size();
    text.remove_prefix(bytes);
    if (is_blank(c)) c = ' ';
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string Columns::text(const spreadsheet::Row& row, Column column) const {
  const auto place = at(column);
  return place && *place < row.cells.size() ? tidy(row.cells[*place]) : std::string();
}

std::string Columns::raw(const spreadsheet::Row& row, Column column) const {
  const auto place = at(column);
  if (!place || *place >= row.cells.size()) return {};
  std::string_view text = row.cells[*place];
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::optional<Columns> read_heading(const spreadsheet::Row& row) {
  Columns columns;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const std::string heading = folded(tidy(row.cells[i]));
    const auto column = column_of(heading);
    if (!column || columns.has(*column)) continue;
    columns.places_[static_cast<size_t>(*column)] = i;
    if (*column == Column::wanted) columns.wanted_is_number_ = heading == "use_in_application";
  }
  if (!columns.has(Column::table) || !columns.has(Column::variable)) return std::nullopt;
  return columns;
}

bool is_overview(const spreadsheet::Sheet& sheet) {
  if (sheet.rows.empty() || sheet.rows[0].cells.size() < 3) return false;
  const auto& cells = sheet.rows[0].cells;
  return folded(tidy(cells[0])) == "skemanavn" && folded(tidy(cells[1])) == "registerforkortelse";
}

std::vector<Register> register_overview(const spreadsheet::Workbook& workbook) {
  std::vector<Register> registers;
  for (const spreadsheet::Sheet& sheet : workbook.sheets) {
    if (!is_overview(sheet)) continue;
    for (size_t i = 1; i < sheet.rows.size(); ++i) {
      std::vector<std::string> cells = sheet.rows[i].cells;
      cells.resize(3);
      Register one{.code = tidy(cells[1]), .sheet = tidy(cells[0]), .name_da = tidy(cells[2])};
      if (one.code.empty()) continue;
      if (one.sheet == one.code) one.sheet.clear();
      registers.push_back(std::move(one));
    }
  }
  return registers;
}

}  // namespace fvm::catalogue
