// The jobs of fvm-worker. Each reads its document (JSON) and returns its result document; an Error becomes
// {"error": {...}} on standard output and exit code 1. All of them run inside a sandbox and trust nothing
// they read.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm::runner {

Result<std::string> ingest(std::string_view document);   // a delivery: CSV -> checked, pseudonymised Parquet
Result<std::string> build(std::string_view document);    // a project's population and tables
Result<std::string> compact(std::string_view document);  // a mirror table: small files into larger ones
Result<std::string> number_lists(
    std::string_view document);                       // beside mirror files: which persons are in them
Result<std::string> scan(std::string_view document);  // a file somebody wants to send home -> findings
Result<std::string> population(
    std::string_view document);  // rows of such a file and the project's data -> how many persons' they are
Result<std::string> document(std::string_view document);  // our texts -> PDF and DOCX, by LibreOffice
Result<std::string> mail(std::string_view document);      // a message as it came -> its headers and documents
Result<std::string> precheck(std::string_view document);  // how many persons, and how identifying
Result<std::string> table(std::string_view document);     // a safe table: counted, or judged
Result<std::string> sheet(std::string_view document);     // an order sheet or list of variables -> its cells

// A session: first process in the sandbox. Starts the SQL server, then runs the user's command; returns its
// exit code.
int enter(int argc, char** argv);
// The SQL server alone: listens on a Unix socket, speaks the PostgreSQL protocol over DuckDB.
int sql(int argc, char** argv);

// One line on standard error that fvm shows as progress: rows, bytes.
void progress(std::string_view what, uint64_t rows, uint64_t bytes);

}  // namespace fvm::runner
