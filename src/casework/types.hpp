// A case: an application on its way to access, with everything that was said and done about it.
//
// STABLE for the rooms above (agreement, intake, pre-check): Case, Step, Version, Kind, Origin, and the
// states in states.def. Fields may be added; none will be renamed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "casework/document.hpp"
#include "casework/states.hpp"

namespace fvm::casework {

// Limits.
inline constexpr size_t words_bytes_max = 20'000;  // of one reason, question, comment

// An amendment changes a case that is active, an extension carries one on: each is a case of its own that
// walks through the same states and names the other as its parent.
enum class Kind { application, amendment, extension };
std::string_view name_of(Kind kind);

enum class Origin { account, mail };
std::string_view name_of(Origin origin);

// One step that was taken.
struct Step {
  Time at;
  std::string actor;
  Role role{};
  Event event{};
  State from{}, to{};
  std::string words;    // reason, question, answer, comment
  int64_t version = 0;  // of the application, as it was then
  std::string subject;  // whom it is about: assigned to, asked, handed over to; or a term ("approve")
};

// One text of the application. A text that was handed in is never changed; saving after that makes a new one.
struct Version {
  int64_t version = 0;  // from 1
  Time at;
  std::string author;
  std::string text;              // TOML
  std::vector<OrderItem> order;  // from an order sheet
  bool submitted = false;
  std::vector<Finding> remarks;  // of the pre-check when it was handed in
};
// Tells one text from every other that the case has had: what a browser says it has changed.
std::string stamp_of(const Version& version);

struct Case {
  int64_t id = 0;
  std::string number;   // "FVM-2026-0017"; an amendment's is "FVM-2026-0017-A1"
  std::string project;  // the project's number: its own, or that of the case that it changes or carries on
  std::string parent;   // number; empty for a first application
  Kind kind = Kind::application;
  Origin origin = Origin::account;
  State state = State::draft;
  std::string title, authority, cvr;
  std::string applicant;   // account; empty while a case that came by e-mail has none
  std::string mail_from;   // for Origin::mail: who wrote
  std::string caseworker;  // account; empty until assigned
  Time created, changed;
  std::optional<Time> submitted;  // the first time
  int64_t version = 0;            // newest text
  int64_t submitted_version = 0;  // newest that was handed in; 0: none
  int64_t in_force_version = 0;   // that the agreement in force was made from; 0: none
  std::vector<Step> history;      // oldest first
};

}  // namespace fvm::casework
