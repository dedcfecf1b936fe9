#include "api/table_routes.hpp"

#include <algorithm>
#include <iterator>

#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/lists.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

// What each handler gets.
struct Call {
  const TableAccess& access;
  const Request& request;
  std::string user;

  const std::string& project() const { return request.parameters.at("project"); }
  Result<TableAnswer> ask(json::object asked) const {
    const std::string language = request.value("language");
    asked["language"] = language.empty() ? "da" : language;
    auto told = access.ask(project(), user, json::serialize(asked));
    if (!told.ok() && told.error().code == "table.request_too_long") TRY(may_ask());
    return told;
  }
  // What was `read` of what he sent; what is wrong with it is told to whoever may ask at all.
  template <class T>
  Result<T> sent(Result<T> read) const {
    if (!read.ok()) TRY(may_ask());
    return read;
  }

 private:
  Result<void> may_ask() const {
    TRY(access.ask(project(), user, json::serialize(json::object{{"do", "list"}, {"most", 1}})));
    return {};
  }
};
using Body = Result<Response> (*)(const Call&);

// What is wrong with the table that was asked for is no fault of the HTTP request.
Response problem_of(const Error& error) {
  constexpr unsigned unprocessable = 422, too_many = 429, not_found = 404;
  Response problem = http::problem(error);
  if (error.code == "table.too_often" || error.code == "table.busy") return with_status(problem, too_many);
  const bool of_table = (error.code.starts_with("table.") || error.code.starts_with("model.")) &&
                        problem.status != not_found &&
                        (error.kind == Kind::usage || error.kind == Kind::refused);
  return of_table ? with_status(std::move(problem), unprocessable) : problem;
}

Response answer(const TableAccess& access, const Request& request, Body body) {
  const std::string user(request.header(actor_header));
  if (user.empty()) return http::problem(401, "api.no_actor");
  auto response = body({access, request, user});
  return response.ok() ? std::move(*response) : problem_of(response.error());
}

Response content(unsigned status, std::string type, std::string body) {
  return {status, std::move(type), std::move(body), {{"Cache-Control", "no-store"}}};
}

Result<json::object> show_request(const Call& call) {
  const std::string& text = call.request.parameters.at("number");
  int64_t number = 0;
  if (!is_number(text, number) || number < 1)
    return usage("table.unknown", {{"table", text}, {"project", call.project()}});
  return json::object{{"do", "show"}, {"table", number}};
}

Result<json::object> release_request(const Call& call) {
  json::object asked = TRY(object_in(call.request));
  if (asked.contains("do")) return usage("api.bad_member", {{"name", "do"}});
  asked["do"] = "release";
  return asked;
}

Result<Response> release(const Call& call) {
  json::object asked = TRY(call.sent(release_request(call)));
  auto made = TRY(call.ask(std::move(asked)));
  return content(201, "application/json", std::move(made.json));
}

Result<json::object> list_request(const Page& page) {
  json::object asked{{"do", "list"}, {"most", page.most()}};
  if (page.after.empty()) return asked;
  int64_t after = 0;
  if (!is_number(page.after, after) || after < 1) return page_gone(page);
  asked["after"] = after;
  return asked;
}

Result<Response> list(const Call& call) {
  const Page page = TRY(call.sent(page_in(call.request)));
  auto told = call.ask(TRY(call.sent(list_request(page))));
  if (!told.ok() && told.error().code == "table.unknown") return page_gone(page);
  std::string all = TRY(std::move(told)).json;
  if (!page.asked) return content(200, "application/json", std::move(all));
  boost::system::error_code error;
  json::value answer = json::parse(all, error);
  json::value* tables = error || !answer.is_object() ? nullptr : answer.get_object().if_contains("tables");
  if (tables == nullptr || !tables->is_array()) return surroundings("wire.broken_message");
  for (auto& [name, value] : page_of(std::move(tables->get_array()), "tables", "table", page))
    answer.get_object()[name] = std::move(value);
  return document(200, answer.get_object());
}

struct Type {
  std::string_view format, type;
};
constexpr Type types[] = {{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
                          {"csv", "text/csv; charset=utf-8"},
                          {"json", "application/json"},
                          {"html", "text/html; charset=utf-8"},
                          {"svg", "image/svg+xml"}};

Result<Type> type_of(const std::string& format) {
  const auto type = std::find_if(std::begin(types), std::end(types),
                                 [&](const Type& each) { return each.format == format; });
  if (type == std::end(types)) return usage("table.unknown_format", {{"format", format}});
  return *type;
}

Result<Response> show(const Call& call) {
  json::object asked = TRY(call.sent(show_request(call)));
  const std::string format = call.request.value("format");
  if (format.empty()) return content(200, "application/json", TRY(call.ask(std::move(asked))).json);
  const Type type = TRY(call.sent(type_of(format)));
  asked["formats"] = json::array{format};
  auto found = TRY(call.ask(std::move(asked)));
  if (found.documents.size() != 1) return surroundings("wire.broken_message");
  Response response = content(200, std::string(type.type), std::move(found.documents.front()));
  const std::string name = "table-" + call.request.parameters.at("number") + "." + format;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

Result<json::object> explain_request(const Call& call) {
  json::object asked = TRY(show_request(call));
  const std::string cell = call.request.value("cell");
  if (cell.empty()) return usage("table.cell_unreadable", {{"cell", cell}});
  asked["explain"] = cell;
  return asked;
}

Result<Response> explain(const Call& call) {
  const auto found = TRY(call.ask(TRY(call.sent(explain_request(call)))));
  boost::system::error_code error;
  const json::value document = json::parse(found.json, error);
  const json::value* told =
      error || !document.is_object() ? nullptr : document.get_object().if_contains("explanation");
  if (told == nullptr) return surroundings("wire.broken_message");
  return content(200, "application/json", json::serialize(*told));
}

Result<json::object> stage_request(const Call& call) {
  json::object asked = TRY(show_request(call));
  const json::object body = TRY(object_in(call.request));
  for (const auto& [name, value] : body)
    if (name != "formats") return usage("api.bad_member", {{"name", std::string(name)}});
  asked["do"] = "stage";
  asked["formats"] = body.contains("formats") ? body.at("formats") : json::array{"xlsx"};
  return asked;
}

// Nothing is sent by it: files of a table that is out already lie in the actor's /outbox then.
Result<Response> stage(const Call& call) {
  return content(201, "application/json", TRY(call.ask(TRY(call.sent(stage_request(call))))).json);
}

}  // namespace

void add_table_routes(http::Router& router, const TableAccess& access) {
  const auto add = [&](const char* method, const std::string& below, const char* summary, Body body) {
    router.add({method, "/api/v1/projects/{project}/tables" + below, summary,
                [&access, body](const Request& r) { return answer(access, r, body); }});
  };
  add("POST", "", "Asks for a safe table and releases it", release);
  add("GET", "", "The tables that were released to the project", list);
  add("GET", "/{number}", "One of them, or its document", show);
  add("GET", "/{number}/explain", "Why one of its cells is hidden", explain);
  add("POST", "/{number}/outbox", "Puts its files into the actor's outbox, to be sent home", stage);
}

}  // namespace fvm::api
