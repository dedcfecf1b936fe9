#include "base/memory_file.hpp"
#include "extract/project.hpp"
#include "release/progress.hpp"
#include "release/virus.hpp"
#include "selftest/checks.hpp"

namespace fvm::selftest {
namespace {

// Nobody's yet: of persons who would be born in 2034 to 2036, with the right check digit.
constexpr std::string_view persons =
    "cpr;kommune;indlaeggelser\n3112364004;101;2\n3011354008;147;1\n0912344002;151;4\n";
constexpr std::string_view counts = "kommune;koen;antal\n101;K;1240\n101;M;1310\n147;K;980\n147;M;1015\n";
// The EICAR test file, in two pieces: this file is to be no finding itself.
constexpr std::string_view eicar[] = {"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-",
                                      "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"};

// The scan without ClamAV, whose answer is asked for by itself.
Result<bool> is_stopped(const Setting& setting, const std::string& project, std::string_view bytes) {
  config::Config config = setting.config;
  config.release.clamd_socket.clear();
  release::Bytes from{.memory = TRY(memory_file("fvm-selftest", bytes))};
  return TRY(release::scan_file(setting.instance, config, setting.store(), project, "self-test.csv",
                                bytes.size(), from))
      .blocks;
}

Result<void> ask_virus_scanner(const Setting& setting, Found& found) {
  const std::string& socket = setting.config.release.clamd_socket;
  if (socket.empty()) return {};
  const Descriptor honest = TRY(memory_file("fvm-selftest", counts));
  if (TRY(release::look_for_virus(socket, honest.get())))
    return surroundings("selftest.no_control", {{"what", "ClamAV"}});
  ++found.tried;
  const Descriptor test = TRY(memory_file("fvm-selftest", std::string(eicar[0]) + std::string(eicar[1])));
  if (!TRY(release::look_for_virus(socket, test.get()))) found.failed.emplace_back("EICAR");
  return {};
}

// A project that has data: a scan compares with its pseudonyms.
Result<std::string> some_project(const Setting& setting) {
  for (const std::string& number : TRY(extract::list_projects(setting.store()))) {
    const auto project = TRY(extract::open_project(setting.store(), number));
    if (setting.world.exists(setting.instance.project_population(number))) return number;
  }
  return std::string();
}

}  // namespace

Result<Found> check_scanner(const Setting& setting) {
  const std::string project = TRY(some_project(setting));
  if (project.empty()) return Found{.nothing = true};
  Found found;
  if (TRY(is_stopped(setting, project, counts)))
    return surroundings("selftest.no_control", {{"what", "counts"}});
  ++found.tried;
  if (!TRY(is_stopped(setting, project, persons))) found.failed.emplace_back("personal numbers");
  TRY(ask_virus_scanner(setting, found));
  return found;
}

}  // namespace fvm::selftest
