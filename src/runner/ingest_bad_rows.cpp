#include "runner/ingest_bad_rows.hpp"

#include <cstdio>
#include <fstream>

#include <boost/json.hpp>

#include "crypto/sealed_box.hpp"
#include "runner/csv_records.hpp"
#include "runner/ingest_columns.hpp"
#include "runner/jobs.hpp"
#include "runner/values.hpp"

namespace fvm::runner {
namespace {

constexpr uint64_t progress_rows = 1'000'000;

// A sealed file of JSON lines.
class SetAside {
 public:
  static Result<SetAside> start(const Path& file, std::string_view public_key) {
    SetAside out(TRY(crypto::BoxWriter::start(public_key)), file);
    out.put(out.box_.header());
    return out;
  }
  void add(const Finding& finding, std::string_view record) {
    const boost::json::object line{{"file", finding.file},
                                   {"line", finding.line},
                                   {"column", finding.column},
                                   {"rule", finding.rule},
                                   {"record", record}};
    pending_ += boost::json::serialize(line) + "\n";
    if (pending_.size() < crypto::box_chunk_bytes_max) return;
    put(box_.add(pending_));
    pending_.clear();
  }
  Result<void> finish() {
    put(box_.finish(pending_));
    stream_.close();
    if (!stream_) return surroundings("file.disk_full", {{"file", set_aside_name}});
    return {};
  }

 private:
  SetAside(crypto::BoxWriter box, const Path& file) : box_(std::move(box)), stream_(file, std::ios::binary) {}
  void put(const std::string& bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  crypto::BoxWriter box_;
  std::ofstream stream_;
  std::string pending_;
};

std::string utf8(std::string_view text, Encoding encoding) {
  return encoding == Encoding::latin1 ? utf8_of_latin1(text) : std::string(text);
}

}  // namespace

struct RecordCheck::Body {
  struct Column {
    std::string name;
    ColumnReader reader;
    bool is_required;
  };
  std::vector<std::optional<Column>> columns;  // of the file
  Encoding encoding;
};

Result<RecordCheck> RecordCheck::of(const IngestJob& job, const FileLook& look) {
  auto body = std::make_shared<Body>();
  body->encoding = look.dialect.encoding;
  for (const auto& index : look.columns) {
    body->columns.emplace_back();
    if (!index || job.columns[*index].is_dropped()) continue;
    const IngestColumn& column = job.columns[*index];
    body->columns.back().emplace(
        Body::Column{column.name, TRY(ColumnReader::of(column, look.dialect.decimal)), column.required});
  }
  return RecordCheck(std::move(body));
}

std::optional<RecordCheck::Problem> RecordCheck::check(const Record& record) const {
  const auto structure = [](std::string rule, std::string advice = "") {
    return Problem{std::move(rule), {}, {}, std::move(advice), true};
  };
  if (record.broken == Broken::quote) return structure("finding.quote");
  if (record.broken == Broken::too_long) return structure("finding.too_long");
  const size_t wanted = body_->columns.size();
  // Empty fields too many are delimiters at the end of the line, which some systems write.
  size_t fields = record.fields.size();
  while (fields > wanted && record.fields[fields - 1].empty()) --fields;
  if (record.fields.size() < wanted)
    return structure("finding.too_few_columns", std::to_string(record.fields.size()));
  if (fields > wanted) return structure("finding.too_many_columns", std::to_string(record.fields.size()));
  for (size_t i = 0; i < wanted; ++i) {
    const auto& column = body_->columns[i];
    if (!column || (!column->is_required && !column->reader.needs_function())) continue;
    const std::string text = utf8(record.fields[i], body_->encoding);
    std::string rule = column->reader.broken_rule(text);
    if (!rule.empty()) return Problem{std::move(rule), column->name, shape_of(text), {}, false};
  }
  return std::nullopt;
}

namespace {

// Past these, records cannot be told apart any more.
Result<void> stop_at(const Record& record, const std::string& file) {
  const Arguments place{{"file", file}, {"line", std::to_string(record.line)}};
  if (record.broken == Broken::line_end) return usage("ingest.line_ends", place);
  if (record.broken == Broken::open) return usage("ingest.open_quote", place);
  return {};
}

struct Pass {
  const IngestJob& job;
  IngestResult& result;
  SetAside& set_aside;
  BadRows& bad;

  void note(const Record& record, const RecordCheck::Problem& problem, const std::string& file,
            Encoding encoding) {
    ++(problem.structure ? bad.structure : bad.values);
    Finding finding{problem.rule, file, record.line, problem.column, problem.shape, problem.advice};
    set_aside.add(finding, utf8(record.raw, encoding));
    if (result.findings.size() < job.findings_max) {
      result.findings.push_back(std::move(finding));
    } else {
      ++result.findings_more;
    }
  }

  Result<void> file(const IngestFile& file, const FileLook& look) {
    const RecordCheck check = TRY(RecordCheck::of(job, look));
    RecordReader reader = TRY(RecordReader::of_file(file.inside, look.dialect));
    reader.next();  // the header
    while (const Record* record = reader.next()) {
      TRY(stop_at(*record, file.name));
      if (++bad.rows % progress_rows == 0) progress("finding bad rows", bad.rows, record->offset);
      if (const auto problem = check.check(*record))
        note(*record, *problem, file.name, look.dialect.encoding);
    }
    return reader.outcome();
  }
};

}  // namespace

Result<BadRows> find_bad_rows(const IngestJob& job, const std::vector<FileLook>& looks,
                              IngestResult& result) {
  BadRows bad;
  SetAside set_aside = TRY(SetAside::start(job.output / set_aside_name, job.set_aside_key));
  Pass pass{job, result, set_aside, bad};
  for (size_t i = 0; i < looks.size(); ++i) TRY(pass.file(job.files[i], looks[i]));
  TRY(set_aside.finish());
  result.set_aside = true;
  return bad;
}

}  // namespace fvm::runner
