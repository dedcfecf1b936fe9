// The build job on small mirrors: who is in the population, what each table holds, and who is one person.
// The keeper here is a thread that adds a number: pseudonyms can be told from what they stand for.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "runner/build_aliases.hpp"
#include "runner/build_steps.hpp"

namespace fvm::runner {
namespace {

constexpr int64_t person_shift = 1'000'000, provider_shift = 5'000'000, mirror_shift = 7'000'000;

void answer(wire::Connection connection) {
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
    database_.emplace(
        valued(duck::Database::open({.memory_mib = 256, .threads = 2, .temporary = folder_ / "out"})));
    connection_.emplace(valued(database_->connect()));
    document_.project = "FVM-2026-0001";
    document_.input = folder_, document_.output = folder_ / "out";
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
        .went_in = {files_with("went", "cpr"), files_with("changed", "mor")},
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

using Members = std::set<int64_t>;

TEST_F(Build, AnyIsAUnion) {
  document_.any = {persons("(1),(2)"), persons("(2),(3)")};
  EXPECT_EQ(members(), (Members{1, 2, 3}));
}

TEST_F(Build, AllIsAnIntersection) {
  document_.all = {persons("(1),(2),(3)"), persons("(2),(3),(4)")};
  EXPECT_EQ(members(), (Members{2, 3}));
}

TEST_F(Build, AllAnyAndNoneTogether) {
  document_.all = {persons("(1),(2),(3),(4)")};
  document_.any = {persons("(1)"), persons("(2),(3),(9)")};
  document_.none = {persons("(3)"), persons("(7)")};
  EXPECT_EQ(members(), (Members{1, 2}));
}

TEST_F(Build, NobodyIsAnEmptyPopulation) {
  document_.any = {persons("(1)")};
  document_.none = {persons("(1)")};
  EXPECT_EQ(members(), Members{});
  EXPECT_EQ(counts_.persons, 0u);
}

TEST_F(Build, ANumberThatIsMissingIsNobody) {
  document_.any = {persons("(1),(NULL::BIGINT)")};
  EXPECT_EQ(members(), Members{1});
}

TEST_F(Build, ChangedNumbersShareOnePseudonym) {
  document_.successions = {
      "SELECT * FROM (VALUES (1::BIGINT, 2::BIGINT), (2, 3), (50, 51)) v(alias, successor)"};
  document_.any = {persons("(1)")};  // criteria give canonical numbers
  const auto made = population();
  EXPECT_EQ(made, (std::map<int64_t, int64_t>{
                      {1, 1 + person_shift}, {2, 1 + person_shift}, {3, 1 + person_shift}}));
  EXPECT_EQ(counts_.persons, 1u);
  EXPECT_EQ(counts_.numbers, 3u);
}

TEST_F(Build, TheSuppliedNumbersAreOneMoreCondition) {
  must(connection_->run("COPY (SELECT * FROM (VALUES (2::BIGINT),(3),(51)) v(mirror)) TO " +
                        duck::quote_text((folder_ / "supplied.parquet").string())));
  document_.supplied = true;
  document_.successions = {"SELECT 50::BIGINT AS alias, 51::BIGINT AS successor"};
  document_.any = {persons("(1),(2),(50)")};
  EXPECT_EQ(members(), (Members{2, 50, 51}));
}

// What is sent home is held against this file: who has left the project is in it, and no longer linked.
TEST_F(Build, TheMapRemembersThePseudonymsOfThoseWhoLeftAndOfProviders) {
  const std::string map = (folder_ / "out/population/population.parquet").string();
  const auto count = [&](const std::string& condition) {
    return valued(connection_->query_number("SELECT count(*) FROM read_parquet(" + duck::quote_text(map) +
                                            ") WHERE " + condition));
  };
  must(connection_->run("COPY (SELECT * FROM (VALUES (1::BIGINT, " + std::to_string(1 + person_shift) +
                        "::BIGINT), (2, " + std::to_string(2 + person_shift) +
                        "), (NULL, 777)) v(mirror, project)) TO " +
                        duck::quote_text((folder_ / "former.parquet").string()) + " (FORMAT PARQUET)"));
  document_.former = true;
  document_.any = {persons("(1),(3)")};
  EXPECT_EQ(members(), (Members{1, 3}));
  must(add_providers(*connection_, "SELECT 8::BIGINT AS mirror"));
  EXPECT_TRUE(valued(write_map(*connection_, document_)));
  EXPECT_EQ(count("mirror = 1"), 1);
  EXPECT_EQ(count("mirror = 2"), 0);
  for (const int64_t other : {2 + person_shift, int64_t{777}, 8 + provider_shift}) {
    EXPECT_EQ(count("mirror IS NULL AND project = " + std::to_string(other)), 1) << other;
  }
  EXPECT_EQ(count("true"), 5);
}

TEST_F(Build, TablesAreFilteredReKeyedAndToldApart) {
  document_.any = {persons("(1),(2)")};
  population();
  const std::string mirror = mirror_file(
      "a",
      "(1::BIGINT, 2::BIGINT, 8::BIGINT, 'a', DATE '2020-01-02'), (2, 77, 9, 'b', DATE '2019-05-05'), "
      "(3, 1, 8, 'c', DATE '2021-01-01')");
  const std::vector<BuiltGroup> groups = built({{mirror}}, {});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].what, BuiltGroup::What::part);
  const auto& files = groups[0].files;
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files.at(0).rows, 2u);
  EXPECT_TRUE(files.at(0).path.starts_with("data/lpr_f/kontakter/0/"));
  std::map<std::string, BuiltFile::Statistics> statistics;
  for (const auto& each : files.at(0).statistics) statistics[each.column] = each;
  EXPECT_EQ(statistics["cpr"].minimum, std::to_string(1 + person_shift));
  EXPECT_EQ(statistics["mor"].nulls, 1u) << "the mother outside the population is blanked";
  EXPECT_EQ(statistics["ydernr"].maximum, std::to_string(9 + provider_shift));
  EXPECT_EQ(statistics["kode"].minimum, "\"a\"");
  EXPECT_EQ(statistics["dato"].maximum, "\"2020-01-02\"");
  EXPECT_EQ(
      *connection_->query_number("SELECT count(*) FROM read_parquet('" + (folder_ / "out").string() +
                                 "/data/lpr_f/kontakter/0/*.parquet') WHERE cpr < 1000000 OR mor < 1000000"),
      0);
}

TEST_F(Build, AnEmptyTableHasNoFiles) {
  document_.any = {persons("(1)")};
  population();
  const std::string mirror = mirror_file("a", "(7::BIGINT, 2::BIGINT, 8::BIGINT, 'a', DATE '2020-01-02')");
  const auto groups = built({{mirror}}, {});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_TRUE(groups[0].files.empty());
  document_.tables.clear();
  EXPECT_TRUE(built({}, {}).empty());
}

// A refresh: 1 stays, 2 goes, 3 comes.
class Refresh : public Build {
 protected:
  Refresh() {
    must(connection_->run("COPY (SELECT * FROM (VALUES (1::BIGINT, " + std::to_string(1 + person_shift) +
                          "::BIGINT), (2, " + std::to_string(2 + person_shift) +
                          ")) v(mirror, project)) TO " +
                          duck::quote_text((folder_ / "former.parquet").string()) + " (FORMAT PARQUET)"));
    document_.former = true;
    document_.any = {persons("(1),(3)")};
  }
  std::string row(int person, int mother, const std::string& code) {
    return "(" + std::to_string(person) + "::BIGINT, " + std::to_string(mother) + "::BIGINT, 8::BIGINT, '" +
           code + "', DATE '2020-01-02')";
  }
  std::set<std::string> codes(const BuiltGroup& group) {
    std::set<std::string> out;
    for (const BuiltFile& file : group.files) {
      auto result = valued(connection_->query(
          "SELECT kode FROM read_parquet(" + duck::quote_text((folder_ / "out" / file.path).string()) + ")"));
      while (duck::Chunk chunk = valued(result.next())) {
        for (size_t i = 0; i < chunk.rows(); ++i) out.emplace(chunk.column(0).text(i));
      }
    }
    return out;
  }
};
using Codes = std::set<std::string>;
using What = BuiltGroup::What;

TEST_F(Refresh, OnlyTheFilesOfThoseWhoCameAndWentAreTouched) {
  const std::string stays = mirror_file("stays", row(1, 9, "a") + "," + row(7, 9, "b"));
  const std::string goes = mirror_file("goes", row(2, 9, "c") + "," + row(1, 9, "d"));
  const std::string comes = mirror_file("comes", row(3, 9, "e") + "," + row(1, 9, "f"));
  const std::string both = mirror_file("both", row(3, 9, "g") + "," + row(2, 9, "h") + "," + row(1, 9, "i"));
  const std::string fresh = mirror_file("fresh", row(1, 9, "j") + "," + row(2, 9, "k"));
  document_.tables = {contacts({{fresh}}, {{stays}, {goes}, {comes}, {both}})};
  population();
  const auto groups = valued(build_table(*connection_, document_, 0));
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(codes(groups[0]), Codes{"j"});
  EXPECT_EQ(groups[1].what, What::again);
  EXPECT_EQ(groups[1].index, 1u);
  EXPECT_EQ(codes(groups[1]), Codes{"d"});
  EXPECT_EQ(groups[2].what, What::again);
  EXPECT_EQ(groups[2].index, 3u);
  EXPECT_EQ(codes(groups[2]), (Codes{"g", "i"}));
  EXPECT_EQ(groups[3].what, What::more);
  EXPECT_EQ(groups[3].index, 2u);
  EXPECT_EQ(codes(groups[3]), Codes{"e"});
}

TEST_F(Refresh, ARelativeWhoComesOrGoesChangesTheRowsOfOthers) {
  const std::string same = mirror_file("same", row(1, 9, "a"));
  const std::string came = mirror_file("came", row(1, 3, "b"));
  const std::string went = mirror_file("went", row(1, 2, "c"));
  document_.tables = {contacts({}, {{same}, {came}, {went}})};
  population();
  const auto groups = valued(build_table(*connection_, document_, 0));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].index, 1u);
  EXPECT_EQ(groups[1].index, 2u);
  for (const BuiltGroup& group : groups) EXPECT_EQ(group.what, What::again);
}

TEST_F(Refresh, AKeptPopulationAsksNobodyAndWritesNoMap) {
  document_.population_kept = true;
  document_.any = {"SELECT this is never run"};
  const std::string fresh = mirror_file("fresh", row(1, 9, "a") + "," + row(3, 9, "b"));
  document_.tables = {contacts({{fresh}}, {{mirror_file("old", row(2, 9, "c"))}})};
  document_.tables[0].providers.clear();
  EXPECT_EQ(members(), (Members{1, 2}));
  const auto groups = valued(build_table(*connection_, document_, 0));
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(codes(groups[0]), Codes{"a"});
  EXPECT_FALSE(valued(write_map(*connection_, document_)));
  must(add_providers(*connection_, "SELECT 4::BIGINT AS mirror"));
  EXPECT_TRUE(valued(write_map(*connection_, document_))) << "a provider that the project has not seen yet";
}

class Supplied : public Build {
 protected:
  Result<SuppliedCounts> encrypt(const std::string& content) {
    std::ofstream(folder_ / "supplied.csv") << content;
    return encrypt_supplied(*connection_, *keeper_, document_);
  }
};

TEST_F(Supplied, NumbersAreEncryptedAndNothingElseIsKept) {
  const auto counts = encrypt(
      "\xEF\xBB\xBF"
      "cpr;name\r\n0101801137;Somebody\r\n\r\n010180-1137\n\"0302811174\"\n");
  ASSERT_TRUE(counts.ok()) << counts.error().code;
  EXPECT_EQ(counts->lines, 3u);
  EXPECT_EQ(counts->persons, 2u);
  const std::string file = duck::quote_text((folder_ / "out" / "supplied.parquet").string());
  EXPECT_EQ(*connection_->query_number("SELECT count(*) FROM read_parquet(" + file + ")"), 2);
  EXPECT_EQ(
      *connection_->query_number("SELECT count(*) FROM (DESCRIBE SELECT * FROM read_parquet(" + file + "))"),
      1);
}

TEST_F(Supplied, AWrongLineIsNamedButNotShown) {
  const auto counts = encrypt("0101801137\n9999999999\n");
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.error().code, "project.supplied_line");
  EXPECT_EQ(counts.error().arguments, (Arguments{{"line", "2"}}));
  EXPECT_EQ(encrypt("cpr\n").error().code, "project.supplied_empty");
  EXPECT_EQ(encrypt("").error().code, "project.supplied_empty");
}

std::map<uint64_t, uint64_t> canonical(const std::vector<std::pair<uint64_t, uint64_t>>& successions) {
  const Aliases aliases = resolve_aliases(successions);
  return {aliases.canonical.begin(), aliases.canonical.end()};
}
using Canonical = std::map<uint64_t, uint64_t>;

TEST(Aliases, TheFirstNumberStandsForAll) {
  EXPECT_EQ(canonical({{9, 4}, {4, 2}}), (Canonical{{4, 9}, {2, 9}}));
  EXPECT_EQ(canonical({{9, 4}, {4, 2}, {2, 1}}), (Canonical{{4, 9}, {2, 9}, {1, 9}}))
      << "and stays when one more comes";
}

TEST(Aliases, TwoNumbersOfOnePersonMeet) {
  EXPECT_EQ(canonical({{5, 7}, {6, 7}}), (Canonical{{6, 5}, {7, 5}}));
}

TEST(Aliases, CirclesEnd) {
  EXPECT_EQ(canonical({{3, 4}, {4, 3}}), (Canonical{{4, 3}}));
  EXPECT_EQ(canonical({{3, 4}, {4, 5}, {5, 3}}), (Canonical{{4, 3}, {5, 3}}));
  EXPECT_EQ(canonical({{3, 3}}), Canonical{});
}

TEST(Aliases, AMistakeCannotMeltManyPersons) {
  std::vector<std::pair<uint64_t, uint64_t>> wrong;
  for (uint64_t i = 0; i < numbers_per_person_max; ++i) wrong.emplace_back(100 + i, 1);
  wrong.emplace_back(7, 8);
  const Aliases aliases = resolve_aliases(wrong);
  EXPECT_EQ(aliases.groups_too_large, 1u);
  EXPECT_EQ(aliases.canonical, (std::vector<std::pair<uint64_t, uint64_t>>{{8, 7}}));
}

// Against a slow twin: numbers reach each other along successions, in either direction.
RC_GTEST_PROP(AliasesProperty, LinkedNumbersAreOnePersonAndNoOthers, ()) {
  const auto pairs = *rc::gen::container<std::vector<std::pair<uint64_t, uint64_t>>>(
      rc::gen::pair(rc::gen::inRange<uint64_t>(0, 14), rc::gen::inRange<uint64_t>(0, 14)));
  bool linked[14][14] = {};
  for (int i = 0; i < 14; ++i) linked[i][i] = true;
  for (const auto& [a, b] : pairs) linked[a][b] = linked[b][a] = true;
  for (int k = 0; k < 14; ++k) {
    for (int i = 0; i < 14; ++i) {
      for (int j = 0; j < 14; ++j) linked[i][j] = linked[i][j] || (linked[i][k] && linked[k][j]);
    }
  }
  auto names = canonical(pairs);
  const auto name = [&](uint64_t number) { return names.contains(number) ? names[number] : number; };
  for (uint64_t i = 0; i < 14; ++i) {
    for (uint64_t j = 0; j < 14; ++j) RC_ASSERT((name(i) == name(j)) == linked[i][j]);
  }
}

}  // namespace
}  // namespace fvm::runner
