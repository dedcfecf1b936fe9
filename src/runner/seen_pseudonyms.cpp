#include "runner/seen_pseudonyms.hpp"

#include <algorithm>
#include <filesystem>
#include <span>

#include "lake/number_list.hpp"

namespace fvm::runner {
namespace {

std::vector<Path> map_files(const Path& folder) {
  std::vector<Path> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".parquet") files.push_back(it->path());
  }
  return files;
}

// Ascending, each once. Sorted here: the engine takes five times as long to.
Result<std::vector<uint64_t>> read_pseudonyms(duck::Connection& connection, const std::vector<Path>& files) {
  std::string list;
  for (const Path& file : files) list += (list.empty() ? "" : ", ") + duck::quote_text(file.string());
  auto rows =
      TRY(connection.query("SELECT project FROM (SELECT NULL::BIGINT AS project WHERE false UNION ALL BY "
                           "NAME FROM read_parquet([" +
                               list + "], union_by_name = true)) WHERE project IS NOT NULL",
                           duck::Fetch::streaming));
  std::vector<uint64_t> all;
  while (duck::Chunk chunk = TRY(rows.next())) {
    for (const int64_t value : chunk.column(0).values<int64_t>()) all.push_back(static_cast<uint64_t>(value));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

Result<SeenPseudonyms> SeenPseudonyms::of(const Path& folder) {
  SeenPseudonyms out;
  std::vector<Path> unlisted;
  const std::vector<Path> files = map_files(folder);
  if (files.empty()) return surroundings("scan.no_population");
  for (const Path& file : files) {
    if (auto list = NumberList::open(lake::pseudonym_list_of(file).string())) {
      out.lists_.push_back(std::move(*list));
    } else {
      unlisted.push_back(file);
    }
  }
  out.files_read_ = unlisted.size();
  if (unlisted.empty()) return out;
  constexpr uint64_t memory_mib = 512;
  auto database = TRY(duck::Database::open({.memory_mib = memory_mib, .threads = 1, .temporary = "/tmp"}));
  auto connection = TRY(database.connect());
  out.others_ = TRY(read_pseudonyms(connection, unlisted));
  return out;
}

disclosure::Pseudonyms SeenPseudonyms::all() const {
  std::vector<std::span<const uint64_t>> parts{others_};
  for (const NumberList& list : lists_) parts.push_back(list.numbers());
  return disclosure::Pseudonyms(std::move(parts));
}

Result<void> list_pseudonyms(duck::Connection& connection, const Path& map_file) {
  return write_number_list(TRY(read_pseudonyms(connection, {map_file})),
                           lake::pseudonym_list_of(map_file).string());
}

}  // namespace fvm::runner
