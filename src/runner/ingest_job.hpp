// An ingest job: what the document says, what comes back. Written by room mirror, read here.
#pragma once

#include <memory>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "catalogue/types.hpp"
#include "runner/csv_dialect.hpp"

namespace fvm::runner {

struct IngestColumn {
  std::string name;
  catalogue::Type type = catalogue::Type::text;
  catalogue::Class what = catalogue::Class::ordinary;
  bool required = false;
  std::string format;

  bool is_identifier() const {
    return what == catalogue::Class::person || what == catalogue::Class::relative ||
           what == catalogue::Class::provider;
  }
  bool is_dropped() const { return !catalogue::is_stored(what); }
};

struct IngestFile {
  Path inside;                                  // where it is mounted
  std::string name;                             // as people know it
  std::shared_ptr<const Descriptor> rewritten;  // keeps what `inside` names when it was rewritten as UTF-8
};

struct IngestJob {
  std::string table;
  std::vector<IngestFile> files;
  std::vector<IngestColumn> columns;  // in the order they are stored
  Given given;
  std::vector<std::string> key;      // for an upsert, else empty
  std::vector<IngestFile> existing;  // the table's present files, for an upsert
  Path output;
  std::string set_aside_key;  // X25519 public key, 32 bytes
  uint32_t findings_max = 100;
  double bad_rows_share_max = 0;
  uint16_t keeper_connections = 1;
  int keeper_descriptor_first = 3;
  uint16_t threads = 2;
  uint64_t memory_mib = 1024;
};

// "ingest.bad_job" (defect) when the document is not what mirror writes.
Result<IngestJob> read_ingest_job(std::string_view document);

// One thing wrong with a delivery. `rule` is the key of its sentence in messages/*.txt ("finding.date").
struct Finding {
  std::string rule;
  std::string file;
  uint64_t line = 0;   // of the record; 0: the file as a whole
  std::string column;  // empty: the record as a whole
  std::string shape;   // of the value, never the value
  std::string advice;  // a near name, a number of columns
};

struct WrittenFile {
  struct Column {
    std::string name, minimum, maximum;  // as JSON literals; empty: not known
    uint64_t nulls = 0;
  };
  std::string name;  // in the output folder
  uint64_t rows = 0, bytes = 0;
  std::vector<Column> columns;
};

struct IngestResult {
  uint64_t rows_read = 0, rows_rejected = 0, bytes_read = 0;
  bool unreadable = false;    // header, encoding or file: nothing was read as rows; findings say why
  bool too_many_bad = false;  // more than bad_rows_share_max: nothing may be kept
  bool set_aside = false;     // bad rows lie sealed in output/set_aside.box
  std::vector<Finding> findings;
  uint64_t findings_more = 0;         // beyond findings_max
  std::vector<std::string> dialects;  // one a file
  std::vector<WrittenFile> files;
  std::vector<std::string> replaced;  // of `existing`, by name: their rows are in `files` now
};

std::string to_json(const IngestResult& result);

}  // namespace fvm::runner
