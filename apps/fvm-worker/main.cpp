// PURPOSE   One job, then exit: ingest, build, compact, numbers, scan, population, document, mail,
// precheck, sheet, table; or a session (enter) and its SQL server (sql). SECURITY  Runs only inside a sandbox
// that fvm-launcher made. Reads foreign files and runs users' SQL; has no network, no
//           key, no other project. Talks to the keeper only over connections it was handed.
// LIMITS    Memory, time, threads, file size: set by the launcher; DuckDB's own memory limit below that.
// BUGS      None known.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "runner/jobs.hpp"

namespace {

int report(const fvm::Error& error) {
  boost::json::object arguments;
  for (const auto& [name, value] : error.arguments) {
    // DuckDB's own words quote rows; "safe_reason" is what may be seen outside.
    if (error.code == "duck.failed" && name == "reason") continue;
    arguments[name] = value;
  }
  const boost::json::object document{
      {"error",
       {{"kind", static_cast<int>(error.kind)}, {"code", error.code}, {"arguments", std::move(arguments)}}}};
  std::cout << boost::json::serialize(document) << std::flush;
  return 1;
}

int run_job(fvm::Result<std::string> (*job)(std::string_view)) {
  const std::string document{std::istreambuf_iterator<char>(std::cin), {}};
  const auto result = job(document);
  if (!result.ok()) return report(result.error());
  std::cout << *result << std::flush;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  fvm::log_as("fvm-worker");
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "ingest") return run_job(fvm::runner::ingest);
  if (verb == "build") return run_job(fvm::runner::build);
  if (verb == "compact") return run_job(fvm::runner::compact);
  if (verb == "numbers") return run_job(fvm::runner::number_lists);
  if (verb == "scan") return run_job(fvm::runner::scan);
  if (verb == "population") return run_job(fvm::runner::population);
  if (verb == "document") return run_job(fvm::runner::document);
  if (verb == "mail") return run_job(fvm::runner::mail);
  if (verb == "precheck") return run_job(fvm::runner::precheck);
  if (verb == "sheet") return run_job(fvm::runner::sheet);
  if (verb == "table") return run_job(fvm::runner::table);
  if (verb == "enter") return fvm::runner::enter(argc - 1, argv + 1);
  if (verb == "sql") return fvm::runner::sql(argc - 1, argv + 1);
  std::fprintf(stderr,
               "fvm-worker: ingest | build | compact | numbers | scan | population | document | mail | "
               "precheck | sheet | "
               "table | enter | sql; "
               "started by fvm-launcher\n");
  return 2;
}
