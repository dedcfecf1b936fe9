#include "runner/table_units.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "runner/build_map.hpp"

namespace fvm::runner {
namespace {

using duck::quote_text;

class Reader {
 public:
  Reader(duck::Connection& connection, const TableJudgement& job, size_t combinations,
         const std::string& pairs)
      : connection_(connection),
        job_(job),
        combinations_(combinations),
        pairs_(pairs.empty() ? file(job.pairs) : pairs),
        // Several numbers of the mirror may be one person of the project.
        map_("(SELECT project AS key, mirror AS value FROM " + unit_map(job) +
             " WHERE project IS NOT NULL)") {}

  Result<TableUnits> read() {
    size_t persons = TRY(rows_of(file("population")));
    if (std::filesystem::exists(path("population_changes")))
      persons += TRY(rows_of(file("population_changes")));
    const size_t pairs = TRY(rows_of(pairs_));
    if (combinations_ == 0 && pairs > 0) return defect("table.bad_result");
    TableRows map(TableRows::parts_for(std::max(persons, pairs)));
    TRY(map.read(connection_, map_, {.rows = persons}));
    out_.parts.resize(map.parts());
    const size_t step = parts_at_once(pairs, map.parts());
    for (size_t first = 0; first < map.parts(); first += step) TRY(read_parts(map, pairs, first, step));
    if (is_unknown_ && !job_.leave_unknown)
      return usage(job_.providers ? "table.provider_unknown" : "table.unit_unknown");
    for (const auto& part : out_.parts) out_.single = out_.single && part.ends.empty();
    return std::move(out_);
  }

 private:
  std::string path(std::string_view name) const { return fmt::format("{}/{}.parquet", job_.input, name); }
  std::string file(std::string_view name) const {
    return fmt::format("read_parquet({})", quote_text(path(name)));
  }
  Result<size_t> rows_of(const std::string& file) {
    return static_cast<size_t>(TRY(connection_.query_number("SELECT count(*) FROM " + file)));
  }

  // Pairs in memory at the same time take at most a quarter of what the job may have: a table of many cells
  // a person is read several times.
  size_t parts_at_once(size_t pairs, size_t parts) const {
    constexpr uint64_t share = 4;
    const uint64_t bytes = std::max<uint64_t>(pairs * sizeof(TableRow), 1);
    const uint64_t allowed = (job_.engine.memory_mib << 20) / share;
    return std::clamp<size_t>(parts * allowed / bytes, 1, parts);
  }

  Result<void> read_parts(TableRows& map, size_t pairs, size_t first, size_t count) {
    const size_t last = std::min(first + count, map.parts());
    TableRows rows(map.parts());
    TRY(rows.read(connection_, "(SELECT unit AS key, combination AS value FROM " + pairs_ + ")",
                  {.rows = pairs, .value_max = combinations_ - 1, .first = first, .last = last}));
    for_all_parts(job_.engine.threads, last - first, [&](size_t, size_t part) {
      join(map.part(first + part), rows.part(first + part), out_.parts[first + part]);
      map.forget(first + part), rows.forget(first + part);
    });
    return {};
  }

  void join(const std::vector<TableRow>& map, std::vector<TableRow>& pairs, TableUnits::Part& out) {
    TableIndex persons(map.size());
    std::vector<int64_t> mirror;
    for (const TableRow& row : map) {
      const uint32_t person = persons.add(row.key);
      if (person == mirror.size()) mirror.push_back(row.value);
      mirror[person] = std::min(mirror[person], row.value);
    }
    // From now on a pair's key is its person.
    std::vector<uint32_t> counts(mirror.size(), 0);
    size_t known = 0;
    bool single = true;
    for (const TableRow& pair : pairs) {
      const uint32_t person = persons.find(pair.key);
      if (person == TableIndex::none) continue;
      pairs[known++] = {person, pair.value};
      single = ++counts[person] == 1 && single;
    }
    if (known < pairs.size()) is_unknown_ = true;
    pairs.resize(known);
    single ? keep_single(mirror, pairs, out) : keep_several(mirror, counts, pairs, out);
  }

  static void keep_single(const std::vector<int64_t>& mirror, const std::vector<TableRow>& pairs,
                          TableUnits::Part& out) {
    out.mirror.reserve(pairs.size()), out.combinations.reserve(pairs.size());
    for (const TableRow& pair : pairs) {
      out.mirror.push_back(mirror[static_cast<size_t>(pair.key)]);
      out.combinations.push_back(static_cast<uint32_t>(pair.value));
    }
  }

  static void keep_several(const std::vector<int64_t>& mirror, const std::vector<uint32_t>& counts,
                           const std::vector<TableRow>& pairs, TableUnits::Part& out) {
    std::vector<uint32_t> next(counts.size());
    uint32_t end = 0;
    for (size_t person = 0; person < counts.size(); ++person) {
      next[person] = end;
      if (counts[person] == 0) continue;
      end += counts[person];
      out.mirror.push_back(mirror[person]);
      out.ends.push_back(end);
    }
    out.combinations.resize(pairs.size());
    for (const TableRow& pair : pairs)
      out.combinations[next[static_cast<size_t>(pair.key)]++] = static_cast<uint32_t>(pair.value);
  }

  duck::Connection& connection_;
  const TableJudgement& job_;
  size_t combinations_;
  std::string pairs_, map_;
  TableUnits out_;
  std::atomic<bool> is_unknown_ = false;
};

// Adds up one dimension's units.
class Dimension {
 public:
  Dimension(const TableCombinations& combinations, size_t dimension, bool has_parents)
      : values_(combinations.values[dimension]),
        index_(combinations.index[dimension]),
        units_(values_.size(), 0),
        parent_of_(values_.size(), 0) {
    std::map<TableCodes::Text, uint32_t> numbers;
    for (size_t i = 0; has_parents && i < values_.size(); ++i) {
      const auto [found, is_new] = numbers.emplace(values_[i].parent, numbers.size());
      if (is_new) parents_.push_back({values_[i].parent, 0});
      parent_of_[i] = found->second;
    }
  }

  void add(std::span<const uint32_t> combinations, uint64_t units) {
    here_.clear();
    for (const uint32_t combination : combinations) here_.push_back(index_[combination]);
    for (const uint32_t value : different()) units_[value] += units;
    if (parents_.empty()) return;
    for (uint32_t& value : here_) value = parent_of_[value];
    for (const uint32_t parent : different()) parents_[parent].second += units;
  }

  std::vector<TableValue> values() const {
    std::vector<TableValue> out;
    for (size_t i = 0; i < values_.size(); ++i)
      if (units_[i] > 0) out.push_back({values_[i].value, values_[i].parent, units_[i]});
    return out;
  }
  std::map<TableCodes::Text, uint64_t> parents() const { return {parents_.begin(), parents_.end()}; }

 private:
  const std::vector<uint32_t>& different() {
    std::ranges::sort(here_);
    here_.erase(std::unique(here_.begin(), here_.end()), here_.end());
    return here_;
  }
  const std::vector<TableCombinations::Value>& values_;
  const std::vector<uint32_t>& index_;
  std::vector<uint64_t> units_;
  std::vector<uint32_t> parent_of_, here_;
  std::vector<std::pair<TableCodes::Text, uint64_t>> parents_;
};

}  // namespace

std::string unit_map(const TableJudgement& job) {
  const std::string base = job.input + "/population.parquet",
                    changes = job.input + "/population_changes.parquet";
  const std::string units = job.providers ? map_of_providers(base, changes) : map_now(base, changes);
  if (!job.holdings) return units;
  // Who is nobody's is a holding by the unit's number in the mirror.
  return fmt::format(
      "(SELECT project, (md5_number_lower(concat_ws(' ', '{}', mirror)) >> 1)::BIGINT AS mirror FROM {} "
      "UNION "
      "ALL SELECT DISTINCT unit, unit FROM read_parquet({}) WHERE named)",
      job.providers ? "provider" : "person", units, quote_text(job.input + "/" + job.pairs + ".parquet"));
}

Result<TableUnits> read_units(duck::Connection& connection, const TableJudgement& job, size_t combinations,
                              const std::string& pairs) {
  if (job.pairs.empty() && pairs.empty()) return TableUnits{std::vector<TableUnits::Part>(1), true};
  return Reader(connection, job, combinations, pairs).read();
}

void leave_out(TableUnits& units, const std::vector<bool>& combinations) {
  for (TableUnits::Part& part : units.parts) {
    TableUnits::Part kept;
    for (size_t unit = 0; unit < part.mirror.size(); ++unit) {
      const size_t before = kept.combinations.size();
      for (const uint32_t each : part.of(unit))
        if (!combinations[each]) kept.combinations.push_back(each);
      if (kept.combinations.size() == before) continue;
      kept.mirror.push_back(part.mirror[unit]);
      if (!part.ends.empty()) kept.ends.push_back(static_cast<uint32_t>(kept.combinations.size()));
    }
    part = std::move(kept);
  }
}

TableUnitCounts count_units(const TableUnits& units, const TableCombinations& combinations,
                            const TableJudgement& job) {
  TableUnitCounts out{std::vector<uint64_t>(combinations.size(), 0), {}, {}};
  std::vector<Dimension> dimensions;
  for (size_t i = 0; i < job.dimensions.size(); ++i)
    dimensions.emplace_back(combinations, i, !job.dimensions[i].parent.empty());
  std::vector<uint64_t> alone(combinations.size(), 0);  // units that are in that one only
  for (const auto& part : units.parts) {
    for (size_t unit = 0; unit < part.mirror.size(); ++unit) {
      const auto own = part.of(unit);
      for (const uint32_t combination : own) ++out.combinations[combination];
      if (own.size() == 1) {
        ++alone[own[0]];
      } else {
        for (Dimension& dimension : dimensions) dimension.add(own, 1);
      }
    }
  }
  for (uint32_t combination = 0; combination < alone.size(); ++combination)
    for (Dimension& dimension : dimensions)
      if (alone[combination] > 0) dimension.add({&combination, 1}, alone[combination]);
  for (const Dimension& dimension : dimensions) {
    out.values.push_back(dimension.values());
    out.parents.push_back(dimension.parents());
  }
  return out;
}

}  // namespace fvm::runner
