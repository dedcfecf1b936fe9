// What the check says of the files of a request: the same for what was kept and for what only stands in an
// /outbox. Writes nothing.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/world.hpp"
#include "release/progress.hpp"
#include "release/record.hpp"
#include "release/standing.hpp"
#include "release/types.hpp"
#include "store/database.hpp"

namespace fvm::release {

// Where the bytes of a file lie whose SHA-256 and size are known; `path` may be empty when a scan is not
// going to read them (outlook.cpp).
using BytesOf = std::function<Result<Bytes>(const File&)>;

// What comes of the check, before it is written down.
struct Checked {
  std::vector<File> files;
  Event event{};  // block, clear, question, pass or pass_two
  Situation situation;
  std::string_view route;  // empty when it is blocked
  uint32_t reviewers = 1;
  DisclosureRecord record;
};

// What the scan says of a file; one on which it died or ran out of time or memory is blocked
// ("finding.scan_failed"), because it cannot be checked.
Result<Report> scan_or_block(const Hands& hands, const Request& request, const File& file,
                             const Bytes& bytes);

// Every file by itself, then all together, then the route. Surroundings that fail (no launcher) are the
// error.
Result<Checked> check_files(World& world, const store::Database& store, const BytesOf& bytes_of,
                            const Hands& hands, const Request& request);

}  // namespace fvm::release
