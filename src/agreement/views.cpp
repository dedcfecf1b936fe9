#include "agreement/views.hpp"

#include <boost/json.hpp>

#include "agreement/service.hpp"

namespace fvm::agreement {
namespace {

namespace json = boost::json;

json::object to_json(const config::Instance& instance, const Agreement& each) {
  json::object out{{"id", each.id},
                   {"kind", name_of(each.kind)},
                   {"title", each.title},
                   {"name", each.party.name},
                   {"email", each.party.email},
                   {"account", each.party.account},
                   {"state", name_of(each.state)},
                   {"how", name_of(each.how)},
                   {"accepted_by", each.accepted_by},
                   {"content_sha256", each.content_sha256},
                   {"pdf_sha256", each.pdf_sha256},
                   {"docx_sha256", each.docx_sha256}};
  if (each.accepted) out["accepted"] = to_text(*each.accepted);
  if (!each.pdf_sha256.empty()) {
    out["pdf"] = file_of(instance, each, Format::pdf).string();
    out["docx"] = file_of(instance, each, Format::docx).string();
  }
  return out;
}

}  // namespace

json::object to_json(const config::Instance& instance, const Version& version) {
  json::array all;
  for (const Agreement& each : version.agreements) all.push_back(to_json(instance, each));
  return {{"case", version.case_number},
          {"project", version.project},
          {"version", version.version},
          {"in_force", version.in_force.has_value()},
          {"specification_sha256", version.specification_sha256},
          {"agreements", std::move(all)}};
}

}  // namespace fvm::agreement
