#include "runner/scan_markup.hpp"

#include <algorithm>
#include <cctype>

#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

using disclosure::Place;

Place at_line(std::string_view text, size_t offset) {
  return {"",
          1 + static_cast<uint64_t>(
                  std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(offset), '\n')),
          0};
}

void report(std::string_view low, std::string_view needle, std::string_view rule, Scan& scan) {
  if (const size_t at = low.find(needle); at != std::string_view::npos)
    scan.findings.add(rule, at_line(low, at));
}

bool blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// Whether places are within a tag, asked from the beginning to the end.
class Tags {
 public:
  explicit Tags(std::string_view text) : text_(text) {}
  bool hold(size_t at) {
    for (; next_ < at; ++next_) {
      if (text_[next_] == '<') open_ = true;
      if (text_[next_] == '>') open_ = false;
    }
    return open_;
  }

 private:
  std::string_view text_;
  size_t next_ = 0;
  bool open_ = false;
};

// " onclick=", "\tonBegin =": an attribute that runs something.
void check_events(std::string_view low, Scan& scan) {
  Tags tags(low);
  for (size_t at = low.find("on"); at != std::string_view::npos; at = low.find("on", at + 1)) {
    if (at == 0 || !(blank(low[at - 1]) || low[at - 1] == '"' || low[at - 1] == '\'' || low[at - 1] == '/'))
      continue;
    size_t end = at + 2;
    while (end < low.size() && std::isalpha(static_cast<unsigned char>(low[end])) != 0) ++end;
    while (end < low.size() && blank(low[end])) ++end;
    if (end <= at + 3 || end >= low.size() || low[end] != '=') continue;
    if (tags.hold(at)) scan.findings.add("finding.script", at_line(low, at));
  }
}

// Addresses that a viewer fetches or a reader follows: they can carry what they name.
void check_links(std::string_view low, Scan& scan) {
  for (const std::string_view scheme : {"http://", "https://", "ftp://", "//"}) {
    for (size_t at = low.find(scheme); at != std::string_view::npos; at = low.find(scheme, at + 1)) {
      size_t before = at;
      while (before > 0 && (blank(low[before - 1]) || low[before - 1] == '"' || low[before - 1] == '\''))
        --before;
      const std::string_view lead = low.substr(before > 16 ? before - 16 : 0, std::min<size_t>(before, 16));
      const bool fetched = lead.ends_with("src=") || lead.ends_with("href=") || lead.ends_with("url(") ||
                           lead.ends_with("action=") || lead.ends_with("](") || lead.ends_with("@import") ||
                           lead.ends_with("data=") || lead.ends_with("srcset=") || lead.ends_with("url=");
      if (fetched) scan.findings.add("finding.external_link", at_line(low, at));
    }
  }
}

// "data:" with anything of size in it, packed or not.
void check_data(std::string_view low, Scan& scan) {
  constexpr size_t near_bytes = 200, plain_bytes_min = 80;
  for (size_t at = low.find("data:"); at != std::string_view::npos; at = low.find("data:", at + 1)) {
    const std::string_view near = low.substr(at, near_bytes);
    const size_t comma = near.find(',');
    const size_t end = near.find_first_of("\"' )>\n");
    const bool plain = comma != std::string_view::npos && comma < end &&
                       near.substr(0, comma).find('/') != std::string_view::npos &&
                       std::min(end, near.size()) - comma > plain_bytes_min;
    if (near.find("base64,") != std::string_view::npos || plain)
      scan.findings.add("finding.data_uri", at_line(low, at));
  }
}

// The value of a style's property without its blanks: "display : none" is "display:none".
std::string tight(std::string_view low) {
  std::string out;
  for (const char c : low) {
    if (!blank(c)) out += c;
  }
  return out;
}

// Text that is there and is not seen.
void check_hidden(std::string_view low, Scan& scan) {
  const std::string styles = tight(low);
  for (const std::string_view style : {"display:none",
                                       "visibility:hidden",
                                       "font-size:0",
                                       "opacity:0;",
                                       "opacity:0\"",
                                       "opacity:0'",
                                       "fill-opacity:0\"",
                                       "left:-",
                                       "top:-",
                                       "text-indent:-",
                                       ";color:#fff",
                                       "\"color:#fff",
                                       "{color:#fff",
                                       ";color:white",
                                       "\"color:white",
                                       "{color:white",
                                       "color:transparent",
                                       "opacity=\"0\"",
                                       "clip:rect(0",
                                       "height:0;overflow:hidden",
                                       "<template",
                                       "unicode-bidi:",
                                       "direction:rtl",
                                       "dir=\"rtl",
                                       "dir=rtl",
                                       "dir='rtl",
                                       "<bdo",
                                       "content:\"",
                                       "content:'",
                                       "<input",
                                       "<textarea",
                                       "<select",
                                       "<olstart=",
                                       "font-size:.",
                                       "<progress",
                                       "<meter"}) {
    if (styles.find(style) != std::string::npos)
      scan.findings.add("finding.hidden_cells",
                        {std::string(style.substr(0, style.find_first_of("\"'"))), 0, 0});
  }
  Tags tags(low);
  for (size_t at = low.find(" hidden"); at != std::string_view::npos; at = low.find(" hidden", at + 1)) {
    const char next = at + 7 < low.size() ? low[at + 7] : ' ';
    if (tags.hold(at) && (blank(next) || next == '>' || next == '=' || next == '/'))
      scan.findings.add("finding.hidden_cells", at_line(low, at));
  }
  // Text of no colour: in drawings it has to be filled to be seen.
  for (size_t at = low.find("<text"); at != std::string_view::npos; at = low.find("<text", at + 1)) {
    constexpr size_t tag_bytes_max = 4096;
    const std::string_view near = low.substr(at, tag_bytes_max);
    const std::string tag = tight(near.substr(0, near.find_first_of("<>", 1)));
    if (tag.find("fill=\"none\"") != std::string::npos || tag.find("fill:none") != std::string::npos)
      scan.findings.add("finding.hidden_cells", at_line(low, at));
  }
}

}  // namespace

void check_markup(std::string_view utf8, Scan& scan) {
  const std::string low = disclosure::lower(utf8);
  for (const std::string_view needle :
       {"<script", "javascript:", "vbscript:", "<foreignobject", "<iframe", "<frame", "<object", "<embed",
        "<form", "<applet", "http-equiv=\"refresh", "http-equiv=refresh"})
    report(low, needle, "finding.script", scan);
  report(low, "<!entity", "finding.xml_entities", scan);
  check_events(low, scan);
  check_links(low, scan);
  check_data(low, scan);
  check_hidden(low, scan);
}

namespace {

// "&#49;", "&#x31;" and, as browsers take it, "&#00049" without an end: what it stands for, and how long it
// is; 0: something else.
size_t take_numbered(std::string_view text, std::string& out) {
  if (!text.starts_with("&#")) return 0;
  const bool hexadecimal = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  size_t end = hexadecimal ? 3 : 2;
  const size_t begin = end;
  constexpr uint32_t unicode_end = 0x110000;
  uint32_t code = 0;
  for (; end < text.size() && std::isxdigit(static_cast<unsigned char>(text[end])) != 0; ++end) {
    const auto c = static_cast<unsigned char>(text[end]);
    if (!hexadecimal && std::isdigit(c) == 0) break;
    const unsigned digit = std::isdigit(c) != 0 ? c - '0' : (c | 0x20U) - 'a' + 10;
    code = std::min(code * (hexadecimal ? 16 : 10) + digit, unicode_end);
  }
  if (end == begin) return 0;
  out += disclosure::utf8_of(code);
  return end < text.size() && text[end] == ';' ? end + 1 : end;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (const size_t taken = take_numbered(text.substr(at), out); taken > 0) {
      at += taken - 1;
      continue;
    }
    constexpr size_t entity_bytes_max = 11;
    const size_t length =
        text[at] == '&' ? text.substr(at, entity_bytes_max).find(';') : std::string_view::npos;
    const size_t end = length == std::string_view::npos ? length : at + length;
    if (end == std::string_view::npos) {
      out += text[at];
      continue;
    }
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name == "lt") out += '<';
    if (name == "gt") out += '>';
    if (name == "amp") out += '&';
    if (name == "nbsp") out += ' ';
    at = end;
  }
  return out;
}

}  // namespace fvm::runner
