#include "disclosure/finding.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace fvm::disclosure {

namespace {

constexpr Rule all_rules[] = {
    // identifiers
    {"finding.personal_number", Severity::block},
    {"finding.personal_number_possible", Severity::review},
    {"finding.pseudonym", Severity::block},
    {"finding.identifier_column", Severity::block},
    {"finding.birth_date", Severity::review},
    {"finding.person_name", Severity::review},
    // tables
    {"finding.small_count", Severity::block},
    {"finding.small_count_possible", Severity::review},
    {"finding.recalculable", Severity::block},
    {"finding.whole_group", Severity::note},
    {"finding.percent_beside", Severity::review},
    {"finding.rows_of_individuals", Severity::review},
    {"finding.nothing_counted", Severity::review},
    {"finding.column_not_understood", Severity::review},
    {"finding.rows_alike", Severity::review},
    {"finding.cell_not_understood", Severity::review},
    {"finding.remarks", Severity::review},
    {"finding.rows_of_files", Severity::review},
    {"finding.rows_of_requests", Severity::review},
    {"finding.rows_are_persons", Severity::block},
    {"finding.rows_match_persons", Severity::review},
    {"finding.rows_of_persons_in_files", Severity::review},
    {"finding.rows_not_compared", Severity::review},
    {"finding.rows_sampled", Severity::note},
    {"finding.printed_rows", Severity::review},
    {"finding.percent_numerator", Severity::review},
    {"finding.small_difference", Severity::review},
    {"finding.extreme", Severity::review},
    {"finding.survival_steps", Severity::review},
    {"finding.dominance", Severity::review},
    // the file itself
    {"finding.type_not_allowed", Severity::block},
    {"finding.type_pretended", Severity::block},
    {"finding.type_doubtful", Severity::review},
    {"finding.too_large", Severity::block},
    {"finding.file_name", Severity::block},
    {"finding.empty", Severity::block},
    {"finding.unreadable", Severity::block},
    {"finding.scan_failed", Severity::block},
    {"finding.test_virus", Severity::block},
    {"finding.virus", Severity::block},
    // what hides in documents
    {"finding.macro", Severity::block},
    {"finding.embedded_object", Severity::block},
    {"finding.external_link", Severity::block},
    {"finding.pivot_cache", Severity::block},
    {"finding.archive_bomb", Severity::block},
    {"finding.archive_path", Severity::block},
    {"finding.xml_entities", Severity::block},
    {"finding.trailing_bytes", Severity::block},
    {"finding.script", Severity::review},
    {"finding.values_in_code", Severity::review},
    {"finding.one_person_condition", Severity::review},
    {"finding.data_uri", Severity::review},
    {"finding.encoded_text", Severity::review},
    {"finding.hidden_sheet", Severity::review},
    {"finding.hidden_cells", Severity::review},
    {"finding.hidden_digits", Severity::review},
    {"finding.hidden_data", Severity::review},
    {"finding.trailing_blanks", Severity::review},
    {"finding.comment", Severity::review},
    {"finding.tracked_change", Severity::review},
    {"finding.embedded_image", Severity::review},
    {"finding.image_text", Severity::review},
    {"finding.invisible_characters", Severity::review},
    {"finding.formula", Severity::review},
    {"finding.person_reads", Severity::review},
    {"finding.tables_alone", Severity::note},
    // safe tables, known by their bytes
    {"finding.safe_table", Severity::note},
    {"finding.safe_table_words", Severity::review},
    {"finding.recipient_read", Severity::review},
};

}  // namespace

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all(std::begin(all_rules), std::end(all_rules));
  return all;
}

Severity severity_of(std::string_view rule) {
  for (const Rule& known : rules()) {
    if (known.name == rule) return known.severity;
  }
  return Severity::block;
}

std::string column_letters(uint64_t column) {
  std::string letters;
  for (; column > 0; column = (column - 1) / 26)
    letters.insert(letters.begin(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(column - 1) % 26]);
  return letters;
}

std::string place_text(const Place& place, bool letters) {
  std::string text = place.sheet.empty() ? "" : place.sheet;
  if (place.row == 0 && place.column == 0) return text;
  if (!text.empty()) text += letters ? "!" : ": ";
  if (letters) return text + column_letters(place.column) + (place.row > 0 ? std::to_string(place.row) : "");
  text += std::to_string(place.row);
  if (place.column > 0) text += ":" + std::to_string(place.column);
  return text;
}

std::string shape_of(std::string_view text) {
  constexpr size_t shape_bytes_max = 40;
  std::string shape;
  for (const char c : text.substr(0, shape_bytes_max)) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isdigit(u) != 0) {
      shape += '9';
    } else if (std::isalpha(u) != 0 || u >= 0x80) {
      shape += 'A';
    } else {
      shape += std::iscntrl(u) != 0 ? ' ' : c;
    }
  }
  return shape;
}

Findings::Counted& Findings::counted(std::string_view rule) {
  const auto known =
      std::find_if(counts_.begin(), counts_.end(), [&](const Counted& c) { return c.rule == rule; });
  return known != counts_.end() ? *known : counts_.emplace_back(Counted{std::string(rule)});
}

void Findings::add(std::string_view rule, Place place, std::string shape, std::string detail) {
  add_as(severity_of(rule), rule, std::move(place), std::move(shape), std::move(detail));
}

void Findings::add_as(Severity severity, std::string_view rule, Place place, std::string shape,
                      std::string detail) {
  blocks_ |= severity == Severity::block;
  if (!list_.empty() && list_.back().rule == rule && list_.back().place == place && place.row > 0) return;
  Counted& one = counted(rule);
  ++one.count;
  // Of each severity by itself: many notes hide no reason for a review.
  if (one.listed[static_cast<size_t>(severity)]++ >= per_rule_max) return;
  list_.push_back({std::string(rule), severity, std::move(place), std::move(shape), std::move(detail)});
}

void Findings::append(const Findings& later) {
  for (const Finding& f : later.list_) add_as(f.severity, f.rule, f.place, f.shape, f.detail);
  // Those that were not listed there were told of by number alone.
  for (const Counted& other : later.counts_) {
    const auto listed = std::count_if(later.list_.begin(), later.list_.end(),
                                      [&](const Finding& f) { return f.rule == other.rule; });
    counted(other.rule).count += other.count - static_cast<uint64_t>(listed);
  }
  blocks_ |= later.blocks_;
}

uint64_t Findings::count(std::string_view rule) const {
  for (const Counted& one : counts_) {
    if (one.rule == rule) return one.count;
  }
  return 0;
}

}  // namespace fvm::disclosure
