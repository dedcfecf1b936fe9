// Agreements in the store. Private to this room but for what service.hpp names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreement/types.hpp"
#include "audit/ledger.hpp"
#include "store/database.hpp"

namespace fvm::agreement {

Result<void> make_tables(audit::Ledger& ledger);

// The newest version that was made for the case, in force or not; nothing before it was granted.
Result<std::optional<Version>> newest_of_case(const store::Database& store, std::string_view case_number);
// The version that a project's access follows now; nothing before the first.
Result<std::optional<Version>> in_force(const store::Database& store, std::string_view project);
Result<Version> version_of(const store::Database& store, std::string_view project, int64_t version);
// Versions of cases that still wait (nothing lapsed, not in force), oldest first.
Result<std::vector<Version>> waiting(const store::Database& store);

// What stands behind an agreement besides what everybody may see.
struct Paper {
  std::string flat_xml, plain;  // the document as it was made
  std::string code;             // what the party's answer by e-mail must hold
};
Result<Paper> paper_of(const store::Database& store, int64_t agreement);

struct NewVersion {
  Version version;  // `version.version` and the agreements' ids are given by insert
  int64_t catalogue_version = 0;
  std::vector<Paper> papers;  // beside version.agreements
};
Result<int64_t> insert(audit::Writer& writer, const NewVersion& made);
Result<int64_t> next_version(const store::Database& store, std::string_view project);
Result<void> set_files(audit::Writer& writer, int64_t agreement, const std::string& pdf_sha256,
                       const std::string& docx_sha256);
Result<void> set_accepted(audit::Writer& writer, int64_t agreement, How how, const std::string& by);
Result<void> set_account(audit::Writer& writer, int64_t agreement, const std::string& account);
Result<void> set_in_force(audit::Writer& writer, const Version& version);
// Everything of the case that is not in force: taken back, or ended without it.
Result<void> lapse(audit::Writer& writer, std::string_view case_number);

// Accounts that the holder of an address got by agreements in force, the newest first.
Result<std::vector<std::string>> accounts_of(const store::Database& store, std::string_view email);

}  // namespace fvm::agreement
