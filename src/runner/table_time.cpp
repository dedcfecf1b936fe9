// Bands of time for survival curves.
#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "disclosure/statistics.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

using disclosure::SurvivalStep;

struct Counted {
  int64_t band = 0;
  std::string group;
  double events = 0, units = 0;
};

// Units of each band and group.
class Bands {
 public:
  Bands(const TableCombinations& combinations, const std::vector<uint64_t>& units, const TableJudgement& job,
        size_t index)
      : combinations_(combinations), units_(units), job_(job), index_(index) {}

  Result<TableCodes> codes() {
    TRY(read());
    std::vector<int64_t> bands;
    for (const Counted& each : counted_)
      if (bands.empty() || bands.back() != each.band) bands.push_back(each.band);
    if (bands.size() > table_values_max)
      return usage("table.too_many_values",
                   {{"name", job_.dimensions[index_].name}, {"max", std::to_string(table_values_max)}});
    auto counts = steps(bands);
    // Those who are still there at the end are a number at risk, not a step; a few are part of the last one.
    const bool has_end = ends_apart(bands, counts);
    if (has_end) counts.pop_back();
    auto firsts = disclosure::pool_groups(counts, job_.rules.values);
    if (firsts.empty() && !counts.empty()) firsts.push_back(0);  // one band; the table judges it
    if (has_end) firsts.push_back(bands.size() - 1);
    std::vector<std::pair<std::string, std::string>> all{{"*total", ""}};
    for (size_t i = 0; i < firsts.size(); ++i) all.emplace_back(label(bands, firsts, i), "*total");
    TableCodes out{TRY(tabular::Hierarchy::of(all)), {}};
    for (size_t i = 0, pool = 0; i < bands.size(); ++i) {
      if (pool + 1 < firsts.size() && firsts[pool + 1] == i) ++pool;
      out.leaves[{std::to_string(bands[i]), std::nullopt}] = static_cast<uint32_t>(pool + 1);
    }
    return out;
  }

 private:
  Result<void> read() {
    std::map<std::pair<int64_t, std::string>, Counted> counted;
    for (size_t combination = 0; combination < units_.size(); ++combination) {
      if (units_[combination] == 0) continue;
      bool came = false;
      std::string group;
      for (size_t i = 0; i < job_.dimensions.size(); ++i) {
        const TableCodes::Text& value = text(combination, i);
        const auto as = job_.dimensions[i].as;
        if (as == TableDimension::As::event) came = value == event_word;
        if (as == TableDimension::As::value) group += (value ? "=" + *value : "?") + '\0';
      }
      const int64_t band = TRY(band_of(text(combination, index_)));
      const auto number = static_cast<double>(units_[combination]);
      Counted& each = counted.try_emplace({band, group}, Counted{band, group}).first->second;
      each.units += number;
      if (came) each.events += number;
    }
    for (auto& [key, each] : counted) counted_.push_back(std::move(each));
    return {};
  }

  const TableCodes::Text& text(size_t combination, size_t dimension) const {
    return combinations_.values[dimension][combinations_.index[dimension][combination]].value;
  }

  static Result<int64_t> band_of(const TableCodes::Text& text) {
    int64_t band = 0;
    if (!text) return defect("table.bad_result");
    const auto read = std::from_chars(text->data(), text->data() + text->size(), band);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size()) return defect("table.bad_result");
    return band;
  }

  // Groups of fewer than t units are not told apart; together they are one more group if they are enough.
  std::map<std::string, size_t> groups() const {
    std::map<std::string, double> sizes;
    for (const Counted& each : counted_) sizes[each.group] += each.units;
    std::map<std::string, size_t> out;
    double few = 0;
    size_t next = 0;
    for (const auto& [name, units] : sizes) {
      if (units >= job_.rules.values.threshold()) {
        out[name] = next++;
      } else {
        few += units;
      }
    }
    if (few < job_.rules.values.threshold()) return out;
    for (const auto& [name, units] : sizes) out.emplace(name, next);
    return out;
  }

  std::vector<std::vector<SurvivalStep>> steps(const std::vector<int64_t>& bands) const {
    const auto group_of = groups();
    size_t count = 1;
    for (const auto& [name, group] : group_of) count = std::max(count, group + 1);
    std::vector<std::vector<SurvivalStep>> out(bands.size(), std::vector<SurvivalStep>(count));
    size_t at = 0;
    for (const Counted& each : counted_) {
      while (bands[at] != each.band) ++at;
      const auto group = group_of.find(each.group);
      if (group == group_of.end()) continue;
      out[at][group->second].events += each.events;
      out[at][group->second].censored += each.units - each.events;
    }
    return out;
  }

  bool ends_apart(const std::vector<int64_t>& bands,
                  const std::vector<std::vector<SurvivalStep>>& counts) const {
    const TableDimension& time = job_.dimensions[index_];
    if (time.until <= 0 || bands.empty() || static_cast<double>(bands.back()) != end_band(time)) return false;
    return std::all_of(counts.back().begin(), counts.back().end(), [&](const SurvivalStep& step) {
      return disclosure::judge_count(step.censored, job_.rules.values).may_leave();
    });
  }

  // "=0–90"; the last is open, "=90+": where it ends is somebody's time.
  std::string label(const std::vector<int64_t>& bands, const std::vector<size_t>& firsts, size_t pool) const {
    const TableDimension& time = job_.dimensions[index_];
    const auto is_end = [&](int64_t band) {
      return time.until > 0 && static_cast<double>(band) == end_band(time);
    };
    const auto start = [&](size_t which) {
      const int64_t band = bands[firsts[which]];
      if (is_end(band)) return time.until;
      return which == 0 ? 0 : static_cast<double>(band) * time.width;
    };
    if (pool + 1 < firsts.size()) return fmt::format("={:g}–{:g}", start(pool), start(pool + 1));
    // Everybody has left before the end that was asked for: it is nobody's time.
    const bool all_left = time.until > 0 && !is_end(bands.back());
    return all_left ? fmt::format("={:g}–{:g}", start(pool), time.until) : fmt::format("={:g}+", start(pool));
  }

  const TableCombinations& combinations_;
  const std::vector<uint64_t>& units_;
  const TableJudgement& job_;
  size_t index_;
  std::vector<Counted> counted_;
};

}  // namespace

double end_band(const TableDimension& time) {
  return std::ceil(time.until / time.width);
}

Result<TableCodes> make_time_codes(const TableCombinations& combinations, const std::vector<uint64_t>& units,
                                   const TableJudgement& job, size_t index) {
  return Bands(combinations, units, job, index).codes();
}

}  // namespace fvm::runner
