// table: a safe table, made and sent home. survival: a curve of one. regression: a model.
#include <algorithm>
#include <memory>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/release_views.hpp"
#include "fvm/services.hpp"
#include "fvm/table_send.hpp"
#include "fvm/table_views.hpp"
#include "fvm/verbs.hpp"
#include "safetable/coarsen.hpp"
#include "safetable/explain.hpp"
#include "safetable/output.hpp"
#include "safetable/service.hpp"
#include "safetable/view.hpp"
#include "safetable/wanted.hpp"

namespace fvm::cli {
namespace {

constexpr unsigned output_mode = 0640;

struct TableFlags {
  std::string project, rows, columns, sql, as_of, unit, contributor, title, explain, percent, time, event,
      width = "30", until, count = "persons";
  std::vector<std::string> hierarchies, sums, means, medians, percentiles, outputs;
  std::vector<std::string> deviations, minima, maxima, ratios, ginis, modes;
  uint64_t round = 0;
  bool coarsen = false;
  std::string send_to, purpose;
  std::string outcome, terms, family = "gaussian";  // of a model
};

Result<safetable::Request> request_of(const Context& context, const TableFlags& flags) {
  return safetable::request_of({.sql = flags.sql,
                                .as_of = flags.as_of,
                                .unit = flags.unit,
                                .contributor = flags.contributor,
                                .title = flags.title,
                                .count = flags.count,
                                .rows = safetable::parts_of(flags.rows),
                                .columns = safetable::parts_of(flags.columns),
                                .hierarchies = flags.hierarchies,
                                .sums = flags.sums,
                                .means = flags.means,
                                .medians = flags.medians,
                                .percentiles = flags.percentiles,
                                .deviations = flags.deviations,
                                .minima = flags.minima,
                                .maxima = flags.maxima,
                                .ginis = flags.ginis,
                                .modes = flags.modes,
                                .ratios = flags.ratios,
                                .time = flags.time,
                                .event = flags.event,
                                .width = flags.width,
                                .until = flags.until,
                                .outcome = flags.outcome,
                                .terms = flags.terms,
                                .family = flags.outcome.empty() ? std::string() : flags.family,
                                .percent = flags.percent,
                                .round = flags.round},
                               flags.project, context.user);
}

Result<std::vector<std::string>> formats_of(const TableFlags& flags) {
  std::vector<std::string> formats;
  for (const std::string& file : flags.outputs) {
    formats.push_back(ending_of(file));
    if (!safetable::is_format(formats.back())) return usage("table.unknown_format", {{"format", file}});
  }
  if (formats.empty() && !flags.send_to.empty()) formats.emplace_back("xlsx");
  return formats;
}

void say_coarser(const Context& context, const safetable::Record& record) {
  const auto choice = safetable::coarser(record);
  if (choice)
    say(context, "safetable.coarser_advice",
        {{"how", safetable::text_of(record, *choice, context.language)},
         {"open", std::to_string(choice->open)},
         {"hidden", std::to_string(choice->hidden)}});
}

Result<void> run_table(const Context& context, const TableFlags& flags) {
  const auto request = TRY(request_of(context, flags));
  const auto formats = TRY(formats_of(flags));
  const Services services = TRY(open_services(context));
  const safetable::Setting setting{context.world, services.instance, services.config, *services.ledger};
  const release::Draft draft = draft_of(flags.project, flags.send_to, flags.purpose);
  // Before the table is made: what was told and could not be sent would be told for nothing.
  if (!flags.send_to.empty())
    TRY(release::may_begin(services.database(), context.world.now(), context.user, draft));
  const auto released = TRY((flags.coarsen ? safetable::release_coarse_table : safetable::release_table)(
      setting, request, formats, context.language));
  for (size_t i = 0; i < flags.outputs.size(); ++i)
    TRY(context.world.replace_file(std::filesystem::absolute(flags.outputs[i]), released.documents[i],
                                   output_mode));
  const safetable::Record& record = released.record;
  std::optional<release::Request> sent;
  if (!flags.send_to.empty()) sent = TRY(send_table(context, services, released, draft));
  if (context.json) {
    print(with_release(TRY(safetable::table_json(record, flags.explain, context.language)), sent));
    return {};
  }
  if (flags.outputs.empty()) print(TRY(safetable::write_document(record, "csv", context.language)));
  say(context,
      record.model       ? "model.released"
      : record.round > 0 ? "safetable.released_rounded"
                         : "safetable.released",
      {{"table", std::to_string(record.number)},
       {"cells", std::to_string(record.marks.size())},
       {"base", std::to_string(record.round)},
       {"hidden", std::to_string(record.hidden())},
       {"persons", std::to_string(record.model ? record.model->persons : 0)},
       {"facts", std::to_string(record.facts)}});
  if (safetable::has_many_hidden(record)) say_coarser(context, record);
  if (sent) show_request(context, *sent, {});
  if (!flags.explain.empty()) TRY(print_explanation(context, record, flags.explain));
  return {};
}

// What any table is asked for with.
void add_question(Verb& verb, TableFlags& flags) {
  verb.add_option("--count", flags.count, "providers, or what persons are called")->capture_default_str();
  verb.add_option("--unit", flags.unit, "the column of the counted, when it is not called as in the project");
  verb.add_option("--as-of", flags.as_of, "the project's data as they were at a date or time");
  verb.add_option("--title", flags.title, "heading");
}

void add_sending(Verb& verb, TableFlags& flags) {
  verb.add_option("--send", flags.send_to, "send it home at once, to an address on your institution's list");
  verb.add_option("--purpose", flags.purpose, "with --send: what it is for");
}

void add_survival(Verb& app, Context& context) {
  const auto flags = std::make_shared<TableFlags>();
  Verb* verb = app.add_subcommand("survival", "a survival curve that tells nothing about anybody");
  verb->add_option("PROJECT", flags->project, "project number")->required();
  verb->add_option("--from", flags->sql, "one SELECT with one row a person")->required();
  verb->add_option("--time", flags->time, "column: how long a person was followed")->required();
  verb->add_option("--event", flags->event, "column: whether it ended with the event (else censored)")
      ->required();
  verb->add_option("--by", flags->rows, "a curve for each value of this column");
  verb->add_option("--width", flags->width,
                   "bands of time that are counted in; put together where events are few")
      ->capture_default_str();
  verb->add_option("--until", flags->until, "whoever is still there then is censored then");
  add_question(*verb, *flags);
  verb->add_option("--out", flags->outputs, "file: .xlsx .csv .json .html, or .svg for the curve");
  add_sending(*verb, *flags);
  verb->add_option("--explain", flags->explain, "also say why a cell is hidden, e.g. koen=K");
  verb->footer(
      "Example:\n  fvm --as anna survival FVM-2026-0017 --time dage --event doed --by koen --until 365 "
      "--from \"SELECT "
      "pnr, dage, doed, koen FROM bef\" --out s.svg");
  verb->callback([&context, flags] { run_verb(context, [&] { return run_table(context, *flags); }); });
}

void add_regression(Verb& app, Context& context) {
  const auto flags = std::make_shared<TableFlags>();
  Verb* verb = app.add_subcommand("regression", "a regression model that tells nothing about anybody");
  verb->add_option("PROJECT", flags->project, "project number")->required();
  verb->add_option("--from", flags->sql, "one SELECT with one row a person")->required();
  verb->add_option("--outcome", flags->outcome, "column: what is explained")->required();
  verb->add_option("--terms", flags->terms,
                   "columns that explain it: alder, factor(kommune); texts are factors")
      ->required();
  verb->add_option("--family", flags->family, "gaussian (linear), binomial (logistic) or poisson");
  add_question(*verb, *flags);
  verb->add_option("--out", flags->outputs, "file: .xlsx .csv .json .html; several may be given");
  add_sending(*verb, *flags);
  verb->footer(
      "Example:\n  fvm --as anna regression FVM-2026-0017 --outcome syg --family binomial --terms \"alder, "
      "factor(kommune)\" --from \"SELECT pnr, syg, alder, kommune FROM bef\" --out m.xlsx");
  verb->callback([&context, flags] { run_verb(context, [&] { return run_table(context, *flags); }); });
}

}  // namespace

void add_table(Verb& app, Context& context) {
  const auto flags = std::make_shared<TableFlags>();
  Verb* verb = app.add_subcommand("table", "a table of counts that tells nothing about anybody");
  verb->add_option("PROJECT", flags->project, "project number")->required();
  verb->add_option("--from", flags->sql, "one SELECT with the persons and the columns below")->required();
  verb->add_option("--rows", flags->rows, "columns of the SELECT, divided by commas")->required();
  verb->add_option("--columns", flags->columns, "the same, across");
  verb->add_option("--hierarchy", flags->hierarchies,
                   "kommune=region: a column that gives another's upper level");
  add_question(*verb, *flags);
  verb->add_option("--contributor", flags->contributor,
                   "column: whose each unit is; what one owner has in several counts as one");
  verb->add_option("--sum", flags->sums, "sum of a column");
  verb->add_option("--mean", flags->means, "mean of it for each person");
  verb->add_option("--median", flags->medians, "median of persons, rounded to what enough of them share");
  verb->add_option("--percentile", flags->percentiles, "25:column");
  verb->add_option("--sd", flags->deviations, "standard deviation of persons");
  verb->add_option("--min", flags->minima, "mean of the lowest persons, as many as the rules ask for");
  verb->add_option("--max", flags->maxima, "mean of the highest persons, as many as the rules ask for");
  verb->add_option("--ratio", flags->ratios, "beloeb/dage: the sum of one column for each of another");
  verb->add_option("--gini", flags->ginis, "Gini coefficient of persons");
  verb->add_option("--mode", flags->modes,
                   "the value that most persons have, where it is that of enough and not of nearly all");
  verb->add_option("--percent", flags->percent, "of each row, column or the total, from published counts")
      ->check(one_of({"row", "column", "total"}));
  verb->add_option("--round", flags->round,
                   "hide nothing; numbers are multiples of this, and stay so in every later table");
  verb->add_flag("--coarsen", flags->coarsen,
                 "where many cells would be hidden, put values together or leave a dimension out");
  verb->add_option("--out", flags->outputs,
                   "file: .xlsx .csv .json .html, or .svg for a chart; several may be given");
  add_sending(*verb, *flags);
  verb->add_option("--explain", flags->explain, "also say why a cell is hidden, e.g. kommune=101,koen=K");
  verb->footer(
      "Example:\n  fvm --as anna table FVM-2026-0017 --rows kommune --columns koen --from \"SELECT pnr, "
      "kommune, koen "
      "FROM bef\" --out t.xlsx");
  verb->callback([&context, flags] { run_verb(context, [&] { return run_table(context, *flags); }); });
  add_survival(app, context);
  add_regression(app, context);
}

}  // namespace fvm::cli
