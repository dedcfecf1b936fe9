#include "documents/flat_xml.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <numeric>

#include "documents/utf8.hpp"

namespace fvm::documents {
namespace {

constexpr const char* namespaces =
    R"(xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" )"
    R"(xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" )"
    R"(xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" )"
    R"(xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" )"
    R"(xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" )"
    R"(xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" )"
    R"(xmlns:dc="http://purl.org/dc/elements/1.1/" )"
    R"(xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" )"
    R"(office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text")";

// Points. Body text of 11 and dark text on white: EN 301 549 asks for contrast, readers for size.
constexpr unsigned heading_points[] = {18, 14, 12, 11};
constexpr double page_width_cm = 17.0;

void put(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
            static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
}

// What XML 1.0 allows (production 2), tab and line break apart: those are elements in OpenDocument.
bool may_stand(char32_t c) {
  return c >= 0x20 && c != 0x7F && c != 0xFFFE && c != 0xFFFF && !(c >= 0x80 && c < 0xA0);
}

// Text of a paragraph: line breaks and tabs as OpenDocument writes them, runs of blanks kept.
std::string inline_text(std::string_view text) {
  std::string out, piece;
  const auto flush = [&] {
    out += escape_xml(piece);
    piece.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\t') {
      flush();
      out += c == '\n' ? "<text:line-break/>" : "<text:tab/>";
    } else if (c == ' ' && i + 1 < text.size() && text[i + 1] == ' ') {
      flush();
      out += "<text:s/>";
    } else if (c != '\r') {
      piece += c;
    }
  }
  flush();
  return out;
}

std::string paragraph(std::string_view style, std::string_view text) {
  return fmt::format("<text:p text:style-name=\"{}\">{}</text:p>\n", style, inline_text(text));
}

class Body {
 public:
  void operator()(const Heading& heading) {
    const unsigned level = std::clamp(heading.level, 1u, heading_levels_max);
    out_ += fmt::format("<text:h text:style-name=\"Heading_20_{}{}\" text:outline-level=\"{}\">{}</text:h>\n",
                        level, std::exchange(new_page_, false) ? "_20_Page" : "", level,
                        inline_text(heading.text));
  }
  void operator()(const Paragraph& text) {
    out_ += paragraph(text.strong ? "Strong" : "Standard", text.text);
  }
  void operator()(const Literal& literal) { out_ += paragraph("Literal", literal.text); }
  void operator()(const List& list) {
    const bool numbers = list.kind == List::Kind::numbers;
    out_ += fmt::format("<text:list text:style-name=\"{}\">\n", numbers ? "Numbers" : "Dots");
    for (const std::string& item : list.items) {
      out_ += "<text:list-item>" + paragraph("Item", item) + "</text:list-item>\n";
    }
    out_ += "</text:list>\n";
  }
  void operator()(const Table& table) {
    ++tables_;
    if (!table.name.empty()) out_ += paragraph("Caption", table.name);
    out_ += fmt::format("<table:table table:name=\"{}\" table:style-name=\"Grid\">\n",
                        escape_xml(table.name.empty() ? fmt::format("T{}", tables_)
                                                      : fmt::format("{} ({})", table.name, tables_)));
    for (size_t i = 0; i < table.header.size(); ++i) out_ += column(table, i);
    out_ += "<table:table-header-rows>" + row(table.header, "Header") + "</table:table-header-rows>\n";
    for (const auto& each : table.rows) out_ += row(each, "Cell");
    out_ += "</table:table>\n" + paragraph("Standard", "");
  }
  void operator()(const PageBreak&) { new_page_ = true; }

  std::string take_body() { return std::move(out_); }
  // Column widths are styles of their own, gathered on the way.
  std::string take_styles() { return std::move(styles_); }

 private:
  std::string column(const Table& table, size_t i) {
    const bool given = table.widths.size() == table.header.size();
    const double sum =
        given ? std::accumulate(table.widths.begin(), table.widths.end(), 0.0) : double(table.header.size());
    const double share = (given ? table.widths[i] : 1) / std::max(sum, 1.0);
    const std::string name = fmt::format("C{}.{}", tables_, i);
    styles_ += fmt::format(
        "<style:style style:name=\"{}\" style:family=\"table-column\"><style:table-column-properties "
        "style:column-width=\"{:.2f}cm\"/></style:style>\n",
        name, share * page_width_cm);
    return fmt::format("<table:table-column table:style-name=\"{}\"/>\n", name);
  }
  static std::string row(const std::vector<std::string>& cells, std::string_view style) {
    std::string out = "<table:table-row>";
    for (const std::string& cell : cells) {
      out += "<table:table-cell table:style-name=\"Box\" office:value-type=\"string\">" +
             paragraph(style, cell) + "</table:table-cell>";
    }
    return out + "</table:table-row>\n";
  }

  std::string out_, styles_;
  unsigned tables_ = 0;
  bool new_page_ = false;
};

std::string heading_styles() {
  std::string out;
  for (unsigned level = 1; level <= heading_levels_max; ++level) {
    for (const bool page : {false, true}) {
      out += fmt::format(
          "<style:style style:name=\"Heading_20_{0}{2}\" style:display-name=\"Heading {0}{3}\" "
          "style:family=\"paragraph\" style:parent-style-name=\"{4}\" style:default-outline-level=\"{0}\">"
          "<style:paragraph-properties fo:margin-top=\"0.4cm\" fo:margin-bottom=\"0.2cm\" "
          "fo:keep-with-next=\"always\"{5}/><style:text-properties fo:font-size=\"{1}pt\" "
          "fo:font-weight=\"bold\"/></style:style>\n",
          level, heading_points[level - 1], page ? "_20_Page" : "", page ? " Page" : "",
          page ? fmt::format("Heading_20_{}", level) : "Standard", page ? " fo:break-before=\"page\"" : "");
    }
  }
  return out;
}

std::string styles(Language language) {
  const auto [code, country] = language == Language::danish ? std::pair("da", "DK") : std::pair("en", "GB");
  constexpr const char* text_styles =
      R"(<style:style style:name="Strong" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Caption" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:keep-with-next="always"/><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="Literal" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-left="0.5cm"/><style:text-properties style:font-name="Liberation Mono" fo:font-size="9pt"/></style:style>
<style:style style:name="Item" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.1cm"/></style:style>
<style:style style:name="Cell" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0cm"/><style:text-properties fo:font-size="9pt"/></style:style>
<style:style style:name="Header" style:family="paragraph" style:parent-style-name="Cell"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8pt"/></style:style>
<text:list-style style:name="Dots"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:space-before="0.4cm" text:min-label-width="0.6cm"/></text:list-level-style-bullet></text:list-style>
<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."><style:list-level-properties text:space-before="0.4cm" text:min-label-width="0.6cm"/></text:list-level-style-number></text:list-style>
)";
  return fmt::format(
             "<style:default-style style:family=\"paragraph\"><style:text-properties fo:language=\"{}\" "
             "fo:country=\"{}\" style:font-name=\"Liberation Sans\" fo:font-size=\"11pt\"/>"
             "</style:default-style>\n<style:style style:name=\"Standard\" style:family=\"paragraph\" "
             "style:class=\"text\"><style:paragraph-properties fo:margin-bottom=\"0.2cm\"/></style:style>\n",
             code, country) +
         heading_styles() + text_styles;
}

constexpr const char* fonts =
    R"(<office:font-face-decls><style:font-face style:name="Liberation Sans" svg:font-family="'Liberation Sans', 'DejaVu Sans'" style:font-family-generic="swiss"/><style:font-face style:name="Liberation Mono" svg:font-family="'Liberation Mono', 'DejaVu Sans Mono'" style:font-family-generic="modern" style:font-pitch="fixed"/></office:font-face-decls>
)";

constexpr const char* grid =
    R"(<style:style style:name="Grid" style:family="table"><style:table-properties style:width="17cm" table:align="left" fo:margin-bottom="0.2cm"/></style:style>
<style:style style:name="Box" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #666666" fo:padding="0.1cm"/></style:style>
<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/><style:footer-style><style:header-footer-properties fo:min-height="0.8cm"/></style:footer-style></style:page-layout>
)";

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    switch (c) {
      case U'&':
        out += "&amp;";
        break;
      case U'<':
        out += "&lt;";
        break;
      case U'>':
        out += "&gt;";
        break;
      case U'"':
        out += "&quot;";
        break;
      default:
        put(out, may_stand(c) ? c : 0xFFFD);
    }
  }
  return out;
}

std::string to_flat_xml(const Document& document) {
  Body body;
  for (const Block& block : document.blocks) std::visit(body, block);
  const std::string language = document.language == Language::danish ? "da-DK" : "en-GB";
  const std::string day = to_text(document.date) + "T00:00:00";
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document " + std::string(namespaces) + ">\n";
  out += fmt::format(
      "<office:meta><dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>{}</dc:language>"
      "<meta:creation-date>{}</meta:creation-date><dc:date>{}</dc:date></office:meta>\n",
      escape_xml(document.title), escape_xml(document.author), language, day, day);
  out += fonts;
  out += "<office:styles>\n" + styles(document.language) + "</office:styles>\n";
  out +=
      "<office:automatic-styles>\n" + std::string(grid) + body.take_styles() + "</office:automatic-styles>\n";
  out +=
      "<office:master-styles><style:master-page style:name=\"Standard\" "
      "style:page-layout-name=\"Page\"><style:footer><text:p text:style-name=\"Footer\">" +
      inline_text(document.footer) +
      "<text:tab/><text:page-number/></text:p></style:footer></style:master-page></office:master-styles>\n";
  return out + "<office:body><office:text>\n" + body.take_body() +
         "</office:text></office:body></office:document>\n";
}

}  // namespace fvm::documents
