#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "duck/database.hpp"
#include "duck/function.hpp"
#include "runner/ingest_bad_rows.hpp"
#include "runner/ingest_columns.hpp"
#include "runner/ingest_job.hpp"
#include "runner/ingest_look.hpp"
#include "runner/ingest_output.hpp"
#include "runner/ingest_sql.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

// DuckDB counts its own buffers; the rest of the limit is for what it does not count (readers, writers,
// heap).
constexpr uint64_t memory_beside_duckdb_mib = 192, memory_duckdb_mib_min = 192;
constexpr auto progress_interval = std::chrono::milliseconds(500);

duck::Options options_of(const IngestJob& job) {
  const uint64_t rest =
      job.memory_mib > memory_beside_duckdb_mib ? job.memory_mib - memory_beside_duckdb_mib : 0;
  return {.file = {},
          .memory_mib = std::max(rest, memory_duckdb_mib_min),
          .threads = job.threads,
          .temporary = job.output / "spill",
          .preserve_insertion_order = false};
}

// Says every half second how far the counts are.
class Reporter {
 public:
  Reporter(const IngestCounts& counts, const duck::Connection& connection, uint64_t bytes)
      : thread_([this, &counts, &connection, bytes] { run(counts, connection, bytes); }) {}
  ~Reporter() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void run(const IngestCounts& counts, const duck::Connection& connection, uint64_t bytes) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, progress_interval, [&] { return done_; })) {
      const double share = std::clamp(connection.progress().percent / 100, 0.0, 1.0);
      progress("reading", counts.rows, static_cast<uint64_t>(share * static_cast<double>(bytes)));
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

Result<std::vector<FileLook>> look_at_all(IngestJob& job, IngestResult& result) {
  std::vector<FileLook> looks;
  for (IngestFile& file : job.files) {
    progress("checking " + std::to_string(looks.size() + 1), 0, result.bytes_read);
    FileLook look = TRY(look_at(job, file));
    result.bytes_read += look.bytes;
    result.findings.insert(result.findings.end(), look.findings.begin(), look.findings.end());
    result.dialects.push_back(describe(look.dialect));
    looks.push_back(std::move(look));
  }
  result.unreadable = !result.findings.empty();
  return looks;
}

Result<void> register_functions(const IngestJob& job, const std::vector<FileLook>& looks, KeeperPool& keeper,
                                IngestCounts& counts, duck::Connection& connection) {
  std::vector<KeptColumn> kept;
  for (const size_t index : stored_columns(job)) {
    const IngestColumn& column = job.columns[index];
    PersonCounts& persons = counts.persons.emplace_back();
    kept.push_back({TRY(ColumnReader::of(column, '.')).kind(), column.required,
                    column.is_identifier() ? nullptr : &persons});
  }
  TRY(connection.register_function(keep_function(keep_function_name, std::move(kept), counts)));
  for (size_t file = 0; file < looks.size(); ++file) {
    for (const size_t index : stored_columns(job)) {
      const ColumnReader reader = TRY(ColumnReader::of(job.columns[index], looks[file].dialect.decimal));
      if (!reader.needs_function()) continue;
      TRY(connection.register_function(reader.function(column_function(file, index), keeper)));
    }
  }
  return {};
}

// DuckDB's words for a full disk; everything else that goes wrong while reading is looked into by the slow
// pass.
Result<void> copy(duck::Connection& connection, const std::string& statement) {
  const auto done = connection.run(statement);
  if (done.ok()) return {};
  const Error& error = done.error();
  if (error.argument("reason").find("No space left") != std::string_view::npos)
    return surroundings("file.disk_full", {{"file", "the mirror's staging folder"}});
  return error;
}

void drop_output(const IngestJob& job) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(job.output, ignored))
    if (entry.path().extension() == ".parquet") std::filesystem::remove(entry.path(), ignored);
}

// Reads and writes everything; returns how many lines DuckDB itself could not make rows of.
Result<uint64_t> copy_all(const IngestJob& job, const std::vector<FileLook>& looks,
                          duck::Connection& connection, IngestCounts& counts) {
  const auto whole = copy(connection, copy_statement(job, looks, BrokenLines::give_up));
  if (whole.ok()) return 0;
  if (whole.error().code != "duck.failed") return whole.error();
  drop_output(job);
  counts.reset();
  TRY(copy(connection, copy_statement(job, looks, BrokenLines::count)));
  return static_cast<uint64_t>(TRY(connection.query_number(
      "SELECT count(*) FROM (SELECT DISTINCT scan_id, file_id, line_byte_position FROM reject_errors)")));
}

// The slow pass, and the two passes' word against each other.
Result<void> account_for_bad_rows(const IngestJob& job, const std::vector<FileLook>& looks,
                                  uint64_t rows_seen, uint64_t broken_values, uint64_t structure,
                                  IngestResult& result) {
  const BadRows bad = TRY(find_bad_rows(job, looks, result));
  const bool agree =
      bad.values == broken_values && bad.structure == structure && bad.rows == rows_seen + structure;
  if (agree) return {};
  // Two readers may take a broken quote differently; then nothing of the file can be trusted.
  if (bad.structure > 0 || structure > 0)
    return usage("ingest.unclear",
                 {{"line", std::to_string(result.findings.empty() ? 0 : result.findings.front().line)},
                  {"file", job.files.front().name}});
  return defect("ingest.counts_differ",
                {{"fast", std::to_string(broken_values)}, {"slow", std::to_string(bad.values)}});
}

// DuckDB gave up: mixed line ends and the like. The slow pass names the line.
Error explain(const IngestJob& job, const std::vector<FileLook>& looks, Error error, IngestResult& result) {
  if (error.code != "duck.failed") return error;
  const auto found = find_bad_rows(job, looks, result);
  return found.ok() ? std::move(error) : std::move(found.error());
}

// Columns that hold personal numbers and are not classed so. Told for the delivery as a whole: its files are
// read as one.
void find_persons(const IngestJob& job, const IngestCounts& counts, IngestResult& result) {
  const auto stored = stored_columns(job);
  for (size_t i = 0; i < stored.size(); ++i) {
    if (!counts.persons[i].is_suspicious()) continue;
    result.findings.push_back({.rule = "finding.looks_like_person",
                               .file = job.files.size() == 1 ? job.files.front().name : job.table,
                               .column = job.columns[stored[i]].name});
  }
  result.unreadable = !result.findings.empty();
}

Result<IngestResult> run(IngestJob job) {
  IngestResult result;
  const auto looks = TRY(look_at_all(job, result));
  if (result.unreadable) return result;
  KeeperPool keeper(job.keeper_descriptor_first, job.keeper_connections);
  IngestCounts counts;
  const duck::Database database = TRY(duck::Database::open(options_of(job)));
  duck::Connection connection = TRY(database.connect());
  TRY(register_functions(job, looks, keeper, counts, connection));
  const auto copied = [&] {
    const Reporter reporter(counts, connection, result.bytes_read);
    return copy_all(job, looks, connection, counts);
  }();
  if (!copied.ok()) return explain(job, looks, copied.error(), result);
  find_persons(job, counts, result);
  if (result.unreadable) {
    drop_output(job);
    return result;
  }
  const uint64_t structure = *copied;
  result.rows_read = counts.rows + structure;
  result.rows_rejected = counts.broken + structure;
  if (result.rows_rejected > 0)
    TRY(account_for_bad_rows(job, looks, counts.rows, counts.broken, structure, result));
  result.too_many_bad = static_cast<double>(result.rows_rejected) >
                        job.bad_rows_share_max * static_cast<double>(result.rows_read);
  if (result.too_many_bad) {
    drop_output(job);
    return result;
  }
  if (!job.key.empty()) result.replaced = TRY(merge_existing(connection, job));
  result.files = TRY(written_files(connection, job));
  progress("done", result.rows_read, result.bytes_read);
  return result;
}

}  // namespace

Result<std::string> ingest(std::string_view document) {
  return to_json(TRY(run(TRY(read_ingest_job(document)))));
}

}  // namespace fvm::runner
