// A mirror of a few rows and a keeper that adds a number, for the tests of the build job: pseudonyms can be
// told from what they stand for.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "lake/number_list.hpp"
#include "runner/build_map.hpp"
#include "runner/build_steps.hpp"
#include "runner/number_lists.hpp"

namespace fvm::runner::testing {

inline constexpr int64_t person_shift = 1'000'000, provider_shift = 5'000'000, mirror_shift = 7'000'000;

inline void answer(wire::Connection connection) {
  for (;;) {
    const auto frame = connection.receive();
    if (!frame.ok()) return;
    const auto request = wire::decode<wire::Pseudonymise>(frame->body);
    if (!request.ok()) return;
    const int64_t shift = request->scope == "mirror" ? mirror_shift
                          : request->kind == 1       ? person_shift
                                                     : provider_shift;
    wire::Pseudonyms reply;
    for (const uint64_t value : request->values) reply.values.push_back(value + static_cast<uint64_t>(shift));
    if (!connection.send(reply).ok()) return;
  }
}

template <class T>
T valued(Result<T> result) {
  if (!result.ok())
    throw std::runtime_error(result.error().code + std::string(result.error().argument("reason")));
  return std::move(result).value();
}

class Build : public ::testing::Test {
 protected:
  Build() {
    folder_ = std::filesystem::temp_directory_path() / ("build_test_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "out" / "population");
    std::filesystem::create_directories(folder_ / "out" / "temporary");
    std::vector<Descriptor> sockets;
    for (int i = 0; i < 2; ++i) {
      auto ends = wire::pair();
      sockets.push_back(ends->first.take());
      servers_.emplace_back(answer, std::move(ends->second));
    }
    keeper_ = std::make_unique<KeeperConnections>(std::move(sockets));
    document_.project = "FVM-2026-0001";
    document_.input = folder_, document_.output = folder_ / "out";
    open();
  }
  // An engine without tables, as each build has it.
  void open() {
    connection_.reset(), database_.reset();
    database_.emplace(
        valued(duck::Database::open({.memory_mib = 256, .threads = 2, .temporary = folder_ / "out"})));
    connection_.emplace(valued(database_->connect()));
    must(add_pseudonym_function(*connection_, *keeper_, "project_person", document_.project,
                                wire::Identifier::person));
    must(add_pseudonym_function(*connection_, *keeper_, "project_provider", document_.project,
                                wire::Identifier::provider));
  }
  ~Build() override {
    connection_.reset();
    database_.reset();
    keeper_.reset();
    for (std::thread& server : servers_) server.join();
    std::filesystem::remove_all(folder_);
  }

  static void must(const Result<void>& result) {
    if (!result.ok())
      throw std::runtime_error(result.error().code + std::string(result.error().argument("reason")));
  }
  std::string persons(const std::string& values) {
    return "SELECT person FROM (VALUES " + values + ") v(person)";
  }

  std::map<int64_t, int64_t> population() {
    std::map<int64_t, int64_t> out;
    counts_ = valued(build_population(*connection_, document_));
    auto result = valued(connection_->query("SELECT mirror, project FROM population"));
    while (duck::Chunk chunk = valued(result.next())) {
      for (size_t i = 0; i < chunk.rows(); ++i) {
        out[chunk.column(0).values<int64_t>()[i]] = chunk.column(1).values<int64_t>()[i];
      }
    }
    return out;
  }
  std::set<int64_t> members() {
    std::set<int64_t> out;
    for (const auto& [mirror, project] : population()) out.insert(mirror);
    return out;
  }

  // A file of a mirror table (cpr, mor, ydernr, kode, dato).
  std::string mirror_file(const std::string& name, const std::string& values) {
    const std::string file = (folder_ / (name + ".parquet")).string();
    must(connection_->run("COPY (SELECT * FROM (VALUES " + values + ") v(cpr, mor, ydernr, kode, dato)) TO " +
                          duck::quote_text(file) + " (FORMAT PARQUET)"));
    return file;
  }
  // Its lists of numbers, as the job number_lists makes them.
  std::string with_lists(const std::string& file) {
    for (const std::string column : {"cpr", "mor"}) {
      const Path list = Path(file).parent_path() / lake::number_list_folder /
                        lake::number_list_name(Path(file).filename().string(), column);
      std::filesystem::create_directories(list.parent_path());
      must(write_number_list(*connection_,
                             "SELECT DISTINCT " + column + "::UBIGINT FROM read_parquet(" +
                                 duck::quote_text(file) + ") WHERE " + column + " IS NOT NULL ORDER BY 1",
                             list.string()));
    }
    return file;
  }
  // The table made from it, as the planner would ask for it.
  static BuildTable contacts(std::vector<std::vector<std::string>> parts,
                             std::vector<std::vector<std::string>> kept) {
    const std::string from =
        "(SELECT cpr, mor, ydernr, kode, dato, filename FROM read_parquet(getvariable('files'), "
        "union_by_name = true, filename = true)) t";
    const auto select = [&](const std::string& who) {
      return "SELECT p.project AS cpr, r.project AS mor, v.project AS ydernr, t.kode, t.dato FROM " + from +
             " JOIN " + who +
             " p ON p.mirror = t.cpr LEFT JOIN population r ON r.mirror = t.mor LEFT JOIN provider v ON "
             "v.mirror = t.ydernr";
    };
    const auto files_with = [&](const std::string& table, const std::string& column) {
      return "SELECT DISTINCT t.filename FROM " + from + " SEMI JOIN " + table + " g ON g.mirror = t." +
             column;
    };
    return {
        .schema = "lpr_f",
        .name = "kontakter",
        .empty =
            "SELECT NULL::BIGINT AS cpr, NULL::BIGINT AS mor, NULL::BIGINT AS ydernr, NULL::VARCHAR AS kode, "
            "NULL::DATE AS dato WHERE false",
        .rows = select("population"),
        .came = select("came"),
        .came_in = files_with("came", "cpr"),
        .came_by = "cpr",
        .went_in = {files_with("went", "cpr"), files_with("changed", "mor")},
        .went_by = {"cpr", "mor"},
        .providers = {"SELECT DISTINCT t.ydernr AS mirror FROM " + from + " WHERE t.ydernr IS NOT NULL"},
        .keys = {},
        .parts = std::move(parts),
        .kept = std::move(kept),
        .columns = {
            {"cpr", "long"}, {"mor", "long"}, {"ydernr", "long"}, {"kode", "string"}, {"dato", "date"}}};
  }
  std::vector<BuiltGroup> built(std::vector<std::vector<std::string>> parts,
                                std::vector<std::vector<std::string>> kept) {
    document_.tables.push_back(contacts(std::move(parts), std::move(kept)));
    return valued(build_table(*connection_, document_, document_.tables.size() - 1));
  }

  Path folder_;
  std::vector<std::thread> servers_;
  std::unique_ptr<KeeperConnections> keeper_;
  std::optional<duck::Database> database_;
  std::optional<duck::Connection> connection_;
  BuildDocument document_;
  PopulationCounts counts_;
};

}  // namespace fvm::runner::testing
