// How a project ends. Past its last day it is sealed: nobody gets in, nothing is refreshed, its users' files
// lie read-only for `projects.kept_days`. Then, or when somebody closes it, it is deleted: the keeper
// destroys its keys (pseudonyms and storage) and certifies that, and its files are removed; the records stay.
//
// Every function may be killed and called again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "extract/service.hpp"
#include "wire/storage.hpp"

namespace fvm::extract {

inline constexpr int ending_milliseconds_max = 20'000;  // for sandboxes that are ending to let a folder go

// Keeps the project's folder mounted, if it is encrypted, until the hold goes away. Take it before touching
// anything below Instance::project(number).
Result<wire::StorageHold> hold_folder(const Setting& setting, const std::string& number);

// What the clock asks for.
enum class Due { nothing, seal, unseal, remove };
// Pure. `certified`: its deletion is complete. A sealed project whose agreement was prolonged is opened
// again.
Due due_for(const Project& project, bool certified, Time now, uint32_t kept_days);

// Called when nobody can begin a session any more, and before files are touched: ends those that run.
using EndSessions = std::function<Result<void>()>;

Result<void> seal_project(const Setting& setting, const std::string& number, const EndSessions& end_sessions);
Result<void> unseal_project(const Setting& setting, const std::string& number);

struct Certificate {
  std::string text;       // begins with crypto::certificate_prefix
  std::string signature;  // Ed25519, 64 bytes, by the key in audit/public.key
  Time made{};
};
// Closes and deletes; on a closed one finishes what a crash left. `reason`: "closed" or "expired".
Result<Certificate> close_project(const Setting& setting, std::string_view number, const std::string& reason,
                                  const EndSessions& end_sessions);

// Nothing when the project was not deleted (yet).
Result<std::optional<Certificate>> certificate_of(const store::Database& database, const std::string& number);
// The certificate as a file: its text and a last line "signature: BASE64".
std::string certificate_file(const Certificate& certificate);
// The text of such a file if it is whole and signed by that key; "certificate.not_one" or
// "certificate.wrong_signature" (refused).
Result<std::string> verify_certificate(std::string_view file, std::string_view public_key);

// Those of `days` (before the last day) that are due and were not yet told, and the mark that they were; only
// the least counts: who created a project with 20 days to go is not told of 60 first.
Result<std::optional<uint32_t>> warning_due(const store::Database& database, const Project& project, Time now,
                                            const std::vector<uint32_t>& days);
Result<void> mark_warned(audit::Writer& writer, const Project& project, uint32_t days);

}  // namespace fvm::extract
