// SQL of this room: cases, their texts, steps, second opinions.
//
// STABLE for the rooms above: find, list, version_of, application_of.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "casework/types.hpp"
#include "store/database.hpp"

namespace fvm::casework {

// The tables of this room, of notify and of what it builds on; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// By number, in any case; "casework.unknown" when there is none. With its history.
Result<Case> find(const store::Database& store, std::string_view number);

struct Filter {
  std::vector<State> states;  // empty: all
  std::string authority;      // CVR; empty: all
  std::string parent;         // number; empty: all
  std::string project;        // number; empty: all
  // Only this applicant's, and those of an authority that he signs for; empty: everybody's.
  std::string applicant, signs_for;
  int64_t after = 0, most = -1;  // the first so many (-1: all) behind the case with that id
};
// Oldest first. Without the histories.
Result<std::vector<Case>> list(const store::Database& store, const Filter& filter = {});
// With them.
Result<std::vector<Case>> list_whole(const store::Database& store, const Filter& filter = {});
// The histories of the cases of a kind that were decided last, at most so many; of each case no more than
// that.
Result<std::vector<Case>> decided_last(const store::Database& store, Kind kind, size_t most);
// Cases that wait for the service: of each its id, its state and when it was handed in, no more than that.
Result<std::vector<Case>> waiting(const store::Database& store);

// "casework.no_version" when there is none of that number.
Result<Version> version_of(const store::Database& store, const Case& about, int64_t version);
Result<std::vector<Version>> versions_of(const store::Database& store, const Case& about);  // oldest first

// The application that counts now: what was handed in last, or (never handed in) the draft.
Result<Application> application_of(const store::Database& store, const Case& about);
// One text of it, with what was ordered merged in.
Application read_version(const Version& version, const std::string& number);

Result<int64_t> insert_case(audit::Writer& writer, const Case& about);
// Everything of the case that a step may change.
Result<void> update_case(audit::Writer& writer, const Case& about);
Result<int64_t> insert_step(audit::Writer& writer, const Case& about, const Step& step);
Result<Step> step_of(const store::Database& store, int64_t id);
// A new text, or the new words of one that was not handed in yet; its number.
Result<int64_t> save_text(audit::Writer& writer, Case& about, const std::string& author,
                          const std::string& text, const std::vector<OrderItem>& order);
Result<void> mark_submitted(audit::Writer& writer, const Case& about, const std::vector<Finding>& remarks);
// The highest number of that year so far; 0: none.
Result<int64_t> last_of_year(const store::Database& store, int year);
// 1 -> "FVM-2026-0001".
std::string number_of(int year, int64_t order);

}  // namespace fvm::casework
