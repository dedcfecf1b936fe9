#include "api/catalogue_api.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <mutex>

#include "api/json_route.hpp"
#include "catalogue/sheets.hpp"
#include "spreadsheet/write.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using catalogue::Table;
using catalogue::Variable;
using http::Request;
using http::Response;

constexpr size_t words_bytes_max = 100;

json::object variable_json(const Variable& variable) {
  return {{"name", variable.name},
          {"type", catalogue::to_text(variable.type)},
          {"class", catalogue::to_text(variable.what)},
          {"da", variable.text_da},
          {"en", variable.text_en},
          {"code_list", variable.code_list},
          {"years", variable.validity.text},
          {"orderable", may_be_granted(variable) && variable.orderable}};
}

json::object table_json(const Table& table) {
  return {{"table", table.full_name()},
          {"da", table.text_da},
          {"en", table.text_en},
          {"person", table.person ? json::value(*table.person) : json::value(nullptr)},
          {"period", table.period ? json::value(*table.period) : json::value(nullptr)},
          {"parent", table.parent ? json::value(table.register_name + "." + table.parent->table)
                                  : json::value(nullptr)}};
}

// From 1; nothing: it is no number.
std::optional<size_t> page_in(const Request& request) {
  const std::string text = request.value("page");
  size_t page = 1;
  if (text.empty()) return page;
  if (!is_number(text, page) || page < 1 || page > 1'000'000) return std::nullopt;
  return page;
}

Response found(const KnownData& known, const Request& request) {
  const auto page = page_in(request);
  if (!page) return http::problem(usage("api.bad_page"));
  const auto hits = known.search->find(request.value("q").substr(0, words_bytes_max));
  json::array variables;
  for (size_t i = (*page - 1) * catalogue_page_size; i < std::min(hits.size(), *page * catalogue_page_size);
       ++i) {
    json::object one = variable_json(*hits[i].variable);
    one["table"] = hits[i].table->full_name();
    variables.push_back(std::move(one));
  }
  return document(200, {{"found", hits.size()},
                        {"page", *page},
                        {"pages", (hits.size() + catalogue_page_size - 1) / catalogue_page_size},
                        {"variables", std::move(variables)}});
}

Response one(const KnownData& known, const Request& request) {
  const std::string name = request.parameters.at("register") + "." + request.parameters.at("table");
  const Table* table = known.search->catalogue()->find(name);
  if (table == nullptr) return http::problem(404, "http.not_found");
  json::object out = table_json(*table);
  json::array variables;
  for (const Variable& variable : table->variables) variables.push_back(variable_json(variable));
  out["variables"] = std::move(variables);
  return document(200, out);
}

// The empty order sheet of the newest catalogue: made once for all who fetch it.
class EmptySheet {
 public:
  Response show(const KnownData& known) {
    constexpr const char* type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const std::lock_guard lock(mutex_);
    if (of_ != known.search->catalogue()) {
      auto written = spreadsheet::write_xlsx(catalogue::order_sheet(*known.search->catalogue()));
      if (!written.ok()) return http::problem(written.error());
      bytes_ = std::move(*written);
      of_ = known.search->catalogue();
    }
    return {200, type, bytes_, {{"Content-Disposition", "attachment; filename=\"bestillingsark.xlsx\""}}};
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const catalogue::Catalogue> of_;
  std::string bytes_;
};

template <class Show>
Response answer(const ServiceFacts& facts, const Request& request, const Show& show) {
  const auto known = facts.catalogue();
  if (known.ok()) return show(*known, request);
  return known.error().code == "catalogue.none" ? http::problem(404, "http.not_found")
                                                : http::problem(503, "web.status_unreachable");
}

}  // namespace

void add_catalogue_api(http::Router& router, const ServiceFacts& facts) {
  router.add({"GET", "/api/v1/catalogue", "Variables with these words in them",
              [&facts](const Request& request) { return answer(facts, request, found); }});
  router.add({"GET", "/api/v1/catalogue/order-sheet", "The empty order sheet",
              [&facts, sheet = std::make_shared<EmptySheet>()](const Request& request) {
                return answer(facts, request,
                              [&](const KnownData& known, const Request&) { return sheet->show(known); });
              }});
  router.add({"GET", "/api/v1/catalogue/{register}/{table}", "One table with its variables",
              [&facts](const Request& request) { return answer(facts, request, one); }});
}

}  // namespace fvm::api
