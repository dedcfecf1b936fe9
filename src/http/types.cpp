#include "http/types.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/markup.hpp"
#include "base/messages.hpp"

namespace fvm::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { literal, space };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      if (at + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[at + 1]), low = hex_digit(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      at += 2;
    } else if (c == '+' && plus == Plus::space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    out += c;
  }
  return out;
}

bool climbs(std::string_view path) {
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part == ".." || part == ".") return true;
    start = end + 1;
  }
  return path.find('\\') != std::string_view::npos;
}

}  // namespace

std::string Request::value(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::string_view Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || target[0] != '/' || target.size() > target_bytes_max) return std::nullopt;
  const size_t question = std::min(target.find('?'), target.size());
  const auto path = decode(target.substr(0, question), Plus::literal);
  if (!path || climbs(*path)) return std::nullopt;
  Target out{*path, {}};
  std::string_view rest = target.substr(std::min(question + 1, target.size()));
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals), Plus::space);
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
    if (!name || !value) return std::nullopt;
    out.query.emplace(*name, *value);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Response problem(unsigned status, std::string_view code) {
  const boost::json::object document{{"type", fmt::format("urn:fvm:problem:{}", code)},
                                     {"status", status},
                                     {"title", message(Language::english, code)},
                                     {"title_da", message(Language::danish, code)}};
  return {
      status, "application/problem+json", boost::json::serialize(document), {{"Cache-Control", "no-store"}}};
}

Response problem(const Error& error) {
  const bool unknown = error.kind == Kind::usage && error.code.ends_with(".unknown");
  const unsigned status = unknown                            ? 404
                          : error.kind == Kind::refused      ? 403
                          : error.kind == Kind::usage        ? 400
                          : error.kind == Kind::surroundings ? 503
                                                             : 500;
  return problem(status, error);
}

Response problem(unsigned status, const Error& error) {
  boost::json::object facts;
  for (const auto& [name, value] : error.arguments) facts[name] = value;
  const boost::json::object document{{"type", fmt::format("urn:fvm:problem:{}", error.code)},
                                     {"status", status},
                                     {"title", describe(Language::english, error)},
                                     {"title_da", describe(Language::danish, error)},
                                     {"facts", std::move(facts)}};
  return {
      status, "application/problem+json", boost::json::serialize(document), {{"Cache-Control", "no-store"}}};
}

std::string escape_html(std::string_view text) {
  std::string out = escape_markup(text);
  for (size_t at = 0; (at = out.find('\'', at)) != std::string::npos;) out.replace(at, 1, "&#39;");
  return out;
}

}  // namespace fvm::http
