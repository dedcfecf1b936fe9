#include "api/lists.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "crypto/sha256.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;

constexpr GrowingList growing[] = {{"/api/v1/applications", "cases", "case", true},
                                   {"/api/v1/projects", "projects", "project"},
                                   {"/api/v1/projects/{project}/tables", "tables", "table", true},
                                   {"/api/v1/releases", "releases", "release", true},
                                   {"/api/v1/review", "queue", "release"},
                                   {"/api/v1/breaches", "breaches", "case", true},
                                   {"/api/v1/accounts", "accounts", "user", true}};

std::string name_of(const json::value& entry, std::string_view key) {
  const json::value& name = entry.as_object().at(key);
  return name.is_string() ? std::string(name.get_string()) : json::serialize(name);
}

// As one page of its list.
Result<json::object> cut(json::object answer, const GrowingList& about, const http::Request& request) {
  json::array& all = answer.at(about.list).as_array();
  const Page page = TRY(page_in(request));
  auto from = all.begin();
  if (!page.after.empty()) {
    from = std::find_if(all.begin(), all.end(),
                        [&](const auto& each) { return name_of(each, about.key) == page.after; });
    if (from == all.end()) return page_gone(page);
    ++from;
  }
  const auto to = from + std::min<std::ptrdiff_t>(page.most(), all.end() - from);
  json::object cut = page_of(json::array(from, to), about.list, about.key, page);
  for (auto& [name, value] : cut) answer[name] = std::move(value);
  return answer;
}

void tag(http::Response& response, const http::Request& request) {
  constexpr size_t tag_characters = 32;
  std::string tag;
  for (const auto& [name, value] : response.headers)
    if (name == "ETag") tag = value;
  if (tag.empty()) {
    tag = '"' + crypto::sha256_hex(response.body).substr(0, tag_characters) + '"';
    response.headers.emplace_back("ETag", tag);
  }
  // A list of tags; one that is weak says the same.
  const std::string_view known = request.header("if-none-match");
  if (known != "*" && known.find(tag) == std::string_view::npos) return;
  response.status = 304;
  response.body.clear();
}

}  // namespace

const GrowingList* growing_list(const http::Route& route) {
  if (route.method != "GET") return nullptr;
  const auto* found = std::find_if(std::begin(growing), std::end(growing),
                                   [&](const GrowingList& each) { return each.pattern == route.pattern; });
  return found == std::end(growing) ? nullptr : found;
}

Result<Page> page_in(const http::Request& request) {
  Page page{.asked = request.query.contains("limit") || request.query.contains("after"), .after = {}};
  const std::string wanted = request.value("limit");
  if (!wanted.empty() && (!is_number(wanted, page.limit) || page.limit < 1 || page.limit > page_entries_max))
    return usage("api.bad_member", {{"name", "limit"}});
  page.after = request.value("after");
  return page;
}

Error page_gone(const Page& page) {
  return usage("api.page_gone", {{"entry", page.after}});
}

json::object page_of(json::array entries, std::string_view list, std::string_view key, const Page& page) {
  json::object out;
  if (page.asked) {
    const bool more = std::ssize(entries) > page.limit;
    if (more) entries.resize(static_cast<size_t>(page.limit));
    out["next"] = more ? json::value(name_of(entries.back(), key)) : json::value(nullptr);
  }
  out[list] = std::move(entries);
  return out;
}

bool has_tag(const http::Route& route) {
  return route.method == "GET" && route.pattern.starts_with("/api/v1/");
}

http::Handler listed(http::Handler handler, const GrowingList* list) {
  return [handler = std::move(handler), list](const http::Request& request) {
    http::Response response = handler(request);
    if (response.status != 200) return response;
    if (list != nullptr && !list->by_query &&
        (request.query.contains("limit") || request.query.contains("after"))) {
      auto page = cut(json::parse(response.body).as_object(), *list, request);
      if (!page.ok()) return http::problem(page.error());
      response.body = json::serialize(*page);
    }
    tag(response, request);
    return response;
  };
}

}  // namespace fvm::api
