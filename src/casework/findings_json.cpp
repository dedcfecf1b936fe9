#include "casework/findings_json.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace fvm::casework {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

int64_t number_at(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

// The objects of an array; none when the text is something else.
std::vector<json::object> objects(std::string_view text) {
  boost::system::error_code error;
  const json::value document = json::parse(text, error);
  std::vector<json::object> out;
  if (error || !document.is_array()) return out;
  for (const json::value& item : document.get_array()) {
    if (item.is_object()) out.push_back(item.get_object());
  }
  return out;
}

Finding finding_of(const json::object& object) {
  Finding out;
  out.weight = static_cast<Finding::Weight>(std::clamp<int64_t>(number_at(object, "weight"), 0, 2));
  out.error.kind = number_at(object, "kind") == static_cast<int>(Kind::refused) ? Kind::refused : Kind::usage;
  out.error.code = text_at(object, "code");
  out.advice = text_at(object, "advice");
  const json::value* facts = object.if_contains("facts");
  if (facts == nullptr || !facts->is_array()) return out;
  for (const json::value& fact : facts->get_array()) {
    if (fact.is_object()) {
      out.error.arguments.emplace_back(text_at(fact.get_object(), "name"),
                                       text_at(fact.get_object(), "value"));
    }
  }
  return out;
}

}  // namespace

std::string to_json(const std::vector<Finding>& findings) {
  json::array all;
  for (const Finding& finding : findings) {
    json::array facts;
    for (const auto& [name, value] : finding.error.arguments)
      facts.push_back(json::object{{"name", name}, {"value", value}});
    all.push_back(json::object{{"weight", static_cast<int>(finding.weight)},
                               {"kind", static_cast<int>(finding.error.kind)},
                               {"code", finding.error.code},
                               {"advice", finding.advice},
                               {"facts", std::move(facts)}});
  }
  return json::serialize(all);
}

std::string to_json(const std::vector<OrderItem>& order) {
  json::array all;
  for (const OrderItem& item : order) {
    all.push_back(json::object{{"register", item.register_name},
                               {"table", item.table},
                               {"variable", item.variable},
                               {"sheet", item.sheet},
                               {"row", item.row},
                               {"column", item.column},
                               {"reason", item.reason}});
  }
  return json::serialize(all);
}

std::vector<Finding> findings_from_json(std::string_view text) {
  std::vector<Finding> out;
  for (const json::object& object : objects(text)) out.push_back(finding_of(object));
  return out;
}

std::vector<OrderItem> order_from_json(std::string_view text) {
  std::vector<OrderItem> out;
  for (const json::object& object : objects(text)) {
    out.push_back({text_at(object, "register"), text_at(object, "table"), text_at(object, "variable"),
                   text_at(object, "sheet"), static_cast<unsigned>(number_at(object, "row")),
                   static_cast<unsigned>(number_at(object, "column")), text_at(object, "reason")});
  }
  return out;
}

}  // namespace fvm::casework
