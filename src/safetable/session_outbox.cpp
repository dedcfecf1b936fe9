#include "safetable/session_outbox.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>

#include <boost/json.hpp>

namespace fvm::safetable {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr int ask_again_milliseconds = 200;
constexpr const char* kept_of_a_file[] = {"name", "bytes", "modified", "sha256", "findings", "outlook"};
constexpr const char* kept[] = {"files", "files_left_out", "together"};

int milliseconds_until(Clock::time_point end) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count());
}

// False: the session has ended, or it is too late. `socket` may be -1: then it is a pause.
bool await(const Setting& setting, int socket, int milliseconds) {
  pollfd wanted[] = {{socket, POLLIN, 0}, {setting.ended, POLLIN, 0}};
  return ::poll(wanted, 2, std::max(milliseconds, 0)) >= 0 && wanted[1].revents == 0 &&
         (socket < 0 || wanted[0].revents != 0);
}

Result<std::string> ask_steward(const Setting& setting, const Asker& asker,
                                const std::vector<std::string>& files) {
  auto steward = TRY(wire::connect_without_power(setting.instance.steward_socket(), "fvm-steward"));
  TRY(steward.send(wire::AskOutlook{asker.project, asker.user, files}));
  const auto end = Clock::now() + std::chrono::milliseconds(outbox_answer_milliseconds_max);
  wire::TableAssembly assembly;
  for (bool whole = false; !whole;) {
    if (!await(setting, steward.descriptor(), milliseconds_until(end))) return surroundings("wire.timeout");
    whole = TRY(assembly.add(TRY(steward.receive(outbox_answer_milliseconds_max))));
  }
  return assembly.take().json;
}

json::object only(const json::object& from, std::span<const char* const> names) {
  json::object out;
  for (const char* name : names) out[name] = from.at(name);
  return out;
}

// Something of which nothing can be told yet.
bool is_open(std::string_view document) {
  const json::value told = json::parse(document);
  const json::array& files = told.at("files").as_array();
  return std::any_of(files.begin(), files.end(), [](const json::value& file) {
    const json::value& outlook = file.at("outlook");
    return outlook.at("answer").as_string() == "pending" && outlook.at("so_far").is_null();
  });
}

Result<std::string> settled(const Setting& setting, const Asker& asker, const std::vector<std::string>& files,
                            bool wait) {
  const auto end = Clock::now() + std::chrono::milliseconds(outbox_wait_milliseconds);
  for (;;) {
    auto told = TRY(cut_outbox(TRY(ask_steward(setting, asker, files))));
    if (!wait || !is_open(told) || Clock::now() > end || !await(setting, -1, ask_again_milliseconds))
      return told;
  }
}

}  // namespace

Result<std::string> cut_outbox(std::string_view document) {
  try {
    const json::value whole = json::parse(document);
    json::object out = only(whole.as_object(), kept);
    for (json::value& file : out.at("files").as_array()) file = only(file.as_object(), kept_of_a_file);
    return json::serialize(out);
  } catch (const std::exception&) {  // of Boost.JSON
    return surroundings("wire.broken_message");
  }
}

Result<std::string> told_outbox(const Setting& setting, const Asker& asker,
                                const std::vector<std::string>& files, bool wait) {
  auto told = settled(setting, asker, files, wait);
  if (told.ok() || (told.error().kind != Kind::surroundings && told.error().kind != Kind::defect))
    return told;
  return surroundings("outbox.not_told", {{"reason", told.error().code}});
}

}  // namespace fvm::safetable
