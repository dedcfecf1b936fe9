// Inside the room: just enough of Parquet to write a checkpoint, and nothing to read one. Plain encoding, no
// compression; every field may be NULL. https://parquet.apache.org/docs/file-format/
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

namespace fvm::lake::parquet {

struct Node {
  enum class Kind { group, map, list, text, int64, int32, boolean };
  std::string name;
  Kind kind = Kind::text;
  std::vector<Node> children = {};  // of a group; a map is text to text, a list is of texts
};

// A whole Parquet file: `rows` are objects whose members are looked up by the columns' names; absent is NULL.
std::string write(const std::vector<Node>& columns, const std::vector<boost::json::object>& rows);

}  // namespace fvm::lake::parquet
