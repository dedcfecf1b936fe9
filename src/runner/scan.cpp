#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/beside.hpp"
#include "base/world.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "disclosure/few.hpp"
#include "disclosure/file_type.hpp"
#include "disclosure/fingerprint.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "runner/jobs.hpp"
#include "runner/large_pages.hpp"
#include "runner/mime_type.hpp"
#include "runner/scan.hpp"
#include "runner/scan_code.hpp"
#include "runner/scan_outline.hpp"
#include "runner/scan_pdf.hpp"
#include "runner/scan_picture.hpp"
#include "runner/seen_pseudonyms.hpp"
#include "runner/show.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using disclosure::Content;

struct Task {
  Path file;
  std::string name;
  uint64_t bytes = 0, bytes_max = 0;
  uint64_t cell_count_min = 5;
  std::vector<std::string> types;
  Path population;    // folder of the project's maps of pseudonyms
  bool show = false;  // only what a person is to see of it; no population then
};

Result<Task> read_task(std::string_view document) {
  boost::system::error_code error;
  const json::value value = json::parse(document, error);
  try {
    if (error) return defect("scan.bad_document");
    const json::object& top = value.as_object();
    Task task{json::value_to<std::string>(top.at("file")), json::value_to<std::string>(top.at("name")),
              json::value_to<uint64_t>(top.at("bytes")), json::value_to<uint64_t>(top.at("bytes_max")),
              json::value_to<uint64_t>(top.at("cell_count_min"))};
    for (const json::value& type : top.at("types").as_array())
      task.types.push_back(disclosure::lower(json::value_to<std::string>(type)));
    const json::value* show = top.if_contains("show");
    task.show = show != nullptr && show->as_bool();
    if (!task.show) task.population = json::value_to<std::string>(top.at("population"));
    return task;
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type
    return defect("scan.bad_document");
  }
}

// What a scan of most such files takes; a workbook unpacks to ten times its size.
uint64_t memory_for(const Task& task) {
  constexpr uint64_t per_byte = 4, per_packed_byte = 40;
  const std::string extension = disclosure::extension_of(task.name);
  return task.bytes * (extension == "xlsx" || extension == "docx" ? per_packed_byte : per_byte);
}

// The content by its kind; returns the type that it is.
// `plain`: whether they are, asked while something else was.
std::string scan_content(std::string_view bytes, const std::string& extension, Content content,
                         const std::shared_future<bool>& plain, Scan& scan) {
  if (content == Content::zip) return scan_office(bytes, scan);
  if (content == Content::png) scan_png(bytes, scan);
  if (content == Content::pdf) scan_pdf(bytes, read_pdf, scan);
  if (content == Content::jpeg) scan_jpeg(bytes, scan);
  if (content == Content::text) {
    std::string room;
    if (!plain.get() && disclosure::has_long_spelling(bytes))
      scan.findings.add("finding.invisible_characters");
    const std::string_view utf8 = plain.get() ? bytes : room = disclosure::to_utf8(bytes);
    scan_text(utf8, extension, scan, plain.get());
    return extension;
  }
  return std::string(disclosure::name_of(content));
}

// Kinds of file that a person reads whatever was found: pictures, drawings, and pages that may hold them.
bool is_looked_at(std::string_view type) {
  for (const std::string_view known :
       {"csv", "tsv", "txt", "xlsx", "log", "ipynb", "html", "htm", "md", "docx"}) {
    if (type == known) return false;
  }
  return !is_code(type);
}

// Who is deceived by a file, one of us or libmagic, is a question for a person, or reason enough to refuse
// it.
void compare_opinions(Content content, std::string_view mime, Scan& scan) {
  const auto opinion = disclosure::second_opinion(content, mime);
  if (opinion == disclosure::Opinion::same) return;
  const bool refused = opinion == disclosure::Opinion::other;
  scan.findings.add(refused ? "finding.type_pretended" : "finding.type_doubtful", {}, {}, std::string(mime));
}

// Type and name by the rules, then what is inside. `mime`: libmagic's opinion.
std::string scan_file(const Task& task, std::string_view bytes, std::string_view mime, Scan& scan) {
  const std::string extension = disclosure::extension_of(task.name);
  if (!disclosure::is_good_file_name(task.name)) scan.findings.add("finding.file_name");
  disclosure::Findings of_name;
  disclosure::check_text(task.name, scan.pseudonyms, {}, of_name);
  if (of_name.blocks()) scan.findings.add("finding.file_name");
  if (bytes.empty()) return scan.findings.add("finding.empty"), extension;
  const std::shared_future<bool> plain =
      beside(bytes.size() >= bytes_beside_min, [&] { return disclosure::is_plain(bytes); });
  if (disclosure::is_test_virus(bytes)) scan.findings.add("finding.test_virus");
  const Content content = disclosure::content_of(bytes, [&] { return plain.get(); });
  const bool allowed = std::find(task.types.begin(), task.types.end(), extension) != task.types.end();
  if (!allowed)
    scan.findings.add("finding.type_not_allowed", {}, {},
                      extension.empty() ? std::string(disclosure::name_of(content)) : extension);
  const bool refused_content = content == Content::archive || content == Content::data ||
                               content == Content::executable || content == Content::old_office ||
                               content == Content::unknown;
  if (refused_content || (allowed && content != disclosure::content_wanted(extension))) {
    scan.findings.add("finding.type_pretended", {}, {}, std::string(disclosure::name_of(content)));
    return std::string(disclosure::name_of(content));
  }
  compare_opinions(content, mime, scan);
  scan.must_be_understood = extension == "csv" || extension == "tsv" || extension == "xlsx";
  const std::string type = scan_content(bytes, extension, content, plain, scan);
  constexpr size_t notes_max = 2;
  for (const std::string& sheet : scan.notes) {
    if (!scan.has_results || scan.notes.size() > notes_max)
      scan.findings.add("finding.nothing_counted", {sheet, 1, 0});
  }
  if (content == Content::text && scan.outline.rows == 0) {
    if (auto shape = disclosure::small_shape_of_text(disclosure::to_utf8(bytes)))
      scan.outline.shapes.push_back({*shape, 1});
  }
  if (allowed && type != extension && content == Content::zip)
    scan.findings.add("finding.type_pretended", {}, {}, type);
  if (is_looked_at(type)) scan.findings.add("finding.person_reads", {}, {}, type);
  return type;
}

std::string_view word_of(disclosure::Severity severity) {
  if (severity == disclosure::Severity::note) return "note";
  return severity == disclosure::Severity::review ? "review" : "block";
}

// As the caller takes it: UTF-8 without control characters. What is cut or replaced agrees with nobody.
std::string_view cell_text(std::string_view cell, std::string& room) {
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (cell.size() <= 2 * disclosure::candidate_cell_bytes_max && std::all_of(cell.begin(), cell.end(), plain))
    return cell;
  room = disclosure::to_utf8(cell);
  for (char& c : room)
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  return room.size() <= 2 * disclosure::candidate_cell_bytes_max ? room : std::string_view();
}

json::object candidate_document(const disclosure::Candidate& each, const json::storage_ptr& memory) {
  std::string room;
  json::array rows(memory);
  rows.reserve(each.rows.size());
  for (const auto& row : each.rows) {
    json::array& cells = rows.emplace_back(json::array(memory)).as_array();
    cells.reserve(row.size());
    for (const std::string& cell : row) cells.emplace_back(cell_text(cell, room));
  }
  json::array headings(memory);
  for (const std::string& heading : each.headings) headings.emplace_back(cell_text(heading, room));
  return json::object({{"sheet", disclosure::to_utf8(each.sheet)},
                       {"on_side", each.on_side},
                       {"all_rows", each.all_rows},
                       {"headings", std::move(headings)},
                       {"places", json::array(each.places.begin(), each.places.end(), memory)},
                       {"rows", std::move(rows)}},
                      memory);
}

std::string to_document(const std::string& type, Scan& scan) {
  scan.write_candidates();
  const disclosure::Findings& findings = scan.findings;
  json::array list;
  for (const disclosure::Finding& f : findings.list()) {
    list.push_back(json::object{{"rule", f.rule},
                                {"severity", word_of(f.severity)},
                                {"sheet", disclosure::to_utf8(f.place.sheet)},
                                {"row", f.place.row},
                                {"column", f.place.column},
                                {"shape", f.shape},
                                {"detail", disclosure::to_utf8(f.detail)}});
  }
  std::string document =
      json::serialize(json::object({{"type", type},
                                    {"blocks", findings.blocks()},
                                    {"rules", disclosure::rules_version},
                                    {"tables", json::array(scan.tables.begin(), scan.tables.end())},
                                    {"outline", outline_document(scan.outline)},
                                    {"candidates_left_out", scan.candidates_left_out},
                                    {"findings", std::move(list)}}));
  document.pop_back();  // the end of the object
  return document + ",\"candidates\":[" + scan.candidates_written + "]}";
}

constexpr size_t rows_beside_min = 2000;

// A digest that is made of what is there already while more of it comes. Pieces are large, for each is a
// thread's work.
class Digest {
 public:
  void add(std::string_view bytes) {
    constexpr size_t piece_bytes = 1 << 20;
    coming_ += bytes;
    if (coming_.size() >= piece_bytes) take_coming(true);
  }
  // Of nothing: nothing.
  std::string finish() {
    if (!at_work_.valid() && coming_.empty()) return {};
    take_coming(false);
    at_work_.get();
    return crypto::to_hex(digest_.finish());
  }

 private:
  void take_coming(bool large) {
    if (at_work_.valid()) at_work_.get();
    taken_.swap(coming_);
    coming_.clear();
    at_work_ = beside(large, [this] { digest_.add(taken_); });
  }
  crypto::Sha256 digest_;
  std::string coming_, taken_;
  std::future<void> at_work_;  // ends before what it works on
};

// SHA-256 of what stands in a table; empty when nothing does.
std::string fingerprint_of(const disclosure::Grid& table, const disclosure::Tallies& tallies) {
  Digest digest;
  disclosure::canonical_cells(table, tallies, [&](std::string_view piece) { digest.add(piece); });
  return digest.finish();
}

}  // namespace

void Scan::without_raised(const disclosure::Table& table) {
  if (shown != nullptr) return;
  const auto raised = [](const std::string& cell) { return disclosure::has_raised(cell); };
  const bool any = std::any_of(table.rows.begin(), table.rows.end(),
                               [&](const auto& row) { return std::any_of(row.begin(), row.end(), raised); });
  if (!any) return;
  disclosure::Table lower = table;
  for (auto& row : lower.rows) {
    for (auto& cell : row) cell = disclosure::plain_text(disclosure::without_raised(cell)).text;
  }
  doubtful_counts(lower);
}

void Scan::doubtful_counts(const disclosure::Grid& table) {
  disclosure::Findings found;
  disclosure::check_counts(table, disclosure::layout_of(table), parameters, found);
  for (const disclosure::Finding& f : found.list()) {
    if (f.rule == "finding.small_count")
      findings.add("finding.small_count_possible", f.place, f.shape, f.detail);
  }
}

void Scan::grid(const disclosure::Grid& table) {
  table.settle();
  const bool large = table.rows() >= rows_beside_min;
  const disclosure::Layout layout = disclosure::layout_of(table);
  auto fingerprint = beside(large, [&] { return fingerprint_of(table, layout.tallies); });
  auto compared = beside(large, [&] { candidate(table, layout); });
  disclosure::check_table(table, layout, pseudonyms, parameters, findings);
  if (must_be_understood) {
    const auto holds = disclosure::check_understood(table, layout, parameters, findings);
    has_results |= holds == disclosure::Holds::results;
    if (holds == disclosure::Holds::notes) notes.push_back(table.sheet);
  }
  judge_rounded(table, layout);
  outline_of(table, layout);
  compare_groups(table, layout);
  compared.get();
  write_candidates();
  const std::string digest = fingerprint.get();
  if (!digest.empty() && tables.size() < tables_max) tables.push_back(digest);
}

void Scan::candidate(const disclosure::Grid& table, const disclosure::Layout& layout) {
  size_t cells = 0;
  for (const disclosure::Candidate& each : candidates) cells += each.cells();
  for (disclosure::Candidate& each : disclosure::candidates_of(table, layout)) {
    cells += each.cells();
    if (candidates.size() < disclosure::candidate_tables_max && cells <= disclosure::candidate_cells_max) {
      candidates.push_back(std::move(each));
    } else {
      ++candidates_left_out;
    }
  }
}

void Scan::write_candidates() {
  for (; written_ < candidates.size(); ++written_) {
    const auto memory =
        json::make_shared_resource<json::monotonic_resource>();  // many small ones, freed as one
    if (!candidates_written.empty()) candidates_written += ',';
    candidates_written += json::serialize(candidate_document(candidates[written_], memory));
  }
}

void Scan::other_reading(const disclosure::Grid& table) {
  disclosure::Findings others;
  disclosure::check_counts(table, disclosure::layout_of(table), parameters, others);
  for (const disclosure::Finding& f : others.list()) {
    if (f.severity == disclosure::Severity::block) findings.add(f.rule, f.place, f.shape, f.detail);
  }
}

void Scan::prose(std::string_view utf8, const disclosure::Place& place) {
  if (shown != nullptr) return;
  const std::string plain = disclosure::plain_text(utf8).text;
  disclosure::check_names(plain, place, findings);
  const auto within = [&](uint64_t line) {
    return place.row == 0 ? disclosure::Place{place.sheet, line, 0} : place;
  };
  disclosure::LineCounter lines(plain);
  for (const disclosure::Few& few : disclosure::find_few(plain, parameters.cell_count_min))
    findings.add("finding.small_count_possible", within(lines.line_of(few.offset)), "", few.what);
  disclosure::LineCounter again(plain);
  for (const size_t offset : disclosure::find_births(plain))
    findings.add("finding.birth_date", within(again.line_of(offset)));
}

Result<std::string> scan(std::string_view document) {
  const Task task = TRY(read_task(document));
  if (task.show) return show_file(task.file, task.name, std::min(task.bytes_max, shown_file_bytes_max));
  Scan scan;
  scan.parameters.cell_count_min = task.cell_count_min;
  if (task.bytes > task.bytes_max) {
    scan.findings.add("finding.too_large", {}, {}, std::to_string(task.bytes_max));
    return to_document(disclosure::extension_of(task.name), scan);
  }
  constexpr uint64_t large_bytes = 16u << 20;
  if (const uint64_t bytes = memory_for(task); bytes >= large_bytes) use_large_pages(bytes);
  const SeenPseudonyms seen = TRY(SeenPseudonyms::of(task.population));
  scan.pseudonyms = seen.all();
  const std::string bytes = TRY(real_world().read_file(task.file, task.bytes_max));
  const std::string mime = bytes.empty() ? std::string() : TRY(mime_type_of(bytes));
  const std::string type = scan_file(task, bytes, mime, scan);
  return to_document(type, scan);
}

}  // namespace fvm::runner
