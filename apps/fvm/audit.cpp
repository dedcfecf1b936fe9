// audit verify | checkpoint | export | tail.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "audit/verifier.hpp"
#include "crypto/ed25519.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

constexpr uint64_t small_file_bytes_max = 64u << 10;
constexpr uint64_t chunk_bytes = 1u << 20;

struct AuditFlags {
  std::string files, checkpoint, public_key;
  uint64_t count = 20;
};

// A copy of the files anywhere, or those of the instance.
Path ledger_folder(const Context& context, const AuditFlags& flags) {
  return flags.files.empty() ? config::Instance(context.instance).audit() : Path(flags.files);
}

Error refusal(const audit::Finding& finding) {
  const Arguments facts = {{"record", std::to_string(finding.record)},
                           {"last", std::to_string(finding.last)},
                           {"file", finding.file},
                           {"line", std::to_string(finding.line)}};
  switch (finding.fault) {
    case audit::Fault::changed:
      return refused("audit.found_changed", facts);
    case audit::Fault::removed:
      return refused("audit.found_removed", facts);
    case audit::Fault::added:
      return refused("audit.found_added", facts);
    case audit::Fault::moved:
      return refused("audit.found_moved", facts);
    case audit::Fault::cut_off:
      return refused("audit.found_cut_off", facts);
    case audit::Fault::rewritten:
      return refused("audit.found_rewritten", facts);
    case audit::Fault::torn:
      return refused("audit.found_torn", facts);
  }
  return defect("audit.found_changed", facts);
}

void show_report(const Context& context, const audit::Report& report) {
  const Arguments facts = {{"records", std::to_string(report.records)},
                           {"checkpoints", std::to_string(report.checkpoints)},
                           {"covered", std::to_string(report.covered)}};
  if (!context.json) return print(message(context.language, "audit.whole", facts));
  print(json::serialize(json::object{{"records", report.records},
                                     {"checkpoints", report.checkpoints},
                                     {"covered", report.covered},
                                     {"last_hash", report.last_hash}}));
}

Result<void> verify(const Context& context, const AuditFlags& flags) {
  const Path folder = ledger_folder(context, flags);
  const Path key_file = flags.public_key.empty() ? folder / "public.key" : Path(flags.public_key);
  const std::string key =
      TRY(crypto::parse_public_key(TRY(context.world.read_file(key_file, small_file_bytes_max))));
  auto checkpoints = TRY(audit::read_checkpoints(context.world, folder));
  if (!flags.checkpoint.empty()) {
    checkpoints.push_back(
        {flags.checkpoint, TRY(context.world.read_file(flags.checkpoint, small_file_bytes_max))});
  }
  const auto report = TRY(audit::verify_files(context.world, folder, key, checkpoints));
  if (report.finding) return refusal(*report.finding);
  if (!report.bad_checkpoints.empty()) {
    return refused("audit.found_bad_checkpoint",
                   {{"file", report.bad_checkpoints.front()}, {"key", key_file.string()}});
  }
  show_report(context, report);
  return {};
}

Result<void> checkpoint(const Context& context, const AuditFlags&) {
  const auto services = TRY(open_services(context));
  const std::string note = TRY(services.ledger->checkpoint());
  if (context.json) {
    print(json::serialize(json::object{{"checkpoint", note}}));
  } else {
    std::fwrite(note.data(), 1, note.size(), stdout);
  }
  return {};
}

Result<std::vector<Path>> ledger_files(const Context& context, const Path& folder) {
  std::vector<Path> files;
  for (const DirectoryEntry& entry : TRY(context.world.list(folder))) {
    if (entry.name.starts_with("ledger-") && entry.name.ends_with(".jsonl"))
      files.push_back(folder / entry.name);
  }
  if (files.empty()) return usage("audit.no_files", {{"folder", folder.string()}});
  return files;
}

// The records as they are: they already are JSON, one a line.
Result<void> export_all(const Context& context, const AuditFlags& flags) {
  for (const Path& file : TRY(ledger_files(context, ledger_folder(context, flags)))) {
    for (uint64_t offset = 0;;) {
      const std::string bytes = TRY(context.world.read_range(file, offset, chunk_bytes));
      if (bytes.empty()) break;
      if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
        return system_error("write to standard output", errno);
      }
      offset += bytes.size();
    }
  }
  return {};
}

// The last `count` lines, oldest first.
Result<std::vector<std::string>> last_lines(const Context& context, const Path& folder, uint64_t count) {
  const auto files = TRY(ledger_files(context, folder));
  std::vector<std::string> lines;  // newest first
  for (size_t f = files.size(); f-- > 0 && lines.size() < count;) {
    std::string text;
    for (uint64_t offset = TRY(context.world.file_bytes(files[f])); offset > 0;) {
      const uint64_t bytes = std::min(offset, chunk_bytes);
      offset -= bytes;
      text = TRY(context.world.read_range(files[f], offset, bytes)) + text;
      if (static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) > count - lines.size()) break;
    }
    while (!text.empty() && lines.size() < count) {
      text.pop_back();
      const size_t start = text.rfind('\n') + 1;  // npos + 1 is 0
      lines.push_back(text.substr(start));
      text.resize(start);
    }
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

std::string for_people(const json::object& record) {
  const auto text = [&](const char* key) {
    const json::value* value = record.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  std::string line =
      text("time").substr(0, 19) + "  " + text("actor") + "  " + text("action") + "  " + text("subject");
  if (const json::value* facts = record.if_contains("facts"); facts != nullptr && facts->is_object()) {
    for (const auto& [name, value] : facts->get_object()) {
      line += "  " + std::string(name) + "=" + (value.is_string() ? std::string(value.get_string()) : "");
    }
  }
  return line;
}

Result<void> tail(const Context& context, const AuditFlags& flags) {
  json::array records;
  for (const std::string& line : TRY(last_lines(context, ledger_folder(context, flags), flags.count))) {
    boost::system::error_code failed;
    json::value record = json::parse(line, failed);
    if (failed || !record.is_object())
      return surroundings("audit.line_unreadable", {{"folder", ledger_folder(context, flags).string()}});
    context.json ? records.push_back(std::move(record)) : print(for_people(record.get_object()));
  }
  if (context.json) print(json::serialize(json::object{{"records", std::move(records)}}));
  return {};
}

using AuditBody = Result<void> (*)(const Context&, const AuditFlags&);

std::pair<Verb*, std::shared_ptr<AuditFlags>> add_subverb(Verb* verb, Context& context, const char* name,
                                                          const char* text, const char* example,
                                                          AuditBody body) {
  auto flags = std::make_shared<AuditFlags>();
  Verb* subverb = verb->add_subcommand(name, text);
  subverb->footer(std::string("Example:\n  ") + example);
  subverb->fallthrough();
  subverb->callback([&context, flags, body] { run_verb(context, [&] { return body(context, *flags); }); });
  return {subverb, flags};
}

}  // namespace

void add_audit(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("audit", "the ledger of everything that was done");
  verb->require_subcommand(1);
  verb->fallthrough();
  constexpr const char* files_text =
      "folder with a copy of the ledger's files (otherwise the instance's own)";
  auto [verifies, verified] =
      add_subverb(verb, context, "verify", "prove that no record was changed, removed, added or moved",
                  "fvm audit verify --checkpoint kept.note --public-key kept.key", verify);
  verifies->add_option("--files", verified->files, files_text);
  verifies->add_option("--checkpoint", verified->checkpoint,
                       "a checkpoint that you kept yourself, besides those in the folder");
  verifies->add_option("--public-key", verified->public_key,
                       "the key that you kept (otherwise FOLDER/public.key)");
  add_subverb(verb, context, "checkpoint",
              "have the keeper sign the ledger as it is now, and print the signed note",
              "fvm audit checkpoint > kept.note", checkpoint);
  auto [exports, exported] = add_subverb(verb, context, "export", "all records, one JSON document a line",
                                         "fvm audit export > ledger.jsonl", export_all);
  exports->add_option("--files", exported->files, files_text);
  auto [tails, tailed] =
      add_subverb(verb, context, "tail", "the newest records", "fvm audit tail -n 50", tail);
  tails->add_option("-n,--count", tailed->count, "how many")->check(between(1, 100'000));
  tails->add_option("--files", tailed->files, files_text);
}

}  // namespace fvm::cli
