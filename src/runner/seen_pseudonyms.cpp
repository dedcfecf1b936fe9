#include "runner/seen_pseudonyms.hpp"

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

std::string read_parquet(const std::vector<Path>& files) {
  std::string list;
  for (const Path& file : files) list += (list.empty() ? "" : ", ") + duck::quote_text(file.string());
  return "read_parquet([" + list + "], union_by_name = true)";
}

}  // namespace

Result<std::vector<uint64_t>> pseudonyms_in(duck::Connection& connection, const std::string& relation) {
  return sorted_numbers(
      connection, "SELECT project FROM (SELECT NULL::BIGINT AS project WHERE false UNION ALL BY NAME FROM " +
                      relation + ") WHERE project IS NOT NULL");
}

Result<SeenPseudonyms> SeenPseudonyms::of(const Path& folder) {
  return of(map_files(folder));
}

Result<SeenPseudonyms> SeenPseudonyms::of(const std::vector<Path>& files) {
  SeenPseudonyms out;
  std::vector<Path> unlisted;
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
  out.add(TRY(pseudonyms_in(connection, read_parquet(unlisted))));
  return out;
}

disclosure::Pseudonyms SeenPseudonyms::all() const {
  std::vector<std::span<const uint64_t>> parts(others_.begin(), others_.end());
  for (const NumberList& list : lists_) parts.push_back(list.numbers());
  return disclosure::Pseudonyms(std::move(parts));
}

Result<void> list_pseudonyms(duck::Connection& connection, const Path& map_file) {
  return write_number_list(TRY(pseudonyms_in(connection, read_parquet({map_file}))),
                           lake::pseudonym_list_of(map_file).string());
}

}  // namespace fvm::runner
