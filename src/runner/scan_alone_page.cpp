#include "runner/scan_alone_page.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Attributes that only say how a table looks, and their values.
constexpr std::array attributes_known = std::to_array<Pair>({{"border", "1"},
                                                             {"border", "0"},
                                                             {"class", "dataframe"},
                                                             {"style", "text-align: right;"},
                                                             {"style", "text-align: left;"},
                                                             {"style", "text-align: center;"},
                                                             {"style", "text-align:right;"},
                                                             {"style", "text-align:left;"},
                                                             {"style", "text-align:center;"},
                                                             {"charset", "utf-8"},
                                                             {"charset", "UTF-8"},
                                                             {"scope", "col"},
                                                             {"scope", "row"},
                                                             {"lang", "da"},
                                                             {"lang", "en"},
                                                             {"align", "right"},
                                                             {"align", "left"}});

// An element, and one that it may stand in; nothing: outside all others.
constexpr std::array places = std::to_array<Pair>(
    {{"html", ""},       {"head", "html"}, {"body", "html"},     {"meta", "head"},   {"title", "head"},
     {"h1", "body"},     {"h2", "body"},   {"h3", "body"},       {"h4", "body"},     {"p", "body"},
     {"h1", ""},         {"h2", ""},       {"h3", ""},           {"h4", ""},         {"p", ""},
     {"table", "body"},  {"table", ""},    {"caption", "table"}, {"thead", "table"}, {"tbody", "table"},
     {"tfoot", "table"}, {"tr", "table"},  {"tr", "thead"},      {"tr", "tbody"},    {"tr", "tfoot"},
     {"th", "tr"},       {"td", "tr"}});
constexpr std::array with_text =
    std::to_array<std::string_view>({"title", "h1", "h2", "h3", "h4", "p", "caption", "th", "td"});

bool is_known(std::string_view attributes) {
  while (!(attributes = disclosure::trim(attributes)).empty()) {
    const size_t equals = attributes.find('=');
    if (equals == std::string_view::npos || equals + 1 >= attributes.size()) return false;
    const char quote = attributes[equals + 1];
    const size_t end =
        quote == '"' || quote == '\'' ? attributes.find(quote, equals + 2) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    const Pair attribute{attributes.substr(0, equals), attributes.substr(equals + 2, end - equals - 2)};
    if (std::find(attributes_known.begin(), attributes_known.end(), attribute) == attributes_known.end())
      return false;
    attributes.remove_prefix(end + 1);
    if (!attributes.empty() && attributes[0] != ' ') return false;
  }
  return true;
}

// Its text, or false for an entity of more than four.
bool decode(std::string_view raw, std::string& text) {
  static constexpr std::array known =
      std::to_array<Pair>({{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&nbsp;", " "}});
  for (size_t at = 0; at < raw.size();) {
    if (raw[at] != '&') {
      text += raw[at++];
      continue;
    }
    const auto* entity = std::find_if(known.begin(), known.end(),
                                      [&](const Pair& one) { return raw.substr(at).starts_with(one.first); });
    if (entity == known.end()) return false;
    text += entity->second;
    at += entity->first.size();
  }
  return true;
}

class Page {
 public:
  explicit Page(AloneContent& content) : content_(content) {}

  bool read(std::string_view html) {
    html = disclosure::trim(html);
    for (const std::string_view type : {"<!DOCTYPE html>", "<!doctype html>"})
      if (html.starts_with(type)) html.remove_prefix(type.size());
    for (size_t at = 0; at < html.size();) {
      const size_t open = std::min(html.find('<', at), html.size());
      if (!text(html.substr(at, open - at))) return false;
      if (open == html.size()) break;
      const size_t close = html.find('>', open);
      if (close == std::string_view::npos || !tag(html.substr(open + 1, close - open - 1))) return false;
      at = close + 1;
    }
    return open_.empty() && tables_ == 1;
  }

 private:
  std::string_view where() const {
    return open_.empty() ? std::string_view() : std::string_view(open_.back());
  }

  bool text(std::string_view raw) {
    const bool may = std::find(with_text.begin(), with_text.end(), where()) != with_text.end();
    if (!may) return raw.find_first_not_of(" \t\r\n") == std::string_view::npos;
    std::string plain;
    if (!decode(raw, plain)) return false;
    const bool cell = where() == "td" || where() == "th";
    (cell ? content_.table.rows.back().back() : content_.notes.back()) += plain;
    return true;
  }

  bool tag(std::string_view tag) {
    if (tag.starts_with('/')) {
      if (open_.empty() || tag.substr(1) != where()) return false;
      open_.pop_back();
      return true;
    }
    const size_t blank = std::min(tag.find(' '), tag.size());
    const std::string_view name = tag.substr(0, blank);
    if (!is_known(tag.substr(blank)) ||
        std::find(places.begin(), places.end(), Pair{name, where()}) == places.end())
      return false;
    if (name == "meta") return true;
    if (name == "table" && ++tables_ > 1) return false;
    if (name == "caption" && !content_.table.rows.empty()) return false;
    if (name == "tr") content_.table.rows.emplace_back();
    if (name == "td" || name == "th") {
      content_.table.rows.back().emplace_back();
    } else if (std::find(with_text.begin(), with_text.end(), name) != with_text.end()) {
      content_.notes.emplace_back();
    }
    open_.emplace_back(name);
    return true;
  }

  AloneContent& content_;
  std::vector<std::string> open_;
  size_t tables_ = 0;
};

}  // namespace

bool read_alone_page(std::string_view html, AloneContent& content) {
  return Page(content).read(html);
}

}  // namespace fvm::runner
