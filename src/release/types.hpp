// A release request: what somebody wants to send home, where it stands and what was found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "disclosure/finding.hpp"
#include "disclosure/together.hpp"
#include "release/states.hpp"

namespace fvm::release {

// Limits.
inline constexpr size_t files_max = 50;  // in one request
inline constexpr uint64_t kept_bytes_max =
    256u << 20;  // of one file; of a larger one the first so many bytes are kept
inline constexpr uint64_t mail_bytes_max = 25u << 20;  // of all files of a request together
inline constexpr size_t purpose_bytes_max = 2000;

struct File {
  uint32_t position = 0;  // from 1
  std::string name;
  std::string sha256;  // hexadecimal; of what is kept; empty until captured
  uint64_t bytes = 0;  // of the file as it was
  std::string approved_sha256;
  std::string type;  // what the scan says it is
  bool checked = false;
  std::vector<disclosure::Finding> findings;
  // Of a file of a released safe table, known by its bytes: the table's number within the institution, the
  // SHA-256 of its disclosure record, and what of it may be told (JSON); else 0 and nothing.
  int64_t table = 0;
  std::string record_sha256, disclosure;
  // Of another file: how many tables with numbers the scan saw in it, none of which is part of the exact
  // audit, and the safe tables that have exactly these headings and numbers.
  size_t tables = 0;
  std::vector<int64_t> same_as;
  // What of it is rows of persons together with more of its kind; known while it is checked, and remembered
  // for the project's later requests.
  std::vector<disclosure::SmallShape> small = {};
  std::string word = {};  // the keeper's, that these bytes were kept or checked (words.hpp)
};

// One step that was taken.
struct Step {
  Time at;
  std::string actor;
  Role role{};
  Event event{};
  State from{}, to{};
  std::string reason;
  uint32_t revision = 1;
};

// What a reviewer says of a revision. `comments`: by the file's position; what is to be mended in it.
enum class Ballot { approve, send_back, reject };
struct Vote {
  std::string reviewer;
  Ballot ballot{};
  std::string reason;
  std::vector<std::pair<uint32_t, std::string>> comments;
  Time at;
  std::string nonce;  // hexadecimal; what the ledger was told at once is SHA-256 over all of this
};
std::string_view name_of(Ballot ballot);
std::optional<Ballot> ballot_named(std::string_view name);

// What the author said to a finding of the check.
struct Answer {
  uint32_t position = 0;
  std::string rule, text;
};

// A security officer keeps the copies for as long as it takes (retention.hpp).
struct Retained {
  std::string by, reason;
  Time since;
};

// A release that was mailed as a one-time link (link.hpp): the newest one, which alone may open anything.
struct LinkFile {
  uint32_t position = 0;
  Time first;  // when it was fetched for the first time
  uint32_t fetches = 0;
  std::optional<Time> arrived;  // the receiver's page had it whole
};
struct Link {
  int64_t id = 0;
  uint32_t revision = 1;
  std::string token_sha256, word;  // word: the keeper's, over what the link opens
  Time made, expires;
  std::string opener;  // the account that fetched first; nobody else may from then on
  std::vector<LinkFile> files;
};

// What became of a mail on its way and of its link, beside the states.
struct DeliveryFact {
  Time at;
  std::string what;  // "link_made", "link_shown", "link_fetched", "link_arrived", "link_refused", "delayed",
                     // "delay_told"
  std::string who, detail;  // account or program; file number, code of a refusal, status of a report
};

struct Request {
  int64_t id = 0;
  std::string number;  // "H-000001"
  std::string project, author, recipient, purpose;
  State state{};
  Time created, changed;
  uint32_t revision = 1;      // from 1; every resubmission is one more, and the old ones are kept
  std::string route;          // the rule of routes.def that the check chose; empty before
  uint32_t reviewers = 1;     // how many have to look
  std::vector<File> files;    // of this revision
  std::vector<Step> history;  // of all revisions, oldest first
  std::vector<Vote> votes;    // of this revision; visibility.hpp says who may see which
  std::vector<Answer> answers;
  std::optional<Retained> retained;
  std::optional<Link> link;
  std::vector<DeliveryFact> deliveries;  // oldest first
  std::optional<Time> bytes_gone;        // its time was over then: no copy is kept for it any more
};

// What a file is called in the mail: a file that nobody has looked at gets a name of ours, so that a name
// carries nothing out that nobody has read.
std::string name_outside(const Request& request, const File& file);

// 1 -> "H-000001".
std::string number_of(int64_t id);
// "H-000001", "h-1" and "1" -> 1; "release.unknown" for anything else.
std::optional<int64_t> id_of(std::string_view number);

}  // namespace fvm::release
