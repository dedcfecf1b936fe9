// What a check found in a file somebody wants to send home: which rule, where, and the shape of what stands
// there; never the value itself.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::disclosure {

// note: for the record; review: a person must look at it; block: it may never leave like this.
enum class Severity { note, review, block };

// Where in the file. Rows and columns count from 1 as a person counts them; 0: none.
struct Place {
  std::string sheet;  // XLSX: the sheet's name; archives of parts: the part's name
  uint64_t row = 0;   // text files: the line
  uint64_t column = 0;
  bool operator==(const Place&) const = default;
};

// "B7" in a spreadsheet (`letters`), else "row 7, column 2"; with the sheet in front when there is one.
std::string place_text(const Place& place, bool letters);
// 1 -> "A", 27 -> "AA".
std::string column_letters(uint64_t column);

// Each digit becomes 9, each letter A, everything else stays: "0101011234" -> "9999999999".
std::string shape_of(std::string_view text);

struct Finding {
  std::string rule;  // a key of messages/*.txt: finding.NAME
  Severity severity = Severity::note;
  Place place;
  std::string shape;
  std::string detail;  // a header, a type, a limit: never a value of a cell
};

// Gathers findings; keeps the first `per_rule_max` of each rule and counts the rest, so that a file of
// nothing but personal numbers does not make a list as long as itself.
class Findings {
 public:
  static constexpr size_t per_rule_max = 20;

  // The same rule at the same place twice in a row is one finding.
  void add(std::string_view rule, Place place = {}, std::string shape = {}, std::string detail = {});
  // The same with another severity than the rule's own.
  void add_as(Severity severity, std::string_view rule, Place place = {}, std::string shape = {},
              std::string detail = {});
  // What was found later, or elsewhere at the same time.
  void append(const Findings& later);
  const std::vector<Finding>& list() const { return list_; }
  // How many places broke `rule` in all.
  uint64_t count(std::string_view rule) const;
  bool blocks() const { return blocks_; }

 private:
  std::vector<Finding> list_;
  struct Counted {
    std::string rule;
    uint64_t count = 0;
    std::array<uint64_t, 3> listed = {};  // of each severity
  };
  Counted& counted(std::string_view rule);
  std::vector<Counted> counts_;
  bool blocks_ = false;
};

// The rule's own severity. An unknown rule blocks.
Severity severity_of(std::string_view rule);
// Every rule, for documentation and tests.
struct Rule {
  std::string_view name;
  Severity severity;
};
const std::vector<Rule>& rules();
// Of rules and their parameters; part of every disclosure record.
inline constexpr std::string_view rules_version = "2026-11-1";

}  // namespace fvm::disclosure
