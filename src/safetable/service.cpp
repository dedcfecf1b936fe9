#include "safetable/service.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include "base/move.hpp"
#include "base/scratch.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "enclave/permissions.hpp"
#include "safetable/groups.hpp"
#include "safetable/jobs.hpp"
#include "safetable/model.hpp"
#include "safetable/output.hpp"
#include "safetable/outputs.hpp"
#include "safetable/outside.hpp"
#include "safetable/record.hpp"
#include "safetable/rules.hpp"
#include "safetable/store.hpp"
#include "wire/storage.hpp"

namespace fvm::safetable {
namespace {

constexpr unsigned folder_mode = 0700, file_mode = 0600;
constexpr int lock_milliseconds = 50;  // how often a lock that somebody holds is tried
constexpr size_t sql_bytes_max = 1u << 20;
constexpr size_t kind_tables_max = 16;  // as those that a table of persons can name
constexpr size_t dimensions_max = 8, measures_max = 20, terms_max = 40;

// The first name that stands twice; empty: none does.
std::string found_twice(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? std::string() : *twice;
}

// What stands above the columns must be told apart, in the language of whoever looks at it.
Result<void> check_headings(const Request& request, std::vector<std::string> dimensions) {
  for (const char* taken : {"status", "whole_group"}) dimensions.emplace_back(taken);
  dimensions.push_back(request.count);
  Record record;
  record.percent = request.percent;
  for (const Language language : {Language::danish, Language::english}) {
    std::vector<std::string> names = dimensions;
    if (record.percent != Percent::none) names.push_back(percent_name(record, language));
    for (const Measure& each : request.measures) names.push_back(figure_name(each, Rules{}, language));
    if (const std::string twice = found_twice(std::move(names)); !twice.empty())
      return usage("table.heading_twice", {{"name", twice}});
  }
  return {};
}

Result<void> check_sql(const Request& request) {
  if (request.sql.size() <= sql_bytes_max) return {};
  return usage("table.sql_too_long", {{"max", std::to_string(sql_bytes_max)}});
}

Result<void> check_model(const Request& request) {
  const ModelAsked& model = *request.model;
  if (request.kind != UnitKind::persons) return usage("table.persons_only");
  if (!request.contributor.empty()) return usage("table.contributor_not_here");
  if (model.outcome.empty()) return usage("model.no_outcome");
  if (model.terms.empty()) return usage("model.no_terms");
  if (model.terms.size() > terms_max)
    return usage("model.too_many_terms", {{"max", std::to_string(terms_max)}});
  std::vector<std::string> names{model.outcome};
  for (const ModelTerm& term : model.terms) names.push_back(term.name);
  if (const std::string twice = found_twice(names); !twice.empty())
    return usage("model.column_twice", {{"name", twice}});
  return check_sql(request);
}

Result<void> check(const Request& request) {
  if (request.model) return check_model(request);
  const size_t dimensions = request.rows.size() + request.columns.size();
  if (dimensions == 0) return usage("table.no_dimension");
  if (dimensions > dimensions_max || request.measures.size() > measures_max)
    return usage("table.too_much",
                 {{"dimensions", std::to_string(dimensions_max)}, {"figures", std::to_string(measures_max)}});
  TRY(check_sql(request));
  const auto is_time = [](const Dimension& each) { return each.as != Dimension::As::value; };
  const bool has_time = std::any_of(request.rows.begin(), request.rows.end(), is_time) ||
                        std::any_of(request.columns.begin(), request.columns.end(), is_time);
  if (request.round > 0 && (!request.measures.empty() || has_time)) return usage("table.round_counts_only");
  if (request.kind != UnitKind::persons && (request.round > 0 || has_time))
    return usage("table.persons_only");
  if (!request.contributor.empty() && request.round > 0) return usage("table.contributor_not_here");
  std::vector<std::string> names;
  for (const auto* list : {&request.rows, &request.columns})
    for (const Dimension& each : *list) names.push_back(each.name);
  if (const std::string twice = found_twice(names); !twice.empty())
    return usage("table.dimension_twice", {{"name", twice}});
  return check_headings(request, std::move(names));
}

// Waits no longer than whoever asked.
Result<Descriptor> wait_for_lock(const Setting& setting, const Path& file) {
  if (setting.ended < 0) return setting.world.lock(file, file_mode);
  Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode));
  if (!lock) return system_error("lock " + file.string(), errno);
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR && errno != EWOULDBLOCK) return system_error("lock " + file.string(), errno);
    pollfd ended{setting.ended, POLLIN, 0};
    if (::poll(&ended, 1, lock_milliseconds) > 0) return surroundings("job.ended");
  }
  return lock;
}

class Releaser {
 public:
  Releaser(const Setting& setting, const Request& request) : setting_(setting), request_(request) {}

  Result<Released> release(const std::vector<std::string>& formats, Language language) {
    TRY(check(request_));
    prepared_.project = TRY(enclave::check_request(
        setting_.ledger.database(), {request_.project, request_.user, 0}, setting_.world.now()));
    const extract::Project& project = prepared_.project;
    prepared_.ledger = folder_of(setting_.instance, project.cvr);
    TRY(setting_.world.make_directories(prepared_.ledger, folder_mode));
    // One table of an institution after the other: each is judged against all before it.
    const Descriptor lock =
        TRY(wait_for_lock(setting_, setting_.instance.released() / (project.cvr + ".lock")));
    const auto rows = TRY(rows_of(setting_.ledger.database(), project.cvr));
    const auto newest = TRY(verify(setting_.world, prepared_.ledger, rows));
    for (const Row& row : rows) prepared_.released.push_back(row.number);
    if (newest)
      prepared_.values = newest->values, prepared_.providers = newest->providers,
      prepared_.holdings = newest->holdings;
    const auto hold =
        TRY(wire::hold_storage(setting_.world, setting_.instance.launcher_socket(),
                               setting_.instance.project_storage(project.number), project.number));
    // In the project's own folder: encrypted where that is. What a killed program left goes first; programs
    // of before this kept it elsewhere.
    const Path folder = setting_.instance.project(project.number) / "table";
    for (const Path& left : {folder, setting_.instance.root() / "scratch" / ("table-" + project.cvr)})
      TRY(setting_.world.remove_tree(left));
    const Scratch scratch = TRY(Scratch::make(setting_.world, folder));
    prepared_.scratch = scratch.path();
    prepared_.data = TRY(data_versions(setting_, request_, project));
    TRY(set_rules(newest));
    if (request_.round > 0 && prepared_.rules.at(disclosure::Parameter::counts_whole_group) != 0)
      return usage("table.round_whole_groups");
    prepared_.round_key = TRY(rounding_of(setting_.world, prepared_.ledger, newest, request_.round,
                                          static_cast<uint64_t>(std::ceil(prepared_.rules.threshold()))));
    Released out{begin_record(language), {}};
    is_counted_ = true;
    TRY(run_jobs(setting_, request_, prepared_, out.record));
    for (const std::string& format : formats) {
      out.documents.push_back(TRY(write_document(out.record, format, language)));
      out.record.outputs.push_back({format, crypto::sha256_hex(out.documents.back())});
    }
    TRY(keep(out.record));
    return out;
  }
  // Whether a refusal may depend on what was counted.
  bool is_counted() const { return is_counted_; }

 private:
  // Of the counted, and of the other kinds that may be in the rows.
  Result<void> set_rules(const std::optional<Record>& newest) {
    prepared_.contributor = request_.contributor;
    for (const UnitKind kind : {UnitKind::persons, UnitKind::providers, UnitKind::holdings}) {
      if (kind == UnitKind::holdings && prepared_.contributor.empty()) continue;
      Rules rules = TRY(rules_for(setting_.config, prepared_.data, kind));
      inherit_threshold(newest, kind, rules);
      if (kind == request_.kind) {
        prepared_.rules = std::move(rules);
      } else {
        prepared_.others.push_back({kind, {}, std::move(rules), 0, false});
      }
    }
    return {};
  }

  Record begin_record(Language language) const {
    const extract::Project& project = prepared_.project;
    Record record;
    record.number = prepared_.released.empty() ? 1 : prepared_.released.back() + 1;
    record.project = project.number, record.project_title = project.title;
    record.cvr = project.cvr, record.authority = project.authority, record.author = request_.user;
    record.asked = setting_.world.now();
    record.sql = request_.sql, record.count = request_.count, record.title = request_.title;
    record.project_version = project.version;
    record.data = prepared_.data;
    record.rules = prepared_.rules, record.kind = request_.kind;
    record.round = request_.round, record.merged = request_.merged;
    record.coarser_than = request_.coarser_than, record.coarser_how = request_.coarser_how;
    record.row_dimensions = request_.rows.size();
    if (request_.model) {
      record.model = Model{.asked = *request_.model};
      record.dimensions.push_back({{"level", "term"}, {}});
      record.row_dimensions = 1;
    }
    for (const auto* list : {&request_.rows, &request_.columns})
      for (const Dimension& each : *list) record.dimensions.push_back({each, {}});
    record.measures = request_.measures;
    record.percent = request_.percent;
    if (record.title.empty())
      record.title = record.model ? model_title(record, language) : title_of(record, language);
    return record;
  }

  static bool has_values(const Record& record, UnitKind kind) {
    if (record.kind == kind) return record.has_values;
    return std::ranges::any_of(
        record.others, [&](const OtherUnits& other) { return other.kind == kind && other.has_values; });
  }

  Result<void> keep_values(int64_t number, UnitKind kind, ValuesKept& values) {
    const Path judged = prepared_.scratch / "judged";
    const std::string name = prefix_of(kind);
    values.table = number;
    TRY(move(judged / (name + "values.parquet"), kind_name(number, kind, "values.parquet"),
             values.atoms_sha256));
    return move(judged / (name + "values.bin"), kind_name(number, kind, "values.bin"),
                values.knowledge_sha256);
  }

  Result<void> keep_kind(Record& record, UnitKind kind, const KindKept& before) {
    KindKept& kept = record.kept(kind);
    kept = before;
    const Rules* rules = record.rules_of(kind);
    if (rules == nullptr) return {};
    kept.tables.push_back(record.number);
    if (kept.tables.size() > kind_tables_max) kept.tables.erase(kept.tables.begin());
    kept.threshold = rules->RuleValues::threshold();
    const auto keep = [&](const char* file, std::string& sha256) {
      return move(prepared_.scratch / "judged" / (prefix_of(kind) + file),
                  kind_name(record.number, kind, file), sha256);
    };
    TRY(keep("atoms.parquet", kept.atoms_sha256));
    TRY(keep("places.parquet", kept.places_sha256));
    TRY(keep("knowledge.bin", kept.knowledge_sha256));
    if (!has_values(record, kind)) return {};
    return keep_values(record.number, kind, kept.values);
  }

  // What nobody needs any more once `record` counts.
  Result<void> remove_former(const Record& record) {
    for (const int64_t before : prepared_.released) {
      TRY(setting_.world.remove(prepared_.ledger / atoms_name(before)));
      TRY(setting_.world.remove(prepared_.ledger / places_name(before)));
      TRY(setting_.world.remove(prepared_.ledger / knowledge_name(before)));
      if (!has_values(record, UnitKind::persons)) continue;
      TRY(setting_.world.remove(prepared_.ledger / value_atoms_name(before)));
      TRY(setting_.world.remove(prepared_.ledger / value_knowledge_name(before)));
    }
    for (const UnitKind kind : kinds_kept) TRY(remove_former_of(record, kind));
    return {};
  }

  Result<void> remove_former_of(const Record& record, UnitKind kind) {
    std::set<std::string> needed;
    for (const auto& [file, sha256] : files_of(record, kind)) needed.insert(file);
    for (const int64_t before : prepared_.released)
      for (const char* file :
           {"atoms.parquet", "places.parquet", "knowledge.bin", "values.parquet", "values.bin"})
        if (const std::string name = kind_name(before, kind, file); !needed.contains(name))
          TRY(setting_.world.remove(prepared_.ledger / name));
    return {};
  }

  // Files first, then the row that makes them count: a crash between leaves names that the next table takes.
  Result<void> keep(Record& record) {
    const Path judged = prepared_.scratch / "judged";
    record.values = prepared_.values;
    if (has_values(record, UnitKind::persons))
      TRY(keep_values(record.number, UnitKind::persons, record.values));
    TRY(keep_kind(record, UnitKind::providers, prepared_.providers));
    TRY(keep_kind(record, UnitKind::holdings, prepared_.holdings));
    const std::string text = to_json(record);
    Row row{record.number, record.project, record.author, {}, crypto::sha256_hex(text), {}, {}, {}};
    TRY(move(judged / "atoms.parquet", atoms_name(record.number), row.atoms_sha256));
    TRY(move(judged / "places.parquet", places_name(record.number), row.places_sha256));
    TRY(move(judged / "knowledge.bin", knowledge_name(record.number), row.knowledge_sha256));
    TRY(setting_.world.replace_file(prepared_.ledger / record_name(record.number), text, file_mode));
    crash_point("table.kept");
    audit::Event event{request_.user, "table.released", record.project, {}};
    event.facts = {{"cvr", record.cvr},
                   {"table", std::to_string(record.number)},
                   {"record_sha256", row.record_sha256},
                   {"atoms_sha256", row.atoms_sha256},
                   {"places_sha256", row.places_sha256},
                   {"knowledge_sha256", row.knowledge_sha256},
                   {"cells", std::to_string(record.marks.size())},
                   {"hidden", std::to_string(record.hidden())},
                   {"facts", std::to_string(record.facts)}};
    for (const Output& output : record.outputs)
      event.facts.emplace_back("sha256_" + output.format, output.sha256);
    const auto digests = cells_digests(record);  // before anybody has to wait for it
    TRY(setting_.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
      TRY(insert_row(writer, record.cvr, row));
      TRY(insert_outputs(writer, record.cvr, record.number, record.outputs));
      return insert_digests(writer, record.cvr, record.number, digests);
    }));
    crash_point("table.recorded");
    return remove_former(record);
  }

  Result<void> move(const Path& from, const std::string& name, std::string& sha256) {
    sha256 = crypto::to_hex(TRY(crypto::sha256_of_file(from)).sha256);
    const Path to = prepared_.ledger / name;
    TRY(setting_.world.flush(from));
    return move_file(setting_.world, from, to);  // an encrypted project is a file system of its own
  }

  const Setting& setting_;
  const Request& request_;
  Prepared prepared_;
  bool is_counted_ = false;
};

// A refusal is told at a whole second after the request: how long the judging took tells nothing finer.
void wait_for_whole_second(std::chrono::steady_clock::time_point asked) {
  using std::chrono::seconds;
  const auto taken = std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - asked);
  std::this_thread::sleep_until(asked + taken + seconds(1));
}

}  // namespace

Result<Released> release_table(const Setting& setting, const Request& request,
                               const std::vector<std::string>& formats, Language language) {
  const auto asked = std::chrono::steady_clock::now();
  bool is_counted = false;
  auto released = [&] {  // nobody else waits for the institution's ledger after it
    Releaser releaser(setting, request);
    auto made = releaser.release(formats, language);
    is_counted = releaser.is_counted();
    return made;
  }();
  if (!released.ok())
    TRY(record_refusal(setting.ledger, request.user, request.project, request.sql, released.error()));
  if (!released.ok() && is_counted) wait_for_whole_second(asked);
  return released;
}

Result<std::vector<Record>> released_tables(World& world, const config::Instance& instance,
                                            const store::Database& store, std::string_view number,
                                            const TablePart& part) {
  const auto project = TRY(extract::open_project(store, number));
  std::vector<Record> out;
  for (const Row& row : TRY(rows_of_project(store, project.cvr, project.number, part)))
    out.push_back(TRY(read_record(world, folder_of(instance, project.cvr), row)));
  return out;
}

}  // namespace fvm::safetable
