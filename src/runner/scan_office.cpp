// xlsx and docx: zip archives of XML parts (ECMA-376). Every part is looked at, whether the document refers
// to it or not: what a viewer does not show can still be read.
#include <zip.h>

#include <algorithm>
#include <map>
#include <memory>

#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"
#include "runner/scan_zip.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

struct Part {
  std::string name;
  std::string bytes;
};

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

bool is_safe_part_name(std::string_view name) {
  return !name.empty() && name[0] != '/' && name.find('\\') == std::string_view::npos &&
         name.find("..") == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Archive open_archive(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  Archive archive(source == nullptr ? nullptr
                                    : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  return archive;
}

// What is in one part, up to `room` bytes; false: more than that, or broken.
bool read_part(zip_t* archive, zip_uint64_t index, uint64_t room, std::string& out) {
  const std::unique_ptr<zip_file_t, Discard> file(zip_fopen_index(archive, index, 0));
  if (file == nullptr) return false;
  std::string buffer(1 << 16, 0);
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) return false;
    if (got == 0) return true;
    out.append(buffer, 0, static_cast<size_t>(got));
    if (out.size() > room) return false;
  }
}

bool is_bomb(const zip_stat_t& facts, uint64_t room) {
  return facts.size > room || (facts.size > ratio_floor_bytes && facts.comp_size > 0 &&
                               facts.size / facts.comp_size > unpacked_ratio_max);
}

// All parts, unpacked; false with a finding when that cannot or must not be done.
bool unpack(zip_t* archive, std::vector<Part>& parts, Scan& scan) {
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  if (count < 0 || static_cast<size_t>(count) > parts_max) {
    scan.findings.add("finding.archive_bomb");
    return false;
  }
  uint64_t room = unpacked_bytes_max;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    zip_stat_t facts;
    if (zip_stat_index(archive, i, 0, &facts) != 0 || facts.name == nullptr)
      return scan.unreadable("", "zip"), false;
    const std::string name(facts.name);
    if (!is_safe_part_name(name))
      return scan.findings.add("finding.archive_path", {disclosure::shape_of(name), 0, 0}), false;
    if (is_bomb(facts, room)) return scan.findings.add("finding.archive_bomb", {name, 0, 0}), false;
    if (facts.encryption_method != ZIP_EM_NONE) return scan.unreadable(name, "encrypted"), false;
    if (name.ends_with('/')) continue;
    Part part{name, {}};
    if (!read_part(archive, i, room, part.bytes)) return scan.unreadable(name, "zip"), false;
    room -= part.bytes.size();
    parts.push_back(std::move(part));
  }
  return true;
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
  content == disclosure::Content::png ? scan_png(bytes, scan) : scan.text(bytes, {part.name, 0, 0});
  return true;
}

// What Excel keeps about a printer: a few kilobytes in the printer's own form.
bool is_printer_setting(std::string_view low, const Part& part, Scan& scan) {
  constexpr size_t setting_bytes_max = 16 << 10;
  const bool named = low.starts_with("xl/printersettings/printersettings") && low.ends_with(".bin");
  if (!named || part.bytes.size() > setting_bytes_max) return false;
  std::string narrow = part.bytes;  // UTF-16 without its zeros
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
void judge_part(const Part& part, Scan& scan) {
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
  const std::string low = disclosure::lower(part.name);
  for (const Known& one : known) {
    if (low.find(one.piece) != std::string::npos && !low.ends_with(".rels")) {
      scan.findings.add(one.rule, {part.name, 0, 0});
      break;
    }
  }
  if (!is_xml(part) && !is_picture(part, scan) && !is_printer_setting(low, part, scan))
    scan.findings.add("finding.embedded_object", {part.name, 0, 0});
}

// By what it is, wherever it lies and whatever it is called.
bool is_sheet(const Part& part) {
  if (!is_xml(part)) return false;
  const std::string root = root_of(part.bytes);
  return root == "worksheet" || (root.empty() && part.name.starts_with("xl/worksheets/"));
}

// Every text of a part as its reader sees it: runs of one paragraph put together, so that a number cut into
// three runs is one number; and the tables of a document as tables.
class PartText {
 public:
  PartText(const Part& part, Scan& scan) : part_(part), scan_(scan) {}

  void read() {
    const XmlEvents events{[this](auto name, const auto& attributes) { start(name, attributes); },
                           [this](auto name) { end(name); }, [this](auto text) { take(text); },
                           [this](auto text) { scan_.text(text, {part_.name, 0, 0}); }};
    const auto done = read_xml(part_.bytes, events);
    if (!done.ok() && done.error().code == "xml.document_type")
      scan_.findings.add("finding.xml_entities", {part_.name, 0, 0});
    if (!done.ok() && done.error().code != "xml.document_type")
      scan_.unreadable(part_.name, done.error().code);
    flush();
    scan_.text(all_, {part_.name, 0, 0});
    scan_.text(apart_, {part_.name, 0, 0});  // and each element by itself: neighbours must not hide a number
  }

 private:
  void start(std::string_view name, const Attributes& attributes) {
    apart_ += '\n';
    if (name == "ins" || name == "del" || name == "moveFrom")
      scan_.findings.add("finding.tracked_change", {part_.name, 0, 0});
    if (name == "vanish") scan_.findings.add("finding.hidden_cells", {part_.name, 0, 0});
    if (name == "tbl") table_ = {};
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
    static constexpr std::string_view breaks[] = {"p",  "si", "c",   "comment",     "text",  "tr",
                                                  "tc", "br", "tab", "definedName", "author"};
    if (std::find(std::begin(breaks), std::end(breaks), name) != std::end(breaks)) flush();
    if (name == "tc") in_cell_ = false;
    if (name == "tbl") end_table();
  }
  void take(std::string_view text) {
    paragraph_ += text;
    apart_ += text;
    if (in_cell_) table_.rows.back().back() += text;
  }
  void flush() {
    all_ += paragraph_;
    all_ += '\n';
    paragraph_.clear();
  }
  void end_table() {
    for (auto& row : table_.rows) {
      for (auto& cell : row) cell = disclosure::plain_text(cell).text;
    }
    table_.sheet = part_.name + " table " + std::to_string(++tables_);
    scan_.table(table_);
    table_ = {};
  }

  const Part& part_;
  Scan& scan_;
  disclosure::Table table_;
  std::string paragraph_, all_, apart_;
  size_t tables_ = 0, cells_ = 0;
  bool in_cell_ = false;
};

const Part* part_named(const std::vector<Part>& parts, std::string_view name) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

// Shared strings in order; rich text runs put together.
std::vector<std::string> shared_strings(const std::vector<Part>& parts, Scan& scan) {
  std::vector<std::string> strings;
  // By what it is: relations may give it any name.
  const auto found = std::find_if(parts.begin(), parts.end(), [](const Part& part) {
    return is_xml(part) && root_of(part.bytes) == "sst";
  });
  if (found == parts.end()) return strings;
  const Part* part = &*found;
  bool in_text = false;
  const XmlEvents events{[&](auto name, const Attributes&) {
                           if (name == "si") strings.emplace_back();
                           in_text = name == "t" && !strings.empty();
                         },
                         [&](auto name) {
                           if (name == "t") in_text = false;
                         },
                         [&](auto text) {
                           if (in_text) strings.back() += text;
                         }};
  if (const auto done = read_xml(part->bytes, events); !done.ok())
    scan.unreadable(part->name, done.error().code);
  return strings;
}

// Part name of each sheet -> its name and whether it is hidden.
std::map<std::string, SheetFacts> sheets_of(const std::vector<Part>& parts) {
  std::map<std::string, std::string> targets;  // relation -> part
  if (const Part* relations = part_named(parts, "xl/_rels/workbook.xml.rels")) {
    (void)read_xml(relations->bytes, {[&](auto, const Attributes& a) {
                                        std::string target(attribute(a, "Target"));
                                        if (target.starts_with("/"))
                                          target.erase(0, 1);
                                        else
                                          target = "xl/" + target;
                                        targets[std::string(attribute(a, "Id"))] = target;
                                      },
                                      {},
                                      {}});
  }
  std::map<std::string, SheetFacts> sheets;
  if (const Part* book = part_named(parts, "xl/workbook.xml")) {
    (void)read_xml(book->bytes, {[&](auto name, const Attributes& a) {
                                   if (name != "sheet") return;
                                   const std::string_view state = attribute(a, "state");
                                   sheets[targets[std::string(attribute(a, "id"))]] = {
                                       std::string(attribute(a, "name")),
                                       state.starts_with("hidden") || state == "veryHidden"};
                                 },
                                 {},
                                 {}});
  }
  return sheets;
}

void scan_workbook(const std::vector<Part>& parts, Scan& scan) {
  const auto shared = shared_strings(parts, scan);
  const auto sheets = sheets_of(parts);
  for (const Part& part : parts) {
    if (!is_sheet(part)) continue;
    const auto known = sheets.find(part.name);
    // A sheet that the workbook does not list is as hidden as can be.
    scan_sheet(part.bytes, known != sheets.end() ? known->second : SheetFacts{part.name, true}, shared, scan);
  }
}

}  // namespace

void Scan::attribute(std::string_view element, std::string_view key, std::string_view value,
                     const disclosure::Place& place) {
  // Numbers that programs draw by lot, and the ten pairs of digits that describe a typeface.
  const auto drawn = [](std::string_view name) {
    const std::string low = disclosure::lower(name);
    return low.ends_with("id") || low.starts_with("rsid") || low.starts_with("panose") || low == "tmpl";
  };
  constexpr size_t value_bytes_min = 8;
  if (value.size() < value_bytes_min || drawn(key) || (key == "val" && drawn(element)) || value[0] == '{')
    return;
  disclosure::Findings certain;
  disclosure::check_text(value, pseudonyms, place, certain);
  for (const disclosure::Finding& f : certain.list()) {
    if (f.severity == disclosure::Severity::block) findings.add(f.rule, f.place, f.shape, f.detail);
  }
}

std::string scan_office(std::string_view bytes, Scan& scan) {
  const ZipFrame frame = zip_frame(bytes);
  if (!frame.whole) scan.findings.add("finding.trailing_bytes");
  scan.attribute("", "extra", frame.extras, {});
  const Archive archive = open_archive(bytes);
  if (archive == nullptr) return scan.unreadable("", "zip"), "archive";
  std::vector<Part> parts;
  if (!unpack(archive.get(), parts, scan)) return "archive";
  const bool workbook = part_named(parts, "xl/workbook.xml") != nullptr;
  const bool document = part_named(parts, "word/document.xml") != nullptr;
  if (workbook == document || part_named(parts, "[Content_Types].xml") == nullptr) return "archive";
  for (const Part& part : parts) {
    judge_part(part, scan);
    scan.text(part.name, {part.name, 0, 0});
    if (is_xml(part) && !is_sheet(part)) PartText(part, scan).read();
  }
  if (workbook) scan_workbook(parts, scan);
  return workbook ? "xlsx" : "docx";
}

}  // namespace fvm::runner
