// lake_test as a child: with FVM_TEST_LAKE_CHILD set it does one thing and exits before GoogleTest starts.
//   small    a table of three files that are no Parquet, for tests of what only looks at the log
//   deliver  one delivery into FVM_TEST_LAKE_FOLDER; the parent sets FVM_CRASH_AT, which is read at start
//   table    a table of Parquet files, for tests/clients/test_delta_readers.py
#include <cstdio>
#include <cstdlib>
#include <string>

#include "lake/child.hpp"
#include "lake/table.hpp"

namespace fvm::lake::child {

Result<Committed> deliver(World& world, const Path& folder, int64_t number) {
  const Table table(world, folder);
  const Path staged = folder.string() + ".staged";
  const std::string name = "part-" + std::to_string(number) + ".parquet";
  if (!world.exists(folder / name)) TRY(world.replace_file(staged, "12345", 0600));
  const File file = TRY(table.adopt(staged, name));
  return table.commit(
      {.reads = Reads::nothing, .adds = {file}, .transaction = Transaction{"deliver", number}});
}

namespace {

void must(const Result<void>& result) {
  if (!result.ok()) std::fprintf(stderr, "%s\n", result.error().code.c_str()), std::_Exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result.ok()) std::fprintf(stderr, "%s\n", result.error().code.c_str()), std::_Exit(1);
  return std::move(result).value();
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// From the staged files 0.parquet … 13.parquet; which version has which is written there.
void write_table(const Path& folder, const Path& staging) {
  const Table table(real_world(), folder);
  const Schema all{{{"pnr", "long"},
                    {"word", "string"},
                    {"amount", "decimal(18,2)"},
                    {"day", "date"},
                    {"moment", "timestamp"},
                    {"ratio", "double"},
                    {"flag", "boolean"},
                    {"number", "integer"}}};
  must(table.create(all, {.name = "LPR_F.kontakter", .description = "Æøå \"quoted\""}));
  const auto adopt = [&](int index) {
    const std::string name = std::to_string(index) + ".parquet";
    File file = must(table.adopt(Path(staging) / name, "part-" + name));
    file.rows = 100;
    file.statistics = {{"pnr", std::to_string(index * 100), std::to_string(index * 100 + 99), 0}};
    file.tags = {{"delivery", "L-" + name}};
    return file;
  };
  for (int i = 0; i < 12; ++i) {  // versions 1 … 12; version 10 has a checkpoint
    must(table.commit({.read_version = i,
                       .reads = Reads::nothing,
                       .adds = {adopt(i)},
                       .transaction = Transaction{"deliver", i},
                       .facts = {{"delivery", "L-1"}}}));
  }
  must(table.commit({.read_version = 12, .adds = {adopt(12)}, .removes = {"part-3.parquet"}}));
  File both = adopt(13);  // the rows of 0 and 1
  both.rows = 200;
  both.statistics = {{"pnr", "0", "199", 0}};
  must(table.commit({.read_version = 13,
                     .reads = Reads::removed,
                     .adds = {both},
                     .removes = {"part-0.parquet", "part-1.parquet"},
                     .data_change = false,
                     .operation = "OPTIMIZE"}));
  must(table.checkpoint());  // version 14, with tombstones
}

const bool was_child = [] {
  const std::string what = environment("FVM_TEST_LAKE_CHILD"), folder = environment("FVM_TEST_LAKE_FOLDER");
  if (what.empty()) return false;
  if (what == "small") {
    must(Table(real_world(), folder).create({{{"pnr", "long"}}}, {.name = "TEST.small"}));
    for (int64_t number = 1; number <= 3; ++number) must(deliver(real_world(), folder, number));
  } else if (what == "deliver") {
    must(deliver(real_world(), folder, std::stoll(environment("FVM_TEST_LAKE_NUMBER"))));
  } else {
    write_table(folder, environment("FVM_TEST_LAKE_STAGING"));
  }
  std::_Exit(0);
}();

}  // namespace
}  // namespace fvm::lake::child
