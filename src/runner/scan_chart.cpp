#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "disclosure/text.hpp"
#include "runner/cells.hpp"
#include "runner/scan.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

// One series as a table: its points' names and their values.
class Chart {
 public:
  Chart(std::string_view part, Scan& scan) : part_(part), scan_(scan) {}
  void read(std::string_view xml) {
    const auto done = read_xml(
        xml, {[this](auto name, const Attributes& a) { start(name, a); }, [this](auto name) { end(name); },
              [this](auto text) {
                if (in_value_) value_ += text;
              }});
    if (!done.ok()) scan_.unreadable(std::string(part_), done.error().code);
  }

 private:
  // What the points that follow are to the series; within one of these the others mean nothing.
  static bool is_role(std::string_view name) {
    static constexpr std::string_view roles[] = {"tx",
                                                 "cat",
                                                 "xVal",
                                                 "val",
                                                 "yVal",
                                                 "bubbleSize",
                                                 "plus",
                                                 "minus",
                                                 "dLbl",
                                                 "dLbls",
                                                 "trendline",
                                                 "datalabelsRange",
                                                 "filteredSeriesTitle",
                                                 "filteredCategoryTitle"};
    return std::find(std::begin(roles), std::end(roles), name) != std::end(roles);
  }

  void start(std::string_view name, const Attributes& attributes) {
    if (name == "ser") series_of_ = {}, in_series_ = true;
    if (name == "errBars") direction_ = "y";
    if (name == "errDir" && attribute(attributes, "val") == "x") direction_ = "x";
    if (role_.empty() && is_role(name)) {
      role_ = name, level_ = 0;
      if (!in_series_) series_of_ = {};  // each title of an axis is its own
    }
    // Newer kinds of chart keep their values otherwise.
    if (name == "numDim" || name == "strDim")
      scan_.findings.add("finding.person_reads", {std::string(part_), 0, 0}, {}, "chart");
    if (name == "lvl") ++level_;  // names in several lines
    if (name == "pt") {
      const std::string_view index = attribute(attributes, "idx");
      std::from_chars(index.data(), index.data() + index.size(), index_);
    }
    in_value_ = name == "v";
    if (in_value_) value_.clear();
  }
  void end(std::string_view name) {
    if (name == "v") point();
    if (name == role_) role_.clear();
    if (name == "ser") put(), in_series_ = false;
  }
  void point() {
    in_value_ = false;
    if (++points_ > cells_max / 4) return scan_.unreadable(std::string(part_), "cells");
    // Of two values for one point a viewer shows one, and nobody knows which. Labels may come in pieces.
    const bool once = !role_.starts_with("dLbl") && role_ != "trendline" && !role_.empty();
    // A point may have error bars both ways.
    const std::string column = role_ == "plus" || role_ == "minus" ? role_ + direction_ : role_;
    if (!series_of_.seen.insert({column, level_, index_}).second && once)
      scan_.unreadable(std::string(part_), "point");
    const bool name = role_ == "cat" || role_ == "xVal";
    std::string& cell = role_ == "tx" ? series_of_.title
                        : name        ? series_of_.names[index_]
                                      : series_of_.values[column][index_];
    if (!cell.empty()) cell += ' ';
    cell += name || role_ == "tx" ? value_ : shown(value_);
  }
  // Its points' names and beside them their values; what else it keeps of them in columns of their own.
  void put() {
    std::map<size_t, size_t> rows;  // by the point's number
    for (const auto& [role, points] : series_of_.values) {
      for (const auto& [index, value] : points) rows[index] = 0;
    }
    disclosure::Table table;
    table.sheet = std::string(part_) + " series " + std::to_string(++series_);
    table.rows.push_back({""});
    for (auto& [index, row] : rows) {
      row = table.rows.size();
      const auto name = series_of_.names.find(index);
      table.rows.push_back({name == series_of_.names.end() ? "" : disclosure::plain_text(name->second).text});
    }
    for (const auto& [role, points] : series_of_.values) {
      for (auto& row : table.rows) row.emplace_back();
      if (role == "val" || role == "yVal") table.rows[0].back() = series_of_.title;
      for (const auto& [index, value] : points)
        table.rows[rows[index]].back() = disclosure::plain_text(value).text;
    }
    scan_.table(table);
    series_of_ = {};
  }

  struct Series {
    std::string title;
    std::map<size_t, std::string> names;
    std::map<std::string, std::map<size_t, std::string>> values;  // by column
    std::set<std::tuple<std::string, size_t, size_t>> seen;       // column, level, point
  };
  std::string_view part_;
  Scan& scan_;
  Series series_of_;
  std::string role_, value_;
  std::string direction_;  // of the error bars
  size_t level_ = 0, index_ = 0, series_ = 0, points_ = 0;
  bool in_value_ = false, in_series_ = false;
};

}  // namespace

void scan_chart(std::string_view xml, std::string_view part, Scan& scan) {
  Chart(part, scan).read(xml);
}

}  // namespace fvm::runner
