#include "http/assets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace fvm::http {
namespace {

constexpr std::pair<std::string_view, std::string_view> types[] = {
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
};

std::string_view type_of(std::string_view name) {
  for (const auto& [ending, type] : types) {
    if (name.ends_with(ending)) return type;
  }
  return {};
}

// Whether "gzip, deflate;q=0.5, br;q=0" names it, and not as one that is refused.
bool takes_encoding(std::string_view header, std::string_view wanted) {
  while (!header.empty()) {
    const std::string_view each = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), each.size() + 1));
    const size_t begin = std::min(each.find_first_not_of(' '), each.size());
    const size_t end = std::min(each.find_first_of("; ", begin), each.size());
    if (each.substr(begin, end - begin) != wanted) continue;
    const size_t weight = each.find("q=0", end);
    return weight == std::string_view::npos ||
           each.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

}  // namespace

Result<Assets> Assets::read(World& world, const Path& folder) {
  Assets assets;
  for (const DirectoryEntry& entry : TRY(world.list(folder))) {
    const bool gzip = entry.name.ends_with(".gz"), brotli = entry.name.ends_with(".br");
    const std::string name = gzip || brotli ? entry.name.substr(0, entry.name.size() - 3) : entry.name;
    if (entry.is_directory || type_of(name).empty()) continue;
    Asset& asset = assets.files_[name];
    asset.type = type_of(name);
    std::string bytes = TRY(world.read_file(folder / entry.name, asset_bytes_max));
    if (!gzip && !brotli) asset.tag = fmt::format("{:016x}", std::hash<std::string>{}(bytes));
    (gzip ? asset.gzip : brotli ? asset.brotli : asset.content) = std::move(bytes);
  }
  if (!assets.files_.contains("portal.css"))
    return surroundings("web.not_built", {{"folder", folder.string()}});
  return assets;
}

std::string Assets::address(const std::string& name) const {
  const auto found = files_.find(name);
  return "/assets/" + name + (found == files_.end() ? "" : "?v=" + found->second.tag);
}

std::string Assets::part(const std::string& beginning) const {
  const auto found = files_.lower_bound(beginning);
  return found != files_.end() && found->first.starts_with(beginning) ? "/assets/" + found->first : "";
}

Response Assets::answer(const Request& request) const {
  const auto found = files_.find(request.parameters.at("name"));
  if (found == files_.end()) return problem(404, "http.not_found");
  const Asset& asset = found->second;
  Response response{200, asset.type, {}, {{"ETag", '"' + asset.tag + '"'}, {"Vary", "Accept-Encoding"}}};
  const bool named = request.query.contains("v") && request.query.at("v") == asset.tag;
  response.headers.emplace_back("Cache-Control",
                                named ? "public, max-age=31536000, immutable" : "public, max-age=300");
  if (request.header("if-none-match") == '"' + asset.tag + '"') {
    response.status = 304;
    return response;
  }
  // Of two that the browser takes, the smaller.
  const std::string_view takes = request.header("accept-encoding");
  const std::pair<std::string_view, const std::string&> ways[] = {{"br", asset.brotli}, {"gzip", asset.gzip}};
  for (const auto& [way, bytes] : ways) {
    if (bytes.empty() || !takes_encoding(takes, way)) continue;
    response.headers.emplace_back("Content-Encoding", way);
    response.body = bytes;
    return response;
  }
  response.body = asset.content;
  return response;
}

}  // namespace fvm::http
