#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/beside.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"
#include "runner/scan_alone.hpp"
#include "runner/scan_code.hpp"
#include "runner/scan_marked.hpp"
#include "runner/scan_markup.hpp"
#include "runner/scan_printed.hpp"

namespace fvm::runner {
namespace {

using disclosure::Place;

// "n=3" in a running text says that three were counted. In code it is a setting; there it is left to the
// reader.
void check_spoken_counts(std::string_view utf8, Scan& scan) {
  if (utf8.find('=') == std::string_view::npos) return;
  const std::string low = disclosure::lower(utf8);
  disclosure::LineCounter lines(low);
  for (size_t at = low.find('='); at != std::string::npos; at = low.find('=', at + 1)) {
    size_t before = at;
    while (before > 0 && low[before - 1] == ' ') --before;
    if (before == 0 || low[before - 1] != 'n') continue;
    if (before >= 2 && std::isalnum(static_cast<unsigned char>(low[before - 2])) != 0) continue;
    size_t digits = at + 1;
    while (digits < low.size() && low[digits] == ' ') ++digits;
    size_t end = digits;
    while (end < low.size() && std::isdigit(static_cast<unsigned char>(low[end])) != 0) ++end;
    if (end == digits || end - digits > 3) continue;
    if (end + 1 < low.size() && (low[end] == '.' || low[end] == ',') &&
        std::isdigit(static_cast<unsigned char>(low[end + 1])) != 0)
      continue;
    const auto count = std::stoul(low.substr(digits, end - digits));
    if (count > 0 && count < scan.parameters.cell_count_min) {
      scan.findings.add("finding.small_count_possible", {"", lines.line_of(at), 0}, "", "n=");
    }
  }
}

void share_of_whole(std::string_view line, std::optional<uint64_t> whole, uint64_t number, Scan& scan) {
  for (size_t at = line.find('%'); whole && at != std::string_view::npos; at = line.find('%', at + 1)) {
    size_t from = at;
    while (from > 0 && std::string_view("0123456789., ").find(line[from - 1]) != std::string_view::npos)
      --from;
    const auto share = disclosure::number_of(disclosure::trim(line.substr(from, at - from)));
    const double count = share ? share->value / 100 * static_cast<double>(*whole) : 0;
    if (count > 0.5 && count < static_cast<double>(scan.parameters.cell_count_min) - 0.5)
      scan.findings.add("finding.percent_numerator", {"", number, 0}, "", "%");
  }
}

// "range 18-104", "Min. 1st Qu. Median", and "1,2 %" beside "n=250" in running text. The residuals of a model
// are nobody's values.
void check_told_extremes(std::string_view utf8, Scan& scan) {
  std::string_view before;
  std::optional<uint64_t> whole;
  uint64_t number = 0;
  for (size_t at = 0; at <= utf8.size();) {
    const size_t end = std::min(utf8.find('\n', at), utf8.size());
    const std::string_view line = utf8.substr(at, end - at);
    const std::vector<std::string> said = disclosure::words(line);
    const auto says = [&](std::string_view word) {
      return std::find(said.begin(), said.end(), word) != said.end();
    };
    ++number;
    const bool residuals = disclosure::lower(before).find("residuals") != std::string::npos;
    const bool digits = line.find_first_of("0123456789") != std::string_view::npos;
    const bool heading = says("min") && says("max") && says("median");
    if (!residuals &&
        (heading || (digits && (says("range") || says("ældste") || says("yngste") || says("oldest") ||
                                says("youngest") || says("maksimum") || says("minimum")))))
      scan.findings.add("finding.extreme", {"", number, 0}, "", "min/max");
    for (size_t i = 0; i + 1 < said.size(); ++i) {
      if (said[i] == "n") whole = disclosure::count_of(said[i + 1]);
    }
    share_of_whole(line, whole, number, scan);
    if (!disclosure::trim(line).empty()) before = line;
    at = end + 1;
  }
}

std::string attribute_free(std::string_view tag) {
  size_t n = 0;
  while (n < tag.size() && (std::isalnum(static_cast<unsigned char>(tag[n])) != 0 || tag[n] == '/')) ++n;
  return disclosure::lower(tag.substr(0, n));
}

// The '>' that ends the tag at `open`; one in a quoted value ("title='>'") does not.
size_t end_of_tag(std::string_view html, size_t open) {
  if (html.substr(open).starts_with("<!--")) return html.find('>', open);
  char quote = 0, before = 0;
  for (size_t at = open; at < html.size(); ++at) {
    const char c = html[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && before == '=') {
      quote = c;
    } else if (c == '>') {
      return at;
    }
    if (std::isspace(static_cast<unsigned char>(c)) == 0) before = c;
  }
  return html.find('>', open);  // a quote that nobody closed
}

// Elements after which a reader sees a new line or another cell; all others stand within a line.
bool breaks_line(std::string_view name) {
  static constexpr std::string_view blocks[] = {
      "p",          "div",        "td",      "th",      "tr",     "table",  "br",     "li",    "ul",
      "ol",         "dl",         "dt",      "dd",      "h1",     "h2",     "h3",     "h4",    "h5",
      "h6",         "hr",         "pre",     "title",   "body",   "head",   "html",   "thead", "tbody",
      "tfoot",      "caption",    "section", "article", "header", "footer", "nav",    "aside", "figure",
      "figcaption", "blockquote", "option",  "text",    "svg",    "g",      "script", "style", "form",
      "fieldset",   "details",    "summary", "main",    "desc"};
  if (name.starts_with('/')) name.remove_prefix(1);
  return std::find(std::begin(blocks), std::end(blocks), name) != std::end(blocks);
}

// A page as its reader sees it: texts, and the tables they stand in.
class Page {
 public:
  explicit Page(Scan& scan, bool in_comment = false) : scan_(scan), in_comment_(in_comment) {}

  void read(std::string_view html) {
    disclosure::LineCounter lines(html);
    for (size_t at = 0; at < html.size();) {
      const size_t open = std::min(html.find('<', at), html.size());
      text(html.substr(at, open - at));
      const size_t close = end_of_tag(html, open);
      if (close == std::string_view::npos) break;
      const std::string_view tag = html.substr(open + 1, close - open - 1);
      at = close + 1;
      if (tag.starts_with("!--")) {  // what a comment hides is read as text
        const size_t end = std::min(html.find("-->", open), html.size());
        scan_.findings.add("finding.comment", {"", lines.line_of(open), 0});
        const std::string_view inside = html.substr(open, end - open);
        scan_.text(inside, {"", lines.line_of(open), 0});
        // Its tables too, but none of its own comments.
        if (!in_comment_) Page(scan_, true).read(inside.substr(std::min(inside.size(), tag_bytes)));
        at = std::min(end + 3, html.size());
      } else {
        element(attribute_free(tag));
      }
    }
    end_table();
    while (!tables_open_.empty()) {
      table_ = std::move(tables_open_.back());
      tables_open_.pop_back();
      end_table();
    }
    scan_.text(cells_text_);
    scan_.text(text_);
    scan_.prose(text_);
    if (is_much_prose(text_)) scan_.findings.add("finding.person_reads", {}, {}, "prose");
    lone_counts();
    scan_printed(text_, Printed::log, scan_);
    scan_marked_rows(text_, true, scan_);
  }

 private:
  void text(std::string_view raw) {
    std::string plain = unescaped(raw);
    if (raised_) plain = disclosure::raised(plain);
    (in_cell_ || !tables_open_.empty() ? cells_text_ : text_) += plain;
    if (in_cell_) table_.rows.back().back() += plain;
  }
  // "<div>B</div><div>3</div>": a small number alone on its line, outside every table.
  void lone_counts() {
    uint64_t number = 0;
    for (size_t at = 0; at <= text_.size();) {
      const size_t end = std::min(text_.find('\n', at), text_.size());
      const auto count = disclosure::count_of(std::string_view(text_).substr(at, end - at));
      ++number;
      if (count && *count > 0 && *count < scan_.parameters.cell_count_min)
        scan_.findings.add("finding.small_count_possible", {"", number, 0}, "9");
      at = end + 1;
    }
  }
  void element(const std::string& name) {
    if (breaks_line(name)) (in_cell_ || !tables_open_.empty() ? cells_text_ : text_) += '\n';
    if (name == "sup" || name == "sub") raised_ = true;
    if (name == "/sup" || name == "/sub") raised_ = false;
    if (name == "table") {  // one within another: what the outer one holds so far is put aside
      constexpr size_t depth_max = 50;
      if (tables_open_.size() == depth_max) scan_.unreadable("", "depth");
      if (tables_open_.size() <= depth_max) tables_open_.push_back(std::exchange(table_, {}));
      in_cell_ = false;
    }
    if (name == "/table") {
      end_table();
      if (!tables_open_.empty()) table_ = std::move(tables_open_.back()), tables_open_.pop_back();
      in_cell_ = !table_.rows.empty() && !table_.rows.back().empty() && !tables_open_.empty();
    }
    if (name == "tr") {
      table_.rows.emplace_back();
      in_cell_ = false;
    }
    if (name == "td" || name == "th") {
      if (table_.rows.empty()) table_.rows.emplace_back();
      if (++cells_ < cells_max) table_.rows.back().emplace_back();
      in_cell_ = cells_ < cells_max;
    }
    if (name == "/td" || name == "/th" || name == "/tr") in_cell_ = false;
  }
  void end_table() {
    scan_.without_raised(table_);
    for (auto& row : table_.rows) {
      for (auto& cell : row) cell = disclosure::plain_text(cell).text;
    }
    if (!table_.rows.empty()) {
      table_.sheet = "table " + std::to_string(++tables_);
      scan_.table(table_);
    }
    table_ = {};
    in_cell_ = false;
  }

  static constexpr size_t tag_bytes = 4;  // "<!--"
  Scan& scan_;
  const bool in_comment_;
  disclosure::Table table_;
  std::vector<disclosure::Table> tables_open_;  // around the one that is read
  std::string text_, cells_text_;
  size_t tables_ = 0, cells_ = 0;
  bool in_cell_ = false, raised_ = false;
};

// As text, and as tables; both at a time. What is found in the text is told first.
void check_delimited(std::string_view utf8, std::string_view extension, Scan& scan, bool plain) {
  bool raised = false;
  auto of_text = beside(utf8.size() >= bytes_beside_min, [&] {
    disclosure::Findings found;
    disclosure::check_text(utf8, scan.pseudonyms, {}, found);
    raised = disclosure::has_raised(utf8);
    return found;
  });
  disclosure::Findings before = std::exchange(scan.findings, {});
  const auto take = [&](const disclosure::Grid& table, bool first) {
    first ? scan.grid(table) : scan.other_reading(table);
  };
  const std::string trouble = each_reading(utf8, extension, take, 0, plain);
  // Digits in a row stand in one cell, where they were found too, or were an amount.
  const disclosure::Findings told = of_text.get();
  for (const disclosure::Finding& f : told.list()) {
    if (!trouble.empty() || f.shape.find_first_not_of('9') != std::string::npos || f.shape.empty())
      before.add_as(f.severity, f.rule, f.place, f.shape, f.detail);
  }
  before.append(std::exchange(scan.findings, {}));
  scan.findings = std::move(before);
  if (!trouble.empty()) scan.unreadable("", trouble);
  if (!raised) return;
  each_reading(disclosure::without_raised(utf8), extension,
               [&](const disclosure::Grid& table, bool) { scan.doubtful_counts(table); });
}

// A table of Markdown: lines of cells between '|'.
void check_piped(std::string_view utf8, Scan& scan) {
  const std::string text = disclosure::plain_text(utf8).text;
  disclosure::Table table;
  uint64_t number = 0;
  const auto put = [&] {
    if (table.rows.size() > 1) scan.table(table);
    table = {};
  };
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = disclosure::trim(std::string_view(text).substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.find('|') == std::string_view::npos) {
      put();
      continue;
    }
    if (line.find_first_not_of("|-: ") == std::string_view::npos) continue;
    if (line.starts_with("|")) line.remove_prefix(1);
    if (line.ends_with("|")) line.remove_suffix(1);
    if (table.rows.empty()) table.first_row = number;
    auto& row = table.rows.emplace_back();
    for (size_t from = 0; from <= line.size();) {
      const size_t bar = std::min(line.find('|', from), line.size());
      row.emplace_back(disclosure::trim(line.substr(from, bar - from)));
      from = bar + 1;
    }
  }
  put();
}

// Blanks and tabulators at the ends of lines, now one and now another: a message can be written in them.
void check_trailing_blanks(std::string_view text, Scan& scan) {
  constexpr size_t lines_min = 24;
  std::unordered_set<std::string_view> kinds;
  size_t lines = 0;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const size_t last = line.find_last_not_of(" \t\r");
    const std::string_view blanks =
        last == std::string_view::npos ? std::string_view() : line.substr(last + 1);
    if (!blanks.empty() && blanks != "\r") ++lines, kinds.insert(blanks);
    at = end + 1;
  }
  if (lines >= lines_min && kinds.size() >= 2 && kinds.size() <= 4)
    scan.findings.add("finding.trailing_blanks");
}

void check_notes(std::string_view utf8, Scan& scan) {
  check_markup(utf8, scan);
  check_piped(utf8, scan);
  scan_printed(utf8, Printed::log, scan);
  scan_marked_rows(utf8, true, scan);
  check_trailing_blanks(utf8, scan);
  scan.prose(utf8);
  if (is_much_prose(utf8)) scan.findings.add("finding.person_reads", {}, {}, "prose");
  for (const std::string_view mark : {"<!--", "[//]:", "[comment]:"}) {
    if (const size_t at = utf8.find(mark); at != std::string_view::npos)
      scan.findings.add("finding.comment", {"", disclosure::LineCounter(utf8).line_of(at), 0});
  }
}

}  // namespace

bool is_much_prose(std::string_view utf8) {
  constexpr size_t line_words_min = 8, words_max = 120;
  size_t all = 0;
  for (size_t at = 0; at <= utf8.size();) {
    const size_t end = std::min(utf8.find('\n', at), utf8.size());
    const size_t count = disclosure::words(utf8.substr(at, end - at)).size();
    if (count >= line_words_min) all += count;
    at = end + 1;
  }
  return all > words_max;
}

void scan_html(std::string_view utf8, Scan& scan) {
  check_markup(utf8, scan);
  scan.text(utf8);  // scripts, styles and attributes too
  scan_marked_rows(utf8, false, scan);
  scan_records_within(utf8, scan);
  Page(scan).read(utf8);
  check_spoken_counts(utf8, scan);
}

void scan_text(std::string_view utf8, std::string_view extension, Scan& scan, bool plain) {
  const bool table = extension == "csv" || extension == "tsv" || extension == "txt";
  if (extension == "html") scan_tables_alone(utf8, extension, scan);
  if (extension == "html" || extension == "htm" || extension == "svg") return scan_html(utf8, scan);
  if (extension == "ipynb") return scan_notebook(utf8, scan);
  if (table) check_delimited(utf8, extension, scan, plain);
  if (!table) scan.text(utf8);
  if (is_code(extension)) return scan_code(utf8, extension, scan);
  if (extension == "md") check_notes(utf8, scan);
  if (table || extension == "md" || extension == "log") check_spoken_counts(utf8, scan);
  if (extension == "txt" || extension == "log") {
    scan.prose(utf8);
    scan_printed(utf8, Printed::log, scan);
    if (extension == "log") scan_marked_rows(utf8, true, scan);
    scan_records(utf8, scan);
    check_trailing_blanks(utf8, scan);
    check_told_extremes(utf8, scan);
  }
  if (extension == "md") scan_records(utf8, scan), check_told_extremes(utf8, scan);
  if (extension == "md" || extension == "txt") scan_tables_alone(utf8, extension, scan);
}

}  // namespace fvm::runner
