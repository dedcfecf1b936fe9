// From a granted application to a living project: agreements are made when it is granted, accepted by those
// who must, and when the last one has accepted, project, data, accounts and members come into being. Every
// step is one record in the ledger, may be killed and done again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreement/annex.hpp"
#include "agreement/types.hpp"
#include "audit/ledger.hpp"
#include "casework/service.hpp"
#include "catalogue/cache.hpp"
#include "config/instance.hpp"

namespace fvm::agreement {

struct Setting {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  audit::Ledger& ledger;
  std::function<void(std::string_view line)> on_line = {};  // progress of builds; may be empty
  // Leaves files, letters and projects to fvm-steward: for a program that may not start jobs.
  bool follow_later = false;
  std::shared_ptr<catalogue::Cache> catalogues = std::make_shared<catalogue::Cache>();
};

// The tables of this room; call once when the ledger is opened, after casework's and extract's.
Result<void> migrate(audit::Ledger& ledger);

// What casework does at its steps on behalf of this room: agreements on `approve`, their end when the case is
// taken back or ends, and the refusal of an `activate` or `adopt` that this room has not prepared. What
// `setting` refers to must outlive them. The pre-check stays empty: see precheck.hpp.
casework::Hooks hooks(const Setting& setting);
casework::Setting casework_setting(const Setting& setting);

// The specification of a case as it would be signed, and every finding of the compiler in it.
struct Preview {
  std::string text;
  std::vector<extract::Finding> findings;
  bool may_be_built = false;
};
Result<Preview> preview(const Setting& setting, const casework::Case& about);

// --- reading

// The newest version of a case; "agreement.none" (refused) before it is granted.
Result<Version> agreements_of(const store::Database& store, std::string_view case_number);
// The document as text for a terminal.
Result<std::string> plain_text(const store::Database& store, int64_t agreement);
enum class Format { pdf, docx };
Path file_of(const config::Instance& instance, const Agreement& agreement, Format format);

// --- making

// PDF and DOCX of what has none yet, and the letters to those who must accept. Done once however often.
Result<void> make_files(const Setting& setting, std::string_view case_number);

// --- accepting

struct Accepted {
  std::vector<Agreement> agreements;  // accepted by this call
  Version version;                    // as it is now
};
// By somebody who is logged in: the signatory of the institution, or the user whom a declaration is about.
// All of his in the newest version of the case. Refused: "agreement.not_yours" when there is none for him,
// and what casework says to a step.
Result<Accepted> accept(const Setting& setting, const std::string& actor, std::string_view case_number);

// By the fixed sentence in a reply. `from` is the address that the mail server vouches for. Nothing when the
// text is no answer; refused when it is one that does not count: "agreement.wrong_code" (also for a case that
// there is not), "agreement.wrong_sender".
Result<std::optional<Accepted>> accept_by_mail(const Setting& setting, const std::string& from,
                                               std::string_view text);

// The same as room intake asks for it: the case in which something was accepted. Whatever that brings about
// is left to fvm-steward, so that no mail server waits for it.
std::function<Result<std::optional<std::string>>(const std::string& from, std::string_view text)>
mail_answers(const Setting& setting);

// --- access

struct Activated {
  std::string project;
  bool already = false;
  int64_t version = 0;  // of the project's data
  uint64_t persons = 0, rows = 0;
  std::vector<std::string> accounts;  // made now
  std::vector<std::string> members;   // of the project as it is now
};
// Makes or changes the project, builds it, and then, in one transaction, makes accounts and members and moves
// the case on. "agreement.waiting_for" (refused) while anybody has not accepted. `cohort` is the folder of
// the file of personal numbers when the authority supplies them.
Result<Activated> activate(const Setting& setting, std::string_view case_number, const Path& cohort = {});

// What is left to do by itself: files and letters not made, access that everybody has accepted. The steward's
// duty. One case that fails does not keep the others waiting; its error is logged.
Result<void> carry_on(const Setting& setting);

// "agreement.case_decides" (refused) when a project of this number is a case's: then it is made by
// activate(), and its members are those who have accepted.
Result<void> may_be_made_by_hand(const store::Database& store, std::string_view project);
Result<void> may_be_member(const store::Database& store, std::string_view project, std::string_view account);

}  // namespace fvm::agreement
