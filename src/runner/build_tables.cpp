// One granted table: which of the files that the project has already are touched by those who came and went,
// and the writing of what must be written.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "runner/build_steps.hpp"
#include "runner/jobs.hpp"
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

  // The kept groups whose files hold what the query looks for.
  Result<std::set<size_t>> groups_with(const std::string& query) {
    std::set<size_t> out;
    auto result = TRY(connection_.query(query));
    while (duck::Chunk chunk = TRY(result.next())) {
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto found = kept_of_.find(std::string(chunk.column(0).text(i)));
        if (found == kept_of_.end()) return defect("build.bad_document", {{"reason", "a file of no group"}});
        out.insert(found->second);
      }
    }
    return out;
  }

  // Groups with rows of those who went are written again, from the mirror; to the others come the rows of
  // those who came.
  Result<void> add_touched(std::vector<BuiltGroup>& groups) {
    std::vector<std::string> files;
    for (size_t i = 0; i < table_.kept.size(); ++i) {
      for (const std::string& file : table_.kept[i]) kept_of_[file] = i, files.push_back(file);
    }
    if (files.empty()) return {};
    TRY(set_files(files));
    const std::string suffix = table_.keys.now.empty() ? "" : "_keys_" + number_;
    std::set<size_t> again, more;
    for (size_t i = 0; i < table_.went_in.size(); ++i) {
      if (TRY(is_empty(i == 0 ? "went" + suffix : "changed"))) continue;
      again.merge(TRY(groups_with(table_.went_in[i])));
    }
    if (!TRY(is_empty("came" + suffix))) more = TRY(groups_with(table_.came_in));
    for (const size_t group : again) groups.push_back({BuiltGroup::What::again, group, {}});
    for (const size_t group : more) {
      if (!again.contains(group)) groups.push_back({BuiltGroup::What::more, group, {}});
    }
    return {};
  }

  const std::vector<std::string>& files_of(const BuiltGroup& group) const {
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

  Result<void> write(const BuiltGroup& group, size_t index) {
    const std::string place = "/" + std::to_string(index);
    TRY(make_folder(place));
    TRY(set_files(files_of(group)));
    const std::string& query = group.what == BuiltGroup::What::more ? table_.came : table_.rows;
    TRY(connection_.run(
        "COPY (" + query + ") TO " + duck::quote_text(document_.output + "/" + folder_ + place) +
        fmt::format(" (FORMAT PARQUET, FILE_SIZE_BYTES {}, DICTIONARY_SIZE_LIMIT {}, OVERWRITE_OR_IGNORE)",
                    project_file_bytes_max, dictionary_values_max)));
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
  std::map<std::string, size_t> kept_of_;
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
