// The built front end: every file is read once at start, so that no request can name any other.
#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "base/world.hpp"
#include "http/types.hpp"

namespace fvm::http {

inline constexpr uint64_t asset_bytes_max = 4u << 20;

class Assets {
 public:
  // Reads all files of `folder` (not its folders); NAME.gz and NAME.br stand for NAME, compressed.
  // "web.not_built" when there is no portal.css.
  static Result<Assets> read(World& world, const Path& folder);
  // "/assets/portal.css?v=0f3a": changes with the content, so that browsers may keep it for good.
  std::string address(const std::string& name) const;
  // "/assets/shared-0f3a.js" of "shared-": a part whose name carries its hash; empty when there is none.
  std::string part(const std::string& beginning) const;
  // Answers /assets/{name}.
  Response answer(const Request& request) const;

 private:
  struct Asset {
    std::string content, gzip, brotli, type, tag;
  };
  std::map<std::string, Asset> files_;
};

}  // namespace fvm::http
