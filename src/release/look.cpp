#include "release/look.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "audit/refusal.hpp"
#include "crypto/encoding.hpp"
#include "disclosure/text.hpp"
#include "release/permissions.hpp"
#include "wire/job.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

constexpr uint64_t show_memory_mib = 768;
constexpr uint32_t show_time_seconds = 60;

// What the job may say at most; a little more than it says by itself (runner/shown.hpp).
constexpr size_t parts_max = 200, rows_max = 6'000, cells_max = 250, name_bytes_max = 4'000,
                 text_bytes_max = 2u << 20, png_bytes_max = 8u << 20;

Result<std::vector<File>> files_in(const store::Database& store, const Request& request, uint32_t revision) {
  if (revision == 0 || revision == request.revision) return request.files;
  return files_of(store, request, revision);
}

Result<File> file_at(const store::Database& store, const Request& request, const LookAt& what) {
  const auto files = TRY(files_in(store, request, what.revision));
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& f) { return f.position == what.position; });
  if (found != files.end()) return *found;
  return usage("release.no_such_position",
               {{"position", std::to_string(what.position)}, {"release", request.number}});
}

std::string words_of(const json::value& value, size_t& left) {
  const std::string text = disclosure::to_utf8(value.as_string());
  if (text.size() > left) throw std::length_error("too long");
  left -= text.size();
  return text;
}

// A picture is a PNG: nothing else is handed on under that name.
std::string picture_of(const json::value& value) {
  const auto png = crypto::from_base64(std::string_view(value.as_string()));
  if (!png || png->size() > png_bytes_max || !png->starts_with("\x89PNG\r\n\x1a\n"))
    throw std::length_error("no picture");
  return std::string(value.as_string());
}

json::array rows_of(const json::value& value, size_t& rows_left, size_t& left) {
  json::array rows;
  for (const json::value& row : value.as_array()) {
    json::array cells;
    for (const json::value& cell : row.as_array()) cells.emplace_back(words_of(cell, left));
    if (cells.size() > cells_max || rows_left-- == 0) throw std::length_error("too many");
    rows.push_back(std::move(cells));
  }
  return rows;
}

// Put together anew from what the job said. May throw what Boost.JSON throws on another shape.
json::object parts_of(const json::object& said) {
  size_t rows_left = rows_max, left = text_bytes_max;
  json::array parts;
  for (const json::value& part : said.at("parts").as_array()) {
    if (parts.size() >= parts_max) throw std::length_error("too many");
    const std::string_view kind = part.at("kind").as_string();
    size_t name_left = name_bytes_max;
    json::object out{{"name", words_of(part.at("name"), name_left)},
                     {"first_row", json::value_to<uint64_t>(part.at("first_row"))},
                     {"letters", part.at("letters").as_bool()}};
    if (kind == "picture") {
      out["png"] = picture_of(part.at("png"));
    } else {
      out["rows"] = rows_of(part.at("rows"), rows_left, left);
    }
    out["kind"] = kind == "picture" ? "picture" : kind == "table" ? "table" : "text";
    parts.push_back(std::move(out));
  }
  return {{"parts", std::move(parts)}, {"cut", said.at("cut").as_bool()}};
}

std::string_view why_of(std::string_view said) {
  for (const std::string_view known : {"", "too_large", "kind", "picture"}) {
    if (said == known) return known;
  }
  return "unreadable";
}

json::object nothing_shown(std::string_view why) {
  return {{"parts", json::array()}, {"cut", false}, {"why", why}};
}

json::object shown_of(std::string_view text) {
  boost::system::error_code error;
  const json::value said = json::parse(text, error);
  if (error || !said.is_object()) return nothing_shown("unreadable");
  try {
    json::object out = parts_of(said.get_object());
    out["why"] = why_of(said.at("why").as_string());
    return out;
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type; we on limits
    return nothing_shown("unreadable");
  }
}

// The job broke on the file: a fact about the file.
bool is_about_the_file(const Error& error) {
  constexpr std::array codes = {"job.died", "job.timed_out", "job.memory_exhausted", "job.result_too_large"};
  return std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

Result<void> admit(audit::Ledger& ledger, const Request& request, const LookAt& what,
                   const Result<void>& may) {
  if (!may.ok())
    TRY(audit::record_refusal(ledger, what.user, "release.refused", request.number, "look", may.error()));
  return may;
}

}  // namespace

Show real_show(const config::Instance& instance, const config::Config& config) {
  return [instance, bytes_max = config.release.file_bytes_max](const Request& request, const File& file,
                                                               const Bytes& kept) -> Result<std::string> {
    wire::WorkerJob job{.profile = "scan", .label = request.project};
    const std::string inside = job_reads(kept, job);
    job.document = json::serialize(json::object{{"show", true},
                                                {"file", inside},
                                                {"name", file.name},
                                                {"bytes", file.bytes},
                                                {"bytes_max", bytes_max},
                                                {"cell_count_min", 1},
                                                {"types", json::array()}});
    job.memory_mib = show_memory_mib;
    job.time_seconds = show_time_seconds;
    return wire::run_worker(instance.launcher_socket(), job);
  };
}

Result<void> may_look(const store::Database& store, const Request& request, std::string_view user) {
  if (!TRY(may_see(store, request, user))) return usage("release.unknown", {{"release", request.number}});
  const bool reviewed = request.state == State::in_review || request.state == State::independent ||
                        request.state == State::consolidating;
  if (reviewed && TRY(role_of(store, request, user, Event::vote)) == Role::reviewer) return {};
  if (request.state == State::sampled && TRY(role_of(store, request, user, Event::close)) == Role::inspector)
    return {};
  return refused("release.no_look", {{"release", request.number}});
}

Result<std::string> look(audit::Ledger& ledger, const KeptCopies& copies, const Vouch& vouch,
                         const Show& show, const LookAt& what) {
  const Request request = TRY(find(ledger.database(), what.number));
  TRY(admit(ledger, request, what, may_look(ledger.database(), request, what.user)));
  const File file = TRY(file_at(ledger.database(), request, what));
  TRY(admit(ledger, request, what, require_words(vouch, Word::checked, request, {file})));
  const uint32_t revision = what.revision == 0 ? request.revision : what.revision;
  TRY(ledger.record({what.user,
                     "release.looked",
                     request.number,
                     {{"revision", std::to_string(revision)},
                      {"file", std::to_string(file.position)},
                      {"sha256", file.sha256}}}));
  const Bytes kept = TRY(copies.open(file.sha256));
  const auto said = show(request, file, kept);
  if (!said.ok() && !is_about_the_file(said.error())) return said.error();
  json::object out = said.ok() ? shown_of(*said) : nothing_shown("unreadable");
  out["release"] = request.number, out["revision"] = revision, out["file"] = file.position;
  out["name"] = file.name, out["sha256"] = file.sha256, out["bytes"] = file.bytes;
  return json::serialize(out);
}

}  // namespace fvm::release
