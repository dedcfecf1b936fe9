// rooms: lake
// A Delta log as anybody may have damaged it: reading never crashes, what is read stays inside the table's
// folder, and what we write of it reads back the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lake/actions.hpp"

using namespace fvm;
using namespace fvm::lake;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void check_round_trip(const Entry& entry) {
  const auto lines = to_lines(entry);
  if (!lines.ok()) return;  // a schema that may be read but not be written
  const auto again = entry_of_lines(*lines);
  must(again.ok());
  must(again->added.size() == entry.added.size() && again->removed.size() == entry.removed.size());
  must(again->transactions.size() == entry.transactions.size());
  must(again->changes_data() == entry.changes_data() &&
       again->changes_metadata() == entry.changes_metadata());
  if (entry.metadata) must(again->metadata->schema == entry.metadata->schema);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto entry = entry_of_lines({reinterpret_cast<const char*>(data), size});
  if (!entry.ok()) {
    must(!entry.error().code.empty() && !entry.error().argument("line").empty());
    return 0;
  }
  for (const Added& added : entry->added) must(is_inside(added.file.path));
  for (const Removed& removed : entry->removed) must(is_inside(removed.path));
  check_round_trip(*entry);
  return 0;
}
