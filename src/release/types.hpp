// A release request: what somebody wants to send home, where it stands and what was found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "disclosure/finding.hpp"
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
};
// What a file is called in the mail: a table's file gets a name of ours, so that a name carries nothing out
// that nobody has read.
std::string name_outside(const std::string& project, const File& file);

// One step that was taken.
struct Step {
  Time at;
  std::string actor;
  Role role{};
  Event event{};
  State from{}, to{};
  std::string reason;
};

struct Request {
  int64_t id = 0;
  std::string number;  // "H-000001"
  std::string project, author, recipient, purpose;
  State state{};
  Time created, changed;
  std::vector<File> files;
  std::vector<Step> history;  // oldest first
};

// 1 -> "H-000001".
std::string number_of(int64_t id);
// "H-000001", "h-1" and "1" -> 1; "release.unknown" for anything else.
std::optional<int64_t> id_of(std::string_view number);

}  // namespace fvm::release
