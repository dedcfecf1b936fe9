#include "release/scan_answer.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

// A text for people: cut between characters, and nothing in it that moves a terminal.
std::string shown(const json::value& value) {
  constexpr size_t bytes_max = 200;
  std::string text(whole_characters(std::string_view(value.as_string()), bytes_max));
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }, ' ');
  return text;
}

Result<disclosure::Severity> severity_of(std::string_view name) {
  if (name == "note") return disclosure::Severity::note;
  if (name == "review") return disclosure::Severity::review;
  return disclosure::Severity::block;
}

// Words of ours and a digest; a few rows.
bool is_shape(const disclosure::SmallShape& small) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789+ ";
  constexpr uint64_t rows_max = 1000;
  return small.shape.size() <= disclosure::small_shape_bytes_max && small.rows <= rows_max &&
         small.shape.find_first_not_of(letters) == std::string::npos;
}

// May throw as below.
Result<std::vector<disclosure::Groups>> read_groups(const json::array& tables) {
  std::vector<disclosure::Groups> all;
  size_t counts = 0;
  for (const json::value& table : tables) {
    disclosure::Groups& groups = all.emplace_back();
    groups.name = shown(table.at(0));
    for (const json::value& each : table.at(1).as_array()) {
      const auto number = [&](size_t at) { return json::value_to<uint64_t>(each.at(at)); };
      groups.all.push_back({number(0), number(1), {{}, number(2), number(3)}});
      const bool ordered = groups.all.size() < 2 || groups.all.rbegin()[1].key < groups.all.back().key;
      if (++counts > disclosure::groups_counted_max || !ordered)
        return surroundings("release.scan_unreadable");
    }
    if (all.size() > disclosure::groups_tables_max) return surroundings("release.scan_unreadable");
  }
  return all;
}

// May throw what Boost.JSON throws on another shape.
Result<disclosure::Outline> read_outline(const json::value& value) {
  constexpr size_t tables_max = 100, totals_max = 2000, header_bytes_max = 200;
  disclosure::Outline outline;
  outline.rows = json::value_to<uint64_t>(value.at("rows"));
  outline.traits = json::value_to<uint64_t>(value.at("traits"));
  for (const json::value& small : value.at("shapes").as_array()) {
    outline.shapes.push_back(
        {json::value_to<std::string>(small.at(0)), json::value_to<uint64_t>(small.at(1))});
    if (outline.shapes.size() > disclosure::small_shapes_max || !is_shape(outline.shapes.back()))
      return surroundings("release.scan_unreadable");
  }
  size_t count = 0;
  for (const json::value& table : value.at("totals").as_array()) {
    auto& totals = outline.totals.emplace_back();
    for (const json::value& total : table.as_array()) {
      totals.push_back({json::value_to<std::string>(total.at(0)).substr(0, header_bytes_max),
                        json::value_to<uint64_t>(total.at(1))});
      if (++count > totals_max || outline.totals.size() > tables_max)
        return surroundings("release.scan_unreadable");
    }
    if (totals.empty()) return surroundings("release.scan_unreadable");
  }
  outline.groups = TRY(read_groups(value.at("groups").as_array()));
  return outline;
}

// What the scan took out of the file: bounded, texts without control characters. May throw as above.
Result<disclosure::Candidate> read_candidate(const json::value& value) {
  const Error broken = surroundings("release.scan_unreadable");
  const auto is_cell = [](const std::string& cell) {
    return cell.size() <= 2 * disclosure::candidate_cell_bytes_max &&
           std::none_of(cell.begin(), cell.end(), [](unsigned char c) { return c < ' '; });
  };
  disclosure::Candidate out;
  out.sheet = shown(value.at("sheet"));
  out.on_side = value.at("on_side").as_bool();
  out.all_rows = json::value_to<uint64_t>(value.at("all_rows"));
  out.headings = json::value_to<std::vector<std::string>>(value.at("headings"));
  out.places = json::value_to<std::vector<uint64_t>>(value.at("places"));
  out.rows = json::value_to<std::vector<std::vector<std::string>>>(value.at("rows"));
  bool good = out.headings.size() <= disclosure::candidate_columns_max &&
              out.rows.size() <= disclosure::candidate_rows_max && out.places.size() == out.rows.size() &&
              std::all_of(out.headings.begin(), out.headings.end(), is_cell);
  for (const auto& row : out.rows)
    good = good && row.size() == out.headings.size() && std::all_of(row.begin(), row.end(), is_cell);
  if (!good) return broken;
  return out;
}

Result<std::vector<disclosure::Candidate>> read_candidates(const json::value& value) {
  std::vector<disclosure::Candidate> out;
  size_t cells = 0;
  for (const json::value& each : value.as_array()) {
    out.push_back(TRY(read_candidate(each)));
    cells += out.back().cells();
    if (out.size() > disclosure::candidate_tables_max || cells > disclosure::candidate_cells_max)
      return surroundings("release.scan_unreadable");
  }
  return out;
}

// A key of ours, never a sentence.
bool is_rule(std::string_view rule) {
  constexpr std::string_view prefix = "finding.", letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return rule.starts_with(prefix) && rule.size() > prefix.size() &&
         rule.substr(prefix.size()).find_first_not_of(letters) == std::string_view::npos;
}

Result<disclosure::Finding> read_finding(const json::value& item) {
  const auto number = [&](const char* key) { return json::value_to<uint64_t>(item.at(key)); };
  disclosure::Finding finding{shown(item.at("rule")),
                              TRY(severity_of(item.at("severity").as_string())),
                              {shown(item.at("sheet")), number("row"), number("column")},
                              shown(item.at("shape")),
                              shown(item.at("detail"))};
  if (!is_rule(finding.rule)) return surroundings("release.scan_unreadable");
  return finding;
}

}  // namespace

Result<ScanAnswer> read_scan_answer(std::string_view text) {
  constexpr size_t findings_max = 2000, tables_max = 200, digest_characters = 64;
  const Error broken = surroundings("release.scan_unreadable");
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return broken;
  try {
    const json::object& top = value.as_object();
    Report report;
    report.type = shown(top.at("type"));
    report.blocks = top.at("blocks").as_bool();
    for (const json::value& digest : top.at("tables").as_array()) {
      report.tables.push_back(json::value_to<std::string>(digest));
      if (report.tables.size() > tables_max || report.tables.back().size() != digest_characters)
        return broken;
    }
    const json::array& findings = top.at("findings").as_array();
    if (findings.size() > findings_max) return broken;
    for (const json::value& item : findings) {
      report.findings.push_back(TRY(read_finding(item)));
      report.blocks |= report.findings.back().severity == disclosure::Severity::block;
    }
    report.outline = TRY(read_outline(top.at("outline")));
    auto candidates = TRY(read_candidates(top.at("candidates")));
    if (const auto left_out = json::value_to<uint64_t>(top.at("candidates_left_out")); left_out > 0)
      report.findings.push_back({"finding.rows_sampled",
                                 disclosure::Severity::note,
                                 {},
                                 "",
                                 fmt::format("{}/{}", candidates.size(), candidates.size() + left_out)});
    return ScanAnswer{std::move(report), std::move(candidates)};
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type
    return broken;
  }
}

}  // namespace fvm::release
