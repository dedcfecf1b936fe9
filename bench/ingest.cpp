// rooms: base duck
// DuckDB's own CSV -> Parquet, the yardstick of `./run bench ingest`: the same file, threads, memory and
// compression, the same types (identifiers as text), no checks, no pseudonyms.
//   bench_ingest FILE.csv OUT THREADS MEMORY_MIB COLUMNS     COLUMNS: DuckDB's struct of names and types, or
//   "auto"
// Prints seconds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/messages.hpp"
#include "duck/database.hpp"

namespace {

fvm::Result<double> run(char** argv) {
  using fvm::duck::quote_text;
  const auto database = TRY(fvm::duck::Database::open({.file = {},
                                                       .memory_mib = std::strtoull(argv[4], nullptr, 10),
                                                       .threads = static_cast<uint16_t>(std::atoi(argv[3])),
                                                       .temporary = std::string(argv[2]) + ".spill",
                                                       .preserve_insertion_order = false}));
  auto connection = TRY(database.connect());
  const std::string columns = argv[5];
  const std::string options =
      columns == "auto" ? "" : ", delim = ';', header = true, auto_detect = false, columns = " + columns;
  const auto start = std::chrono::steady_clock::now();
  TRY(connection.run("COPY (SELECT * FROM read_csv(" + quote_text(argv[1]) + options + ")) TO " +
                     quote_text(argv[2]) + " (FORMAT parquet, PER_THREAD_OUTPUT)"));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const auto seconds = run(argv);
  if (!seconds.ok()) {
    std::fprintf(stderr, "%s\n", fvm::describe(fvm::Language::english, seconds.error()).c_str());
    return 1;
  }
  std::printf("%.3f\n", *seconds);
  return 0;
}
