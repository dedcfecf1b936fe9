// rooms: base crypto catalogue runner
// A delivered file as anybody may write it: survey, sniffing, records, header, values. Nothing may crash,
// hang or read outside; records must tile the file; what has a shape must not show digits other than 9.
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/identifier.hpp"
#include "runner/csv_dialect.hpp"
#include "runner/csv_records.hpp"
#include "runner/ingest_bad_rows.hpp"
#include "runner/ingest_look.hpp"
#include "runner/values.hpp"

using namespace fvm;
using namespace fvm::runner;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

IngestJob make_job() {
  IngestJob job;
  job.columns = {{.name = "cpr", .what = catalogue::Class::person, .required = true},
                 {.name = "ydernr", .what = catalogue::Class::provider},
                 {.name = "day", .type = catalogue::Type::date, .format = "%d%m%Y"},
                 {.name = "seen", .type = catalogue::Type::timestamp},
                 {.name = "amount", .type = catalogue::Type::decimal},
                 {.name = "count", .type = catalogue::Type::integer},
                 {.name = "note"}};
  return job;
}

void check_value(std::string_view text) {
  for (const char c : shape_of(text)) must(c < '0' || c > '8');
  if (const auto person = crypto::pack_person(text)) must(*person < crypto::identifier_values);
  if (const auto provider = crypto::pack_provider(text)) must(*provider < crypto::identifier_values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const IngestJob job = make_job();
  Surveyor surveyor;
  surveyor.add(text);
  const ByteSurvey survey = surveyor.finish();
  must(survey.bytes == size && (!survey.wrong_at || *survey.wrong_at <= size));
  FileLook look;
  look.dialect = sniff(text, {"cpr", "day", "amount"}, {});
  look.dialect.encoding = verdict_of(survey, text) == Verdict::latin1 ? Encoding::latin1 : Encoding::utf8;
  RecordReader reader = RecordReader::over(text, look.dialect);
  const Record* header = reader.next();
  if (header == nullptr) return 0;
  check_header(job, "file", {header->fields.begin(), header->fields.end()}, look.columns);
  const auto check = RecordCheck::of(job, look);
  must(check.ok());
  uint64_t offset = header->offset, line = header->line;
  while (const Record* record = reader.next()) {
    must(record->offset > offset && record->line >= line && record->offset + record->raw.size() <= size);
    offset = record->offset, line = record->line;
    for (const std::string_view field : record->fields) check_value(field);
    if (const auto problem = check->check(*record)) must(!problem->rule.empty());
  }
  return 0;
}
