// Lists of numbers beside mirror files (lake/number_list.hpp), made when somebody first wants them and then
// there for all. They are derived from files that never change, so they have no version and no record.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::mirror {

struct WantedList {
  std::string file, column;  // as the table's log and schema write them
  auto operator<=>(const WantedList&) const = default;
};

struct ListMaking {
  std::string table;  // "LPR_F.kontakter"
  Path folder;        // of the table
  uint64_t memory_mib = 1024;
  uint16_t threads = 2;
};
// Makes those that are not there, in a sandbox, one maker at a time per table; lists of files that are gone
// go. Returns how many it made. Killed or failed half way there are fewer, never a half one.
Result<size_t> make_number_lists(World& world, const config::Instance& instance, const ListMaking& making,
                                 std::vector<WantedList> wanted);

}  // namespace fvm::mirror
