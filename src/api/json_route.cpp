#include "api/json_route.hpp"

#include <boost/json.hpp>

namespace fvm::api {

namespace json = boost::json;

http::Response document(unsigned status, const json::object& content) {
  return {status, "application/json", json::serialize(content), {{"Cache-Control", "no-store"}}};
}

http::Response with_status(http::Response problem, unsigned status) {
  json::object document = json::parse(problem.body).as_object();
  document["status"] = status;
  problem.status = status;
  problem.body = json::serialize(document);
  return problem;
}

Result<std::optional<int64_t>> version_in(const http::Request& request, const std::string& name) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return std::optional<int64_t>();
  int64_t value = 0;
  if (!is_number(found->second, value) || value < 1) return usage("api.bad_version", {{"name", name}});
  return std::optional<int64_t>(value);
}

Result<json::object> object_in(const http::Request& request) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return usage("api.bad_json");
  return std::move(value.get_object());
}

Result<json::object> object_or_none_in(const http::Request& request) {
  return request.body.empty() ? json::object() : object_in(request);
}

namespace {

Error bad_member(const char* name) {
  return usage("api.bad_member", {{"name", name}});
}

}  // namespace

Result<std::string> text_in(const json::object& object, const char* name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) return std::string();
  if (!found->is_string()) return bad_member(name);
  return std::string(found->get_string());
}

Result<int64_t> number_in(const json::object& object, const char* name, int64_t min, int64_t max) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) return int64_t{0};
  boost::system::error_code error;
  const auto value = found->to_number<int64_t>(error);
  if (error || value < min || value > max) return bad_member(name);
  return value;
}

Result<bool> flag_in(const json::object& object, const char* name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) return false;
  if (!found->is_bool()) return bad_member(name);
  return found->get_bool();
}

Result<std::vector<std::string>> texts_in(const json::object& object, const char* name) {
  const auto* found = object.if_contains(name);
  return found == nullptr ? std::vector<std::string>() : texts_of(*found, name);
}

Result<std::vector<std::string>> texts_of(const json::value& list, const char* name) {
  std::vector<std::string> texts;
  if (!list.is_array()) return bad_member(name);
  for (const json::value& each : list.get_array()) {
    if (!each.is_string()) return bad_member(name);
    texts.emplace_back(each.get_string());
  }
  return texts;
}

json::value text_or_null(const std::optional<Time>& time) {
  return time ? json::value(to_text(*time)) : json::value(nullptr);
}

}  // namespace fvm::api
