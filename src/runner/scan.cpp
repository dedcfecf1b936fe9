#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "base/world.hpp"
#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "duck/database.hpp"
#include "runner/jobs.hpp"
#include "runner/scan.hpp"

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
  Path population;  // folder of the project's maps of pseudonyms
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
    task.population = json::value_to<std::string>(top.at("population"));
    return task;
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type
    return defect("scan.bad_document");
  }
}

bool has_parquet(const Path& folder) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".parquet") return true;
  }
  return false;
}

// Every pseudonym that the project has seen, ascending: its population's, those of persons who have left it,
// and providers'. A list of supplied numbers may lie beside
// the map; it has no pseudonyms of the project.
Result<std::vector<uint64_t>> read_pseudonyms(const Path& population) {
  constexpr uint64_t memory_mib = 512;
  std::vector<uint64_t> all;
  // Without them nobody could say that the file holds none: no scan.
  if (!has_parquet(population)) return surroundings("scan.no_population");
  auto database = TRY(duck::Database::open({.memory_mib = memory_mib, .threads = 1, .temporary = "/tmp"}));
  auto connection = TRY(database.connect());
  auto rows =
      TRY(connection.query("SELECT DISTINCT project::BIGINT FROM read_parquet('" + population.string() +
                               "/**/*.parquet', union_by_name = true) WHERE project IS NOT NULL ORDER BY 1",
                           duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(rows.next())) {
    for (const int64_t value : chunk.column(0).values<int64_t>()) all.push_back(static_cast<uint64_t>(value));
  }
  return all;
}

void scan_pdf(std::string_view bytes, Scan& scan) {
  const size_t end = bytes.rfind("%%EOF");
  constexpr size_t line_end_bytes_max = 4;
  if (end == std::string_view::npos || bytes.size() - end - 5 > line_end_bytes_max)
    scan.findings.add("finding.trailing_bytes");
  for (const std::string_view name : {"/EmbeddedFile", "/Filespec", "/RichMedia"}) {
    if (bytes.find(name) != std::string_view::npos)
      scan.findings.add("finding.embedded_object", {std::string(name), 0, 0});
  }
  for (const std::string_view name : {"/JavaScript", "/JS ", "/JS(", "/Launch", "/OpenAction"}) {
    if (bytes.find(name) != std::string_view::npos)
      scan.findings.add("finding.script", {std::string(name), 0, 0});
  }
  scan.text(bytes);
}

// The content by its kind; returns the type that it is.
std::string scan_content(std::string_view bytes, const std::string& extension, Content content, Scan& scan) {
  if (content == Content::zip) return scan_office(bytes, scan);
  if (content == Content::png) scan_png(bytes, scan);
  if (content == Content::pdf) scan_pdf(bytes, scan);
  if (content == Content::jpeg) scan.text(bytes);
  if (content == Content::text) {
    scan_text(disclosure::to_utf8(bytes), extension, scan);
    return extension;
  }
  return std::string(disclosure::name_of(content));
}

bool is_table_type(std::string_view type) {
  return type == "csv" || type == "tsv" || type == "txt" || type == "xlsx";
}

// Type and name by the rules, then what is inside.
std::string scan_file(const Task& task, std::string_view bytes, Scan& scan) {
  const std::string extension = disclosure::extension_of(task.name);
  if (!disclosure::is_good_file_name(task.name)) scan.findings.add("finding.file_name");
  disclosure::Findings of_name;
  disclosure::check_text(task.name, scan.pseudonyms, {}, of_name);
  if (of_name.blocks()) scan.findings.add("finding.file_name");
  if (bytes.empty()) return scan.findings.add("finding.empty"), extension;
  if (disclosure::is_test_virus(bytes)) scan.findings.add("finding.test_virus");
  const Content content = disclosure::content_of(bytes);
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
  const std::string type = scan_content(bytes, extension, content, scan);
  if (allowed && type != extension && content == Content::zip)
    scan.findings.add("finding.type_pretended", {}, {}, type);
  if (!is_table_type(type)) scan.findings.add("finding.person_reads", {}, {}, type);
  return type;
}

std::string_view word_of(disclosure::Severity severity) {
  if (severity == disclosure::Severity::note) return "note";
  return severity == disclosure::Severity::review ? "review" : "block";
}

std::string to_document(const std::string& type, const Scan& scan) {
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
  return json::serialize(json::object{{"type", type},
                                      {"blocks", findings.blocks()},
                                      {"rules", disclosure::rules_version},
                                      {"tables", json::array(scan.tables.begin(), scan.tables.end())},
                                      {"findings", std::move(list)}});
}

}  // namespace

void scan_png(std::string_view bytes, Scan& scan) {
  if (disclosure::bytes_after_png(bytes) != 0) scan.findings.add("finding.trailing_bytes");
  for (const std::string_view chunk : {"tEXt", "zTXt", "iTXt", "eXIf"}) {
    if (bytes.find(chunk) != std::string_view::npos)
      scan.findings.add("finding.image_text", {std::string(chunk), 0, 0});
  }
  scan.text(bytes);
}

Result<std::string> scan(std::string_view document) {
  const Task task = TRY(read_task(document));
  Scan scan;
  scan.parameters.cell_count_min = task.cell_count_min;
  if (task.bytes > task.bytes_max) {
    scan.findings.add("finding.too_large", {}, {}, std::to_string(task.bytes_max));
    return to_document(disclosure::extension_of(task.name), scan);
  }
  const std::vector<uint64_t> pseudonyms = TRY(read_pseudonyms(task.population));
  scan.pseudonyms = disclosure::Pseudonyms(pseudonyms);
  const std::string bytes = TRY(real_world().read_file(task.file, task.bytes_max));
  const std::string type = scan_file(task, bytes, scan);
  return to_document(type, scan);
}

}  // namespace fvm::runner
