// deliver REGISTER.TABLE FILE...
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "mirror/deliveries.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct DeliverFlags {
  std::string table, mode = "append", delimiter, decimal, encoding;
  std::vector<std::string> files;
  double bad_rows_max = -1;
  uint32_t findings_max = 100;
};

// One line on a terminal that is written over: rows, bytes, rate, time left. Nothing anywhere else.
class Meter {
 public:
  explicit Meter(const Context& context)
      : context_(context), shown_(::isatty(STDERR_FILENO) == 1 && !context.json) {}
  ~Meter() { clear(); }
  void show(const mirror::Progress& progress) {
    if (!shown_) return;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    const double done = progress.bytes_total > 0
                            ? static_cast<double>(progress.bytes) / static_cast<double>(progress.bytes_total)
                            : 0;
    const std::string left = done > 0.01 ? fmt::format("{:.0f} s", seconds / done - seconds) : "–";
    constexpr double mebi = 1 << 20;
    const std::string line = message(
        context_.language, "deliver.progress",
        {{"what", progress.what},
         {"rows", std::to_string(progress.rows)},
         {"mib", fmt::format("{:.0f}", static_cast<double>(progress.bytes) / mebi)},
         {"rate",
          fmt::format("{:.1f}", static_cast<double>(progress.bytes) / mebi / std::max(seconds, 0.001))},
         {"left", left}});
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
    written_ = true;
  }
  void clear() {
    if (written_) std::fputs("\r\033[K", stderr);
    written_ = false;
  }

 private:
  const Context& context_;
  bool shown_, written_ = false;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

json::object document_of(const Context& context, const mirror::Delivered& delivered) {
  json::array findings, dialects;
  for (const auto& finding : delivered.findings) {
    findings.push_back(json::object{{"rule", finding.rule},
                                    {"file", finding.file},
                                    {"line", finding.line},
                                    {"column", finding.column},
                                    {"shape", finding.shape},
                                    {"advice", finding.advice},
                                    {"message", mirror::sentence(finding, context.language)}});
  }
  for (const std::string& dialect : delivered.dialects) dialects.emplace_back(dialect);
  json::object document{{"number", delivered.number},
                        {"table", delivered.table},
                        {"status", to_text(delivered.status)},
                        {"already", delivered.already},
                        {"rows_read", delivered.rows_read},
                        {"rows_accepted", delivered.rows_accepted},
                        {"rows_rejected", delivered.rows_rejected},
                        {"findings", std::move(findings)},
                        {"findings_more", delivered.findings_more},
                        {"dialects", std::move(dialects)},
                        {"set_aside", delivered.set_aside}};
  document["version"] = delivered.version < 0 ? json::value() : json::value(delivered.version);
  return document;
}

void show(const Context& context, const mirror::Delivered& delivered) {
  if (context.json) return print(json::serialize(document_of(context, delivered)));
  for (const auto& finding : delivered.findings) print("  " + mirror::sentence(finding, context.language));
  if (delivered.findings_more > 0)
    say(context, "deliver.more_findings", {{"count", std::to_string(delivered.findings_more)}});
  const Arguments facts{{"number", std::to_string(delivered.number)},
                        {"table", delivered.table},
                        {"read", std::to_string(delivered.rows_read)},
                        {"accepted", std::to_string(delivered.rows_accepted)},
                        {"rejected", std::to_string(delivered.rows_rejected)},
                        {"version", std::to_string(delivered.version)}};
  if (!delivered.set_aside.empty()) say(context, "deliver.set_aside", {{"file", delivered.set_aside}});
  const char* key = "deliver.refused";
  if (delivered.status == mirror::Status::accepted) key = "deliver.accepted";
  if (delivered.status == mirror::Status::held) key = "deliver.held";
  if (delivered.already) key = "deliver.already";
  print(message(context.language, key, facts));
}

Result<mirror::Request> request_of(const Context& context, const DeliverFlags& flags) {
  mirror::Request request{.table = flags.table, .actor = context.user, .findings_max = flags.findings_max};
  for (const std::string& file : flags.files) {
    if (!context.world.exists(file)) return usage("file.missing", {{"file", file}});
    request.files.emplace_back(std::filesystem::absolute(file));
  }
  request.mode = *mirror::mode_of(flags.mode);
  if (flags.bad_rows_max >= 0) request.bad_rows_share_max = flags.bad_rows_max;
  const std::map<std::string, std::string> characters{
      {"comma", ","}, {"semicolon", ";"}, {"tab", "\t"}, {"point", "."}};
  if (!flags.delimiter.empty()) request.delimiter = characters.at(flags.delimiter);
  if (!flags.decimal.empty()) request.decimal = characters.at(flags.decimal);
  if (!flags.encoding.empty()) request.encoding = flags.encoding;
  return request;
}

Result<int> deliver(Context& context, const DeliverFlags& flags) {
  const mirror::Request request = TRY(request_of(context, flags));
  const Services services = TRY(open_services(context));
  mirror::Deliveries deliveries(context.world, services.instance, services.config.deliver, *services.ledger);
  Meter meter(context);
  const auto delivered =
      TRY(deliveries.deliver(request, [&](const mirror::Progress& progress) { meter.show(progress); }));
  meter.clear();
  show(context, delivered);
  if (delivered.status == mirror::Status::accepted) {
    wake_steward(services, "refresh");
    return 0;
  }
  return static_cast<int>(delivered.unreadable ? Kind::usage : Kind::refused);
}

}  // namespace

void add_deliver(Verb& app, Context& context) {
  const auto flags = std::make_shared<DeliverFlags>();
  Verb* verb = app.add_subcommand("deliver", "take register files into the mirror");
  verb->add_option("table", flags->table, "REGISTER.TABLE of the catalogue")->required();
  verb->add_option("files", flags->files, "CSV files of that table")->required();
  verb->add_option("--mode", flags->mode,
                   "append rows; replace the whole table; upsert: replace rows by their key")
      ->check(one_of({"append", "replace", "upsert"}))
      ->capture_default_str();
  verb->add_option("--bad-rows-max", flags->bad_rows_max, "largest share of bad rows (default: config.toml)")
      ->check(between(0.0, 1.0));
  verb->add_option("--findings-max", flags->findings_max, "findings in the report")->capture_default_str();
  verb->add_option("--delimiter", flags->delimiter, "instead of finding it out")
      ->check(one_of({"comma", "semicolon", "tab"}));
  verb->add_option("--decimal", flags->decimal, "instead of finding it out")
      ->check(one_of({"comma", "point"}));
  verb->add_option("--encoding", flags->encoding, "instead of finding it out")
      ->check(one_of({"utf-8", "latin-1", "windows-1252"}));
  verb->footer("Example: fvm deliver LPR.t_adm 2018/t_adm.csv 2019/t_adm.csv");
  verb->callback(
      [&context, flags] { run_verb_with_code(context, [&] { return deliver(context, *flags); }); });
}

}  // namespace fvm::cli
