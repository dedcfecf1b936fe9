#include "spreadsheet/workbook.hpp"

#include <boost/json.hpp>

namespace fvm::spreadsheet {
namespace {

namespace json = boost::json;

Error unreadable(std::string_view what) {
  return surroundings("spreadsheet.unreadable", {{"what", std::string(what)}});
}

// Counts what comes in against the limits.
struct Room {
  size_t rows = rows_max, cells = cells_max, bytes = texts_bytes_max;
  template <class Count>
  static bool take(size_t& room, Count count) {
    if (static_cast<size_t>(count) > room) return false;
    room -= static_cast<size_t>(count);
    return true;
  }
};

Result<Row> row_of(const json::array& item, Room& room) {
  Row row{.number = item.at(0).to_number<size_t>(), .hidden = item.at(1).as_bool()};
  const json::array& cells = item.at(2).as_array();
  if (!Room::take(room.rows, 1) || !Room::take(room.cells, cells.size())) return unreadable("size");
  for (const json::value& cell : cells) {
    const json::string& text = cell.as_string();
    if (!Room::take(room.bytes, text.size())) return unreadable("size");
    row.cells.emplace_back(text);
  }
  return row;
}

Result<Sheet> sheet_of(const json::object& object, Room& room) {
  Sheet sheet{.name = std::string(object.at("name").as_string())};
  const auto visibility = object.at("visibility").to_number<unsigned>();
  if (visibility > static_cast<unsigned>(Visibility::very_hidden)) return unreadable("visibility");
  sheet.visibility = static_cast<Visibility>(visibility);
  for (const json::value& item : object.at("rows").as_array()) {
    Row row = TRY(row_of(item.as_array(), room));
    if (row.number == 0 || (!sheet.rows.empty() && row.number <= sheet.rows.back().number))
      return unreadable("rows");
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

}  // namespace

std::string column_name(size_t index) {
  std::string name;
  for (size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26)
    name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return name;
}

size_t column_number(std::string_view name) {
  constexpr size_t letters_max = 3;
  size_t number = 0;
  if (name.size() > letters_max) return 0;
  for (const char c : name) {
    if (c < 'A' || c > 'Z') return 0;
    number = number * 26 + static_cast<size_t>(c - 'A' + 1);
  }
  return number;
}

std::string to_json(const Workbook& workbook) {
  json::array sheets;
  for (const Sheet& sheet : workbook.sheets) {
    json::array rows;
    for (const Row& row : sheet.rows) {
      json::array cells;
      for (const std::string& cell : row.cells) cells.emplace_back(cell);
      rows.push_back(json::array{row.number, row.hidden, std::move(cells)});
    }
    sheets.push_back(json::object{{"name", sheet.name},
                                  {"visibility", static_cast<unsigned>(sheet.visibility)},
                                  {"rows", std::move(rows)}});
  }
  return json::serialize(json::object{{"sheets", std::move(sheets)}});
}

Result<Workbook> from_json(std::string_view text) {
  Workbook workbook;
  Room room;
  try {  // Boost.JSON throws on a missing key, another type and broken text
    json::monotonic_resource memory;
    const json::value root = json::parse(text, &memory);
    const json::array& sheets = root.at("sheets").as_array();
    if (sheets.size() > sheets_max) return unreadable("sheets");
    for (const json::value& item : sheets) workbook.sheets.push_back(TRY(sheet_of(item.as_object(), room)));
  } catch (const std::exception&) {
    return unreadable("answer");
  }
  return workbook;
}

}  // namespace fvm::spreadsheet
