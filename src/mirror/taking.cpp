#include "mirror/taking.hpp"

#include <algorithm>

#include "mirror/quality.hpp"
#include "notify/outbox.hpp"

namespace fvm::mirror {
namespace {

constexpr const char* application = "fvm-delivery";  // of the Delta log's transactions

}  // namespace

Result<void> Taking::recover() {
  for (const Unfinished& left : TRY(unfinished(ledger_.database(), name_))) {
    if (left.status == Status::ingested) {
      const Plan plan = TRY(plan_of_json(left.plan));
      // Held for days, and the catalogue has changed meanwhile: its files are not what the table is now.
      if (!plan.schema.empty() && plan.schema != schema_text(schema_of(table_))) {
        TRY(end(left.number, Status::abandoned, {}, -1, "fvm"));
        TRY(remove_staging(left.number));
        continue;
      }
      const auto finished = finish(left.number, left.mode, plan, "fvm");
      // Files that an upsert rewrote were compacted meanwhile: its plan is of no use any more.
      const bool overtaken =
          left.mode == Mode::upsert && !finished.ok() &&
          (finished.error().code == "lake.conflict" || finished.error().code == "lake.bad_commit");
      if (overtaken) TRY(end(left.number, Status::abandoned, {}, -1, "fvm"));
      if (!finished.ok() && !overtaken) return finished.error();
    } else {
      TRY(end(left.number, Status::abandoned, {}, -1, "fvm"));
    }
    TRY(remove_staging(left.number));
  }
  return {};
}

Result<int64_t> Taking::already(const Request& request, const std::vector<InputFile>& files) {
  const auto standing = TRY(standing_files(ledger_.database(), name_));
  const auto find = [&](const InputFile& file) {
    return std::find_if(standing.rbegin(), standing.rend(),
                        [&](const AcceptedFile& s) { return s.sha256 == file.sha256; });
  };
  size_t known = 0;
  int64_t number = 0;
  const InputFile* first = nullptr;
  for (const InputFile& file : files) {
    const auto found = find(file);
    if (found == standing.rend()) continue;
    ++known;
    number = std::max(number, found->delivery);
    if (first == nullptr) first = &file;
  }
  const int64_t newest = standing.empty() ? 0 : standing.back().delivery;
  const auto same_size = static_cast<size_t>(std::count_if(
      standing.begin(), standing.end(), [&](const AcceptedFile& s) { return s.delivery == newest; }));
  if (request.mode != Mode::append) {  // replacing by what is already newest changes nothing
    const bool whole = known == files.size() && number == newest && same_size == files.size();
    const bool alone = request.mode == Mode::upsert || standing.size() == files.size();
    return whole && alone ? number : 0;
  }
  if (known == files.size()) return number;
  if (known == 0) return int64_t{0};
  return usage("deliver.file_already", {{"file", first->path}, {"number", std::to_string(number)}});
}

Result<bool> Taking::may_stand(const std::vector<InputFile>& files) {
  const auto standing = TRY(standing_files(ledger_.database(), name_));
  return std::any_of(standing.begin(), standing.end(), [&](const AcceptedFile& before) {
    return std::any_of(files.begin(), files.end(),
                       [&](const InputFile& file) { return file.bytes == before.bytes; });
  });
}

Result<void> Taking::hashed(int64_t number, const std::vector<InputFile>& files, const std::string& actor) {
  audit::Event event{actor, "delivery.hashed", "delivery " + std::to_string(number), {{"table", name_}}};
  add_hashes(files, event);
  return ledger_.write(std::move(event),
                       [&](audit::Writer& writer) { return set_hashes(writer, number, files); });
}

Result<int64_t> Taking::record(const Request& request, const std::vector<InputFile>& files) {
  audit::Event event{request.actor,
                     "delivery.started",
                     "",
                     {{"table", name_}, {"mode", std::string(to_text(request.mode))}}};
  add_hashes(files, event);
  return ledger_.write(std::move(event), [&](audit::Writer& writer) -> Result<int64_t> {
    const int64_t number = TRY(insert_delivery(writer, name_, request, files));
    writer.subject("delivery " + std::to_string(number));
    return number;
  });
}

Result<void> Taking::planned(int64_t number, Status status, Plan& plan, const std::string& actor) {
  for (PlannedFile& file : plan.files) file.name = lake_.new_name();
  plan.schema = schema_text(schema_of(table_));
  const audit::Event event{actor,
                           "delivery." + std::string(to_text(status)),
                           "delivery " + std::to_string(number),
                           {{"table", name_},
                            {"rows_read", std::to_string(plan.rows_read)},
                            {"rows_rejected", std::to_string(plan.rows_rejected)}}};
  return ledger_.write(event, [&](audit::Writer& writer) -> Result<void> {
    if (status == Status::held)
      TRY(notify::tell(writer, "role:operator", std::to_string(number), "notice.delivery_held"));
    return set_planned(writer, number, status, plan);
  });
}

Result<std::vector<Finding>> Taking::oddities(const config::Config::Deliver& settings, Mode mode,
                                              const Plan& plan) const {
  constexpr size_t appends = 7;
  constexpr int64_t year_microseconds = int64_t{366} * 86'400 * 1'000'000;
  const std::string latest = to_text(Time{world_.now().microseconds + year_microseconds}).substr(0, 10);
  Before before{.latest_reasonable = latest};
  const lake::Snapshot snapshot = TRY(lake_.snapshot());
  for (const auto& [path, file] : snapshot.files) before.table.add(file.rows.value_or(0), file.statistics);
  for (const lake::Field& field : snapshot.schema.fields)
    if (field.type == "date" || field.type == "timestamp") before.dates.push_back(field.name);
  before.appended = TRY(appended_rows(ledger_.database(), name_, appends));
  Picture now;
  for (const PlannedFile& file : plan.files) now.add(file.rows, file.statistics);
  return mirror::oddities(settings, mode, before, now);
}

Result<void> Taking::end(int64_t number, Status status, const Plan& plan, int64_t version,
                         const std::string& actor) {
  audit::Event event{actor,
                     "delivery." + std::string(to_text(status)),
                     "delivery " + std::to_string(number),
                     {{"table", name_},
                      {"rows_read", std::to_string(plan.rows_read)},
                      {"rows_rejected", std::to_string(plan.rows_rejected)}}};
  if (version >= 0) event.facts.emplace_back("version", std::to_string(version));
  return ledger_.write(
      event, [&](audit::Writer& writer) { return set_done(writer, number, status, plan, version); });
}

Result<int64_t> Taking::finish(int64_t number, Mode mode, const Plan& plan, const std::string& actor) {
  TRY(keep_set_aside(number, plan));
  std::vector<lake::File> files;
  for (const PlannedFile& planned : plan.files) {
    lake::File file = TRY(lake_.adopt(staging(number) / planned.staged, planned.name));
    file.rows = planned.rows;
    file.statistics = planned.statistics;
    file.tags["delivery"] = std::to_string(number);
    files.push_back(std::move(file));
  }
  crash_point("deliver.moved");
  const int64_t version = TRY(commit(number, mode, plan, std::move(files)));
  crash_point("deliver.committed");
  TRY(end(number, Status::accepted, plan, version, actor));
  return version;
}

Result<void> Taking::keep_set_aside(int64_t number, const Plan& plan) {
  if (!plan.set_aside) return {};
  const Path from = staging(number) / "set_aside.box";
  const Path to = instance_.set_aside() / ("delivery-" + std::to_string(number) + ".box");
  if (world_.exists(from)) TRY(world_.rename(from, to));
  return world_.flush(to);
}

Result<void> Taking::prepare(Mode mode) {
  const lake::Schema wanted = schema_of(table_);
  if (!lake_.exists()) {
    TRY(world_.make_directories(lake_.folder(), 0700));
    const auto made = lake_.create(wanted, {.name = name_, .description = table_.text_en});
    if (!made.ok() && made.error().code != "lake.exists") return made;
  }
  const lake::Snapshot snapshot = TRY(lake_.snapshot());
  for (const lake::Field& field : snapshot.schema.fields) {
    const bool kept = std::find_if(wanted.fields.begin(), wanted.fields.end(), [&](const lake::Field& w) {
                        return w.name == field.name && w.type == field.type;
                      }) != wanted.fields.end();
    if (!kept && mode != Mode::replace)
      return usage("deliver.schema_changed", {{"table", name_}, {"column", field.name}});
  }
  return {};
}

void Taking::add_hashes(const std::vector<InputFile>& files, audit::Event& event) {
  // A record's facts have each its own name.
  for (size_t i = 0; i < files.size(); ++i) {
    if (files[i].sha256.empty()) continue;
    event.facts.emplace_back(i == 0 ? "sha256" : "sha256_" + std::to_string(i + 1), files[i].sha256);
  }
}

Result<int64_t> Taking::commit(int64_t number, Mode mode, const Plan& plan, std::vector<lake::File> files) {
  const lake::Snapshot snapshot = TRY(lake_.snapshot());
  lake::Commit commit{.read_version = snapshot.version,
                      .reads = mode == Mode::append ? lake::Reads::nothing : lake::Reads::everything,
                      .adds = std::move(files)};
  if (mode == Mode::replace)
    for (const auto& [path, file] : snapshot.files) commit.removes.push_back(path);
  if (mode == Mode::upsert) commit.removes = plan.replaced;
  const lake::Schema wanted = schema_of(table_);
  if (!(wanted == snapshot.schema)) commit.schema = wanted;
  commit.transaction = lake::Transaction{application, number};
  commit.operation = mode == Mode::upsert ? "MERGE" : "WRITE";
  commit.facts = {{"delivery", std::to_string(number)}, {"mode", std::string(to_text(mode))}};
  return TRY(lake_.commit(commit)).version;
}

}  // namespace fvm::mirror
