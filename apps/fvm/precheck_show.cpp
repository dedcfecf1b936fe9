#include "fvm/precheck_show.hpp"

#include <algorithm>

namespace fvm::cli {
namespace {

namespace json = boost::json;
using extract::Remark;
using extract::Severity;

std::string count(const std::vector<Remark>& remarks, Severity severity) {
  return std::to_string(std::count_if(remarks.begin(), remarks.end(),
                                      [&](const Remark& remark) { return remark.severity == severity; }));
}

}  // namespace

json::object prechecked_json(Language language, const extract::Prechecked& checked) {
  json::array remarks;
  for (const Remark& remark : checked.remarks) {
    json::object facts;
    for (const auto& [name, value] : remark.error.arguments) facts[name] = value;
    remarks.push_back({{"code", remark.error.code},
                       {"severity", to_text(remark.severity)},
                       {"place", place_of(remark)},
                       {"text", fvm::describe(language, remark.error)},
                       {"advice", message(language, remark.advice, remark.error.arguments)},
                       {"facts", std::move(facts)}});
  }
  return {{"blocks", extract::block(checked.remarks)}, {"looked_at_mirror", checked.looked_at_mirror},
          {"mirror_rows", checked.mirror_rows},        {"rule_seconds", checked.rule_seconds},
          {"mirror_seconds", checked.mirror_seconds},  {"remarks", std::move(remarks)}};
}

void print_prechecked(const Context& context, const extract::Prechecked& checked) {
  for (const Remark& remark : checked.remarks) {
    const char* mark = remark.severity == Severity::blocks  ? "! "
                       : remark.severity == Severity::weigh ? "? "
                                                            : "  ";
    print(mark + describe(context.language, remark));
  }
  say(context, "project.checked",
      {{"blocks", count(checked.remarks, Severity::blocks)},
       {"weighs", count(checked.remarks, Severity::weigh)},
       {"notes", count(checked.remarks, Severity::note)}});
}

}  // namespace fvm::cli
