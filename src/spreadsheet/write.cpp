#include "spreadsheet/write.hpp"

#include <zip.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <unordered_map>

#include <fmt/format.h>

#include "base/markup.hpp"

namespace fvm::spreadsheet {
namespace {

constexpr std::string_view head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relation_space =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr time_t written = 1577836800;  // 2020-01-01: bytes must not depend on the clock

// Text between tags or quotes; what XML cannot hold becomes a blank.
std::string escaped(std::string_view text) {
  std::string out = escape_markup(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = ' ';
  return out;
}

// Every text once; cells hold its number.
class SharedStrings {
 public:
  size_t index_of(const std::string& text) {
    const auto [at, fresh] = indexes_.try_emplace(text, texts_.size());
    if (fresh) texts_.push_back(&at->first);
    return at->second;
  }
  std::string xml() const {
    std::string out(head);
    out += fmt::format("<sst xmlns=\"{}\" uniqueCount=\"{}\">", main_space, texts_.size());
    for (const std::string* text : texts_)
      out += "<si><t xml:space=\"preserve\">" + escaped(*text) + "</t></si>";
    return out + "</sst>";
  }

 private:
  std::unordered_map<std::string, size_t> indexes_;
  std::vector<const std::string*> texts_;
};

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 9 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string cell_xml(const Sheet& sheet, const Row& row, size_t column, SharedStrings& strings) {
  const std::string& text = row.cells[column];
  if (text.empty()) return {};
  const std::string place = column_name(column) + std::to_string(row.number);
  const bool number = std::find(sheet.number_columns.begin(), sheet.number_columns.end(), column) !=
                      sheet.number_columns.end();
  if (number && is_number(text)) return fmt::format("<c r=\"{}\"><v>{}</v></c>", place, text);
  const std::string_view style = row.number == 1 ? " s=\"1\"" : "";
  return fmt::format("<c r=\"{}\"{} t=\"s\"><v>{}</v></c>", place, style, strings.index_of(text));
}

std::string columns_xml(const Sheet& sheet) {
  if (sheet.widths.empty()) return {};
  std::string out = "<cols>";
  for (size_t i = 0; i < sheet.widths.size(); ++i)
    out += fmt::format("<col min=\"{0}\" max=\"{0}\" width=\"{1:.1f}\" customWidth=\"1\"/>", i + 1,
                       sheet.widths[i]);
  return out + "</cols>";
}

// A filter over everything, and the word that may stand in the last column.
std::string helpers_xml(const Sheet& sheet) {
  if (sheet.rows.empty() || sheet.rows[0].cells.empty() || sheet.choice.empty()) return {};
  const std::string last = column_name(sheet.rows[0].cells.size() - 1);
  const size_t end = std::max<size_t>(2, sheet.rows.back().number);
  return fmt::format(
      "<autoFilter ref=\"A1:{0}{1}\"/><dataValidations count=\"1\"><dataValidation type=\"list\" "
      "allowBlank=\"1\" "
      "sqref=\"{0}2:{0}{1}\"><formula1>\"{2}\"</formula1></dataValidation></dataValidations>",
      last, end, escaped(sheet.choice));
}

std::string sheet_xml(const Sheet& sheet, SharedStrings& strings) {
  std::string out(head);
  out += fmt::format(
      "<worksheet xmlns=\"{}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
      "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>",
      main_space);
  out += columns_xml(sheet) + "<sheetData>";
  for (const Row& row : sheet.rows) {
    out += fmt::format("<row r=\"{}\"{}>", row.number, row.hidden ? " hidden=\"1\"" : "");
    for (size_t column = 0; column < row.cells.size(); ++column) out += cell_xml(sheet, row, column, strings);
    out += "</row>";
  }
  return out + "</sheetData>" + helpers_xml(sheet) + "</worksheet>";
}

std::string book_xml(const Workbook& workbook) {
  constexpr std::string_view states[] = {"", " state=\"hidden\"", " state=\"veryHidden\""};
  std::string out(head);
  const auto shown = std::find_if(workbook.sheets.begin(), workbook.sheets.end(),
                                  [](const Sheet& each) { return each.visibility == Visibility::shown; });
  out += fmt::format(
      "<workbook xmlns=\"{}\" xmlns:r=\"{}\"><bookViews><workbookView activeTab=\"{}\"/></bookViews><sheets>",
      main_space, relation_space, shown == workbook.sheets.end() ? 0 : shown - workbook.sheets.begin());
  for (size_t i = 0; i < workbook.sheets.size(); ++i)
    out +=
        fmt::format("<sheet name=\"{}\" sheetId=\"{}\"{} r:id=\"rId{}\"/>", escaped(workbook.sheets[i].name),
                    i + 1, states[static_cast<size_t>(workbook.sheets[i].visibility)], i + 1);
  return out + "</sheets></workbook>";
}

std::string relations_xml(size_t sheets) {
  std::string out(head);
  out += "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  const auto add = [&](size_t id, std::string_view type, const std::string& target) {
    out += fmt::format("<Relationship Id=\"rId{}\" Type=\"{}/{}\" Target=\"{}\"/>", id, relation_space, type,
                       target);
  };
  for (size_t i = 1; i <= sheets; ++i) add(i, "worksheet", fmt::format("worksheets/sheet{}.xml", i));
  add(sheets + 1, "styles", "styles.xml");
  add(sheets + 2, "sharedStrings", "sharedStrings.xml");
  return out + "</Relationships>";
}

std::string types_xml(size_t sheets) {
  constexpr std::string_view kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  std::string out(head);
  out +=
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
      "Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default "
      "Extension=\"xml\" ContentType=\"application/xml\"/>";
  const auto add = [&](const std::string& part, std::string_view type) {
    out += fmt::format("<Override PartName=\"/xl/{}\" ContentType=\"{}{}+xml\"/>", part, kind, type);
  };
  add("workbook.xml", "sheet.main");
  add("styles.xml", "styles");
  add("sharedStrings.xml", "sharedStrings");
  for (size_t i = 1; i <= sheets; ++i) add(fmt::format("worksheets/sheet{}.xml", i), "worksheet");
  return out + "</Types>";
}

std::string package_xml() {
  return std::string(head) +
         fmt::format(
             "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
             "<Relationship Id=\"rId1\" Type=\"{}/officeDocument\" Target=\"xl/workbook.xml\"/>"
             "</Relationships>",
             relation_space);
}

// Style 0: as it is; style 1: bold, for the heading.
std::string styles_xml() {
  return std::string(head) +
         fmt::format(
             "<styleSheet xmlns=\"{}\"><fonts count=\"2\"><font><sz val=\"11\"/><name "
             "val=\"Calibri\"/></font>"
             "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill>"
             "<patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"
             "</fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>"
             "<cellXfs count=\"2\"><xf fontId=\"0\"/><xf fontId=\"1\" "
             "applyFont=\"1\"/></cellXfs></styleSheet>",
             main_space);
}

struct Part {
  std::string name, bytes;
};

std::vector<Part> parts_of(const Workbook& workbook) {
  SharedStrings strings;
  std::vector<Part> parts{{"[Content_Types].xml", types_xml(workbook.sheets.size())},
                          {"_rels/.rels", package_xml()},
                          {"xl/workbook.xml", book_xml(workbook)},
                          {"xl/_rels/workbook.xml.rels", relations_xml(workbook.sheets.size())},
                          {"xl/styles.xml", styles_xml()}};
  for (size_t i = 0; i < workbook.sheets.size(); ++i)
    parts.push_back(
        {fmt::format("xl/worksheets/sheet{}.xml", i + 1), sheet_xml(workbook.sheets[i], strings)});
  parts.push_back({"xl/sharedStrings.xml", strings.xml()});
  return parts;
}

struct Close {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

Error not_written() {
  return defect("spreadsheet.not_written");
}

bool add_part(zip_t* archive, const Part& part) {
  zip_source_t* source = zip_source_buffer(archive, part.bytes.data(), part.bytes.size(), 0);
  if (source == nullptr) return false;
  const zip_int64_t index = zip_file_add(archive, part.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) return zip_source_free(source), false;
  return zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), written, 0) == 0;
}

Result<std::string> bytes_of(zip_source_t* source) {
  zip_stat_t facts;
  if (zip_source_stat(source, &facts) != 0 || zip_source_open(source) != 0) return not_written();
  std::string bytes(facts.size, '\0');
  const zip_int64_t got = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (got != static_cast<zip_int64_t>(bytes.size())) return not_written();
  return bytes;
}

}  // namespace

Result<std::string> write_xlsx(const Workbook& workbook) {
  const std::vector<Part> parts = parts_of(workbook);
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, Close> source(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (source == nullptr) return not_written();
  zip_source_keep(source.get());  // closing the archive gives one hold back
  zip_t* archive = zip_open_from_source(source.get(), ZIP_TRUNCATE, &error);
  if (archive == nullptr) return zip_source_free(source.get()), not_written();
  for (const Part& part : parts) {
    if (add_part(archive, part)) continue;
    zip_discard(archive);
    return not_written();
  }
  if (zip_close(archive) != 0) return zip_discard(archive), not_written();
  return bytes_of(source.get());
}

}  // namespace fvm::spreadsheet
