// The rules on one table (domain.md, "Sending results home"): counts under the threshold, counts that can be
// worked out from what stands beside them, rows that look like persons. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/finding.hpp"
#include "disclosure/grid.hpp"
#include "disclosure/identifiers.hpp"
#include "disclosure/layout.hpp"

namespace fvm::disclosure {

struct Parameters {
  uint64_t cell_count_min = 5;  // fewer units than this in a cell must not leave; zero may
};

// More rows are no table that somebody reads: what takes long is left out, and a person reads the file.
inline constexpr size_t rows_judged_max = 20'000;
// Nobody of so many is no secret about anybody.
inline constexpr uint64_t large_group = 100;
// All of so many: what they were chosen by.
inline constexpr uint64_t whole_by_definition = 1000;
// The same for comparisons of columns with each other, row by row.
inline constexpr size_t looks_max = 20'000'000;
void leave_to_person(const Grid& table, std::string_view why, Findings& findings);

// Counts 1 … min − 1: block in columns that count, review in whole-number columns that do not say what they
// are. A masked cell whose value follows from a total and the other cells blocks too.
void check_counts(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// A column of key variables blocks; many rows with a column of distinct long numbers, dates or ids go to a
// person.
void check_rows(const Grid& table, const Layout& layout, Findings& findings);

// Rows that are persons by what their columns tell: several traits side by side and nothing counted, dates of
// birth, points of a plot; also on their side, packed in one cell, beside or below another table.
// `parts`: parts_of(table).
void check_individuals(const Grid& table, const Layout& layout, const std::vector<Grid>& parts,
                       Findings& findings);
bool looks_like_individuals(const Grid& table);
// Tables that stand beside or below each other, set apart by nothing; one table gives nothing.
// Nor does one of more cells than are looked at.
std::vector<Grid> parts_of(const Grid& table);

// Shares from which a count under the threshold follows with the whole that is shown.
void check_figures(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// A sum and its mean, of few.
void check_means(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// A count and its share, of a number of which few are left.
void check_rest(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// The categories of each trait against how many all are.
void check_sections(const Grid& table, const Layout& layout, const Parameters& parameters,
                    Findings& findings);

// A hidden count beside its share or mean, or beside the others and their shares: it can be worked out.
void check_beside(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// Counts by limits that lie within each other ("inden 30 dage", "inden 90 dage"), and N of each variable.
void check_thresholds(const Grid& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings);

// Rows that are records whatever is counted in them: in no order, numbered as persons are, with a key.
void check_records(const Grid& table, const Layout& layout, Findings& findings);

// Least and greatest values, percentiles with few on one side, groups of one value, survival step by step,
// one contributor with nearly all of a sum.
void check_values(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// Counts beside those of their whole: few are left, all of it, or none.
void check_parts(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// The totals of a table: of each counting column the cell of its total row. Two tables whose totals differ by
// one to min − 1 tell about those few.
struct Total {
  std::string header;
  uint64_t value = 0;
};
std::vector<Total> totals_of(const Grid& table, const Layout& layout);
// By one to min − 1, whichever is more.
bool differ_by_few(uint64_t one, uint64_t other, const Parameters& parameters);
bool differ_by_few(const std::vector<Total>& a, const std::vector<Total>& b, const Parameters& parameters);

// Names of persons; `place` is where the text stands.
void check_names(std::string_view utf8, const Place& place, Findings& findings);

// Personal numbers and pseudonyms in one text; `place` is where the text stands.
void check_text(std::string_view utf8, const Pseudonyms& pseudonyms, const Place& place, Findings& findings);

// Personal numbers and pseudonyms in every cell, numbers in any notation included ("1.01011234E8"). Amounts
// of nine digits in a column of amounts are none, those of ten are for a person.
void check_identifiers(const Grid& table, const Layout& layout, const Pseudonyms& pseudonyms,
                       Findings& findings);

// Counts among figures of another kind, totals by what they are and not by name, counts that are added up,
// two counts in a cell.
void check_mixed(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// Personal numbers cut over two columns, two rows, or two cells one below the other.
void check_split(const Grid& table, const Layout& layout, Findings& findings);

// Columns that do not say what they are, rows that their labels do not tell apart, nothing that is counted or
// measured: of a file that would leave without a person.
// Notes alone, a line in each row, are for whoever called to judge: they leave beside a table with results.
enum class Holds { results, notes, nothing };
Holds check_understood(const Grid& table, const Layout& layout, const Parameters& parameters,
                       Findings& findings);

// Rows with results that have the same labels; `results`: of each column, whether it has any.
void check_rows_alike(const Grid& table, const Layout& layout, const std::vector<bool>& results,
                      Findings& findings);

// All of the above but the last two.
void check_table(const Grid& table, const Layout& layout, const Pseudonyms& pseudonyms,
                 const Parameters& parameters, Findings& findings);

}  // namespace fvm::disclosure
