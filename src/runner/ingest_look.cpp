#include "runner/ingest_look.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/descriptor.hpp"
#include "runner/csv_records.hpp"
#include "runner/ingest_persons.hpp"
#include "runner/ingest_survey.hpp"
#include "runner/ingest_windows.hpp"
#include "runner/values.hpp"

namespace fvm::runner {
namespace {

constexpr size_t survey_piece_bytes = 1u << 20;
constexpr size_t head_bytes_max = 4u << 20;  // twice the longest record
constexpr size_t sample_places = 15;
constexpr size_t sample_piece_bytes = 64u << 10;
constexpr size_t sample_head_bytes = 1u << 20;
// A column that is not an identifier but holds this share of plausible personal numbers is one after all. Ten
// random digits look plausible in 7 % of cases.
constexpr double person_share_max = 0.5;
constexpr size_t person_values_min = 2;

class File {
 public:
  static Result<File> open(const IngestFile& file) {
    Descriptor descriptor(::open(file.inside.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) return usage("file.missing", {{"file", file.name}});
    struct stat facts{};
    if (::fstat(descriptor.get(), &facts) != 0) return system_error("look at " + file.name, errno);
    return File(std::move(descriptor), static_cast<uint64_t>(facts.st_size));
  }
  uint64_t bytes() const { return bytes_; }
  Result<std::string> piece(uint64_t offset, size_t bytes) const {
    std::string out(bytes, '\0');
    size_t have = 0;
    while (have < bytes) {
      const ssize_t got =
          ::pread(descriptor_.get(), out.data() + have, bytes - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("read a delivered file", errno);
      if (got == 0) break;
      have += static_cast<size_t>(got);
    }
    out.resize(have);
    return out;
  }
  Result<ByteSurvey> survey(uint16_t threads) const {
    return survey_file(descriptor_.get(), bytes_, threads);
  }

 private:
  File(Descriptor descriptor, uint64_t bytes) : descriptor_(std::move(descriptor)), bytes_(bytes) {}
  Descriptor descriptor_;
  uint64_t bytes_;
};

// What the sample shows of each column of the file.
struct Sample {
  std::vector<size_t> values, persons;  // not empty; looking like personal numbers
  std::vector<size_t> alone;            // of those, the number is the whole value
  std::vector<YearDays> days;           // with which these begin
  std::vector<std::string> decimals;    // values of decimal columns
  explicit Sample(size_t columns) : values(columns), persons(columns), alone(columns), days(columns) {}

  void add_person(size_t column, std::string_view value) {
    ++persons[column];
    if (!looks_like_person(value)) return;
    ++alone[column];
    add_day(value, days[column]);
  }
};

// Adds whole records of `text`; the last one may be cut off and does not count.
void add_records(const IngestJob& job, const FileLook& look, std::string_view text, bool from_start,
                 Sample& sample) {
  const size_t last_end = text.rfind(look.dialect.line_end == LineEnd::cr ? '\r' : '\n');
  if (last_end == std::string_view::npos) return;
  RecordReader reader = RecordReader::over(text.substr(0, last_end + 1), look.dialect);
  for (bool first = true; const Record* record = reader.next(); first = false) {
    if ((first && !from_start) || record->fields.size() != look.columns.size()) continue;
    if (first) continue;  // the header
    for (size_t i = 0; i < record->fields.size(); ++i) {
      const std::string_view value = trimmed(record->fields[i]);
      if (value.empty() || !look.columns[i]) continue;
      const IngestColumn& column = job.columns[*look.columns[i]];
      ++sample.values[i];
      if (!column.is_identifier() && !column.is_dropped() && holds_person(value)) sample.add_person(i, value);
      if (column.type == catalogue::Type::decimal) sample.decimals.emplace_back(value);
    }
  }
}

Result<Sample> sample_of(const IngestJob& job, const FileLook& look, const File& file,
                         std::string_view head) {
  Sample sample(look.columns.size());
  // A file without a last line end is sampled whole too.
  const bool whole = file.bytes() <= sample_head_bytes;
  std::string first(head.substr(0, sample_head_bytes));
  if (whole) first += line_end_text(look.dialect.line_end);
  add_records(job, look, first, true, sample);
  for (size_t place = 1; place <= sample_places && !whole; ++place) {
    const std::string piece = TRY(file.piece(file.bytes() / (sample_places + 1) * place, sample_piece_bytes));
    add_records(job, look, piece, false, sample);
  }
  return sample;
}

void find_persons(const IngestJob& job, const IngestFile& file, const Sample& sample, FileLook& look) {
  for (size_t i = 0; i < look.columns.size(); ++i) {
    const double share = sample.values[i] == 0
                             ? 0
                             : static_cast<double>(sample.persons[i]) / static_cast<double>(sample.values[i]);
    if (share < person_share_max || sample.persons[i] < person_values_min) continue;
    // Keys that count upwards.
    if (sample.alone[i] == sample.persons[i] && !are_persons(sample.alone[i], sample.days[i])) continue;
    look.findings.push_back({.rule = "finding.looks_like_person",
                             .file = file.name,
                             .column = job.columns[*look.columns[i]].name});
  }
}

std::vector<std::string> names_of(const IngestJob& job) {
  std::vector<std::string> names;
  for (const IngestColumn& column : job.columns) names.push_back(column.name);
  return names;
}

Finding whole_file(std::string rule, const IngestFile& file, uint64_t line = 0) {
  return {.rule = std::move(rule), .file = file.name, .line = line};
}

// The line that holds byte `offset`.
Result<uint64_t> line_of(const File& file, uint64_t offset) {
  uint64_t lines = 1;
  for (uint64_t at = 0; at < offset; at += survey_piece_bytes) {
    const std::string piece = TRY(file.piece(at, std::min<uint64_t>(survey_piece_bytes, offset - at)));
    lines += static_cast<uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
  }
  return lines;
}

Result<std::optional<Finding>> encoding_finding(const File& file, const IngestFile& wanted,
                                                const ByteSurvey& survey, Verdict verdict) {
  std::optional<Finding> finding;
  if (verdict == Verdict::utf16) finding = whole_file("finding.utf16", wanted);
  if (verdict == Verdict::binary)
    finding = whole_file("finding.binary", wanted, TRY(line_of(file, *survey.zero_at)));
  if (verdict == Verdict::mixed)
    finding = whole_file("finding.mixed_encoding", wanted, TRY(line_of(file, *survey.wrong_at)));
  return finding;
}

// What DuckDB would refuse without saying where, or leave out without saying anything.
Result<std::optional<Finding>> unreadable_finding(const File& file, const IngestFile& wanted,
                                                  const ByteSurvey& survey, Encoding encoding) {
  std::optional<Finding> finding;
  if (survey.endless_at)
    finding = whole_file("finding.too_long", wanted, TRY(line_of(file, *survey.endless_at)));
  if (encoding == Encoding::latin1 && survey.control_at)
    finding = whole_file("finding.windows_1252", wanted, TRY(line_of(file, *survey.control_at)));
  return finding;
}

// The header's names, or the finding that there is none.
std::optional<std::vector<std::string>> read_header(std::string_view head, const IngestFile& file,
                                                    FileLook& look) {
  RecordReader reader = RecordReader::over(head, look.dialect);
  const Record* header = reader.next();
  if (header == nullptr) {
    look.findings.push_back(whole_file("finding.empty_file", file));
    return std::nullopt;
  }
  if (header->broken != Broken::no) {
    look.findings.push_back(whole_file("finding.header_broken", file, 1));
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const std::string_view field : header->fields) {
    const std::string_view name = trimmed(field);
    names.push_back(look.dialect.encoding == Encoding::latin1 ? utf8_of_latin1(name) : std::string(name));
  }
  if (reader.next() == nullptr) {
    look.findings.push_back(whole_file("finding.header_only", file));
    return std::nullopt;
  }
  return names;
}

}  // namespace

std::vector<Finding> check_header(const IngestJob& job, const std::string& file,
                                  const std::vector<std::string>& header,
                                  std::vector<std::optional<size_t>>& columns) {
  std::vector<Finding> findings;
  const auto found = [&](std::string rule, std::string column, std::string advice) {
    findings.push_back({std::move(rule), file, 1, std::move(column), {}, std::move(advice)});
  };
  columns.assign(header.size(), std::nullopt);
  // A personal number and no name that we know: this is a row, and every field of it may be a person's.
  const bool is_row = std::any_of(header.begin(), header.end(), looks_like_person) &&
                      std::none_of(header.begin(), header.end(), [&](const std::string& name) {
                        return std::any_of(job.columns.begin(), job.columns.end(),
                                           [&](const IngestColumn& c) { return same_name(c.name, name); });
                      });
  std::vector<size_t> seen(job.columns.size(), 0);
  for (size_t i = 0; i < header.size(); ++i) {
    const auto match = std::find_if(job.columns.begin(), job.columns.end(),
                                    [&](const IngestColumn& c) { return same_name(c.name, header[i]); });
    if (match == job.columns.end()) {
      // A header that holds a value (a file without a header) must not show it.
      const bool value = is_row || header[i].empty() || shape_of(header[i]).find('9') == 0;
      const std::string shown = value ? "\"" + shape_of(header[i]) + "\"" : header[i].substr(0, 64);
      found("finding.column_unknown", shown, value ? "" : catalogue::nearest(header[i], names_of(job)));
      continue;
    }
    const auto index = static_cast<size_t>(match - job.columns.begin());
    if (seen[index]++ > 0) found("finding.column_twice", match->name, "");
    columns[i] = index;
  }
  for (size_t i = 0; i < job.columns.size(); ++i)
    if (seen[i] == 0 && job.columns[i].required)
      found("finding.column_missing", job.columns[i].name, catalogue::nearest(job.columns[i].name, header));
  return findings;
}

namespace {

Encoding encoding_of(const IngestJob& job, Verdict verdict) {
  if (job.given.encoding) return *job.given.encoding;
  if (verdict == Verdict::windows1252) return Encoding::windows1252;
  return verdict == Verdict::latin1 ? Encoding::latin1 : Encoding::utf8;
}

}  // namespace

Result<FileLook> look_at(const IngestJob& job, IngestFile& wanted) {
  FileLook look;
  File file = TRY(File::open(wanted));
  look.bytes = file.bytes();
  const ByteSurvey survey = TRY(file.survey(job.threads));
  std::string head = TRY(file.piece(0, head_bytes_max));
  const Verdict verdict = verdict_of(survey, head);
  if (auto finding = TRY(encoding_finding(file, wanted, survey, verdict)); finding && !job.given.encoding) {
    look.findings.push_back(std::move(*finding));
    return look;
  }
  const Encoding encoding = encoding_of(job, verdict);
  if (auto finding = TRY(unreadable_finding(file, wanted, survey, encoding))) {
    look.findings.push_back(std::move(*finding));
    return look;
  }
  if (encoding == Encoding::windows1252) {
    wanted.rewritten = std::make_shared<const Descriptor>(TRY(rewrite_as_utf8(wanted.inside, job.output)));
    wanted.inside = "/proc/self/fd/" + std::to_string(wanted.rewritten->get());
    file = TRY(File::open(wanted));
    head = TRY(file.piece(0, head_bytes_max));
  }
  look.dialect = sniff(head, names_of(job), job.given);
  look.dialect.encoding = encoding;
  const auto header = read_header(head, wanted, look);
  if (!header) return look;
  look.findings = check_header(job, wanted.name, *header, look.columns);
  if (!look.findings.empty()) return look;
  const Sample sample = TRY(sample_of(job, look, file, head));
  look.dialect.decimal =
      job.given.decimal ? *job.given.decimal : sniff_decimal(sample.decimals, look.dialect.delimiter);
  find_persons(job, wanted, sample, look);
  return look;
}

}  // namespace fvm::runner
