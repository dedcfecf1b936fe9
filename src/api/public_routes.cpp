#include "api/public_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/catalogue_api.hpp"
#include "api/catalogue_pages.hpp"
#include "api/first_page.hpp"
#include "api/json_route.hpp"
#include "api/openness_page.hpp"
#include "api/project_pages.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;

http::Response status(const ServiceFacts& facts) {
  const auto records = facts.ledger_records();
  return document(records.ok() ? 200 : 503, {{"version", facts.version},
                                             {"programs", programs_json(facts.programs())},
                                             {"ledger_records", records.ok() ? *records : 0}});
}

// 200 only when everything that the service needs answers; a load balancer or a monitor reads the code, a
// person the parts.
http::Response health(const ServiceFacts& facts) {
  const auto programs = facts.programs();
  const bool store = facts.ledger_records().ok();
  const bool whole =
      store && std::all_of(programs.begin(), programs.end(), [](const auto& p) { return p.running; });
  return document(
      whole ? 200 : 503,
      {{"status", whole ? "ok" : "degraded"}, {"store", store}, {"programs", programs_json(programs)}});
}

http::Response freshness(const ServiceFacts& facts) {
  const auto registers = facts.freshness();
  if (!registers.ok()) return http::problem(503, "web.status_unreachable");
  json::array rows;
  for (const RegisterFreshness& each : *registers) {
    rows.push_back({{"register", each.name},
                    {"tables", each.tables},
                    {"rows", each.rows},
                    {"newest", text_or_null(each.newest)}});
  }
  return document(200, {{"registers", rows}});
}

}  // namespace

void add_public_routes(http::Router& router, const ServiceFacts& facts, const Assets& assets) {
  using http::Request;
  router.add({"GET", "/", "First page, Danish",
              [&](const Request&) { return first_page(facts, assets, Language::danish); }});
  router.add({"GET", "/en", "First page, English",
              [&](const Request&) { return first_page(facts, assets, Language::english); }});
  if (facts.catalogue) {
    add_catalogue_pages(router, facts, assets);
    add_catalogue_api(router, facts);
  }
  add_openness_page(router, facts, assets);
  if (facts.projects) add_project_pages(router, facts, assets);
  router.add({"GET", "/health", "Does everything answer? 200 or 503",
              [&](const Request&) { return health(facts); }});
  router.add({"GET", "/api/v1/status", "Programs and ledger", [&](const Request&) { return status(facts); }});
  router.add({"GET", "/api/v1/freshness", "Newest delivery and rows per register",
              [&](const Request&) { return freshness(facts); }});
  router.add({"GET", "/assets/{name}", "Scripts, styles, fonts",
              [&](const Request& r) { return assets.answer(r); }});
}

}  // namespace fvm::api
