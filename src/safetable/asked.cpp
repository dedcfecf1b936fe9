#include "safetable/asked.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <boost/json.hpp>

#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

constexpr size_t items_max = 64;

Error wrong(std::string_view member) {
  return usage("table.member_wrong", {{"name", std::string(member)}});
}

Result<void> read_text(std::string_view name, const json::value& value, std::string& into) {
  if (!value.is_string()) return wrong(name);
  into = value.get_string();
  return {};
}

// "a,b", or a list of names.
Result<void> read_names(std::string_view name, const json::value& value, std::vector<std::string>& into) {
  if (value.is_string()) {
    into = parts_of(value.get_string());
  } else if (value.is_array()) {
    for (const json::value& each : value.get_array()) {
      if (!each.is_string() || into.size() >= items_max) return wrong(name);
      into.emplace_back(each.get_string());
    }
  } else {
    return wrong(name);
  }
  return into.size() > items_max ? Result<void>(wrong(name)) : Result<void>();
}

struct Text {
  std::string_view name;
  std::string Wanted::* into;
};
constexpr Text texts[] = {{"contributor", &Wanted::contributor},
                          {"sql", &Wanted::sql},
                          {"unit", &Wanted::unit},
                          {"count", &Wanted::count},
                          {"as_of", &Wanted::as_of},
                          {"title", &Wanted::title},
                          {"time", &Wanted::time},
                          {"event", &Wanted::event},
                          {"width", &Wanted::width},
                          {"until", &Wanted::until},
                          {"outcome", &Wanted::outcome},
                          {"terms", &Wanted::terms},
                          {"family", &Wanted::family},
                          {"percent", &Wanted::percent}};
struct Names {
  std::string_view name;
  std::vector<std::string> Wanted::* into;
};
constexpr Names names[] = {{"rows", &Wanted::rows},
                           {"columns", &Wanted::columns},
                           {"sum", &Wanted::sums},
                           {"mean", &Wanted::means},
                           {"median", &Wanted::medians},
                           {"percentile", &Wanted::percentiles},
                           {"sd", &Wanted::deviations},
                           {"min", &Wanted::minima},
                           {"max", &Wanted::maxima},
                           {"ratio", &Wanted::ratios},
                           {"gini", &Wanted::ginis},
                           {"mode", &Wanted::modes},
                           {"hierarchy", &Wanted::hierarchies}};

// A number, or a text of digits: a session has only texts.
Result<void> read_round(const json::value& value, Wanted& wanted) {
  int64_t number = value.is_int64() ? value.get_int64() : 0;
  if (value.is_string()) {
    const std::string_view digits = value.get_string();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) number = 0;
  }
  if (number < 1) return wrong("round");
  wanted.round = static_cast<uint64_t>(number);
  return {};
}

// true and false, or what SQL, R and Python write for them.
Result<void> read_truth(std::string_view name, const json::value& value, bool& into) {
  if (value.is_bool()) {
    into = value.get_bool();
    return {};
  }
  if (!value.is_string()) return wrong(name);
  std::string word(value.get_string());
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::string_view yes[] = {"on", "true", "yes", "1"}, no[] = {"off", "false", "no", "0"};
  into = std::find(std::begin(yes), std::end(yes), word) != std::end(yes);
  return into || std::find(std::begin(no), std::end(no), word) != std::end(no) ? Result<void>() : wrong(name);
}

// What is wanted of a new table; false: no such member.
Result<bool> read_wanted(std::string_view name, const json::value& value, Wanted& wanted) {
  for (const Text& each : texts) {
    if (each.name != name) continue;
    TRY(read_text(name, value, wanted.*each.into));
    return true;
  }
  for (const Names& each : names) {
    if (each.name != name) continue;
    TRY(read_names(name, value, wanted.*each.into));
    return true;
  }
  if (name == "coarsen") {
    TRY(read_truth(name, value, wanted.coarsen));
    return true;
  }
  if (name == "round") {
    TRY(read_round(value, wanted));
    return true;
  }
  return false;
}

Result<void> read_language(const json::value& value, Asked& asked) {
  std::string language;
  TRY(read_text("language", value, language));
  if (language != "da" && language != "en") return wrong("language");
  asked.language = language == "da" ? Language::danish : Language::english;
  return {};
}

Result<void> read_formats(const json::value& value, Asked& asked) {
  TRY(read_names("formats", value, asked.formats));
  if (asked.formats.size() > asked_formats_max) return wrong("formats");
  for (const std::string& format : asked.formats)
    if (!is_format(format)) return usage("table.unknown_format", {{"format", format}});
  return {};
}

// Names of files have commas.
Result<void> read_files(const json::value& value, Asked& asked) {
  if (!value.is_array() || value.get_array().size() > asked_files_max) return wrong("files");
  for (const json::value& each : value.get_array()) {
    if (!each.is_string()) return wrong("files");
    asked.files.emplace_back(each.get_string());
  }
  return {};
}

Result<void> read_number(std::string_view name, const json::value& value, int64_t min, int64_t& into) {
  if (!value.is_int64() || value.get_int64() < min) return wrong(name);
  into = value.get_int64();
  return {};
}

Result<void> read_member(std::string_view name, const json::value& value, Asked& asked) {
  using What = Asked::What;
  if (name == "do") return {};
  if (name == "language") return read_language(value, asked);
  if (asked.what == What::outbox && name == "files") return read_files(value, asked);
  if (asked.what == What::outbox && name == "wait") return read_truth(name, value, asked.wait);
  if (asked.what == What::outbox) return usage("table.member_unknown", {{"name", std::string(name)}});
  if (name == "formats" && asked.what != What::list) return read_formats(value, asked);
  if (name == "explain" && asked.what != What::list) return read_text(name, value, asked.explain);
  if (name == "table" && asked.what == What::show) return read_number(name, value, 1, asked.table);
  if (asked.what == What::list && name == "after") return read_number(name, value, 1, asked.part.after);
  if (asked.what == What::list && name == "most") return read_number(name, value, -1, asked.part.most);
  if (asked.what == What::release && TRY(read_wanted(name, value, asked.wanted))) return {};
  return usage("table.member_unknown", {{"name", std::string(name)}});
}

Result<Asked::What> what_of(const json::object& request) {
  const json::value* what = request.if_contains("do");
  if (what == nullptr) return Asked::What::release;
  if (!what->is_string()) return wrong("do");
  if (what->get_string() == "release") return Asked::What::release;
  if (what->get_string() == "show") return Asked::What::show;
  if (what->get_string() == "list") return Asked::What::list;
  if (what->get_string() == "outbox") return Asked::What::outbox;
  return wrong("do");
}

}  // namespace

Result<Asked> read_asked(std::string_view text) {
  boost::system::error_code error;
  const json::value document = json::parse(text, error);
  if (error || !document.is_object()) return usage("table.request_unreadable");
  Asked asked;
  asked.what = TRY(what_of(document.get_object()));
  for (const auto& [name, value] : document.get_object()) TRY(read_member(name, value, asked));
  if (asked.what == Asked::What::show && asked.table == 0) return wrong("table");
  return asked;
}

}  // namespace fvm::safetable
