// Agreements of a case: what they are, who must accept them, how far they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace fvm::agreement {

enum class Kind { data_processing, disclosure, user_declaration };
inline constexpr Kind kinds[] = {Kind::data_processing, Kind::disclosure, Kind::user_declaration};
std::string_view name_of(Kind kind);  // "data_processing": also the file's name
std::optional<Kind> kind_named(std::string_view name);

// Who has to accept it.
struct Party {
  std::string name, email;
  std::string account;  // user name; empty until there is one
};

enum class State {
  open,      // waits for its party
  accepted,  // in this version, or unchanged since an earlier one that the party accepted
  lapsed,    // taken back before it was in force, or the case ended without it
};

// How somebody accepted.
enum class How {
  none,
  account,  // logged in
  mail,     // the fixed sentence in a reply
  earlier,  // the same text was accepted in an earlier version
};
std::string_view name_of(State state);
std::string_view name_of(How how);

struct Agreement {
  int64_t id = 0;
  std::string case_number, project;
  int64_t version = 0;  // of the project's agreements, from 1
  Kind kind{};
  Party party;
  std::string title;
  std::string content_sha256;           // of the text without version and date: the same text, the same hash
  std::string pdf_sha256, docx_sha256;  // empty until the files are made
  State state = State::open;
  How how = How::none;
  std::optional<Time> accepted;
  std::string accepted_by;  // account or address
};

// One version of a project's agreements.
struct Version {
  std::string case_number, project;
  int64_t version = 0;
  std::string specification, specification_sha256;
  Time made{};
  std::optional<Time> in_force;
  std::vector<Agreement> agreements;  // by kind, then as the application names the users
};

}  // namespace fvm::agreement
