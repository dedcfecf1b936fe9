#include "fvm-portal/public_facts.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <tuple>

#include "calendar/calendar.hpp"
#include "catalogue/cache.hpp"
#include "extract/project.hpp"
#include "mirror/freshness.hpp"
#include "release/store.hpp"
#include "store/readers.hpp"
#include "wire/socket.hpp"

namespace fvm {
namespace {

constexpr int status_wait_milliseconds = 500;

api::ProgramStatus ask(const char* program, const Path& socket) {
  auto connection = wire::connect(socket, program);
  if (!connection.ok() || !connection->send(wire::GetStatus{}).ok()) return {program, false};
  const auto frame = connection->receive(status_wait_milliseconds);
  return {program, frame.ok() && frame->type == wire::Type::status};
}

std::vector<api::ProgramStatus> programs(const config::Instance& instance) {
  return {ask("fvm-keeper", instance.keeper_socket()), ask("fvm-launcher", instance.launcher_socket()),
          ask("fvm-steward", instance.steward_socket()), ask("fvm-courier", instance.courier_socket())};
}

constexpr int64_t microseconds_per_day = 86'400'000'000;

// What the public pages read, kept as long as it stays the same.
class Known {
 public:
  explicit Known(const config::Instance& instance) : readers(instance.store_file()) {}

  Result<api::KnownData> data() {
    const auto lent = TRY(readers.lend());
    api::KnownData out{TRY(search(lent)), {}, {}};
    out.tables = TRY(mirror::freshness(lent, *out.search->catalogue()));
    out.quality = TRY(quality(lent, *out.search->catalogue()));
    return out;
  }

  store::Readers readers;

 private:
  Result<std::shared_ptr<const catalogue::Search>> search(const store::Database& database) {
    auto newest = TRY(catalogues_.newest(database));
    const std::lock_guard lock(mutex_);
    if (!search_ || search_->catalogue() != newest)
      search_ = std::make_shared<const catalogue::Search>(std::move(newest));
    return search_;
  }

  // The plans of all deliveries are read for it: by one, when there is another delivery or catalogue; whoever
  // comes meanwhile gets what was known before.
  Result<std::vector<mirror::TableQuality>> quality(const store::Database& database,
                                                    const catalogue::Catalogue& catalogue) {
    const std::string stamp =
        std::to_string(catalogue.version) + " " + TRY(mirror::told_quality_stamp(database));
    std::unique_lock lock(mutex_);
    const bool fits = quality_.size() == catalogue.tables.size();
    if (quality_stamp_ == stamp || (fits && is_reading_)) return quality_;
    is_reading_ = true;
    lock.unlock();
    auto read = mirror::told_quality(database, catalogue);
    lock.lock();
    is_reading_ = false;
    quality_ = TRY(std::move(read));
    quality_stamp_ = stamp;
    return quality_;
  }

  catalogue::Cache catalogues_;
  std::mutex mutex_;
  std::shared_ptr<const catalogue::Search> search_;
  std::string quality_stamp_;
  bool is_reading_ = false;
  std::vector<mirror::TableQuality> quality_;
};

Result<std::vector<api::RegisterFreshness>> freshness(Known& reading) {
  const auto known = reading.data();
  if (!known.ok() && known.error().kind != Kind::surroundings) return std::vector<api::RegisterFreshness>{};
  std::vector<api::RegisterFreshness> out;
  const api::KnownData& data = TRY(known);
  for (size_t i = 0; i < data.tables.size(); ++i) {
    const mirror::TableFreshness& table = data.tables[i];
    if (!mirror::is_told(data.search->catalogue()->tables[i], table)) continue;
    auto found =
        std::find_if(out.begin(), out.end(), [&](const auto& r) { return r.name == table.register_name; });
    if (found == out.end()) found = out.insert(out.end(), api::RegisterFreshness{table.register_name});
    ++found->tables;
    found->rows += static_cast<int64_t>(table.rows);
    found->newest = std::max(found->newest, table.delivered);
  }
  return out;
}

Result<std::vector<api::PublicProject>> projects(Known& known) {
  const auto lent = TRY(known.readers.lend());
  const store::Database& database = lent;
  const auto sent = TRY(release::sent_of_projects(database));
  const Date today = date_of_days(real_world().now().microseconds / microseconds_per_day);
  std::vector<api::PublicProject> out;
  for (extract::Outline& project : TRY(extract::outlines(database))) {
    for (std::string& name : project.schemas)
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    const auto found = sent.find(project.number);
    const int64_t releases = found == sent.end() ? 0 : found->second;
    out.push_back({std::move(project.number), extract::standing_of(project, today), std::move(project.title),
                   std::move(project.authority), std::move(project.purpose), std::move(project.schemas),
                   project.valid_from, project.valid_to, releases});
  }
  // What is going on first, the newest first.
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(a.standing, b.from) < std::make_tuple(b.standing, a.from);
  });
  return out;
}

Result<std::vector<release::Departed>> departed(Known& known, const std::string& number) {
  const auto lent = TRY(known.readers.lend());
  return release::departed(lent, number);
}

Result<int64_t> ledger_records(Known& known) {
  const auto lent = TRY(known.readers.lend());
  const store::Database& database = lent;
  auto statement = TRY(database.prepare("SELECT size FROM ledger_head"));
  return TRY(statement.step()) ? statement.integer(0) : 0;
}

}  // namespace

api::ServiceFacts facts_of(const config::Config& config, const config::Instance& instance) {
  const auto known = std::make_shared<Known>(instance);
  return {config.service.name,
          config.service.authority,
          FVM_VERSION,
          [&instance] { return programs(instance); },
          [known] { return freshness(*known); },
          [known] { return ledger_records(*known); },
          [known] { return known->data(); },
          [known] { return projects(*known); },
          [known](const std::string& number) { return departed(*known, number); },
          config.service.contact,
          {},
          {},
          [] { return calendar::danish_date(real_world().now()); }};
}

}  // namespace fvm
