#include "catalogue/sheets.hpp"

#include <algorithm>
#include <map>

#include "catalogue/sheet_columns.hpp"

namespace fvm::catalogue {
namespace {

using spreadsheet::Row;
using spreadsheet::Sheet;
using spreadsheet::Visibility;
using spreadsheet::Workbook;

constexpr std::string_view overview_name = "Registeroversigt", with_minipas = "LPR";

const Register* known(const Catalogue& catalogue, const std::string& code) {
  const auto found = std::find_if(catalogue.registers.begin(), catalogue.registers.end(),
                                  [&](const Register& each) { return same_name(each.code, code); });
  return found == catalogue.registers.end() ? nullptr : &*found;
}

std::string sheet_name(const Catalogue& catalogue, const std::string& code) {
  const Register* one = known(catalogue, code);
  return one != nullptr && !one->sheet.empty() ? one->sheet : code;
}

Sheet overview(const Catalogue& catalogue) {
  Sheet sheet{.name = std::string(overview_name), .visibility = Visibility::hidden};
  sheet.widths = {16, 20, 60};
  sheet.rows.push_back({1, false, {"Skemanavn", "Registerforkortelse", "Registernavn"}});
  for (const std::string& code : catalogue.register_codes()) {
    const Register* one = known(catalogue, code);
    sheet.rows.push_back({sheet.rows.size() + 1,
                          false,
                          {sheet_name(catalogue, code), code, one == nullptr ? "" : one->name_da}});
  }
  return sheet;
}

Row heading(bool minipas) {
  Row row{1, false, {"Sort_ID", "Kan_bestilles", "Tabel", "Variabel", "Indhold", "Gyldighed"}};
  if (minipas) row.cells.emplace_back("Minipas");
  row.cells.emplace_back("Ønsket variabel (x)");
  return row;
}

Sheet register_sheet(const Catalogue& catalogue, const std::string& code) {
  const bool minipas = code == with_minipas;
  Sheet sheet{.name = sheet_name(catalogue, code), .visibility = Visibility::very_hidden};
  sheet.widths = {8, 13, 34, 30, 70, 22};
  if (minipas) sheet.widths.push_back(9);
  sheet.widths.push_back(20);
  sheet.number_columns = {0, 1};
  sheet.choice = "x";
  sheet.rows.push_back(heading(minipas));
  for (const Table& table : catalogue.tables) {
    if (table.register_name != code) continue;
    for (const Variable& variable : table.variables) {
      Row row{sheet.rows.size() + 1,
              false,
              {std::to_string(sheet.rows.size()), variable.orderable ? "1" : "0", table.name, variable.name,
               variable.text_da, variable.validity.text}};
      if (minipas) row.cells.push_back(variable.minipas);
      if (variable.orderable) sheet.visibility = Visibility::shown;
      sheet.rows.push_back(std::move(row));
    }
  }
  return sheet;
}

Error at(std::string code, std::string_view file, const Sheet& sheet, size_t row) {
  return usage(std::move(code),
               {{"file", std::string(file)}, {"sheet", sheet.name}, {"row", std::to_string(row)}});
}

// Reads one worksheet's rows into the list.
class Reader {
 public:
  Reader(std::string_view file, Listing& listing) : file_(file), listing_(listing) {}

  // Whether the sheet has the heading.
  Result<bool> read(const Sheet& sheet, const std::string& register_name) {
    std::optional<Columns> columns;
    for (const Row& row : sheet.rows) {
      if (!columns) {
        columns = read_heading(row);
        if (columns && !columns->has(Column::orderable)) return false;
        continue;
      }
      TRY(take(sheet, row, *columns, register_name));
    }
    return columns.has_value();
  }

 private:
  Result<void> take(const Sheet& sheet, const Row& row, const Columns& columns,
                    const std::string& register_name) {
    ListRow out{.register_name = register_name,
                .table = columns.raw(row, Column::table),
                .variable = columns.raw(row, Column::variable),
                .content = columns.raw(row, Column::content),
                .validity = columns.raw(row, Column::validity),
                .minipas = columns.raw(row, Column::minipas)};
    const std::string orderable = columns.text(row, Column::orderable);
    if (out.table.empty() && out.variable.empty() && orderable.empty()) return {};
    if (orderable != "0" && orderable != "1")
      return at("catalogue.sheet_orderable", file_, sheet, row.number);
    if (out.table.empty() || out.variable.empty())
      return at("catalogue.sheet_empty", file_, sheet, row.number);
    out.orderable = orderable == "1";
    out.place = sheet.name + ", row " + std::to_string(row.number);
    listing_.rows.push_back(std::move(out));
    return {};
  }

  std::string_view file_;
  Listing& listing_;
};

}  // namespace

Workbook order_sheet(const Catalogue& catalogue) {
  Workbook workbook;
  workbook.sheets.push_back(overview(catalogue));
  for (const std::string& code : catalogue.register_codes())
    workbook.sheets.push_back(register_sheet(catalogue, code));
  return workbook;
}

Result<Listing> list_of(const Workbook& workbook, std::string_view file) {
  Listing listing{.registers = register_overview(workbook)};
  std::map<std::string, std::string> codes;  // sheet name in small letters -> register
  for (const Register& one : listing.registers)
    codes[folded(one.sheet.empty() ? one.code : one.sheet)] = one.code;
  Reader reader(file, listing);
  bool any = false;
  for (const Sheet& sheet : workbook.sheets) {
    if (is_overview(sheet)) continue;
    const auto code = codes.find(folded(tidy(sheet.name)));
    any |= TRY(reader.read(sheet, code == codes.end() ? tidy(sheet.name) : code->second));
  }
  if (!any || listing.rows.empty()) return usage("catalogue.sheet_none", {{"file", std::string(file)}});
  std::erase_if(listing.registers,
                [](const Register& one) { return one.sheet.empty() && one.name_da.empty(); });
  return listing;
}

}  // namespace fvm::catalogue
