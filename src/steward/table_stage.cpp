#include "steward/table_stage.hpp"

#include <boost/json.hpp>

#include "release/progress.hpp"

namespace fvm::steward {
namespace {

namespace json = boost::json;

constexpr unsigned folder_mode = 0700, file_mode = 0640;
constexpr int names_max = 100;

// Never in the place of a file of the user's own.
Result<std::string> put(World& world, const Path& outbox, int64_t table, const std::string& format,
                        const std::string& bytes) {
  for (int i = 1;; ++i) {
    const std::string name =
        "table-" + std::to_string(table) + (i > 1 ? "-" + std::to_string(i) : "") + "." + format;
    const auto made = world.create_file(outbox / name, bytes, file_mode);
    if (made.ok()) return name;
    if (made.error().code != "file.exists" || i == names_max) return made.error();
  }
}

std::vector<std::string> formats_of(const json::object& shown) {
  std::vector<std::string> formats;
  const json::value* given = shown.if_contains("formats");
  if (given != nullptr && given->is_array())
    for (const json::value& each : given->get_array())
      if (each.is_string()) formats.emplace_back(each.get_string());
  return formats;
}

}  // namespace

std::optional<std::string> staging_of(std::string_view request) {
  boost::system::error_code error;
  json::value asked = json::parse(request, error);
  if (error || !asked.is_object()) return std::nullopt;
  json::value* what = asked.get_object().if_contains("do");
  if (what == nullptr || *what != "stage") return std::nullopt;
  *what = "show";
  return json::serialize(asked);
}

Result<wire::TableAnswer> stage_table(const safetable::Setting& setting, const safetable::Asker& asker,
                                      const std::string& shown) {
  const json::object asked = json::parse(shown).as_object();
  const auto formats = formats_of(asked);
  // Who asks, which table, which formats: judged as for whoever only looks.
  const auto answer = TRY(safetable::answer_request(setting, asker, shown));
  if (formats.empty()) return usage("table.nothing_to_stage");
  if (answer.documents.size() != formats.size()) return surroundings("wire.broken_message");
  const auto folder = TRY(release::hold_folder(setting.world, setting.instance, asker.project));
  const Path outbox = setting.instance.project_outbox(asker.project, asker.user);
  TRY(setting.world.make_directories(outbox, folder_mode));
  json::array files;
  for (size_t i = 0; i < formats.size(); ++i)
    files.emplace_back(
        TRY(put(setting.world, outbox, asked.at("table").as_int64(), formats[i], answer.documents[i])));
  return wire::TableAnswer{json::serialize(json::object{{"table", asked.at("table")}, {"files", files}}), {}};
}

}  // namespace fvm::steward
