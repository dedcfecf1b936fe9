#include <algorithm>
#include <cctype>
#include <string>

#include "disclosure/text.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {
namespace {

using disclosure::Place;

uint64_t line_of(std::string_view text, size_t offset) {
  return 1 +
         static_cast<uint64_t>(std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(offset), '\n'));
}

// "n=3" in a running text says that three were counted. In code it is a setting; there it is left to the
// reader.
void check_spoken_counts(std::string_view utf8, Scan& scan) {
  const std::string low = disclosure::lower(utf8);
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
      scan.findings.add("finding.small_count_possible", {"", line_of(low, at), 0}, "", "n=");
    }
  }
}

void check_markup(std::string_view utf8, Scan& scan) {
  const std::string low = disclosure::lower(utf8);
  for (const std::string_view needle : {"<script", "javascript:", " onload=", " onerror=", " onclick=",
                                        "<foreignobject", "<iframe", "<object", "<embed"}) {
    if (const size_t at = low.find(needle); at != std::string::npos)
      scan.findings.add("finding.script", {"", line_of(low, at), 0});
  }
  for (size_t at = low.find("data:"); at != std::string::npos; at = low.find("data:", at + 1)) {
    if (low.substr(at, 200).find("base64,") != std::string::npos)
      scan.findings.add("finding.data_uri", {"", line_of(low, at), 0});
  }
}

std::string attribute_free(std::string_view tag) {
  size_t n = 0;
  while (n < tag.size() && (std::isalnum(static_cast<unsigned char>(tag[n])) != 0 || tag[n] == '/')) ++n;
  return disclosure::lower(tag.substr(0, n));
}

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t end = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
    if (end == std::string_view::npos || end - at > 10) {
      out += text[at];
      continue;
    }
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name == "lt") out += '<';
    if (name == "gt") out += '>';
    if (name == "amp") out += '&';
    if (name == "nbsp") out += ' ';
    if (name.starts_with("#")) {
      const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
      const unsigned long code =
          std::strtoul(std::string(name.substr(hexadecimal ? 2 : 1)).c_str(), nullptr, hexadecimal ? 16 : 10);
      out += disclosure::utf8_of(static_cast<uint32_t>(std::min(code, 0x110000UL)));
    }
    at = end;
  }
  return out;
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
  explicit Page(Scan& scan) : scan_(scan) {}

  void read(std::string_view html) {
    for (size_t at = 0; at < html.size();) {
      const size_t open = std::min(html.find('<', at), html.size());
      text(html.substr(at, open - at));
      const size_t close = end_of_tag(html, open);
      if (close == std::string_view::npos) break;
      const std::string_view tag = html.substr(open + 1, close - open - 1);
      at = close + 1;
      if (tag.starts_with("!--")) {  // what a comment hides is read as text
        const size_t end = std::min(html.find("-->", open), html.size());
        scan_.findings.add("finding.comment", {"", line_of(html, open), 0});
        scan_.text(html.substr(open, end - open), {"", line_of(html, open), 0});
        at = std::min(end + 3, html.size());
      } else {
        element(attribute_free(tag));
      }
    }
    end_table();
    scan_.text(text_);
  }

 private:
  void text(std::string_view raw) {
    const std::string plain = unescape(raw);
    text_ += plain;
    if (in_cell_) table_.rows.back().back() += plain;
  }
  void element(const std::string& name) {
    if (breaks_line(name)) text_ += '\n';
    if (name == "table" || name == "/table") end_table();
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

  Scan& scan_;
  disclosure::Table table_;
  std::string text_;
  size_t tables_ = 0, cells_ = 0;
  bool in_cell_ = false;
};

void check_delimited(std::string_view utf8, std::string_view extension, Scan& scan) {
  const std::string trouble = each_reading(utf8, extension, [&](const disclosure::Table& table, bool first) {
    first ? scan.table(table) : scan.other_reading(table);
  });
  if (!trouble.empty()) scan.unreadable("", trouble);
}

}  // namespace

void scan_html(std::string_view utf8, Scan& scan) {
  check_markup(utf8, scan);
  scan.text(utf8);  // scripts, styles and attributes too
  Page(scan).read(utf8);
  check_spoken_counts(utf8, scan);
}

void scan_text(std::string_view utf8, std::string_view extension, Scan& scan) {
  const bool table = extension == "csv" || extension == "tsv" || extension == "txt";
  if (extension == "html" || extension == "htm" || extension == "svg") return scan_html(utf8, scan);
  scan.text(utf8);
  if (extension == "md") check_markup(utf8, scan);
  if (table) check_delimited(utf8, extension, scan);
  if (table || extension == "md" || extension == "log") check_spoken_counts(utf8, scan);
}

}  // namespace fvm::runner
