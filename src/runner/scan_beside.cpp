// What stands beside the tables of a workbook that may leave without a person: headers and footers, what is
// said of a cell, the workbook's properties.
#include <algorithm>
#include <string>
#include <utility>

#include "disclosure/few.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

// Without the codes of a header or footer (ECMA-376 18.3.1.46): "&12", "&C", "&\"Arial\"".
std::string without_codes(std::string_view utf8) {
  constexpr std::string_view digits = "0123456789";
  std::string text;
  for (size_t i = 0; i < utf8.size(); ++i) {
    if (utf8[i] != '&' || i + 1 == utf8.size()) {
      text += utf8[i];
      continue;
    }
    const char code = utf8[++i];
    if (code == '"') i = std::min(utf8.find('"', i + 1), utf8.size());
    while (digits.find(code) != std::string_view::npos && i + 1 < utf8.size() &&
           digits.find(utf8[i + 1]) != std::string_view::npos)
      ++i;
    text += ' ';
  }
  return text;
}

// Names of properties that programs and labels of confidentiality set.
bool is_programs(std::string_view name) {
  return name.starts_with("MSIP_Label") || name == "ContentTypeId" || name.starts_with("_") ||
         name == "MediaServiceImageTags" || name == "AppVersion" || name.starts_with("KSO") ||
         name.starts_with("WorkbookGuid");
}

// docProps/core.xml, app.xml and custom.xml.
class Properties {
 public:
  Properties(std::string_view root, const std::string& part, Scan& scan)
      : core_(root == "coreProperties"), place_{part, 0, 0}, scan_(scan) {}

  void start(std::string_view full, const Attributes& attributes) {
    end();
    name_ = full.substr(full.find(':') + 1);
    if (name_ == "property") custom_ = attribute(attributes, "name");
  }
  void take(std::string_view text) { said_ += text; }
  void end() {
    const std::string said(disclosure::trim(said_));
    said_.clear();
    if (said.empty()) return;
    static constexpr std::string_view of_text[] = {"description", "keywords", "category", "contentStatus"};
    const bool written =
        core_ && std::find(std::begin(of_text), std::end(of_text), name_) != std::end(of_text);
    const bool own = !core_ && !custom_.empty() && !is_programs(custom_);
    if (written || own) scan_.findings.add("finding.remarks", place_, {}, own ? custom_ : name_);
    scan_.beside_cells(said, place_);
  }

 private:
  const bool core_;
  const disclosure::Place place_;
  Scan& scan_;
  std::string name_, custom_, said_;
};

}  // namespace

void Scan::beside_cells(std::string_view utf8, const disclosure::Place& place) {
  if (shown != nullptr || !must_be_understood) return;
  const std::string plain = disclosure::plain_text(without_codes(utf8)).text;
  constexpr size_t shown_bytes_max = 40;
  if (disclosure::note_may_tell_few(plain, parameters.cell_count_min))
    findings.add("finding.small_count_possible", place, "", plain.substr(0, shown_bytes_max));
  if (disclosure::small_shape_of_text(plain)) findings.add("finding.remarks", place, "", place.sheet);
}

// A figure written out beside its count tells what they tell; with no count in its row, of how many it is.
void Scan::judge_rounded(const disclosure::Grid& table, const disclosure::Layout& layout) {
  // Of the row that was judged last, from 1: how many counts, and where the last of them is.
  size_t judged = 0, counts = 0, only = 0;
  for (const auto& [row, column] : std::exchange(rounded, {})) {
    const size_t r = row + 1 - table.first_row;
    const bool known = row + 1 >= table.first_row && r < table.rows();
    for (size_t c = 0; known && judged != row + 1 && c < layout.columns.size(); ++c) {
      if (c == 0) counts = 0;
      const auto& count = table.said(r, c).count;
      if (layout.columns[c].kind == disclosure::ColumnKind::count && count &&
          *count >= parameters.cell_count_min)
        ++counts, only = c;
    }
    judged = row + 1;
    const bool told = known && counts > (counts == 1 && only == column ? 1 : 0);
    findings.add_as(told ? disclosure::Severity::note : disclosure::Severity::review, "finding.hidden_digits",
                    {table.sheet, row + 1, column + 1},
                    known ? disclosure::shape_of(table.text(r, column)) : std::string());
  }
}

void scan_properties(std::string_view xml, std::string_view root, const std::string& part, Scan& scan) {
  if (root != "coreProperties" && root != "Properties") return;
  Properties properties(root, part, scan);
  (void)read_xml(xml, {[&](auto name, const auto& attributes) { properties.start(name, attributes); },
                       [&](auto) { properties.end(); }, [&](auto text) { properties.take(text); },
                       [](auto) {}});  // whether it can be read is asked where its text is
}

}  // namespace fvm::runner
