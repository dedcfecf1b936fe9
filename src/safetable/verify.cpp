#include "safetable/verify.hpp"

#include <charconv>
#include <map>
#include <set>

#include <boost/json.hpp>

#include "audit/search.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "safetable/outputs.hpp"
#include "safetable/store.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;
using Kind = Damage::Kind;
using Facts = std::map<std::string, std::string, std::less<>>;

int64_t number_of(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What the chain says of the institution's tables.
struct Chain {
  std::map<int64_t, Facts> released;
  std::map<int64_t, std::set<std::string>> files;
  std::set<int64_t> recalled;
  size_t events = 0;
};

void take(const json::value& record, std::string_view cvr, Chain& chain) {
  Facts facts;
  for (const auto& [name, value] : record.at("facts").as_object())
    facts[std::string(name)] = std::string(value.as_string());
  if (facts["cvr"] != cvr) return;
  const std::string_view action = record.at("action").as_string();
  const int64_t table = number_of(facts["table"]);
  ++chain.events;
  if (action == "table.recalled") chain.recalled.insert(table);
  if (action == "release.recall")
    for (const auto& [name, value] : facts)
      if (name.starts_with("table_")) chain.recalled.insert(number_of(value));
  if (action != "table.released" && action != "table.written") return;
  for (const auto& [name, value] : facts)
    if (name.starts_with("sha256_")) chain.files[table].insert(value);
  if (action == "table.released") chain.released[table] = std::move(facts);
}

Result<Chain> read_chain(World& world, const config::Instance& instance, std::string_view cvr) {
  Chain chain;
  const std::vector<std::string_view> actions{"\"action\":\"table.", "\"action\":\"release.recall\""};
  for (const std::string& line : TRY(audit::records_with(world, instance.audit(), actions))) {
    boost::system::error_code failed;
    const json::value record = json::parse(line, failed);
    if (failed) continue;
    try {
      take(record, cvr, chain);
    } catch (const std::exception&) {  // Boost.JSON on a record of another shape: no event of ours
      continue;
    }
  }
  return chain;
}

class Verifier {
 public:
  Verifier(World& world, const config::Instance& instance, const store::Database& store, std::string_view cvr)
      : world_(world), instance_(instance), store_(store), cvr_(cvr), folder_(folder_of(instance, cvr)) {}

  Result<Verified> verify() {
    chain_ = TRY(read_chain(world_, instance_, cvr_));
    out_.events = chain_.events;
    const auto rows = TRY(rows_of(store_, cvr_));
    out_.tables = rows.size();
    std::set<int64_t> known;
    for (const Row& row : rows) {
      known.insert(row.number);
      look_at_record(row);
      look_in_chain(row);
    }
    for (const auto& [table, facts] : chain_.released)
      if (!known.contains(table)) add(Kind::missing, table, "table");
    if (!rows.empty()) look_at_newest(rows.back());
    TRY(look_at_files());
    TRY(look_at_recalls());
    return std::move(out_);
  }

 private:
  void add(Kind kind, int64_t table, std::string what) {
    out_.damages.push_back({kind, table, std::move(what)});
  }

  void look_at_record(const Row& row) {
    const auto record = read_record(world_, folder_, row);
    if (!record.ok()) return add(Kind::record, row.number, record_name(row.number));
    if (record->number != row.number || record->cvr != cvr_ || record->project != row.project ||
        record->author != row.author)
      add(Kind::contents, row.number, record_name(row.number));
  }

  void look_in_chain(const Row& row) {
    const auto found = chain_.released.find(row.number);
    if (found == chain_.released.end()) return add(Kind::chain, row.number, "table");
    const auto says = [&](const char* fact, const std::string& value) {
      const auto each = found->second.find(fact);
      return each != found->second.end() && each->second == value;
    };
    if (!says("record_sha256", row.record_sha256)) add(Kind::chain, row.number, record_name(row.number));
    if (!says("atoms_sha256", row.atoms_sha256)) add(Kind::chain, row.number, atoms_name(row.number));
    if (!says("places_sha256", row.places_sha256)) add(Kind::chain, row.number, places_name(row.number));
    // Not in events of the first versions.
    if (found->second.contains("knowledge_sha256") && !says("knowledge_sha256", row.knowledge_sha256))
      add(Kind::chain, row.number, knowledge_name(row.number));
  }

  void look_at_file(Kind kind, int64_t table, const std::string& name, const std::string& sha256) {
    const Path file = folder_ / name;
    const auto digest = crypto::sha256_of_file(file);
    if (!digest.ok() || crypto::to_hex(digest->sha256) != sha256) add(kind, table, name);
  }
  static Kind kind_of(std::string_view file) {
    const auto is = [&](std::string_view part) { return file.find(part) != std::string_view::npos; };
    return is("values.")   ? Kind::values
           : is("atoms.")  ? Kind::atoms
           : is("places.") ? Kind::places
                           : Kind::knowledge;
  }
  void look_at_newest(const Row& row) {
    look_at_file(Kind::atoms, row.number, atoms_name(row.number), row.atoms_sha256);
    look_at_file(Kind::places, row.number, places_name(row.number), row.places_sha256);
    look_at_file(Kind::knowledge, row.number, knowledge_name(row.number), row.knowledge_sha256);
    const auto record = read_record(world_, folder_, row);
    if (!record.ok()) return;
    for (const UnitKind kind : kinds_kept)
      for (const auto& [file, sha256] : files_of(*record, kind))
        look_at_file(kind_of(file), record->kept(kind).table(), file, sha256);
    if (record->values.table == 0) return;
    const ValuesKept& values = record->values;
    look_at_file(Kind::values, values.table, value_atoms_name(values.table), values.atoms_sha256);
    look_at_file(Kind::values, values.table, value_knowledge_name(values.table), values.knowledge_sha256);
  }

  Result<void> look_at_files() {
    std::map<int64_t, std::set<std::string>> known;
    auto row = TRY(store_.prepare("SELECT number, sha256 FROM safetable_output WHERE cvr = ?", cvr_));
    while (TRY(row.step())) {
      ++out_.files;
      const int64_t table = row.integer(0);
      known[table].insert(row.text(1));
      if (!chain_.files[table].contains(row.text(1))) add(Kind::chain, table, "file " + row.text(1));
    }
    for (const auto& [table, files] : chain_.files)
      for (const std::string& file : files)
        if (!known[table].contains(file)) add(Kind::missing, table, "file " + file);
    return {};
  }

  Result<void> look_at_recalls() {
    std::set<int64_t> known;
    for (const Recall& recall : TRY(recalls_of(store_, cvr_))) {
      known.insert(recall.table);
      if (!chain_.recalled.contains(recall.table)) add(Kind::chain, recall.table, "recall");
    }
    out_.recalled = known.size();
    for (const int64_t table : chain_.recalled)
      if (!known.contains(table)) add(Kind::missing, table, "recall");
    return {};
  }

  World& world_;
  const config::Instance& instance_;
  const store::Database& store_;
  std::string_view cvr_;
  Path folder_;
  Chain chain_;
  Verified out_;
};

}  // namespace

std::string_view name_of(Damage::Kind kind) {
  constexpr std::string_view names[] = {"record", "contents", "atoms",     "places",
                                        "chain",  "missing",  "knowledge", "values"};
  return names[static_cast<size_t>(kind)];
}

Result<Verified> verify_ledger(World& world, const config::Instance& instance, const store::Database& store,
                               std::string_view cvr) {
  return Verifier(world, instance, store, cvr).verify();
}

}  // namespace fvm::safetable
