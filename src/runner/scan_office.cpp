// xlsx and docx: zip archives of XML parts (ECMA-376). Every part is looked at, whether the document refers
// to it or not: what a viewer does not show can still be read.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/office.hpp"
#include "runner/scan.hpp"
#include "runner/scan_picture.hpp"
#include "runner/scan_printed.hpp"
#include "runner/scan_zip.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

// A part and the name of its first element: what it is, wherever it lies and whatever it is called.
struct Opened {
  const Part& part;
  bool xml;
  std::string_view root;
};

// First elements of parts that may be long: what documents are made of.
constexpr std::array may_be_long = std::to_array<std::string_view>(
    {"document",         "hdr",        "ftr",        "footnotes",  "endnotes",   "comments",
     "glossaryDocument", "styles",     "settings",   "numbering",  "fonts",      "webSettings",
     "workbook",         "worksheet",  "sst",        "table",      "styleSheet", "theme",
     "Relationships",    "chartSpace", "chartStyle", "colorStyle", "wsDr",       "Types"});
// Of these, what nobody wrote as text.
constexpr std::array nobodys_text = std::to_array<std::string_view>({"theme", "Relationships"});
constexpr std::array texts_of_documents = std::to_array<std::string_view>(
    {"document", "hdr", "ftr", "footnotes", "endnotes", "comments", "glossaryDocument"});

template <size_t n>
bool is_one_of(const std::array<std::string_view, n>& known, std::string_view name) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

// All parts, unpacked; false with a finding when that cannot or must not be done.
bool unpack(std::string_view bytes, std::vector<Part>& parts, Scan& scan) {
  const Unpacked done = unpack_office(bytes, parts);
  switch (done.problem) {
    case Unpacked::Problem::none:
      return true;
    case Unpacked::Problem::not_zip:
    case Unpacked::Problem::broken:
      return scan.unreadable(done.part, "zip"), false;
    case Unpacked::Problem::encrypted:
      return scan.unreadable(done.part, "encrypted"), false;
    case Unpacked::Problem::path:
      return scan.findings.add("finding.archive_path", {disclosure::shape_of(done.part), 0, 0}), false;
    case Unpacked::Problem::bomb:
      break;
  }
  return scan.findings.add("finding.archive_bomb", {done.part, 0, 0}), false;
}

bool is_xml(const Part& part) {
  const std::string low = disclosure::lower(part.name);
  return low.ends_with(".xml") || low.ends_with(".rels") || low.ends_with(".vml");
}

// A picture that a person can look at; what hangs behind it or stands in it is looked for.
bool is_picture(const Part& part, Scan& scan) {
  using namespace std::string_view_literals;
  const std::string_view bytes = part.bytes;
  const disclosure::Content content = disclosure::content_of(bytes);
  const bool other = bytes.starts_with("GIF8") || bytes.starts_with("\xD7\xCD\xC6\x9A"sv) ||
                     bytes.substr(0, 44).ends_with(" EMF");
  if (content != disclosure::Content::png && content != disclosure::Content::jpeg && !other) return false;
  scan.findings.add("finding.embedded_image", {part.name, 0, 0});
  if (content == disclosure::Content::png) {
    scan_png(bytes, scan, part.name);
  } else if (content == disclosure::Content::jpeg) {
    scan_jpeg(bytes, scan, part.name);
  } else {
    scan.text(bytes, {part.name, 0, 0});
  }
  return true;
}

// What Excel keeps about a printer: a few kilobytes in the printer's own form.
bool is_printer_setting(std::string_view low, const Part& part, Scan& scan) {
  constexpr size_t setting_bytes_max = 16 << 10;
  const bool named = low.starts_with("xl/printersettings/printersettings") && low.ends_with(".bin");
  if (!named || part.bytes.size() > setting_bytes_max) return false;
  std::string narrow(part.bytes);  // UTF-16 without its zeros
  std::erase(narrow, '\0');
  for (const std::string_view text : {std::string_view(part.bytes), std::string_view(narrow)}) {
    if (!disclosure::find_personal_numbers(disclosure::plain_text(text).text).empty() ||
        !disclosure::find_pseudonyms(disclosure::plain_text(text).text, scan.pseudonyms).empty())
      return false;
  }
  scan.findings.add("finding.person_reads", {part.name, 0, 0}, {}, "printerSettings");
  return true;
}

// Parts that must not be there, and parts that a person must know of.
void judge_part(const Opened& opened, Scan& scan) {
  struct Known {
    std::string_view piece, rule;
  };
  static constexpr Known known[] = {
      {"vbaproject", "finding.macro"},
      {"macrosheets/", "finding.macro"},
      {"embeddings/", "finding.embedded_object"},
      {"activex/", "finding.embedded_object"},
      {"ctrlprops/", "finding.embedded_object"},
      {"xl/model/", "finding.embedded_object"},
      {"externallinks/", "finding.external_link"},
      {"connections.xml", "finding.external_link"},
      {"querytables/", "finding.external_link"},
      {"pivotcache/", "finding.pivot_cache"},
      {"comments", "finding.comment"},
      {"revisions/", "finding.tracked_change"},
  };
  // The same parts under other names.
  static constexpr Known roots[] = {
      {"macrosheet", "finding.macro"},
      {"externalLink", "finding.external_link"},
      {"connections", "finding.external_link"},
      {"queryTable", "finding.external_link"},
      {"pivotCacheDefinition", "finding.pivot_cache"},
      {"pivotCacheRecords", "finding.pivot_cache"},
      {"comments", "finding.comment"},
      {"ThreadedComments", "finding.comment"},
      {"revisions", "finding.tracked_change"},
  };
  const Part& part = opened.part;
  const std::string low = disclosure::lower(part.name);
  const auto named = std::find_if(std::begin(known), std::end(known), [&](const Known& one) {
    return low.find(one.piece) != std::string::npos && !low.ends_with(".rels");
  });
  const auto rooted = std::find_if(std::begin(roots), std::end(roots),
                                   [&](const Known& one) { return one.piece == opened.root; });
  if (named != std::end(known)) scan.findings.add(named->rule, {part.name, 0, 0});
  if (rooted != std::end(roots) && (named == std::end(known) || named->rule != rooted->rule))
    scan.findings.add(rooted->rule, {part.name, 0, 0});
  if (!opened.xml && !is_picture(part, scan) && !is_printer_setting(low, part, scan))
    scan.findings.add("finding.embedded_object", {part.name, 0, 0});
}

bool is_sheet(const Opened& one) {
  return one.xml && (one.root == "worksheet" ||
                     (one.root.empty() && disclosure::lower(one.part.name).starts_with("xl/worksheets/")));
}

// Every text of a part as its reader sees it: runs of one paragraph put together, so that a number cut into
// three runs is one number; and the tables of a document as tables.
class PartText {
 public:
  PartText(const Opened& opened, Scan& scan) : part_(opened.part), root_(opened.root), scan_(scan) {}

  void read() {
    const XmlEvents events{[this](auto name, const auto& attributes) { start(name, attributes); },
                           [this](auto name) { end(name); }, [this](auto text) { take(text); },
                           [this](auto text) { scan_.markup_aside(text, {part_.name, 0, 0}); }};
    const auto done = read_xml(part_.bytes, events);
    if (!done.ok() && done.error().code == "xml.document_type")
      scan_.findings.add("finding.xml_entities", {part_.name, 0, 0});
    if (!done.ok() && done.error().code != "xml.document_type")
      scan_.unreadable(part_.name, done.error().code);
    flush();
    end_text();
    end_part();
    scan_.text(all_, {part_.name, 0, 0});
    scan_.text(apart_, {part_.name, 0, 0});  // and each element by itself: neighbours must not hide a number
  }

 private:
  void start(std::string_view name, const Attributes& attributes) {
    apart_ += '\n';
    scan_.markup_name(name, {part_.name, 0, 0});
    if (name == "ins" || name == "del" || name == "moveFrom" || name.ends_with("PrChange"))
      scan_.findings.add("finding.tracked_change", {part_.name, 0, 0});
    // A list of styles has white letters for tables with dark headings.
    const bool styles = root_ == "styles" || root_ == "styleSheet";
    if (!styles && is_unseen(name, attributes))
      scan_.findings.add("finding.hidden_cells", {part_.name, 0, 0});
    if (name == "Relationship" && attribute(attributes, "TargetMode") == "External" &&
        !is_plain_link(attributes))
      scan_.findings.add("finding.external_link", {part_.name, 0, 0});
    if (name == "sym") take_symbol(attribute(attributes, "char"));
    if (name == "AlternateContent") choice_.clear(), fallback_.clear();
    if (name == "Choice" || name == "Fallback") alternative_ = name == "Choice" ? &choice_ : &fallback_;
    if (name == "vertAlign") raised_ = attribute(attributes, "val") != "baseline";
    if (name == "r") raised_ = false;
    if (name == "tab" && !in_cell_) paragraph_ += '\t', tabbed_ = true;
    if (name == "instrText" || name == "fldSimple") in_field_ = true;
    values_ += attributes.size();
    if (name == "tbl") {
      constexpr size_t depth_max = 50;
      if (open_.size() == depth_max) scan_.unreadable(part_.name, "depth");
      if (open_.size() <= depth_max) open_.push_back(std::exchange(table_, {}));
      in_cell_ = false;
    }
    if (name == "tr") table_.rows.emplace_back();
    if (name == "tc" && !table_.rows.empty() && ++cells_ < cells_max) table_.rows.back().emplace_back();
    in_cell_ = (in_cell_ || name == "tc") && !table_.rows.empty() && !table_.rows.back().empty();
    static constexpr std::string_view texts[] = {"descr",  "title", "name",   "Target", "tooltip",
                                                 "prompt", "alt",   "author", "string"};
    for (const auto& [key, value] : attributes) {
      if (std::find(std::begin(texts), std::end(texts), key) == std::end(texts)) {
        scan_.attribute(name, key, value, {part_.name, 0, 0});
        continue;
      }
      all_ += '\n';
      all_ += value;
      all_ += '\n';
    }
  }
  void end(std::string_view name) {
    apart_ += '\n';
    static constexpr std::string_view breaks[] = {"p",   "si",     "c",           "comment", "text",
                                                  "tr",  "tc",     "br",          "col",     "colOff",
                                                  "row", "rowOff", "definedName", "author"};
    if (name == "instrText" || name == "fldSimple") in_field_ = false;
    if (name == "Choice" || name == "Fallback") alternative_ = nullptr;
    // A reader shows one of the two; both are read here, so they must say the same.
    if (name == "AlternateContent" && choice_ != fallback_ && !choice_.empty())
      scan_.findings.add("finding.hidden_data", {part_.name, 0, 0});
    // A name that stands for cells says which; one that stands for a text holds it.
    if (name == "definedName" && paragraph_.find('!') == std::string::npos)
      scan_.findings.add("finding.hidden_data", {part_.name, 0, 0});
    if (name == "p" && in_cell_) table_.rows.back().back() += ' ';
    if (std::find(std::begin(breaks), std::end(breaks), name) != std::end(breaks)) flush();
    if (name == "tc") in_cell_ = false;
    if (name == "tbl") {
      end_table();
      if (!open_.empty()) table_ = std::move(open_.back()), open_.pop_back();
      in_cell_ = !open_.empty() && !table_.rows.empty() && !table_.rows.back().empty();
    }
  }
  void take(std::string_view raw) {
    const std::string text = raised_ ? disclosure::raised(raw) : std::string(raw);
    paragraph_ += text;
    apart_ += text;
    if (alternative_ != nullptr) *alternative_ += disclosure::trim(text);
    const bool said = raw.find_first_not_of(" \t\r\n") != std::string_view::npos;
    values_ += said;
    if (said && root_ == "theme") scan_.findings.add("finding.hidden_data", {part_.name, 0, 0});
    if (in_cell_) table_.rows.back().back() += text;
    if (!in_field_) return;
    for (const std::string_view word : {"INCLUDETEXT", "INCLUDEPICTURE", "DDE", "LINK", "DATABASE"}) {
      if (raw.find(word) != std::string_view::npos)
        scan_.findings.add("finding.external_link", {part_.name, 0, 0});
    }
  }
  // One letter by its number (ECMA-376 17.3.3.30); typefaces of symbols have theirs from F000 on.
  void take_symbol(std::string_view hexadecimal) {
    constexpr uint32_t private_first = 0xF000, private_last = 0xF0FF;
    uint32_t code = 0;
    std::from_chars(hexadecimal.data(), hexadecimal.data() + hexadecimal.size(), code, 16);
    if (code >= private_first && code <= private_last) code -= private_first;
    if (code > 0) take(disclosure::utf8_of(code));
  }
  void flush() {
    all_ += paragraph_;
    all_ += '\n';
    if (!in_cell_ && open_.empty()) prose_ += paragraph_ + '\n';
    paragraph_.clear();
  }
  // What people wrote outside the tables, and tables set by tabulators.
  void end_text() {
    const std::string low = disclosure::lower(part_.name);
    const bool written =
        low.starts_with("word/") || low.starts_with("xl/drawings/") || is_one_of(texts_of_documents, root_);
    const bool noted = low.find("comments") != std::string::npos;
    if (scan_.shown != nullptr && (written || noted) && !is_one_of(nobodys_text, root_))
      scan_.shown->text(part_.name, prose_);
    if (scan_.shown != nullptr || !written || is_one_of(nobodys_text, root_)) return;
    scan_.prose(prose_, {part_.name, 0, 0});
    constexpr size_t words_max = 20;
    const bool much =
        low.starts_with("xl/") ? disclosure::words(prose_).size() > words_max : is_much_prose(prose_);
    if (much) scan_.findings.add("finding.person_reads", {part_.name, 0, 0}, {}, "prose");
    if (tabbed_) scan_printed(prose_, Printed::table, scan_);
  }
  // A part of another kind than a document's own that holds more than a setting or two.
  void end_part() {
    constexpr size_t values_max = 60;
    if (!is_one_of(may_be_long, root_) && values_ > values_max)
      scan_.findings.add("finding.hidden_data", {part_.name, 0, 0});
  }
  static bool is_unseen(std::string_view name, const Attributes& attributes) {
    const std::string_view value = attribute(attributes, "val");
    if (name == "vanish" || name == "webHidden" || name == "specVanish")
      return value != "0" && value != "false";
    if (name == "color")
      return disclosure::lower(value) == "ffffff" || is_white(attribute(attributes, "rgb"));
    constexpr size_t half_points_min = 8;
    size_t size = half_points_min;
    if (name == "sz" && !value.empty()) std::from_chars(value.data(), value.data() + value.size(), size);
    return size < half_points_min;
  }
  // A link that a reader may follow, and that names a place on the network and nothing else.
  static bool is_plain_link(const Attributes& attributes) {
    const std::string_view type = attribute(attributes, "Type"), target = attribute(attributes, "Target");
    return type.ends_with("/hyperlink") && target.find('?') == std::string_view::npos &&
           target.find('@') == std::string_view::npos;
  }
  void end_table() {
    scan_.without_raised(table_);
    for (auto& row : table_.rows) {
      for (auto& cell : row) cell = disclosure::plain_text(cell).text;
    }
    table_.sheet = part_.name + " table " + std::to_string(++tables_);
    scan_.table(table_);
    table_ = {};
  }

  const Part& part_;
  std::string_view root_;
  Scan& scan_;
  disclosure::Table table_;
  std::vector<disclosure::Table> open_;  // tables around the one that is read
  std::string paragraph_, all_, apart_, prose_, choice_, fallback_;
  std::string* alternative_ = nullptr;  // of a text that is there twice, the one that is read
  size_t tables_ = 0, cells_ = 0, values_ = 0;
  bool in_cell_ = false, raised_ = false, tabbed_ = false, in_field_ = false;
};

// Texts in the workbook's list that no cell shows: programs leave none.
void check_unused(const std::vector<std::string>& shared, const std::vector<bool>& used, Scan& scan) {
  const disclosure::Place place{"xl/sharedStrings.xml", 0, 0};
  std::string unused;
  for (size_t i = 0; i < shared.size(); ++i) {
    if (!used[i] && !shared[i].empty()) unused += shared[i] + "\n";
  }
  if (unused.empty()) return;
  scan.findings.add("finding.hidden_data", place);
  scan.text(unused, place);
  scan.prose(unused, place);
}

void scan_workbook(Package& package, const std::vector<Opened>& opened, Scan& scan) {
  std::string broken;
  const auto shared = shared_strings(package, broken, Raised::marked);
  std::vector<CellStyle> styles;
  size_t lists = 0;
  for (const Opened& one : opened) {
    if (one.root != "styleSheet") continue;
    // No program writes two, or one that the workbook does not know.
    if (++lists > 1 || !package.is_mains(one.part, "styles")) scan.unreadable(one.part.name, "styleSheet");
    styles = read_styles(one.part.bytes);
  }
  if (!broken.empty()) scan.unreadable("xl/sharedStrings.xml", broken);
  std::map<const Part*, SheetFacts> sheets;
  for (const SheetPart& sheet : sheet_parts(package))
    sheets[sheet.part] = {sheet.name, sheet.visibility != spreadsheet::Visibility::shown};
  std::vector<bool> used(shared.size());
  for (const Opened& one : opened) {
    if (!is_sheet(one)) continue;
    const auto known = sheets.find(&one.part);
    // A sheet that the workbook does not list is as hidden as can be.
    SheetFacts facts = known != sheets.end() ? known->second : SheetFacts{one.part.name, true};
    facts.used = &used;
    scan_sheet(one.part.bytes, facts, shared, scan, styles, [&] { package.forget(one.part); });
  }
  if (scan.shown == nullptr) check_unused(shared, used, scan);
}

}  // namespace

std::string scan_office(std::string_view bytes, Scan& scan) {
  const ZipFrame frame = zip_frame(bytes);
  if (!frame.whole) scan.findings.add("finding.trailing_bytes");
  scan.attribute("", "extra", frame.extras, {});
  std::vector<Part> parts;
  if (!unpack(bytes, parts, scan)) return "archive";
  Package package(std::move(parts));
  const std::string_view kind = package.main() == nullptr ? "" : std::string_view(package.main()->root);
  const bool workbook = kind == "workbook";
  if ((!workbook && kind != "document") || package.named("[Content_Types].xml") == nullptr) return "archive";
  if (package.twice() != nullptr) scan.unreadable("", "parts");
  std::vector<Opened> opened;
  for (const Part& part : package.parts()) {
    const bool xml = is_xml(part);
    opened.push_back({part, xml, xml ? std::string_view(part.root) : std::string_view()});
  }
  for (const Opened& one : opened) {
    if (scan.shown == nullptr) judge_part(one, scan);
    scan.text(one.part.name, {one.part.name, 0, 0});
    if (one.xml && (!is_sheet(one) || !workbook)) PartText(one, scan).read();
    if (workbook && scan.must_be_understood) scan_properties(one.part.bytes, one.root, one.part.name, scan);
    if (one.root == "chartSpace") scan_chart(one.part.bytes, one.part.name, scan);
  }
  if (workbook) scan_workbook(package, opened, scan);
  return workbook ? "xlsx" : "docx";
}

}  // namespace fvm::runner
