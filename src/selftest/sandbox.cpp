#include <unistd.h>

#include <boost/json.hpp>

#include "selftest/bait.hpp"
#include "selftest/checks.hpp"
#include "wire/job.hpp"

namespace fvm::selftest {
namespace {

namespace json = boost::json;

constexpr uint32_t probe_seconds = 60;

wire::WorkerJob job_of(const Bait& bait) {
  wire::WorkerJob job{.profile = "session", .label = bait.name()};
  job.mounts = {{bait.data(), {"/data", 0}}, {bait.work(), {"/work", 1}}};
  job.arguments = {"enter",
                   "--no-sql",
                   "--probe",
                   "--",
                   std::to_string(bait.tcp_port()),
                   std::to_string(bait.udp_port()),
                   bait.name(),
                   bait.file().string(),
                   std::to_string(::getpid())};
  job.time_seconds = probe_seconds;
  return job;
}

// Names whose value is `wrong`; the answer comes from a sandbox, and what is no name of ours is no answer.
Result<std::vector<std::string>> named(const json::value& answer, const char* part, bool wrong,
                                       Found& found) {
  const json::object* all = answer.as_object().at(part).if_object();
  if (all == nullptr || all->empty()) return surroundings("selftest.unreadable");
  std::vector<std::string> names;
  for (const auto& [name, value] : *all) {
    constexpr size_t name_bytes_max = 40;
    if (!value.is_bool() || name.size() > name_bytes_max) return surroundings("selftest.unreadable");
    ++found.tried;
    if (value.get_bool() == wrong) names.emplace_back(name);
  }
  return names;
}

}  // namespace

Result<Found> check_sandbox(const Setting& setting) {
  const auto bait = TRY(Bait::lay(setting.world, setting.instance));
  if (!bait->reached_from_outside()) return surroundings("selftest.no_control", {{"what", "bait"}});
  const std::string text = TRY(wire::run_worker(setting.instance.launcher_socket(), job_of(*bait)));
  boost::system::error_code error;
  const json::value answer = json::parse(text, error);
  if (error || !answer.is_object() || !answer.get_object().contains("ways_out") ||
      !answer.get_object().contains("allowed"))
    return surroundings("selftest.unreadable");
  Found found;
  const auto missing = TRY(named(answer, "allowed", false, found));
  if (!missing.empty()) return surroundings("selftest.no_control", {{"what", missing.front()}});
  found.tried = 0;
  found.failed = TRY(named(answer, "ways_out", true, found));
  return found;
}

}  // namespace fvm::selftest
