#include "intake/read.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "intake/attachments.hpp"
#include "wire/job.hpp"

namespace fvm::intake {
namespace {

namespace json = boost::json;

constexpr std::string_view inside_file = "/in/message", inside_output = "/out";
constexpr size_t list_items_max = 10'000, text_bytes_max = 1 << 20, word_bytes_max = 1000;

std::string words(const json::value& from, std::string_view name, size_t bytes_max = word_bytes_max) {
  const json::string& text = from.at(name).as_string();
  if (text.size() > bytes_max) throw std::length_error("text");
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }))
    throw std::invalid_argument("control character");
  return std::string(text);
}

const json::array& list(const json::value& from, std::string_view name) {
  const json::array& items = from.at(name).as_array();
  if (items.size() > list_items_max) throw std::length_error("list");
  return items;
}

// A path below the output folder: digits only, as the job numbers them.
std::string path_of(const json::value& part) {
  std::string path = words(part, "path", 10);
  if (path.empty() || path.find_first_not_of("0123456789") != std::string::npos)
    throw std::invalid_argument("path");
  return path;
}

Content content_of(const json::value& from) {
  Content out{.message_id = words(from, "message_id"),
              .subject = words(from, "subject"),
              .date = words(from, "date"),
              .text = words(from, "text", text_bytes_max)};
  for (const json::value& each : list(from, "references"))
    out.references.push_back(json::value_to<std::string>(each).substr(0, word_bytes_max));
  for (const json::value& each : list(from, "from"))
    out.from.push_back({words(each, "name"), words(each, "address")});
  out.has_return_path = from.at("has_return_path").as_bool();
  out.return_path = words(from, "return_path"), out.auto_submitted = words(from, "auto_submitted");
  out.precedence = words(from, "precedence"), out.suppress = words(from, "suppress");
  out.is_list = from.at("is_list").as_bool(), out.is_report = from.at("is_report").as_bool();
  const json::value& report = from.at("report");
  out.report = {words(report, "action", 40), words(report, "status", 40), words(report, "message_id")};
  out.dmarc = words(from, "dmarc"), out.dmarc_domain = words(from, "dmarc_domain");
  for (const json::value& each : list(from, "parts")) {
    out.documents.push_back({words(each, "name", 200),
                             words(each, "declared", 200),
                             words(each, "kind", 40),
                             {},
                             each.at("bytes").to_number<uint64_t>()});
    out.paths.push_back(path_of(each));
  }
  for (const json::value& each : list(from, "findings"))
    out.notes.push_back({words(each, "code", 60), {{"detail", words(each, "detail")}}});
  return out;
}

}  // namespace

Result<Content> read_answer(std::string_view text) {
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  try {
    if (error) return refused("intake.unreadable");
    Content out = content_of(parsed);
    for (const Note& note : out.notes) {
      // Only what the job may say; a made-up key would show itself to people as it is.
      if (!note.code.starts_with("mail.")) return refused("intake.unreadable");
    }
    return out;
  } catch (const std::exception&) {  // Boost.JSON on a missing key or another type; our own limits
    return refused("intake.unreadable");
  }
}

Result<Content> read_message(const Setting& setting, const Path& file, const Path& output) {
  const auto& limits = setting.config.mailbox;
  const json::object document{
      {"file", inside_file},           {"output", inside_output},
      {"server", limits.server},       {"message_bytes_max", limits.message_bytes_max},
      {"parts_max", limits.parts_max}, {"depth_levels_max", depth_levels_max}};
  wire::WorkerJob job{.profile = "mail", .label = "mail", .document = json::serialize(document)};
  job.mounts.push_back({file, {std::string(inside_file), 0}});
  job.mounts.push_back({output, {std::string(inside_output), 1}});
  return read_answer(TRY(wire::run_worker(setting.instance.launcher_socket(), job)));
}

Result<Looked> look_at_document(const Setting& setting, const Path& file, const std::string& name) {
  const json::object document{{"file", inside_file}, {"name", name}, {"bytes_max", attachment_bytes_max}};
  wire::WorkerJob job{.profile = "mail", .label = "document", .document = json::serialize(document)};
  job.mounts.push_back({file, {std::string(inside_file), 0}});
  const std::string answer = TRY(wire::run_worker(setting.instance.launcher_socket(), job));
  boost::system::error_code error;
  const json::value parsed = json::parse(answer, error);
  try {
    if (error) return refused("intake.unreadable");
    return Looked{words(parsed, "name", 200), words(parsed, "kind", 40), parsed.at("test_virus").as_bool()};
  } catch (const std::exception&) {  // as above
    return refused("intake.unreadable");
  }
}

}  // namespace fvm::intake
