#include "steward/checks.hpp"

#include <boost/json.hpp>

#include "agreement/precheck.hpp"
#include "audit/ledger.hpp"
#include "identity/service.hpp"

namespace fvm::steward {
namespace {

namespace json = boost::json;

json::object to_json(const extract::Prechecked& checked) {
  json::array remarks;
  for (const extract::Remark& remark : checked.remarks) {
    const auto said = [&](Language language) { return describe(language, remark.error); };
    const auto advised = [&](Language language) {
      return message(language, remark.advice, remark.error.arguments);
    };
    remarks.push_back(json::object{{"code", remark.error.code},
                                   {"severity", to_text(remark.severity)},
                                   {"place", place_of(remark)},
                                   {"da", said(Language::danish)},
                                   {"en", said(Language::english)},
                                   {"advice_da", advised(Language::danish)},
                                   {"advice_en", advised(Language::english)}});
  }
  json::value left = nullptr;
  if (checked.questions_left) left = *checked.questions_left;
  return {{"looked_at_mirror", checked.looked_at_mirror},
          {"questions_left", std::move(left)},
          {"mirror_rows", checked.mirror_rows},
          {"remarks", std::move(remarks)}};
}

}  // namespace

void Checks::take(wire::Connection caller, wire::AskCheck asked) {
  callers_.tell(std::move(caller), "check not told",
                [this, asked = std::move(asked)] { return check(asked); });
}

Result<std::string> Checks::check(const wire::AskCheck& asked) {
  const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
  TRY(identity::require_open(TRY(identity::find_user(ledger->database(), asked.user))));
  const agreement::Setting setting{world_, instance_, config_, *ledger};
  return json::serialize(to_json(TRY(agreement::precheck_for(setting, asked.user, asked.number, true))));
}

}  // namespace fvm::steward
