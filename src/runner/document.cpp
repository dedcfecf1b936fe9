// Our own texts (flat OpenDocument) -> tagged PDF and DOCX, by LibreOffice. It reads nothing from outside:
// what applicants wrote stands in the text as character data. Still it runs in a sandbox of its own, since an
// office program is more than anybody can look through.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/world.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* office_program = "/usr/lib/libreoffice/program/soffice.bin";
constexpr const char* profile_setting = "-env:UserInstallation=file:///tmp/profile";
constexpr const char* settings_folder = "/tmp/profile/user";
constexpr const char* version_file = "/usr/lib/libreoffice/program/versionrc";
// To a profile that knows no version it is an upgrade, which it celebrates at every start by drawing a
// hundred test pictures: three quarters of the time of a conversion (README of room documents).
constexpr std::string_view settings = R"(<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item></oor:items>
)";
constexpr const char* texts_folder = "/tmp/texts";
constexpr const char* out_folder = "/out";
// It ends so when it finds a profile of another build and wants to be started again.
constexpr int start_again = 81;
constexpr int starts_max = 3;
constexpr size_t documents_max = 64;

// Tagged, and as PDF/UA (ISO 14289) asks: language, title, structure, headers of tables.
constexpr const char* as_pdf = R"(pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},)"
                               R"("PDFUACompliance":{"type":"boolean","value":"true"},)"
                               R"("ExportBookmarks":{"type":"boolean","value":"true"}})";
constexpr const char* as_docx = "docx:Office Open XML Text";

struct Text {
  std::string name, xml;
};

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

Result<std::vector<Text>> read_task(std::string_view document) {
  boost::system::error_code error;
  const json::value value = json::parse(document, error);
  std::vector<Text> texts;
  try {
    if (error) return defect("document.bad_job");
    for (const json::value& each : value.as_object().at("texts").as_array()) {
      const json::object& text = each.as_object();
      texts.push_back(
          {json::value_to<std::string>(text.at("name")), json::value_to<std::string>(text.at("xml"))});
    }
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type
    return defect("document.bad_job");
  }
  const bool plain =
      std::all_of(texts.begin(), texts.end(), [](const Text& text) { return is_plain_name(text.name); });
  if (texts.empty() || texts.size() > documents_max || !plain) return defect("document.bad_job");
  return texts;
}

// Its exit code; what it says on standard output is not our result.
Result<int> run_office(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  char home[] = "HOME=/tmp", language[] = "LANG=C.UTF-8";
  char* const environment[] = {home, language, nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, office_program, &actions, nullptr, pointers.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return surroundings("document.no_libreoffice");
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Result<void> convert(const std::vector<Text>& texts, const char* kind, std::string_view ending) {
  std::vector<std::string> arguments = {office_program,  "--headless",    "--norestore",  "--nologo",
                                        "--nolockcheck", profile_setting, "--convert-to", kind,
                                        "--outdir",      out_folder};
  for (const Text& text : texts) arguments.push_back(std::string(texts_folder) + "/" + text.name + ".fodt");
  int code = start_again;
  for (int i = 0; i < starts_max && code == start_again; ++i) code = TRY(run_office(arguments));
  for (const Text& text : texts) {
    const Path made = Path(out_folder) / (text.name + std::string(ending));
    std::error_code error;
    const auto bytes = fs::file_size(made, error);
    // It may end with 0 and have made nothing.
    if (code != 0 || error || bytes == 0) {
      return surroundings("document.not_made",
                          {{"name", made.filename().string()}, {"code", std::to_string(code)}});
    }
  }
  return {};
}

Result<void> write(const Path& path, std::string_view text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush())
    return surroundings("document.not_made", {{"name", path.filename().string()}, {"code", "0"}});
  return {};
}

// To a profile of another build it says that it must be started again, a fifth of the time of a job. Where
// the build cannot be read it does say so, and is.
Result<void> write_profile() {
  TRY(write(Path(settings_folder) / "registrymodifications.xcu", settings));
  std::ifstream version(version_file);
  constexpr std::string_view key = "buildid=";
  for (std::string line; std::getline(version, line);) {
    if (line.starts_with(key))
      return write(Path(settings_folder) / "extensions" / "buildid",
                   std::string_view(line).substr(key.size()));
  }
  return {};
}

}  // namespace

Result<std::string> document(std::string_view job) {
  const auto texts = TRY(read_task(job));
  if (::access(office_program, X_OK) != 0) return surroundings("document.no_libreoffice");
  TRY(write_profile());
  for (const Text& text : texts) TRY(write(Path(texts_folder) / (text.name + ".fodt"), text.xml));
  TRY(convert(texts, as_pdf, ".pdf"));
  TRY(convert(texts, as_docx, ".docx"));
  return json::serialize(json::object{{"made", 2 * texts.size()}});
}

}  // namespace fvm::runner
