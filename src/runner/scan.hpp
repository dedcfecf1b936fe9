// The scan of one file that somebody wants to send home. Runs in its sandbox; parses hostile files. What it
// finds is findings; what it cannot read to the end blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disclosure/candidates.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/same_groups.hpp"
#include "disclosure/together.hpp"
#include "runner/scan_styles.hpp"
#include "runner/shown.hpp"

namespace fvm::runner {

// Limits of what is parsed.
inline constexpr uint64_t unpacked_bytes_max = 256u << 20;  // all parts of a document together
inline constexpr uint64_t unpacked_ratio_max = 200;         // of a part larger than ratio_floor_bytes
inline constexpr uint64_t ratio_floor_bytes = 4u << 20;
inline constexpr size_t parts_max = 5000;
inline constexpr size_t cells_max = 4'000'000;
inline constexpr size_t rounded_max = 200'000;  // cells with more decimals than are shown, of one sheet
inline constexpr size_t tables_max = 200;       // that are told of one file

struct Scan {
  disclosure::Pseudonyms pseudonyms;
  disclosure::Parameters parameters;
  disclosure::Findings findings;
  std::vector<std::string> tables;  // of each with numbers: SHA-256 of its headings and numbers

  std::vector<disclosure::Candidate> candidates;  // rows that are compared with the project's data
  uint64_t candidates_left_out = 0;               // tables, or parts of them, that are not
  void candidate(const disclosure::Grid& table, const disclosure::Layout& layout);
  // Those that are not yet, as JSON divided by commas; while others are at work, for it takes a while.
  void write_candidates();
  std::string candidates_written;

  disclosure::Outline outline;  // what the other files of the request are compared with
  // Cells of the sheet that is read of which a format shows fewer decimals, by row and column from 0.
  std::vector<std::pair<size_t, size_t>> rounded;
  // It may leave without a person: what no rule understands must not.
  bool must_be_understood = false;
  // Notes alone that stand beside no results, by the sheet's name.
  bool has_results = false;
  std::vector<std::string> notes;
  // Where what was read goes when a person wants to see it. Then nothing is looked for: that was done before.
  Shown* shown = nullptr;

  void table(const disclosure::Table& table) {
    if (shown != nullptr && !table.sheet.empty()) shown->table(table);  // one without a name is read twice
    if (shown == nullptr) grid(table);
  }
  void grid(const disclosure::Grid& table);
  // The table without raised digits, when it had some: "3¹²" is three to most readers.
  void without_raised(const disclosure::Table& table);
  void outline_of(const disclosure::Grid& table, const disclosure::Layout& layout);
  // Whether what the rounded cells hide tells more than the counts in their rows.
  void judge_rounded(const disclosure::Grid& table, const disclosure::Layout& layout);
  // Counts that stand in another table of the file too, of all but few.
  void compare_groups(const disclosure::Grid& table, const disclosure::Layout& layout);
  void outline_groups(const disclosure::Groups& groups);
  // Names of persons and few of them told in words, in text that people write.
  void prose(std::string_view utf8, const disclosure::Place& place = {});
  // Counts that would be certain, of a table that may be none, or not be meant so: a person looks.
  void doubtful_counts(const disclosure::Grid& table);
  // The same table read another way: only what is certain counts.
  void other_reading(const disclosure::Grid& table);
  void text(std::string_view utf8, const disclosure::Place& place = {}) {
    if (shown != nullptr) return;
    disclosure::check_text(utf8, pseudonyms, place, findings);
  }
  // Few told in what people wrote beside the cells of a workbook: headers and footers, what is said of a
  // cell. Whether it holds numbers of persons is asked where it is read.
  void beside_cells(std::string_view utf8, const disclosure::Place& place);
  // A comment or an instruction in a document's XML: no program writes any, and none shows it.
  void markup_aside(std::string_view text, const disclosure::Place& place);
  // The name of an element of a document's XML.
  void markup_name(std::string_view name, const disclosure::Place& place);
  // An attribute of a document's XML. Most are measures and marks of the program that wrote it, which look
  // like anything: only what is certain counts.
  void attribute(std::string_view element, std::string_view key, std::string_view value,
                 const disclosure::Place& place);
  void unreadable(std::string part, std::string why) {
    findings.add("finding.unreadable", {std::move(part), 0, 0}, {}, std::move(why));
  }

 private:
  size_t written_ = 0;  // of the candidates
  std::vector<disclosure::Groups> groups_;
};

// Text files. csv, tsv and txt as a table when they are one; html, md, code and logs as text. `plain`: it is
// known to be all is_plain().
void scan_text(std::string_view utf8, std::string_view extension, Scan& scan, bool plain = false);
// The tables and the visible text of a page; scripts and data URIs are findings.
void scan_html(std::string_view utf8, Scan& scan);
void scan_notebook(std::string_view utf8, Scan& scan);
// What a document says outside its tables is for a person when it is more than a title and a note.
bool is_much_prose(std::string_view utf8);
// xlsx and docx. Returns "xlsx", "docx" or "archive": what it is, by its parts.
std::string scan_office(std::string_view bytes, Scan& scan);
// One worksheet's XML; `is_read` is called when nothing more is read of it.
struct SheetFacts {
  std::string name;
  bool hidden = false;
  size_t parts = 0;     // that are read beside each other (sheet_pieces.hpp); 0: as size and machine say
  bool plainly = true;  // by plain_xml.hpp where it can be
  std::vector<bool>* used = nullptr;  // those of the shared texts that a cell shows are marked in it
};
void scan_sheet(std::string_view xml, const SheetFacts& sheet, const std::vector<std::string>& shared,
                Scan& scan, const std::vector<CellStyle>& styles = {},
                const std::function<void()>& is_read = {});
// What a workbook's properties say, by the name of the part's first element; of others nothing.
void scan_properties(std::string_view xml, std::string_view root, const std::string& part, Scan& scan);
// What a chart keeps of the cells that it drew.
void scan_chart(std::string_view xml, std::string_view part, Scan& scan);

// Cells of delimited text; the delimiter is the one of ';' ',' tab '|' that divides most lines alike, else
// runs of blanks. Quoted cells may hold line breaks. Empty when the text is no table.
disclosure::Table parse_delimited(std::string_view utf8, std::string_view extension);
// That table first, then how other usual delimiters would read the same text, where they make columns of some
// lines: lines with a decoy may outnumber those that matter. Returns "quote" when one is never closed,
// "cells" when there are too many: then the end was not read. `parts`: that are read beside each other; 0: as
// size and machine say. `plain`: as for scan_text().
std::string each_reading(std::string_view utf8, std::string_view extension,
                         const std::function<void(const disclosure::Grid&, bool first)>& take,
                         size_t parts = 0, bool plain = false);

}  // namespace fvm::runner
