// What everybody may know of the results of a project that have left: how many, in which month, what kind of
// files. Never who sent them, to whom, what they are called or what is in them.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"

namespace fvm::release {

enum class PublicKind { safe_table, table, program, text, other };
inline constexpr size_t public_kinds = 5;

struct Departed {
  int year = 0;
  unsigned month = 0;                         // in Denmark
  int64_t releases = 0;                       // that left for the first time then
  std::array<int64_t, public_kinds> files{};  // by PublicKind
};
// By month, the newest first.
Result<std::vector<Departed>> departed(const store::Database& store, std::string_view project);

}  // namespace fvm::release
