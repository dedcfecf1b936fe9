#include "safetable/outside.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/sha256.hpp"
#include "disclosure/fingerprint.hpp"
#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

std::string text_of(const std::vector<int64_t>& numbers) {
  std::string out;
  for (const int64_t number : numbers) out += (out.empty() ? "" : ",") + std::to_string(number);
  return out;
}

std::vector<int64_t> numbers_of(std::string_view text) {
  std::vector<int64_t> out;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    int64_t number = 0;
    const auto [after, failed] = std::from_chars(at, end, number);
    if (failed == std::errc()) out.push_back(number);
    at = std::find(after, end, ',');
    if (at < end) ++at;
  }
  return out;
}

}  // namespace

Result<void> insert_outside(audit::Writer& writer, std::string_view cvr, const OutsideFile& file) {
  return writer.execute(
      "INSERT OR REPLACE INTO safetable_outside (cvr, release, position, project, name, sha256, sent, "
      "tables, "
      "same_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      cvr, file.release, file.position, file.project, file.name, file.sha256, writer.now(),
      static_cast<int64_t>(file.tables), text_of(file.same_as));
}

Result<std::vector<OutsideFile>> outside_of(const store::Database& store, std::string_view cvr) {
  auto row =
      TRY(store.prepare("SELECT project, release, name, sha256, position, sent, tables, same_as FROM "
                        "safetable_outside WHERE cvr "
                        "= ? ORDER BY sent, release, position",
                        cvr));
  std::vector<OutsideFile> out;
  while (TRY(row.step()))
    out.push_back({row.text(0), row.text(1), row.text(2), row.text(3), static_cast<uint32_t>(row.integer(4)),
                   row.time(5), static_cast<size_t>(row.integer(6)), numbers_of(row.text(7))});
  return out;
}

std::vector<std::string> cells_digests(const Record& record) {
  std::vector<std::string> out;
  for (const Language language : {Language::danish, Language::english}) {
    const Grid grid = grid_of(record, language);
    disclosure::Table table;
    table.rows.push_back(grid.heading);
    table.rows.insert(table.rows.end(), grid.rows.begin(), grid.rows.end());
    const std::string cells = disclosure::canonical_cells(table);
    if (!cells.empty()) out.push_back(crypto::sha256_hex(cells));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<void> insert_digests(audit::Writer& writer, std::string_view cvr, int64_t number,
                            const std::vector<std::string>& digests) {
  for (const std::string& digest : digests)
    TRY(writer.execute("INSERT OR IGNORE INTO safetable_cells (cvr, digest, number) VALUES (?, ?, ?)", cvr,
                       digest, number));
  return writer.execute(
      "INSERT OR REPLACE INTO safetable_fingerprint (cvr, number, version) VALUES (?, ?, ?)", cvr, number,
      disclosure::fingerprint_version);
}

Result<std::vector<int64_t>> tables_with(const store::Database& store, std::string_view cvr,
                                         std::string_view digest) {
  auto row = TRY(store.prepare(
      "SELECT number FROM safetable_cells WHERE cvr = ? AND digest = ? ORDER BY number", cvr, digest));
  std::vector<int64_t> out;
  while (TRY(row.step())) out.push_back(row.integer(0));
  return out;
}

}  // namespace fvm::safetable
