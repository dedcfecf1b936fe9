#include "safetable/outputs.hpp"

#include <algorithm>
#include <cctype>

#include <boost/json.hpp>

#include "audit/search.hpp"
#include "crypto/sha256.hpp"
#include "safetable/output.hpp"
#include "safetable/store.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

struct Known {
  Row row;
  std::string format;
};

// Tables with a file of these bytes that are not recalled; the newest first.
Result<std::vector<Known>> known_by(const store::Database& store, std::string_view cvr,
                                    std::string_view sha256) {
  auto row = TRY(store.prepare(
      "SELECT number, record_sha256, format FROM safetable_output JOIN safetable_release USING (cvr, number) "
      "WHERE cvr = ?1 AND sha256 = ?2 AND NOT EXISTS (SELECT 1 FROM safetable_recall r WHERE r.cvr = ?1 AND "
      "r.number = safetable_output.number) ORDER BY number DESC",
      cvr, sha256));
  std::vector<Known> out;
  while (TRY(row.step())) {
    Known& known = out.emplace_back();
    known.row.number = row.integer(0), known.row.record_sha256 = row.text(1), known.format = row.text(2);
  }
  return out;
}

std::string fact_of(const std::string& format) {
  return "sha256_" + format;
}

// The chain says that this file was written for this table from this record.
bool says_so(const std::string& line, std::string_view cvr, std::string_view sha256, const Known& known) {
  boost::system::error_code failed;
  const json::value record = json::parse(line, failed);
  if (failed) return false;
  try {
    const json::value& facts = record.at("facts");
    const auto fact = [&](const std::string& name) { return std::string_view(facts.at(name).as_string()); };
    const std::string_view action = record.at("action").as_string();
    return (action == "table.released" || action == "table.written") && fact("cvr") == cvr &&
           fact("table") == std::to_string(known.row.number) &&
           fact("record_sha256") == known.row.record_sha256 && fact(fact_of(known.format)) == sha256;
  } catch (const std::exception&) {  // Boost.JSON on a fact that is missing
    return false;
  }
}

Result<bool> stands_in_chain(World& world, const config::Instance& instance, std::string_view cvr,
                             std::string_view sha256, const Known& known) {
  const auto lines = TRY(audit::records_with(world, instance.audit(), {sha256}));
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return says_so(line, cvr, sha256, known); });
}

std::string disclosure_of(const Record& record, const Known& known) {
  json::object rules;
  for (const auto& row : disclosure::parameter_rows()) rules[row.name] = record.rules.at(row.parameter);
  json::array data;
  for (const DataVersion& each : record.data)
    data.push_back(json::object{
        {"table", each.table}, {"version", each.version}, {"mirror_version", each.mirror_version}});
  return json::serialize(json::object{{"table", record.number},
                                      {"format", known.format},
                                      {"record_sha256", known.row.record_sha256},
                                      {"project", record.project},
                                      {"author", record.author},
                                      {"asked", to_text(record.asked)},
                                      {"title", record.title},
                                      {"rules", std::move(rules)},
                                      {"data", std::move(data)},
                                      {"cells", record.marks.size()},
                                      {"hidden", record.hidden()},
                                      {"facts_before", record.facts_before},
                                      {"facts", record.facts},
                                      {"given_away_before", record.lost}});
}

bool is_plain(std::string_view text) {
  constexpr size_t bytes_max = 120, run_max = 5, digits_max = 9;
  size_t run = 0, digits = 0;
  for (const unsigned char c : text) {
    run = std::isdigit(c) != 0 ? run + 1 : 0;
    digits += std::isdigit(c) != 0;
    if (run > run_max || c < ' ' || c == 127) return false;
  }
  return text.size() <= bytes_max && digits <= digits_max;
}

// Headings are what the SELECT makes of the data: at any length they could be the data themselves, nine
// persons in the name of a group. Nobody has to read as much as codes and names take.
bool has_short_headings(const Record& record) {
  constexpr size_t heading_max = 40, all_max = 4096;
  size_t all = 0;
  for (const TableDimension& each : record.dimensions) {
    for (const Code& code : each.codes) {
      if (code.code.size() > heading_max) return false;
      all += code.code.size();
    }
  }
  return all <= all_max;
}

// What the analyst named himself; values of dimensions were looked at for numbers when the table was judged.
bool has_plain_words(const Record& record) {
  if (!has_short_headings(record)) return false;
  bool plain = is_plain(record.title) && is_plain(record.count);
  for (const TableDimension& each : record.dimensions) plain = plain && is_plain(each.named.name);
  for (const Measure& each : record.measures) plain = plain && is_plain(each.column) && is_plain(each.by);
  if (!record.model) return plain;
  plain = plain && is_plain(record.model->asked.outcome);
  for (const ModelTerm& each : record.model->asked.terms) plain = plain && is_plain(each.name);
  return plain;
}

bool has_output(const Record& record, const Known& known, std::string_view sha256) {
  const auto made = [&](Language language) {
    const auto text = write_document(record, known.format, language);
    return text.ok() && crypto::sha256_hex(*text) == sha256;
  };
  return std::any_of(record.outputs.begin(), record.outputs.end(),
                     [&](const Output& each) { return each.sha256 == sha256; }) ||
         made(Language::danish) || made(Language::english);
}

}  // namespace

Result<std::optional<Recognised>> recognise(World& world, const config::Instance& instance,
                                            const store::Database& store, std::string_view cvr,
                                            std::string_view sha256) {
  for (const Known& known : TRY(known_by(store, cvr, sha256))) {
    const auto record = read_record(world, folder_of(instance, cvr), known.row);
    if (!record.ok() || record->cvr != cvr || record->number != known.row.number) continue;
    if (!has_output(*record, known, sha256)) continue;
    if (!TRY(stands_in_chain(world, instance, cvr, sha256, known))) continue;
    return std::optional(Recognised{known.row.number, known.format, known.row.record_sha256,
                                    disclosure_of(*record, known), has_plain_words(*record)});
  }
  return std::optional<Recognised>();
}

Result<bool> in_force(const store::Database& store, std::string_view cvr, int64_t number,
                      std::string_view sha256) {
  const auto known = TRY(known_by(store, cvr, sha256));
  return std::any_of(known.begin(), known.end(),
                     [&](const Known& each) { return each.row.number == number; });
}

Result<void> insert_outputs(audit::Writer& writer, std::string_view cvr, int64_t number,
                            const std::vector<Output>& outputs) {
  for (const Output& output : outputs)
    TRY(writer.execute(
        "INSERT OR IGNORE INTO safetable_output (cvr, sha256, number, format) VALUES (?, ?, ?, ?)", cvr,
        output.sha256, number, output.format));
  return {};
}

Result<std::string> write_again(const Setting& setting, const std::string& user, const Record& record,
                                std::string_view format, Language language) {
  const store::Database& store = setting.ledger.database();
  for (const Recall& recall : TRY(recalls_of(store, record.cvr)))
    if (recall.table == record.number)
      return refused("table.recalled", {{"table", std::to_string(record.number)}, {"reason", recall.reason}});
  std::string text = TRY(write_document(record, format, language));
  const Output output{std::string(format), crypto::sha256_hex(text)};
  if (TRY(in_force(store, record.cvr, record.number, output.sha256))) return text;
  std::string record_sha256;
  for (const Row& row : TRY(rows_of(store, record.cvr)))
    if (row.number == record.number) record_sha256 = row.record_sha256;
  audit::Event event{user, "table.written", record.project, {}};
  event.facts = {{"cvr", record.cvr},
                 {"table", std::to_string(record.number)},
                 {"record_sha256", record_sha256},
                 {fact_of(output.format), output.sha256}};
  TRY(setting.ledger.write(std::move(event), [&](audit::Writer& writer) {
    return insert_outputs(writer, record.cvr, record.number, {output});
  }));
  return text;
}

}  // namespace fvm::safetable
