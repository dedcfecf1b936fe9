// Institutions, accounts and members: reading takes a Database (or an audit::Writer, inside its transaction),
// changing takes the ledger and writes one record each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "identity/types.hpp"

namespace fvm::identity {

// The tables of this room; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// "identity.cvr_wrong" (not eight digits), "identity.recipient_wrong",
// "identity.institution_exists". `name` is shown to people: up to 200 bytes, no control characters.
Result<Institution> add_institution(audit::Ledger& ledger, const std::string& actor, const std::string& name,
                                    const std::string& cvr, const std::vector<std::string>& recipients);
// More recipients, and fewer: all of it or nothing. Those it has already are left alone;
// "identity.recipient_none" (usage) for one to be removed that is not on the list. A mail to that one which
// has not left yet does not leave.
Result<Institution> set_recipients(audit::Ledger& ledger, const std::string& actor,
                                   std::string_view name_or_cvr, const std::vector<std::string>& add,
                                   const std::vector<std::string>& remove);
// For good: its open accounts are closed (how many), and nobody is on its list. Part of a greater change
// (room sanction), whose event says it.
Result<size_t> close_institution(audit::Writer& writer, const Institution& institution,
                                 const std::string& reason);
// How results reach it from now on; what has been mailed stays as it is. "identity.delivery_wrong" (usage)
// for a way that is none, "identity.no_public_url" (refused) for links of a portal that has no address of its
// own.
Result<Institution> set_delivery(audit::Ledger& ledger, const std::string& actor,
                                 std::string_view name_or_cvr, std::string_view delivery,
                                 std::string_view public_url);
// By name (any case) or CVR number; "identity.institution_unknown".
Result<Institution> find_institution(const store::Database& store, std::string_view name_or_cvr);
// The same, "identity.institution_closed" (refused) if it has left.
Result<Institution> find_open_institution(const store::Database& store, std::string_view name_or_cvr);
Result<std::vector<Institution>> list_institutions(const store::Database& store);

// "identity.user_name_wrong", "identity.user_exists", "identity.institution_unknown".
Result<User> add_user(audit::Ledger& ledger, const std::string& actor, const std::string& name,
                      std::string_view institution, const std::vector<Role>& roles);
// The same as part of a greater change, inside its transaction; the caller's event says it.
Result<User> add_user(audit::Writer& writer, const std::string& name, std::string_view institution,
                      const std::vector<Role>& roles);
// Another role for an open account that exists; once more is done once.
Result<User> add_role(audit::Writer& writer, std::string_view name, Role role);
// A closed account acts no more; its history stays. Closing a closed account is refused.
Result<User> close_user(audit::Ledger& ledger, const std::string& actor, std::string_view name,
                        const std::string& reason);
// Also a closed one: look at `closed`. "identity.user_unknown".
Result<User> find_user(const store::Database& store, std::string_view name);
// By name; or of those behind `after` the first `most` (-1: all).
Result<std::vector<User>> list_users(const store::Database& store, std::string_view after = {},
                                     int64_t most = -1);
// "identity.user_closed" or "identity.user_suspended" (refused).
Result<void> require_open(const User& user);
// The user, if open and with that role; else "identity.user_unknown", "identity.user_closed" or
// "identity.user_suspended", "identity.role_missing" (refused).
Result<User> require_role(const store::Database& store, std::string_view name, Role role);

// Adding a member twice is done once. Only open accounts with the role analyst can be members.
Result<void> add_member(audit::Ledger& ledger, const std::string& actor, std::string_view project,
                        std::string_view user);
// The same as part of a greater change, inside its transaction; the caller's event says it.
Result<void> add_member(audit::Writer& writer, std::string_view project, std::string_view user);
Result<void> remove_member(audit::Ledger& ledger, const std::string& actor, std::string_view project,
                           std::string_view user);
Result<void> remove_member(audit::Writer& writer, std::string_view project, std::string_view user);
Result<std::vector<User>> members_of(const store::Database& store, std::string_view project);
// Also of closed accounts: a closed member is still nobody's reviewer.
Result<bool> is_member(const store::Database& store, std::string_view project, std::string_view user);

// Whether results may be mailed there: an address or the domain of one that stands on the institution's list.
// Domains are compared without case, mailboxes exactly; anything but printable ASCII is refused unless the
// list has exactly that address.
bool recipient_allowed(const Institution& institution, std::string_view address);

}  // namespace fvm::identity
