#include "api/openapi.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <memory>

#include "api/gate.hpp"
#include "api/link_routes.hpp"
#include "api/lists.hpp"
#include "api/roles.hpp"
#include "api/shapes.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;

bool is_api(const http::Route& route) {
  return route.pattern.starts_with("/api/") || route.pattern == "/logout";
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// "GET /api/v1/releases/{number}" -> "get_releases_number": stays the same as long as the route does.
std::string operation_id(const http::Route& route) {
  std::string out = lower(route.method);
  std::string_view path = route.pattern;
  for (const std::string_view front : {"/api/v1", "/api"})
    if (path.starts_with(front)) {
      path.remove_prefix(front.size());
      break;
    }
  for (const char c : path) {
    if (c == '/' || c == '-' || c == '.')
      out += '_';
    else if (c != '{' && c != '}')
      out += c;
  }
  return out;
}

json::object parameter(std::string_view name, const char* in, std::string_view about, bool required) {
  json::object out{{"name", name}, {"in", in}, {"required", required}, {"schema", {{"type", "string"}}}};
  if (!about.empty()) out["description"] = about;
  return out;
}

json::array parameters_of(const http::Route& route, const json::object* shape, bool tagged, bool repeats) {
  json::array out;
  const std::string& pattern = route.pattern;
  const bool changes = route.method != "GET";
  for (size_t at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at + 1))
    out.push_back(parameter(pattern.substr(at + 1, pattern.find('}', at) - at - 1), "path", "", true));
  if (const auto* query = shape ? shape->if_contains("query") : nullptr)
    for (const auto& [name, about] : query->as_object())
      out.push_back(parameter(name, "query", about.as_string(), false));
  if (const auto* headers = shape ? shape->if_contains("headers") : nullptr)
    for (const auto& [name, about] : headers->as_object())
      out.push_back(parameter(name, "header", about.as_string(), false));
  if (growing_list(route) != nullptr) {
    out.push_back(parameter(
        "limit", "query", "so many entries of the list at most, 1 to 500; without it and after: all", false));
    out.push_back(parameter("after", "query", "next of the page before", false));
  }
  if (tagged)
    out.push_back(parameter("If-None-Match", "header",
                            "ETag of an earlier answer: 304 when it is still the same", false));
  if (changes)
    out.push_back(
        parameter("Fvm-Csrf", "header", "csrf of GET /api/me, or of GET /api/login on the way in", true));
  if (repeats)
    out.push_back(parameter("Idempotency-Key", "header",
                            "asked again under the same one, the answer of the first time that succeeded; "
                            "other content: 422; under way: 409",
                            false));
  return out;
}

json::object content_of(const json::value& shape) {
  json::object out;
  json::array named;
  for (const auto& each : shape.as_array()) {
    const std::string_view type = each.as_string();
    if (type.find('/') != std::string_view::npos)
      out[type] = json::object();
    else
      named.push_back(json::object{{"$ref", "#/components/schemas/" + std::string(type)}});
  }
  if (named.size() == 1) out["application/json"] = json::object{{"schema", named[0]}};
  if (named.size() > 1) out["application/json"] = json::object{{"schema", {{"anyOf", std::move(named)}}}};
  return out;
}

json::object responses_of(const json::object* shape) {
  json::object done{{"description", "Done"}};
  if (const auto* answer = shape ? shape->if_contains("answer") : nullptr)
    done["content"] = content_of(*answer);
  std::string code = "200";
  if (const auto* status = shape ? shape->if_contains("status") : nullptr) code = status->as_string();
  const json::object problem{
      {"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}};
  json::object out{{code, std::move(done)}};
  out["default"] =
      json::object{{"description", "What is wrong, and what to do (RFC 9457)"}, {"content", problem}};
  return out;
}

// Words of steps that ask for MitID anew (gate.hpp); "*": each.
json::array step_up_of(const http::Route& route) {
  json::array out;
  if (asks_step_up(route.method, route.pattern, "")) return {"*"};
  for (const std::string_view event : step_up_events())
    if (asks_step_up(route.method, route.pattern, event)) out.emplace_back(event);
  return out;
}

// Roles, and what is asked beside them.
void add_who(const http::Route& route, json::object& out) {
  const WhoMay who = who_may(route);
  json::array roles;
  for (const auto role : who.roles) roles.emplace_back(identity::to_text(role));
  if (!roles.empty()) out["x-roles"] = std::move(roles);
  if (who.relation != Relation::none) out["x-relation"] = name_of(who.relation);
  if (!who.further.empty()) out["x-who"] = who.further;
}

json::object operation_of(const http::Route& route, const json::object* shape, bool guarded) {
  json::object out{{"operationId", operation_id(route)}, {"summary", route.summary}};
  const bool repeats = guarded && may_repeat(route), tagged = guarded && has_tag(route);
  if (auto parameters = parameters_of(route, shape, tagged, repeats); !parameters.empty())
    out["parameters"] = std::move(parameters);
  if (const auto* body = shape ? shape->if_contains("body") : nullptr)
    out["requestBody"] = json::object{{"required", true}, {"content", content_of(*body)}};
  json::object responses = responses_of(shape);
  if (tagged) responses["304"] = json::object{{"description", "As it was"}};
  out["responses"] = std::move(responses);
  const bool session = guarded || route.pattern.starts_with("/api/me") || route.pattern == "/logout";
  out["security"] = session ? json::array{json::object{{"session", json::array()}}} : json::array();
  if (guarded) add_who(route, out);
  if (auto events = step_up_of(route); guarded && !events.empty()) out["x-step-up"] = std::move(events);
  return out;
}

bool has(const http::Router& router, const http::Route& route) {
  return std::any_of(router.routes().begin(), router.routes().end(), [&](const http::Route& each) {
    return each.method == route.method && each.pattern == route.pattern;
  });
}

}  // namespace

json::object openapi_document(const Described& described) {
  const json::object shapes = json::parse(api_shapes).as_object();
  const json::object& routes = shapes.at("routes").as_object();
  json::object paths;
  for (const http::Route& route : described.all.routes()) {
    if (!is_api(route)) continue;
    const auto* shape = routes.if_contains(route.method + " " + route.pattern);
    json::value& path = paths[route.pattern];
    if (!path.is_object()) path = json::object();
    path.as_object()[lower(route.method)] =
        operation_of(route, shape ? &shape->as_object() : nullptr, has(described.guarded, route));
  }
  const json::object session{{"type", "apiKey"}, {"in", "cookie"}, {"name", session_cookie}};
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", described.title},
            {"version", described.version},
            {"license", {{"name", "EUPL-1.2"}, {"identifier", "EUPL-1.2"}}}}},
          {"paths", std::move(paths)},
          {"components", {{"securitySchemes", {{"session", session}}}, {"schemas", shapes.at("schemas")}}}};
}

void add_openapi_route(http::Router& router, std::string_view title, std::string_view version,
                       const http::Router& guarded) {
  constexpr const char* path = "/api/v1/openapi.json";
  auto text = std::make_shared<std::string>();
  router.add({"GET", path, "This description", [text](const http::Request&) {
                return http::Response{
                    200, "application/json", *text, {{"Cache-Control", "public, max-age=300"}}};
              }});
  *text = json::serialize(openapi_document({title, version, router, guarded}));
}

}  // namespace fvm::api
