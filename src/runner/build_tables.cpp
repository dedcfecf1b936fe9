// One granted table: which of the files that the project has already are touched by those who came and went,
// and the writing of what must be written.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "runner/build_map.hpp"
#include "runner/build_steps.hpp"
#include "runner/jobs.hpp"
#include "runner/number_lists.hpp"
#include "runner/parquet.hpp"

namespace fvm::runner {
namespace {

class TableBuilder {
 public:
  TableBuilder(duck::Connection& connection, const BuildDocument& document, size_t number)
      : connection_(connection),
        document_(document),
        table_(document.tables[number]),
        number_(std::to_string(number)) {
    folder_ = "data/" + table_.schema + "/" + table_.name;
    empty_file_ = document.output + "/temporary/empty_" + number_ + ".parquet";
  }

  Result<std::vector<BuiltGroup>> build() {
    TRY(make_folder(""));
    if (table_.parts.empty() && table_.kept.empty()) return std::vector<BuiltGroup>();
    TRY(connection_.run("COPY (" + table_.empty + ") TO " + duck::quote_text(empty_file_) +
                        " (FORMAT PARQUET)"));
    if (!table_.keys.now.empty()) TRY(make_keys());
    std::vector<BuiltGroup> groups;
    for (size_t i = 0; i < table_.parts.size(); ++i) groups.push_back({BuiltGroup::What::part, i, {}});
    TRY(add_touched(groups));
    TRY(find_providers(groups));
    for (size_t i = 0; i < groups.size(); ++i) TRY(write(groups[i], i));
    return with_files(std::move(groups));
  }

  Result<void> add_record_texts() {
    if (table_.parts.empty() && table_.kept.empty()) return {};
    std::vector<std::string> files;
    for (const auto* lists : {&table_.parts, &table_.kept}) {
      for (const auto& list : *lists) files.insert(files.end(), list.begin(), list.end());
    }
    TRY(set_files(files));
    for (const std::string& query : table_.records) {
      TRY(connection_.run(
          "INSERT INTO record_text SELECT packed_text(text), text FROM (SELECT DISTINCT text FROM (" + query +
          ")) WHERE packed_text(text) > 0"));
    }
    return {};
  }

 private:
  Result<void> make_folder(const std::string& below) {
    std::error_code error;
    std::filesystem::create_directories(document_.output + "/" + folder_ + below, error);
    if (error) return system_error("create " + folder_, error.value());
    return {};
  }

  Result<bool> is_empty(const std::string& name) {
    return TRY(connection_.query_number("SELECT count(*) FROM (FROM " + name + " LIMIT 1)")) == 0;
  }

  // The parent's keys in the population; and, if a change of it or of the parents can have changed them,
  // which came and which went. A key that is there twice, or NULL, makes no difference to a semi join.
  Result<void> make_keys() {
    const BuildTable::Keys& keys = table_.keys;
    const std::string now = "keys_" + number_, came = "came_keys_" + number_, went = "went_keys_" + number_;
    const bool same_population = TRY(is_empty("came")) && TRY(is_empty("went"));
    const bool compares = !table_.kept.empty() && (keys.changed || !same_population);
    const bool by_added = compares && same_population && keys.only_added;
    const bool is_used_once = !compares && table_.parts.size() <= 1;
    TRY(connection_.run("CREATE " + std::string(by_added || is_used_once ? "VIEW " : "TABLE ") + now +
                        " AS " + keys.now));
    if (!compares) {
      TRY(connection_.run("CREATE TABLE " + came + " AS FROM " + now + " LIMIT 0"));
      return connection_.run("CREATE TABLE " + went + " AS FROM " + now + " LIMIT 0");
    }
    const std::string same = " o ON o.key = n.key WHERE n.key IS NOT NULL";
    if (by_added) {
      TRY(connection_.run("CREATE TABLE " + came + " AS SELECT DISTINCT n.key FROM (" + keys.added +
                          ") n ANTI JOIN (" + keys.before + ")" + same));
      return connection_.run("CREATE TABLE " + went + " AS FROM " + came + " LIMIT 0");
    }
    TRY(connection_.run("CREATE TABLE before_" + number_ + " AS " + keys.before));
    TRY(connection_.run("CREATE TABLE " + came + " AS SELECT DISTINCT n.key FROM " + now +
                        " n ANTI JOIN before_" + number_ + same));
    TRY(connection_.run("CREATE TABLE " + went + " AS SELECT DISTINCT n.key FROM before_" + number_ +
                        " n ANTI JOIN " + now + same));
    return connection_.run("DROP TABLE before_" + number_);
  }

  // Every file read has the columns of the one without rows.
  Result<void> set_files(const std::vector<std::string>& files) {
    std::string list = duck::quote_text(empty_file_);
    for (const std::string& file : files) list += ", " + duck::quote_text(file);
    return connection_.run("SET VARIABLE files = [" + list + "]");
  }

  // The files of the query's rows.
  Result<std::vector<std::string>> files_by(const std::string& query) {
    std::vector<std::string> out;
    auto result = TRY(connection_.query(query));
    while (duck::Chunk chunk = TRY(result.next())) {
      for (size_t i = 0; i < chunk.rows(); ++i) out.emplace_back(chunk.column(0).text(i));
    }
    return out;
  }

  // Of the kept files those that may hold one of the table's numbers in the column; without a column, all.
  Result<FilesFound> files_with(const std::string& table, const std::string& column) {
    if (column.empty()) return FilesFound{{}, kept_files_};
    return files_with_any(kept_files_, column, TRY(numbers_of(connection_, "SELECT mirror FROM " + table)));
  }

  // Which groups hold what a query of went_in looks for.
  Result<void> find_went(size_t number, std::set<size_t>& groups) {
    const std::string table = number == 0 ? "went" + suffix() : "changed";
    if (TRY(is_empty(table))) return {};
    const std::string column = number < table_.went_by.size() ? table_.went_by[number] : std::string();
    const auto files = TRY(files_with(table, column)).all();
    if (files.empty()) return {};
    TRY(set_files(files));
    for (const std::string& file : TRY(files_by(table_.went_in[number]))) groups.insert(kept_of_.at(file));
    return {};
  }

  // The files with rows of those who came, by group.
  Result<void> find_came() {
    if (TRY(is_empty("came" + suffix()))) return {};
    FilesFound files = TRY(files_with("came" + suffix(), table_.came_by));
    if (!files.unlisted.empty()) {
      TRY(set_files(files.unlisted));
      for (std::string& file : TRY(files_by(table_.came_in))) files.listed.push_back(std::move(file));
    }
    for (std::string& file : files.listed) came_in_[kept_of_.at(file)].push_back(std::move(file));
    return {};
  }

  std::string suffix() const { return table_.keys.now.empty() ? "" : "_keys_" + number_; }

  // Of the population's own table: whoever went makes it anew.
  Result<void> add_own(std::vector<BuiltGroup>& groups) {
    if (table_.kept.empty()) return {};
    if (!TRY(is_empty("went"))) {
      groups.push_back({BuiltGroup::What::again, 0, {}});
    } else if (!TRY(is_empty("came"))) {
      came_in_[0] = {};
      groups.push_back({BuiltGroup::What::more, 0, {}});
    }
    return {};
  }

  // Groups with rows of those who went are written again, from the mirror; to the others come the rows of
  // those who came.
  Result<void> add_touched(std::vector<BuiltGroup>& groups) {
    if (table_.own) return add_own(groups);
    for (size_t i = 0; i < table_.kept.size(); ++i) {
      for (const std::string& file : table_.kept[i]) kept_of_[file] = i, kept_files_.push_back(file);
    }
    if (kept_files_.empty()) return {};
    std::set<size_t> again;
    for (size_t i = 0; i < table_.went_in.size(); ++i) TRY(find_went(i, again));
    TRY(find_came());
    for (const size_t group : again) groups.push_back({BuiltGroup::What::again, group, {}});
    for (const auto& [group, files] : came_in_) {
      if (!again.contains(group)) groups.push_back({BuiltGroup::What::more, group, {}});
    }
    return {};
  }

  const std::vector<std::string>& files_of(const BuiltGroup& group) const {
    if (group.what == BuiltGroup::What::more) return came_in_.at(group.index);
    return group.what == BuiltGroup::What::part ? table_.parts[group.index] : table_.kept[group.index];
  }

  Result<void> find_providers(const std::vector<BuiltGroup>& groups) {
    if (table_.providers.empty() || groups.empty()) return {};
    std::vector<std::string> files;
    for (const BuiltGroup& group : groups)
      files.insert(files.end(), files_of(group).begin(), files_of(group).end());
    TRY(set_files(files));
    for (const std::string& query : table_.providers) TRY(add_providers(connection_, query));
    return {};
  }

  // A key is looked up in a table that was made of everybody, so then nobody may be left out.
  Result<void> want_numbers_of_rows() {
    if (!table_.keys.now.empty() || table_.came_by.empty()) return {};
    std::set<std::string> columns(table_.went_by.begin(), table_.went_by.end());
    columns.insert(table_.came_by);
    columns.erase("");
    return want_numbers(connection_, document_, {columns.begin(), columns.end()});
  }

  Result<void> write(const BuiltGroup& group, size_t index) {
    const std::string place = "/" + std::to_string(index);
    TRY(make_folder(place));
    TRY(set_files(files_of(group)));
    TRY(want_numbers_of_rows());
    const std::string& query = group.what == BuiltGroup::What::more ? table_.came : table_.rows;
    TRY(connection_.run(
        "COPY (" + query + ") TO " + duck::quote_text(document_.output + "/" + folder_ + place) +
        fmt::format(" (FORMAT PARQUET, FILE_SIZE_BYTES {}, DICTIONARY_SIZE_LIMIT {}, OVERWRITE_OR_IGNORE)",
                    project_file_bytes_max, dictionary_values_max)));
    document_.wanted->clear();
    return {};
  }

  Result<std::vector<BuiltGroup>> with_files(std::vector<BuiltGroup> groups) {
    if (groups.empty()) return groups;
    uint64_t rows = 0, bytes = 0;
    for (BuiltFile& file : TRY(read_statistics(connection_, document_, folder_, table_.columns))) {
      rows += file.rows, bytes += file.bytes;
      const size_t index = std::stoul(file.path.substr(folder_.size() + 1));
      groups.at(index).files.push_back(std::move(file));
    }
    progress(table_.schema + "." + table_.name, rows, bytes);
    return groups;
  }

  duck::Connection& connection_;
  const BuildDocument& document_;
  const BuildTable& table_;
  std::string number_, folder_, empty_file_;
  std::vector<std::string> kept_files_;
  std::map<std::string, size_t> kept_of_;
  std::map<size_t, std::vector<std::string>> came_in_;
};

}  // namespace

Result<void> add_record_texts(duck::Connection& connection, const BuildDocument& document, size_t number) {
  return TableBuilder(connection, document, number).add_record_texts();
}

Result<std::vector<BuiltGroup>> build_table(duck::Connection& connection, const BuildDocument& document,
                                            size_t number) {
  return TableBuilder(connection, document, number).build();
}

}  // namespace fvm::runner
