#include "extract/difference.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <boost/json.hpp>

namespace fvm::extract {
namespace {

namespace json = boost::json;

constexpr uint64_t mib = 1u << 20;
constexpr const char* compacted_tag = "compacted";  // mirror/compact.cpp: the files that a file replaces

std::optional<std::vector<std::string>> names_of(const std::string& text) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(text, broken);
  if (broken || !parsed.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const json::value& item : parsed.as_array()) {
    if (!item.is_string()) return std::nullopt;
    out.emplace_back(item.as_string());
  }
  return out;
}

// Follows a mirror table's files through its versions.
class Lineage {
 public:
  Lineage(const std::vector<lake::Change>& changes, int64_t before) {
    for (const lake::Change& change : changes) {
      apply(change, change.version > before);
      if (change.version == before) {
        for (const auto& [name, file] : live_) covered_.insert(name), before_.insert(name);
      }
    }
  }

  const std::map<std::string, lake::File>& live() const { return live_; }
  const std::set<std::string>& before() const { return before_; }
  bool is_covered(const std::string& name) const { return covered_.contains(name); }

  // The files of now that hold rows of `name`; false when some of its rows were changed or taken away.
  bool leaves(const std::string& name, std::set<std::string>& out) const {
    if (live_.contains(name)) {
      out.insert(name);
      return true;
    }
    const auto heirs = heirs_.find(name);
    if (heirs == heirs_.end()) return false;
    bool whole = true;
    for (const std::string& heir : heirs->second) whole &= leaves(heir, out);
    return whole;
  }

 private:
  void apply(const lake::Change& change, bool after) {
    const bool compaction = !change.data_change && !change.added.empty() && !change.removed.empty();
    if (compaction) inherit(change, after);
    for (const std::string& name : change.removed) live_.erase(name), covered_.erase(name);
    for (const lake::File& file : change.added) live_[file.path] = file;
  }

  void inherit(const lake::Change& change, bool after) {
    for (const lake::File& file : change.added) {
      bool covered = true;
      for (const std::string& source : sources_of(file, change)) {
        heirs_[source].insert(file.path);
        covered &= covered_.contains(source);
      }
      if (after && covered) covered_.insert(file.path);
    }
  }

  static std::vector<std::string> sources_of(const lake::File& file, const lake::Change& change) {
    const auto tag = file.tags.find(compacted_tag);
    if (tag == file.tags.end()) return change.removed;
    const auto named = names_of(tag->second);
    const auto is_removed = [&](const std::string& name) {
      return std::find(change.removed.begin(), change.removed.end(), name) != change.removed.end();
    };
    if (!named || !std::all_of(named->begin(), named->end(), is_removed)) return change.removed;
    return *named;
  }

  std::map<std::string, lake::File> live_;
  std::set<std::string> before_;   // files of then
  std::set<std::string> covered_;  // files of now whose rows were all there before
  std::map<std::string, std::set<std::string>> heirs_;
};

class Differing {
 public:
  Differing(const std::map<std::string, lake::File>& files, const Lineage& lineage, const MergeLimits& limits)
      : files_(files), lineage_(lineage), limits_(limits) {}

  std::optional<Difference> run() {
    for (const auto& [name, file] : lineage_.live()) {
      if (!lineage_.is_covered(name)) read_.insert(name);
    }
    if (!find_leaves()) return std::nullopt;
    drop_until_closed();
    auto groups = components();
    merge(groups);
    return finish(std::move(groups));
  }

 private:
  // The mirror files of now behind each file of the project; those with changed rows are dropped at once.
  bool find_leaves() {
    for (const auto& [path, file] : files_) {
      const auto origins = origins_of(file);
      if (!origins) return false;
      bool whole = true;
      for (const std::string& origin : *origins) whole &= lineage_.leaves(origin, leaves_[path]);
      if (!whole) drop(path);
    }
    return true;
  }

  void drop(const std::string& path) {
    dropped_.insert(path);
    read_.insert(leaves_[path].begin(), leaves_[path].end());
  }

  // A mirror file that is read anew must not stand in a file that is kept.
  void drop_until_closed() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [path, leaves] : leaves_) {
        const auto is_read = [&](const std::string& leaf) { return read_.contains(leaf); };
        if (dropped_.contains(path) || std::none_of(leaves.begin(), leaves.end(), is_read)) continue;
        drop(path);
        changed = true;
      }
    }
  }

  // Files of the project that share a mirror file belong together.
  std::vector<KeptGroup> components() {
    std::map<std::string, std::string> above;  // leaf -> leaf, up to the one that stands for the group
    const auto root = [&](std::string leaf) {
      while (above.at(leaf) != leaf) leaf = above.at(leaf);
      return leaf;
    };
    for (const auto& [path, leaves] : leaves_) {
      if (dropped_.contains(path)) continue;
      for (const std::string& leaf : leaves) above.emplace(leaf, leaf);
      for (const std::string& leaf : leaves) above[root(leaf)] = root(*leaves.begin());
    }
    std::map<std::string, KeptGroup> groups;
    for (const auto& [leaf, parent] : above) groups[root(leaf)].origins.push_back(leaf);
    for (const auto& [path, leaves] : leaves_) {
      if (dropped_.contains(path) || leaves.empty()) continue;
      KeptGroup& group = groups[root(*leaves.begin())];
      group.paths.push_back(path);
      group.rows += files_.at(path).rows.value_or(0);
    }
    std::vector<KeptGroup> out;
    for (auto& [name, group] : groups) out.push_back(std::move(group));
    return out;
  }

  uint64_t bytes_of(const KeptGroup& group) const {
    uint64_t bytes = 0;
    for (const std::string& origin : group.origins) bytes += lineage_.live().at(origin).bytes;
    return bytes;
  }

  void merge(std::vector<KeptGroup>& groups) {
    uint64_t below = 0;
    for (const uint64_t size : limits_.sizes_mib) {
      const auto small = [&](const KeptGroup& group) { return bytes_of(group) < size * mib; };
      if (below == 0 &&
          static_cast<size_t>(std::count_if(groups.begin(), groups.end(), small)) >= limits_.groups_min) {
        below = size * mib;
      }
    }
    std::erase_if(groups, [&](const KeptGroup& group) {
      const bool small = bytes_of(group) < below;
      if (!small && group.paths.size() <= limits_.files_max) return false;
      for (const std::string& path : group.paths) drop(path);
      return true;
    });
  }

  // The mirror files that no row was taken from are kept too: a person who comes may have rows there.
  std::optional<Difference> finish(std::vector<KeptGroup> groups) {
    std::set<std::string> grouped;
    for (const KeptGroup& group : groups) grouped.insert(group.origins.begin(), group.origins.end());
    std::vector<std::string> bare;
    for (const auto& [name, file] : lineage_.live()) {
      if (!read_.contains(name) && !grouped.contains(name)) bare.push_back(name);
    }
    for (auto& part : in_parts(bare, lineage_.live(), limits_)) groups.push_back({std::move(part), {}, 0});
    return Difference{std::move(groups), {read_.begin(), read_.end()}, {dropped_.begin(), dropped_.end()}};
  }

  const std::map<std::string, lake::File>& files_;
  const Lineage& lineage_;
  const MergeLimits& limits_;
  std::map<std::string, std::set<std::string>> leaves_;
  std::set<std::string> read_, dropped_;
};

}  // namespace

std::optional<Difference> difference_of(const std::map<std::string, lake::File>& project_files,
                                        const std::vector<lake::Change>& changes, int64_t before,
                                        const MergeLimits& limits) {
  const Lineage lineage(changes, before);
  return Differing(project_files, lineage, limits).run();
}

bool changed_rows(const std::vector<lake::Change>& changes, int64_t before) {
  return std::any_of(changes.begin(), changes.end(), [&](const lake::Change& change) {
    return change.version > before && (change.data_change || change.added.empty() != change.removed.empty());
  });
}

bool only_added_rows(const std::vector<lake::Change>& changes, int64_t before) {
  return std::none_of(changes.begin(), changes.end(), [&](const lake::Change& change) {
    return change.version > before && !change.removed.empty() && (change.data_change || change.added.empty());
  });
}

std::vector<std::string> files_since(const std::vector<lake::Change>& changes, int64_t before) {
  const Lineage lineage(changes, before);
  std::vector<std::string> out;
  for (const auto& [name, file] : lineage.live()) {
    if (!lineage.is_covered(name)) out.push_back(name);
  }
  return out;
}

// A file of then whose rows are not all in files of now that hold nothing else is one that went, and
// whatever shares rows with it came; until nothing more follows.
RowChanges row_changes(const std::vector<lake::Change>& changes, int64_t before) {
  const Lineage lineage(changes, before);
  std::set<std::string> gone, come;
  std::map<std::string, std::set<std::string>> leaves;
  for (const auto& [name, file] : lineage.live()) {
    if (!lineage.is_covered(name)) come.insert(name);
  }
  for (const std::string& name : lineage.before()) {
    if (!lineage.leaves(name, leaves[name])) gone.insert(name);
  }
  for (size_t known = SIZE_MAX; known != gone.size() + come.size();) {
    known = gone.size() + come.size();
    for (const auto& [name, now] : leaves) {
      const auto is_new = [&](const std::string& leaf) { return come.contains(leaf); };
      if (std::any_of(now.begin(), now.end(), is_new)) gone.insert(name);
      if (gone.contains(name)) come.insert(now.begin(), now.end());
    }
  }
  return {{gone.begin(), gone.end()}, {come.begin(), come.end()}};
}

std::vector<std::vector<std::string>> in_parts(const std::vector<std::string>& files,
                                               const std::map<std::string, lake::File>& mirror_files,
                                               const MergeLimits& limits) {
  std::vector<const lake::File*> ordered;
  for (const std::string& name : files) ordered.push_back(&mirror_files.at(name));
  std::sort(ordered.begin(), ordered.end(), [](const lake::File* a, const lake::File* b) {
    return std::tie(a->modified, a->path) < std::tie(b->modified, b->path);
  });
  std::vector<std::vector<std::string>> parts;
  uint64_t bytes = 0;
  for (const lake::File* file : ordered) {
    const bool full = parts.empty() || bytes + file->bytes > limits.part_mib * mib ||
                      parts.back().size() >= limits.part_files_max;
    if (full) parts.emplace_back(), bytes = 0;
    parts.back().push_back(file->path);
    bytes += file->bytes;
  }
  return parts;
}

std::string origins_text(const std::vector<std::string>& origins) {
  return json::serialize(json::array(origins.begin(), origins.end()));
}

std::optional<std::vector<std::string>> origins_of(const lake::File& file) {
  const auto tag = file.tags.find(origins_tag);
  if (tag == file.tags.end()) return std::nullopt;
  auto names = names_of(tag->second);
  if (!names || names->empty()) return std::nullopt;
  return names;
}

}  // namespace fvm::extract
