#include "fvm/release_outlook.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "base/log.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "wire/tables.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds ask_again{250};
constexpr std::chrono::seconds settled_within{330};  // a scan may take five minutes

struct Flags {
  std::string project;
  std::vector<std::string> files;
  bool watch = false;
};

std::string text_of(const json::value& object, std::string_view key) {
  const auto* found = object.is_object() ? object.get_object().if_contains(key) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::string word_of(const Context& context, const json::value& object) {
  return text_of(object, context.language == Language::danish ? "da" : "en");
}

std::string answer_of(const json::value& file) {
  return text_of(file.at("outlook"), "answer");
}

// The steward has looked already, or does now: the same answer as in the browser.
Result<json::object> ask(const Context& context, const Services& services, const Flags& flags) {
  auto steward = TRY(wire::connect(services.instance.steward_socket(), "fvm-steward"));
  TRY(steward.send(wire::AskOutlook{flags.project, context.user, flags.files}));
  boost::system::error_code failed;
  json::value told = json::parse(TRY(wire::receive_table(steward)).json, failed);
  if (failed || !told.is_object()) return surroundings("wire.broken_message");
  return std::move(told.get_object());
}

// Those that were asked for, in that order.
Result<json::array> chosen(const json::object& told, const std::vector<std::string>& names) {
  const json::array& all = told.at("files").as_array();
  if (names.empty()) return all;
  json::array out;
  for (const std::string& name : names) {
    const auto* found = std::find_if(all.begin(), all.end(),
                                     [&](const json::value& file) { return text_of(file, "name") == name; });
    if (found == all.end()) return usage("release.no_such_file", {{"file", name}});
    out.push_back(*found);
  }
  return out;
}

bool any(const json::array& files, std::string_view answer) {
  return std::any_of(files.begin(), files.end(),
                     [&](const json::value& file) { return answer_of(file) == answer; });
}

void print_findings(const Context& context, const json::value& findings) {
  for (const json::value& finding : findings.as_array())
    print("  " + message(context.language, "release.severity_" + text_of(finding, "severity")) + "  " +
          word_of(context, finding));
}

void show_file(const Context& context, const json::value& file) {
  const std::string name = text_of(file, "name");
  print((name.empty() ? "?" : name) + "  " + std::to_string(file.at("bytes").to_number<uint64_t>()) +
        " bytes  " + word_of(context, file.at("outlook")));
  if (const json::value& why = file.at("outlook").at("why"); why.is_object())
    print("  " + word_of(context, why));
  print_findings(context, file.at("findings"));
}

void show(const Context& context, json::object told, json::array files) {
  if (context.json) {
    told["files"] = std::move(files);
    return print(json::serialize(told));
  }
  for (const json::value& file : files) show_file(context, file);
  if (files.empty()) say(context, "release.outbox_empty");
  const json::value& together = told.at("together");
  if (files.size() < 2 || !together.is_object()) return;
  print(message(context.language, "release.outlook_together") + "  " + word_of(context, together));
  print_findings(context, together.at("findings"));
}

// Until nothing is pending.
Result<std::pair<json::object, json::array>> settled(const Context& context, const Services& services,
                                                     const Flags& flags) {
  const auto until = std::chrono::steady_clock::now() + settled_within;
  for (;;) {
    json::object told = TRY(ask(context, services, flags));
    json::array files = TRY(chosen(told, flags.files));
    if (!any(files, "pending") || std::chrono::steady_clock::now() > until)
      return std::pair(std::move(told), std::move(files));
    std::this_thread::sleep_for(ask_again);
  }
}

// Shows a file when what is said of it changes; ends with Ctrl-C.
Result<int> watch(const Context& context, const Services& services, const Flags& flags) {
  std::vector<std::string> shown;
  for (;;) {
    const json::object told = TRY(ask(context, services, flags));
    std::vector<std::string> now;
    for (const json::value& file : told.at("files").as_array()) {
      now.push_back(json::serialize(file));
      const bool wanted = flags.files.empty() || std::find(flags.files.begin(), flags.files.end(),
                                                           text_of(file, "name")) != flags.files.end();
      if (!wanted || answer_of(file) == "pending" ||
          std::find(shown.begin(), shown.end(), now.back()) != shown.end())
        continue;
      if (context.json)
        print(now.back());
      else
        show_file(context, file);
    }
    shown = std::move(now);
    std::this_thread::sleep_for(ask_again);
  }
}

Result<int> outlook(Context& context, Flags& flags) {
  constexpr std::string_view folder = "/outbox/";
  for (std::string& file : flags.files) {
    if (file.starts_with(folder)) file.erase(0, folder.size());
  }
  const Services services = TRY(open_services(context));
  if (flags.watch) return watch(context, services, flags);
  auto [told, files] = TRY(settled(context, services, flags));
  const bool refused_one = any(files, "refused");
  show(context, std::move(told), std::move(files));
  return refused_one ? static_cast<int>(Kind::refused) : 0;
}

}  // namespace

void add_release_outlook(Verb& verb, Context& context) {
  const auto flags = std::make_shared<Flags>();
  Verb* looking = verb.add_subcommand("outlook", "what sending the files of /outbox would lead to, and why");
  looking->footer("Example:\n  fvm release outlook FVM-2026-0017 tabel1.csv --as anna");
  looking->add_option("project", flags->project, "project number")->required();
  looking->add_option("file", flags->files, "names in your /outbox; without any, all of them");
  looking->add_flag("--watch", flags->watch, "go on: show each file anew when it was saved");
  looking->callback(
      [&context, flags] { run_verb_with_code(context, [&] { return outlook(context, *flags); }); });
}

}  // namespace fvm::cli
