// Rows of a file compared with the project's own data (disclosure/population.hpp). Reads no file of
// anybody's: the scan has taken the rows out, and what comes here is texts of at most 32 bytes. Tells counts
// and which of the rows, never a value.
//
// Document (JSON): "data": folder of the project's Delta tables, "persons", "units_min", "enough",
// "memory_mib", "threads", "tables": [{"name", "folder", "version", "person", "columns": [..], "via":
// {"folder", "version", "key", "parent_key", "person"} or null}], "candidates": [{"headings": [..], "rows":
// [[..]]}]. Result:
// {"tables": [{"rows", "few", "alone", "chance", "score", "ways", "columns", "few_rows"}]}, one
// for each candidate.
#include <algorithm>
#include <boost/json.hpp>

#include <fmt/format.h>

#include "base/world.hpp"
#include "disclosure/population.hpp"
#include "duck/database.hpp"
#include "lake/table.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using disclosure::Domain;
using duck::quote_name;
using duck::quote_text;

constexpr size_t few_rows_told_max = 20;

std::string word(const json::value& from, const char* key) {
  return json::value_to<std::string>(from.at(key));
}

std::vector<std::string> words(const json::value& from) {
  return json::value_to<std::vector<std::string>>(from);
}

disclosure::Candidate candidate_of(const json::value& from) {
  disclosure::Candidate out;
  out.headings = words(from.at("headings"));
  for (const json::value& row : from.at("rows").as_array()) {
    out.rows.push_back(words(row));
    out.rows.back().resize(out.headings.size());
  }
  return out;
}

// A Delta table at a version: what to read it from, and its columns.
struct Opened {
  std::string from;
  std::vector<lake::Field> fields;
};
Result<std::optional<Opened>> open_table(const std::string& data, const json::value& what) {
  const Path folder = Path(data) / word(what, "folder");
  const auto snapshot =
      TRY(lake::Table(real_world(), folder).snapshot(what.at("version").to_number<int64_t>()));
  if (snapshot.files.empty()) return std::optional<Opened>();
  std::string list;
  for (const auto& [path, file] : snapshot.files)
    list += (list.empty() ? "" : ", ") + quote_text((folder / path).string());
  return std::optional<Opened>(
      {"read_parquet([" + list + "], union_by_name = true)", snapshot.schema.fields});
}

std::optional<Domain> domain_of(const std::string& type) {
  if (type == "string") return Domain::text;
  if (type == "date" || type == "timestamp") return Domain::date;
  if (type == "boolean") return std::nullopt;
  return Domain::number;
}

// The value as disclosure::code_of, days since 1970, or hundredths have it.
std::string value_sql(const std::string& name, Domain domain) {
  const std::string column = "t." + quote_name(name);
  if (domain == Domain::date) return column + "::DATE";
  if (domain == Domain::number) return "TRY_CAST(round(" + column + "::DOUBLE * 100) AS BIGINT)";
  return fmt::format(
      "CASE WHEN {0} = '' THEN NULL ELSE coalesce(nullif(ltrim(replace(lower(trim({0})), '.', ''), "
      "'0'), ''), '0') END",
      column);
}

class Gathering {
 public:
  Gathering(duck::Connection& connection, std::string data, const disclosure::Sought& sought)
      : connection_(connection), data_(std::move(data)), sought_(sought) {}

  Result<std::optional<disclosure::KnownTable>> table(const json::value& what) const {
    disclosure::KnownTable out{.name = word(what, "name")};
    const auto opened = TRY(open_table(data_, what));
    if (!opened) return std::optional<disclosure::KnownTable>();
    const auto wanted = words(what.at("columns"));
    std::string list, from = opened->from + " t";
    for (const lake::Field& field : opened->fields) {
      const auto domain = domain_of(field.type);
      if (!domain || !sought_.any(*domain) ||
          std::find(wanted.begin(), wanted.end(), field.name) == wanted.end())
        continue;
      out.columns.push_back({field.name, *domain, std::vector<uint64_t>(sought_.size() + 1), {}});
      list += ", " + value_sql(field.name, *domain);
    }
    if (out.columns.empty()) return std::optional<disclosure::KnownTable>();
    std::string person = "t." + quote_name(word(what, "person"));
    if (const json::value& via = what.at("via"); via.is_object()) {
      const auto parent = TRY(open_table(data_, via));
      if (!parent) return std::optional<disclosure::KnownTable>();
      from += " JOIN " + parent->from + " p ON t." + quote_name(word(via, "key")) + " = p." +
              quote_name(word(via, "parent_key"));
      person = "p." + quote_name(word(via, "person"));
    }
    auto rows = TRY(
        connection_.query("SELECT " + person + "::BIGINT" + list + " FROM " + from, duck::Fetch::streaming));
    while (duck::Chunk chunk = TRY(rows.next())) take(chunk, out);
    return std::optional(std::move(out));
  }

 private:
  uint32_t id(const duck::ColumnView& column, Domain domain, size_t row) const {
    if (!column.valid(row)) return 0;
    if (domain == Domain::text) return sought_.find(column.text(row));
    if (domain == Domain::date) return sought_.find(domain, column.values<int32_t>()[row]);
    return sought_.find(domain, column.values<int64_t>()[row]);
  }

  // Rows without any sought value are counted and not kept.
  void take(const duck::Chunk& chunk, disclosure::KnownTable& out) const {
    std::vector<std::vector<uint32_t>> ids;
    std::vector<bool> any(chunk.rows());
    for (size_t c = 0; c < out.columns.size(); ++c) {
      const auto column = chunk.column(c + 1);
      auto& of_column = ids.emplace_back(chunk.rows());
      for (size_t r = 0; r < chunk.rows(); ++r) {
        of_column[r] = id(column, out.columns[c].domain, r);
        if (of_column[r] == 0) continue;
        any[r] = true;
        ++out.columns[c].counts[of_column[r]];
      }
    }
    const auto person = chunk.column(0);
    out.rows += chunk.rows();
    for (size_t r = 0; r < chunk.rows(); ++r) {
      if (!any[r] || !person.valid(r)) continue;
      out.persons.push_back(person.values<int64_t>()[r]);
      for (size_t c = 0; c < out.columns.size(); ++c) out.columns[c].ids.push_back(ids[c][r]);
    }
  }

  duck::Connection& connection_;
  std::string data_;
  const disclosure::Sought& sought_;
};

json::object told(const disclosure::Agreement& found) {
  json::array rows, columns(found.columns.begin(), found.columns.end());
  for (size_t i = 0; i < std::min(found.few_rows.size(), few_rows_told_max); ++i)
    rows.emplace_back(found.few_rows[i]);
  return {{"rows", found.rows},
          {"few", found.few},
          {"alone", found.alone},
          {"chance", found.chance},
          {"score", found.score},
          {"ways", found.ways},
          {"columns", std::move(columns)},
          {"few_rows", std::move(rows)}};
}

Result<std::string> run(const json::value& document) {
  disclosure::Sought sought;
  std::vector<disclosure::ReadRows> files;
  for (const json::value& each : document.at("candidates").as_array())
    files.push_back(disclosure::read_rows(candidate_of(each), sought));
  auto database = TRY(duck::Database::open({.memory_mib = document.at("memory_mib").to_number<uint64_t>(),
                                            .threads = document.at("threads").to_number<uint16_t>(),
                                            .temporary = "/tmp",
                                            .preserve_insertion_order = false}));
  auto connection = TRY(database.connect());
  const Gathering gathering(connection, word(document, "data"), sought);
  std::vector<disclosure::KnownTable> known;
  for (const json::value& table : document.at("tables").as_array()) {
    if (auto found = TRY(gathering.table(table)); found && found->rows > 0)
      known.push_back(std::move(*found));
  }
  json::array tables;
  const double enough = document.at("enough").to_number<double>();
  bool certain = false;  // then the file is refused, whatever else is in it
  for (const disclosure::ReadRows& file : files) {
    const auto found = certain
                           ? disclosure::Agreement()
                           : disclosure::compare(file, known, document.at("persons").to_number<uint64_t>(),
                                                 document.at("units_min").to_number<uint64_t>(), enough);
    certain = certain || disclosure::is_certain(found, enough);
    tables.push_back(told(found));
  }
  return json::serialize(json::object{{"tables", std::move(tables)}});
}

}  // namespace

Result<std::string> population(std::string_view document) {
  try {
    return run(json::parse(document));
  } catch (
      const std::exception&) {  // Boost.JSON throws on what it cannot parse, a missing key or another type
    return defect("population.bad_document");
  }
}

}  // namespace fvm::runner
