#include <algorithm>
#include <memory>
#include <utility>

#include "base/beside.hpp"
#include "runner/scan.hpp"
#include "runner/sheet.hpp"
#include "runner/sheet_pieces.hpp"

namespace fvm::runner {
namespace {

// A part of a sheet and what was found in it.
struct PartRead {
  Scan scan;
  std::unique_ptr<Sheet> sheet;
  bool whole = false;
};

class SheetScan {
 public:
  SheetScan(const SheetFacts& facts, const std::vector<std::string>& shared, Scan& scan,
            const std::vector<CellStyle>& styles)
      : facts_(facts), shared_(shared), scan_(scan), styles_(styles) {}

  // The sheet when all of it was read.
  std::unique_ptr<Sheet> read(std::string_view xml) {
    if (scan_.shown == nullptr) {
      if (auto sheet = read_in_parts(xml)) return sheet;
    }
    auto whole = sheet_for(scan_, {.plain = false, .ordered = false});
    (void)whole->read({xml});
    return whole;
  }

 private:
  std::unique_ptr<Sheet> sheet_for(Scan& scan, Way way) const {
    return std::make_unique<Sheet>(facts_, shared_, scan, styles_, way);
  }

  // Each part by a thread; null, and nothing is found: it has to be read in one.
  std::unique_ptr<Sheet> read_in_parts(std::string_view xml) {
    const size_t count = facts_.parts != 0 ? facts_.parts : threads_for(xml.size());
    bool broken = true;
    std::unique_ptr<Sheet> sheet;
    if (facts_.plainly) sheet = read_in(cut_plain_sheet(xml, count), {.plain = true}, broken);
    // It was no matter of what is plain.
    if (sheet != nullptr || !broken) return sheet;
    return read_in(cut_sheet(xml, count), {.plain = false}, broken);
  }

  // `broken`: some part could not be read at all.
  std::unique_ptr<Sheet> read_in(const std::vector<Pieces>& parts, Way way, bool& broken) {
    std::vector<PartRead> read(parts.size());
    for (PartRead& part : read) {
      part.scan.pseudonyms = scan_.pseudonyms;
      part.scan.parameters = scan_.parameters;
      part.scan.must_be_understood = scan_.must_be_understood;
      part.sheet = sheet_for(part.scan, way);
    }
    all_beside(parts.size(), [&](size_t i) { read[i].whole = read[i].sheet->read(parts[i]); });
    broken = std::any_of(read.begin(), read.end(), [](const PartRead& part) { return !part.whole; });
    for (size_t i = 0; i < read.size(); ++i) {
      if (broken || !read[i].sheet->fits() || (i > 0 && !read[0].sheet->take(std::move(*read[i].sheet))))
        return nullptr;
    }
    for (const PartRead& part : read) {
      scan_.findings.append(part.scan.findings);
      for (const auto& cell : part.scan.rounded) {
        if (scan_.rounded.size() == rounded_max) {
          scan_.findings.add("finding.hidden_digits", {facts_.name, cell.first + 1, cell.second + 1});
          break;
        }
        scan_.rounded.push_back(cell);
      }
    }
    return std::move(read[0].sheet);
  }

  const SheetFacts& facts_;
  const std::vector<std::string>& shared_;
  Scan& scan_;
  const std::vector<CellStyle>& styles_;
};

}  // namespace

void scan_sheet(std::string_view xml, const SheetFacts& facts, const std::vector<std::string>& shared,
                Scan& scan, const std::vector<CellStyle>& styles, const std::function<void()>& is_read) {
  if (facts.hidden) scan.findings.add("finding.hidden_sheet", {facts.name, 0, 0});
  const std::unique_ptr<Sheet> sheet = SheetScan(facts, shared, scan, styles).read(xml);
  if (is_read) is_read();
  if (facts.used != nullptr) sheet->mark_used(*facts.used);
  sheet->finish(scan);
}

}  // namespace fvm::runner
