// For verifier.cpp alone: the ledger's lines as they stand in the files, one by one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::audit::verifier {

struct Line {
  uint64_t seq = 0;            // that it claims; 0 when it is no record
  std::string previous, hash;  // that it claims, hexadecimal
  bool fits = false;           // its hash is that of its own content
  bool finished = true;        // ends in a line break
  size_t file = 0;             // index into LineReader::names()
  uint64_t number = 0;         // in that file, from 1
};

// Takes a line apart by the format alone.
Line read_line(std::string_view text);

class LineReader {
 public:
  static Result<LineReader> in(World& world, const Path& folder);
  // The next line without its line break; nothing at the end of the last file.
  Result<std::optional<std::string>> next();
  size_t file() const { return file_; }
  uint64_t number() const { return number_; }
  bool finished() const { return finished_; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  LineReader(World& world, Path folder, std::vector<std::string> names)
      : world_(world), folder_(std::move(folder)), names_(std::move(names)) {}
  World& world_;
  Path folder_;
  std::vector<std::string> names_;
  size_t file_ = 0;
  uint64_t offset_ = 0, number_ = 0;
  std::string buffer_;
  size_t start_ = 0;  // of what is not given out yet
  bool finished_ = true;
};

}  // namespace fvm::audit::verifier
