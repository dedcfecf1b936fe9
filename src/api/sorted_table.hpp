// Tables that sort without a script: the heading of a column is a link that says so in the address, which can
// be kept and sent. As web/src/list.tsx writes it: ?sort=name, and ?sort=-name for the other way.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/page.hpp"

namespace fvm::api {

struct SortedColumn {
  std::string_view key;   // of the message
  std::string_view name;  // in the address
  bool number = false;    // to the right
};
struct SortedCell {
  std::string html;
  std::variant<std::string, int64_t> by{};  // what it is sorted by
};
using SortedRow = std::vector<SortedCell>;  // the first cell names the row

// The table of `rows`, sorted as the request says, and in their own order where it says nothing.
std::string sorted_table(Language language, std::string_view caption,
                         const std::vector<SortedColumn>& columns, std::vector<SortedRow> rows,
                         const http::Request& request);
// "?sort=-name" of the request, or nothing: for the same page in the other language.
std::string sorting_of(const http::Request& request);

}  // namespace fvm::api
