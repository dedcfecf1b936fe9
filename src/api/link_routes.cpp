#include "api/link_routes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Response;
using release::LinkAsked;
using release::Request;

constexpr std::string_view links = "/api/v1/links/";

Result<LinkAsked> asked_in(const http::Request& request, const std::string& user) {
  LinkAsked asked{.number = request.parameters.at("number"),
                  .token = TRY(text_in(TRY(object_in(request)), "token")),
                  .user = user,
                  .position = 0};
  const auto position = request.parameters.find("position");
  if (position == request.parameters.end()) return asked;
  // No file is the 0th: whose link it is is said before that.
  if (!is_number(position->second, asked.position)) asked.position = 0;
  return asked;
}

// What is told of it: nothing of the project but its number, nothing of its people.
json::object opened_json(const Request& request) {
  const Time now = real_world().now();
  json::array files;
  for (const release::File& file : request.files) {
    const auto& known = request.link->files;
    const auto fetched =
        std::find_if(known.begin(), known.end(), [&](const auto& f) { return f.position == file.position; });
    const bool was = fetched != known.end();
    files.push_back(
        json::object{{"file", file.position},
                     {"name", release::name_outside(request, file)},
                     {"bytes", file.bytes},
                     {"sha256", file.approved_sha256},
                     {"fetched", was ? json::value(to_text(fetched->first)) : json::value(nullptr)},
                     {"open", release::may_fetch(*request.link, file.position, now)}});
  }
  return {{"release", request.number},
          {"project", request.project},
          {"made", to_text(request.link->made)},
          {"expires", to_text(request.link->expires)},
          {"files", std::move(files)}};
}

Result<std::string> read_memory(const release::LinkFetched& fetched) {
  std::string bytes(fetched.bytes, 0);
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t got =
        ::pread(fetched.memory.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return system_error("read a file that was handed over", errno);
    done += static_cast<size_t>(got);
  }
  return bytes;
}

bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

// U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C: letters that turn what stands beside them.
bool turns(std::string_view name) {
  for (size_t i = 0; i + 1 < name.size(); ++i) {
    if (name.substr(i, 2) == "\xd8\x9c") return true;
    if (name.substr(i, 2) != "\xe2\x80" && name.substr(i, 2) != "\xe2\x81") continue;
    const auto last = static_cast<unsigned char>(i + 2 < name.size() ? name[i + 2] : 0);
    if (name[i + 1] == '\x80' && (last == 0x8e || last == 0x8f || (last >= 0xaa && last <= 0xae)))
      return true;
    if (name[i + 1] == '\x81' && last >= 0xa6 && last <= 0xa9) return true;
  }
  return false;
}

using Shown = Result<Request> (*)(audit::Ledger&, const LinkAsked&);

Response answer(const LinkAccess& access, const http::Request& request, Shown show) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const LinkAsked asked = TRY(asked_in(request, user));
    const std::lock_guard lock(access.mutex);
    return document(200, opened_json(TRY(show(access.ledger, asked))));
  });
}

// Without the lock: the courier takes its time.
Response fetch(const LinkAccess& access, const http::Request& request) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const auto fetched = TRY(access.fetch(TRY(asked_in(request, user))));
    return Response{200,
                    "application/octet-stream",
                    TRY(read_memory(fetched)),
                    {{"Cache-Control", "no-store"},
                     {"Content-Disposition", saved_as(fetched.name)},
                     {"Content-Security-Policy", "sandbox; default-src 'none'"},
                     {"Fvm-Sha256", fetched.sha256}}};
  });
}

}  // namespace

void add_link_routes(http::Router& router, const LinkAccess& access) {
  const auto add = [&](const char* path, const char* summary, http::Handler handler) {
    router.add({"POST", std::string(links) + path, summary, std::move(handler)});
  };
  add("{number}", "What a one-time link opens",
      [&access](const http::Request& r) { return answer(access, r, release::show_link); });
  add("{number}/files/{position}", "Fetches one file, once",
      [&access](const http::Request& r) { return fetch(access, r); });
  add("{number}/files/{position}/arrived", "Says that a file came whole",
      [&access](const http::Request& r) { return answer(access, r, release::link_arrived); });
}

bool may_repeat(const http::Route& route) {
  const std::string_view pattern = route.pattern;
  if (pattern.starts_with(links) || pattern.ends_with("/code") || pattern.ends_with("/desktop")) return false;
  return route.method == "POST" || route.method == "PUT";
}

std::string saved_as(std::string_view name) {
  std::string plain, encoded;
  for (const char c : name) {
    const bool is = is_plain(static_cast<unsigned char>(c));
    plain += is ? c : '_';
    encoded += is ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (plain.starts_with('.') || plain.empty()) plain.insert(0, "fil");
  const bool other = plain != name && !name.empty() && !name.starts_with('.') && !turns(name) &&
                     name.find_first_of("/\\:") == std::string_view::npos &&
                     std::none_of(name.begin(), name.end(),
                                  [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '"'; });
  return "attachment; filename=\"" + plain + "\"" + (other ? "; filename*=UTF-8''" + encoded : "");
}

}  // namespace fvm::api
