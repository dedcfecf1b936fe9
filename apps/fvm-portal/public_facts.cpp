#include "fvm-portal/public_facts.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <set>
#include <tuple>

#include "catalogue/catalogue.hpp"
#include "extract/project.hpp"
#include "mirror/freshness.hpp"
#include "release/store.hpp"
#include "store/database.hpp"
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

Time start_of(const Date& day) {
  return Time{days_of_date(day.year, day.month, day.day) * microseconds_per_day};
}

// Keeps the catalogue: it is large and changes seldom.
class Catalogues {
 public:
  Result<api::KnownData> known(const config::Instance& instance) {
    auto database = TRY(store::Database::open_reading(instance.store_file()));
    api::KnownData out{TRY(newest(database)), {}};
    // Of tables that were never delivered and never described there is none: they get an empty one.
    auto some = TRY(mirror::freshness(database, *out.catalogue));
    auto next = some.begin();
    for (const catalogue::Table& table : out.catalogue->tables) {
      const bool is_next =
          next != some.end() && next->register_name == table.register_name && next->table == table.name;
      out.tables.push_back(
          is_next ? std::move(*next++)
                  : mirror::TableFreshness{.register_name = table.register_name, .table = table.name});
    }
    return out;
  }

 private:
  Result<std::shared_ptr<const catalogue::Catalogue>> newest(const store::Database& database) {
    const int64_t version = TRY(catalogue::newest_version(database));
    const std::lock_guard lock(mutex_);
    if (!kept_ || kept_->version != version)
      kept_ = std::make_shared<const catalogue::Catalogue>(TRY(catalogue::load(database)));
    return kept_;
  }

  std::mutex mutex_;
  std::shared_ptr<const catalogue::Catalogue> kept_;
};

Result<std::vector<api::RegisterFreshness>> freshness(Catalogues& catalogues,
                                                      const config::Instance& instance) {
  const auto known = catalogues.known(instance);
  if (!known.ok() && known.error().kind != Kind::surroundings) return std::vector<api::RegisterFreshness>{};
  std::vector<api::RegisterFreshness> out;
  const api::KnownData& data = TRY(known);
  for (size_t i = 0; i < data.tables.size(); ++i) {
    const mirror::TableFreshness& table = data.tables[i];
    if (table.deliveries == 0 && !data.catalogue->tables[i].described) continue;
    auto found =
        std::find_if(out.begin(), out.end(), [&](const auto& r) { return r.name == table.register_name; });
    if (found == out.end()) found = out.insert(out.end(), api::RegisterFreshness{table.register_name});
    ++found->tables;
    found->rows += static_cast<int64_t>(table.rows);
    found->newest = std::max(found->newest, table.delivered);
  }
  return out;
}

api::PublicProject::State state_of(const extract::Project& project, Time now) {
  using State = api::PublicProject::State;
  if (project.state != extract::State::open ||
      start_of(project.valid_to).microseconds + microseconds_per_day <= now.microseconds)
    return State::ended;
  return start_of(project.valid_from).microseconds > now.microseconds ? State::coming : State::running;
}

Result<std::vector<api::PublicProject>> projects(const config::Instance& instance) {
  const auto database = TRY(store::Database::open_reading(instance.store_file()));
  const auto sent = TRY(release::sent_of_projects(database));
  std::vector<api::PublicProject> out;
  for (const std::string& number : TRY(extract::list_projects(database))) {
    const auto project = TRY(extract::open_project(database, number));
    std::set<std::string> registers;
    for (const auto& table : project.tables)
      if (table.schema != "project") registers.insert(table.schema);
    api::PublicProject shown{
        state_of(project, real_world().now()), project.title, project.authority, {}, {}, {}, 0};
    for (std::string name : registers) {
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
      shown.registers.push_back(std::move(name));
    }
    shown.from = start_of(project.valid_from), shown.to = start_of(project.valid_to);
    if (const auto found = sent.find(number); found != sent.end()) shown.releases = found->second;
    out.push_back(std::move(shown));
  }
  // What is going on first, the newest first.
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(a.state, b.from.microseconds) < std::make_tuple(b.state, a.from.microseconds);
  });
  return out;
}

Result<int64_t> ledger_records(const config::Instance& instance) {
  const auto database = TRY(store::Database::open_reading(instance.store_file()));
  auto statement = TRY(database.prepare("SELECT size FROM ledger_head"));
  return TRY(statement.step()) ? statement.integer(0) : 0;
}

}  // namespace

api::ServiceFacts facts_of(const config::Config& config, const config::Instance& instance) {
  const auto catalogues = std::make_shared<Catalogues>();
  return {config.service.name,
          config.service.authority,
          FVM_VERSION,
          [&instance] { return programs(instance); },
          [&instance, catalogues] { return freshness(*catalogues, instance); },
          [&instance] { return ledger_records(instance); },
          [&instance, catalogues] { return catalogues->known(instance); },
          [&instance] { return projects(instance); }};
}

}  // namespace fvm
