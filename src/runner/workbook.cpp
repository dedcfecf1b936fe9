#include "runner/workbook.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/world.hpp"
#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/cells.hpp"
#include "runner/jobs.hpp"
#include "runner/office.hpp"
#include "runner/scan.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

using spreadsheet::Row;
using spreadsheet::Sheet;
using spreadsheet::Workbook;

constexpr uint64_t file_bytes_max = 32u << 20;
constexpr size_t columns_max = 64;  // further to the right there is nothing of an order sheet

Error too_large() {
  return usage("spreadsheet.too_large");
}

Error broken(const std::string& part, const std::string& reason) {
  return usage("spreadsheet.broken", {{"part", disclosure::to_utf8(part)}, {"reason", reason}});
}

// What may still be taken in, of all sheets together.
struct Room {
  size_t rows = spreadsheet::rows_max, cells = spreadsheet::cells_max, bytes = spreadsheet::texts_bytes_max;
  bool take(size_t& room, size_t count) {
    over |= count > room;
    room -= std::min(count, room);
    return !over;
  }
  bool over = false;
};

// The cells of one worksheet's XML.
class SheetReader {
 public:
  SheetReader(const std::vector<std::string>& shared, Room& room) : shared_(shared), room_(room) {}

  Result<std::vector<Row>> read(std::string_view xml, const std::string& part) {
    const XmlEvents events{[this](auto name, const auto& attributes) { start(name, attributes); },
                           [this](auto name) { end(name); },
                           [this](auto text) {
                             if (in_value_ && room_.take(room_.bytes, text.size())) text_ += text;
                           }};
    const auto done = read_xml(xml, events);
    if (!done.ok()) return broken(part, done.error().code);
    if (room_.over) return too_large();
    std::erase_if(rows_, [](const Row& row) { return row.cells.empty(); });
    // Rows may come in any order, and twice: by number, and one of each.
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.number < b.number; });
    for (size_t i = 1; i < rows_.size(); ++i)
      if (rows_[i].number == rows_[i - 1].number)
        return broken(part, "row " + std::to_string(rows_[i].number));
    return std::move(rows_);
  }

 private:
  void start(std::string_view name, const Attributes& attributes) {
    if (room_.over) return;
    if (name == "row") {
      size_t row = 0;
      if (!whole_number(attribute(attributes, "r"), row) || row == 0 || row > sheet_rows_max)
        row = rows_.empty() ? 1 : rows_.back().number + 1;
      const std::string_view hidden = attribute(attributes, "hidden");
      if (room_.take(room_.rows, 1)) rows_.push_back({row, hidden == "1" || hidden == "true", {}});
      next_ = 0;
    } else if (name == "c") {
      type_ = attribute(attributes, "t");
      const auto place = place_of(attribute(attributes, "r"));
      column_ = place ? place->second : next_;
      next_ = column_ + 1;
      text_.clear();
    } else if (name == "rPh") {
      in_phonetic_ = true;  // how a word is read aloud: no part of the value
    } else if ((name == "v" || name == "t") && !in_phonetic_) {
      in_value_ = true;
    }
  }

  void end(std::string_view name) {
    if (name == "v" || name == "t") in_value_ = false;
    if (name == "rPh") in_phonetic_ = false;
    if (name == "c") put();
  }

  void put() {
    if (room_.over || rows_.empty() || text_.empty() || column_ >= columns_max) return;
    std::string value = text_;
    if (type_ == "s") {
      size_t index = 0;
      if (!whole_number(text_, index) || index >= shared_.size()) return;
      if (!room_.take(room_.bytes, shared_[index].size())) return;
      value = shared_[index];
    } else if (type_.empty() || type_ == "n") {
      value = shown(text_);
    }
    auto& cells = rows_.back().cells;
    if (column_ >= cells.size()) {
      if (!room_.take(room_.cells, column_ + 1 - cells.size())) return;
      cells.resize(column_ + 1);
    }
    cells[column_] = disclosure::to_utf8(value);
  }

  const std::vector<std::string>& shared_;
  Room& room_;
  std::vector<Row> rows_;
  std::string type_, text_;
  size_t column_ = 0, next_ = 0;
  bool in_value_ = false, in_phonetic_ = false;
};

Error error_of(const Unpacked& unpacked) {
  switch (unpacked.problem) {
    case Unpacked::Problem::encrypted:
      return usage("spreadsheet.encrypted");
    case Unpacked::Problem::bomb:
      return too_large();
    default:
      return broken(unpacked.part, "zip");
  }
}

Result<Workbook> read_xlsx(std::string_view bytes) {
  std::vector<Part> parts;
  if (const Unpacked done = unpack_office(bytes, parts); done.problem != Unpacked::Problem::none)
    return error_of(done);
  const Package package(std::move(parts));
  if (const Part* twice = package.twice(); twice != nullptr) return broken(twice->name, "zip");
  if (package.main() == nullptr || package.main()->root != "workbook")
    return usage("spreadsheet.not_a_workbook");
  std::string stopped;
  const auto shared = shared_strings(package, stopped);
  if (!stopped.empty()) return broken("xl/sharedStrings.xml", stopped);
  Workbook workbook;
  Room room;
  for (const SheetPart& one : sheet_parts(package)) {
    if (one.part == nullptr || workbook.sheets.size() == spreadsheet::sheets_max)
      return broken(one.part_name, "workbook.xml");
    Sheet sheet{.name = disclosure::to_utf8(one.name), .visibility = one.visibility};
    sheet.rows = TRY(SheetReader(shared, room).read(one.part->bytes, one.part->name));
    workbook.sheets.push_back(std::move(sheet));
  }
  return workbook;
}

Result<Workbook> read_text(std::string_view bytes, const std::string& name) {
  disclosure::Table table = parse_delimited(disclosure::to_utf8(bytes), disclosure::extension_of(name));
  Sheet sheet{.name = disclosure::to_utf8(name)};
  Room room;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    auto& cells = table.rows[i];
    if (cells.size() > columns_max) cells.resize(columns_max);
    size_t texts = 0;
    for (const std::string& cell : cells) texts += cell.size();
    if (!room.take(room.rows, 1) || !room.take(room.cells, cells.size()) || !room.take(room.bytes, texts))
      return too_large();
    sheet.rows.push_back({i + 1, false, std::move(cells)});
  }
  return Workbook{{std::move(sheet)}};
}

}  // namespace

Result<Workbook> read_workbook(std::string_view bytes, const std::string& name) {
  const disclosure::Content content = disclosure::content_of(bytes);
  if (content == disclosure::Content::zip) return read_xlsx(bytes);
  if (content == disclosure::Content::text && !bytes.empty()) return read_text(bytes, name);
  return usage("spreadsheet.not_a_workbook");
}

Result<std::vector<Row>> read_worksheet(std::string_view xml, const std::vector<std::string>& shared) {
  Room room;
  return SheetReader(shared, room).read(xml, "sheet");
}

Result<std::string> sheet(std::string_view document) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(document, error);
  if (error || !value.is_object()) return defect("spreadsheet.bad_job");
  const auto* file = value.as_object().if_contains("file");
  const auto* name = value.as_object().if_contains("name");
  if (file == nullptr || name == nullptr || !file->is_string() || !name->is_string())
    return defect("spreadsheet.bad_job");
  auto bytes = real_world().read_file(Path(std::string(file->as_string())), file_bytes_max);
  if (!bytes.ok()) return bytes.error().code == "file.too_large" ? too_large() : bytes.error();
  return spreadsheet::to_json(TRY(read_workbook(*bytes, std::string(name->as_string()))));
}

}  // namespace fvm::runner
