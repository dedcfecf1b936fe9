// rooms: base disclosure runner spreadsheet catalogue
// Any bytes as a workbook that an applicant sent: the first byte chooses whether the rest is a whole file, a
// worksheet's XML, or the sandbox's answer. Reading must end and stay inside its bytes; what is read must
// cross as JSON unchanged; an order must name only what the catalogue has and may be ordered.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "catalogue/merge.hpp"
#include "catalogue/order.hpp"
#include "catalogue/sheets.hpp"
#include "runner/workbook.hpp"
#include "spreadsheet/workbook.hpp"
#include "spreadsheet/write.hpp"

namespace {

using fvm::catalogue::Catalogue;
using fvm::spreadsheet::Workbook;

void must(bool holds) {
  if (!holds) std::abort();
}

const Catalogue& catalogue() {
  static const Catalogue made = [] {
    const auto list = fvm::catalogue::read_list(
        "register\tkan_bestilles\ttabel\tvariabel\tindhold\tgyldighed\n"
        "LPR\t1\tt_adm\tv_cpr\tCPR-nummer\t1977 "
        "-\nLPR\t0\tt_adm\tk_intern\t\t\nLPR\t1\tt_adm\tv_navn\tNavn\t\n"
        "DRG\t1\ttakst\"år\"_hel\tdrg\tGruppe\t2010 -\n",
        "list.tsv");
    std::vector<fvm::Error> notes;
    return fvm::catalogue::with_list({}, *list, notes);
  }();
  return made;
}

void check_order(const Workbook& workbook) {
  const auto order = fvm::catalogue::read_order(workbook, catalogue());
  must(order.findings.size() <= fvm::catalogue::order_findings_max);
  for (const auto& item : order.items) {
    const auto* table = catalogue().find(item.register_name + "." + item.table);
    must(table != nullptr && table->find(item.variable) != nullptr);
    must(table->find(item.variable)->orderable &&
         fvm::catalogue::is_stored(table->find(item.variable)->what));
  }
  for (const auto& finding : order.findings) must(!describe(fvm::Language::danish, finding).empty());
}

void check(const Workbook& workbook) {
  const std::string json = fvm::spreadsheet::to_json(workbook);
  const auto back = fvm::spreadsheet::from_json(json);
  must(back.ok() && fvm::spreadsheet::to_json(*back) == json);
  check_order(workbook);
  // A list that is taken gives a sheet that is taken, with the same rows.
  const auto listing = fvm::catalogue::list_of(workbook, "fuzz.xlsx");
  if (!listing.ok()) return;
  std::vector<fvm::Error> notes;
  const Catalogue made = fvm::catalogue::with_list({}, *listing, notes);
  must(fvm::spreadsheet::write_xlsx(fvm::catalogue::order_sheet(made)).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) {
    if (const auto read = fvm::runner::read_workbook(bytes, "fuzz.xlsx"); read.ok()) check(*read);
  } else if (data[0] % 4 == 1) {
    if (const auto read = fvm::spreadsheet::from_json(bytes); read.ok()) check_order(*read);
  } else if (data[0] % 4 == 2) {
    if (const auto read = fvm::runner::read_workbook(bytes, "fuzz.csv"); read.ok()) check(*read);
  } else {
    auto rows = fvm::runner::read_worksheet(bytes, {"Tabel", "Variabel", "t_adm", "v_cpr", "x"});
    if (rows.ok()) check({{{.name = "LPR", .rows = std::move(*rows)}}});
  }
  return 0;
}
