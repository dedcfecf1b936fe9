// Who was admitted to whose desktop: fvm-desk's own record of the persons behind accounts, in a file that the
// portal cannot reach. The case database says which MitID an account is bound to and who is a member of a
// project; whoever breaks into the portal can write that. What stands here he cannot: a person whom it does
// not know, at an account or a project where it has not seen him, waits until an operator has confirmed it on
// the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/world.hpp"

namespace fvm::admission {

// Limits.
inline constexpr size_t entries_max = 20'000;
inline constexpr size_t waiting_max = 1'000;  // beyond it nobody new is written down
inline constexpr uint64_t book_bytes_max = 8u << 20;

enum class Standing { waiting, admitted };

struct Entry {
  std::string project, user, professional;  // the persistent professional uuid
  std::string cvr;                          // of the institution that he works for, as MitID said
  Standing standing = Standing::waiting;
  Time since;        // first seen
  std::string by;    // who confirmed it; "first use"; empty while it waits
  std::string code;  // while it waits: shown to that person alone, who tells it to the operator
};

enum class Rule { confirmed, first_use };

// Safe from several programs at a time: each call locks the file, reads it and, where it changes, replaces
// it.
class Book {
 public:
  Book(World& world, Path folder) : world_(world), folder_(std::move(folder)) {}

  // Whether this person may see that user's desktop in that project. "desk.not_confirmed" (refused) with
  // `code`: not yet; he is written down as waiting. By Rule::first_use a user whom nobody stands for yet, or
  // who is admitted elsewhere as the same person, is admitted at once.
  Result<void> admit(const Entry& who, Rule rule);
  Result<std::vector<Entry>> entries() const;
  // Admits who waits for that user at that project and was shown that code, in the place of anybody else.
  // "desk.nobody.unknown" (usage).
  Result<Entry> confirm(const std::string& project, const std::string& user, const std::string& code,
                        const std::string& by);
  // Forgets who stands there, waiting or admitted: the same.
  Result<size_t> forget(const std::string& project, const std::string& user);

 private:
  World& world_;
  Path folder_;
};

}  // namespace fvm::admission
