// fvm synth: made-up registers to deliver.
#include "fvm/options.hpp"
#include "synth/generate.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <thread>

#include "fvm/context.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

// A line that is written over itself, on a terminal only.
void show_progress(uint32_t done, uint32_t all, uint64_t rows) {
  if (::isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r%3u %%  %llu", static_cast<unsigned>(uint64_t{done} * 100 / all),
               static_cast<unsigned long long>(rows));
  if (done == all) std::fputc('\n', stderr);
}

void print_outcome(const Context& context, const synth::Outcome& outcome) {
  const auto rate =
      static_cast<uint64_t>(static_cast<double>(outcome.rows) / std::max(outcome.seconds, 1e-6));
  if (context.json) {
    json::array files;
    for (const synth::Written& file : outcome.files) {
      files.push_back(
          {{"table", file.table}, {"file", file.file}, {"rows", file.rows}, {"bytes", file.bytes}});
    }
    print(json::serialize(json::object{{"rows", outcome.rows},
                                       {"bytes", outcome.bytes},
                                       {"seconds", outcome.seconds},
                                       {"rows_per_s", rate},
                                       {"files", std::move(files)}}));
    return;
  }
  for (const synth::Written& file : outcome.files) {
    print(message(context.language, "synth.file",
                  {{"table", file.table}, {"file", file.file}, {"rows", std::to_string(file.rows)}}));
  }
  print(message(context.language, "synth.done",
                {{"rows", std::to_string(outcome.rows)},
                 {"bytes", std::to_string(outcome.bytes)},
                 {"rows_per_s", std::to_string(rate)}}));
}

Result<void> make(const Context& context, const synth::Order& order) {
  const auto outcome = TRY(synth::generate(
      context.world, order, [&](uint32_t done, uint64_t rows) { show_progress(done, order.persons, rows); }));
  print_outcome(context, outcome);
  return {};
}

}  // namespace

void add_synth(Verb& app, Context& context) {
  const auto order = std::make_shared<synth::Order>();
  order->threads = std::max(1u, std::thread::hardware_concurrency());
  const auto folder = std::make_shared<std::string>();
  Verb* verb = app.add_subcommand("synth", "made-up Denmark: deliveries as the registers send them");
  verb->add_option("--persons", order->persons, "how many persons")->capture_default_str();
  verb->add_option("--from", order->year_from, "first year of the registers")->capture_default_str();
  verb->add_option("--to", order->year_to, "last year")->capture_default_str();
  verb->add_option("--seed", order->seed, "the same seed gives the same files")->capture_default_str();
  verb->add_option("--threads", order->threads, "the files do not depend on it");
  verb->add_option("--out", *folder, "folder for the files and deliveries.tsv")
      ->required()
      ->check([](const std::string& name) { return name.empty() ? "the folder's name is empty" : ""; });
  verb->footer("Example: fvm synth --persons 50000 --from 2015 --to 2025 --seed 1 --out var/deliveries");
  verb->callback([&context, order, folder] {
    order->folder = std::filesystem::absolute(*folder);
    run_verb(context, [&] { return make(context, *order); });
  });
}

}  // namespace fvm::cli
