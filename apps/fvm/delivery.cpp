// delivery list | take | refuse: deliveries that are held because they are unusual.
#include <boost/json.hpp>
#include <memory>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "mirror/holds.hpp"
#include "mirror/recent.hpp"
#include "mirror/store.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct DeliveryFlags {
  int64_t number = 0;
  std::string reason;
};

constexpr size_t lines_shown = 25;

Result<void> list(const Context& context) {
  const Services services = TRY(open_services(context));
  for (const auto& line : TRY(mirror::recent_deliveries(services.database(), lines_shown))) {
    if (context.json) {
      json::array why;
      for (const auto& finding : line.findings) why.emplace_back(mirror::sentence(finding, context.language));
      print(json::serialize(json::object{{"delivery", line.number},
                                         {"table", line.table},
                                         {"status", mirror::to_text(line.status)},
                                         {"rows_read", line.rows_read},
                                         {"why", std::move(why)}}));
      continue;
    }
    print(std::to_string(line.number) + "  " + line.table + "  " + std::string(mirror::to_text(line.status)) +
          "  " + to_text(line.started) + "  " + std::to_string(line.rows_read));
    for (const auto& finding : line.findings) print("    " + mirror::sentence(finding, context.language));
  }
  return {};
}

Result<void> decide(const Context& context, const DeliveryFlags& flags, mirror::Decision decision) {
  const Services services = TRY(open_services(context));
  TRY(mirror::decide(*services.ledger, flags.number, decision, context.user, flags.reason));
  TRY(mirror::carry_out_decisions(context.world, services.instance, *services.ledger));
  const auto now = TRY(mirror::read_delivery(services.database(), flags.number));
  if (context.json) {
    print(json::serialize(json::object{{"delivery", flags.number}, {"status", mirror::to_text(now.status)}}));
  } else {
    say(context, decision == mirror::Decision::take ? "deliver.hold_lifted" : "deliver.hold_refused",
        {{"number", std::to_string(flags.number)}, {"table", now.table}});
  }
  wake_steward(services, "refresh");
  return {};
}

// A verb of a number and a reason.
void add_decision(Verb& delivery, Context& context, const char* name, const char* what, const char* example,
                  mirror::Decision decision) {
  const auto flags = std::make_shared<DeliveryFlags>();
  Verb* verb = delivery.add_subcommand(name, what);
  verb->footer(std::string("Example: fvm delivery ") + example);
  verb->add_option("number", flags->number, "the delivery's number")->required();
  verb->add_option("--reason", flags->reason, "why; it stands in the ledger")->required();
  verb->callback(
      [&context, flags, decision] { run_verb(context, [&] { return decide(context, *flags, decision); }); });
}

}  // namespace

void add_delivery(Verb& app, Context& context) {
  Verb* delivery =
      app.add_subcommand("delivery", "deliveries, and those that are held because they are unusual");
  delivery->require_subcommand(1);
  Verb* lists = delivery->add_subcommand("list", "the held ones first, then the newest");
  lists->footer("Example: fvm delivery list");
  lists->callback([&context] { run_verb(context, [&] { return list(context); }); });
  add_decision(*delivery, context, "take", "takes a held one into the mirror",
               "take 17 --reason \"the register says that it is so\"", mirror::Decision::take);
  add_decision(*delivery, context, "refuse", "refuses a held one: its rows are removed",
               "refuse 17 --reason \"the file was cut off\"", mirror::Decision::refuse);
}

}  // namespace fvm::cli
