// The one table of settings: reader and writer of config.toml both walk it, so that they cannot drift apart.
#pragma once

#include <string_view>

#include "config/instance.hpp"

namespace fvm::config {

// What a setting may be. Numbers: least and most; texts: the allowed ones separated by '|', or empty for any.
struct Allowed {
  double least = 0, most = 0;
  std::string_view texts{};
};

// What comes before a decision: the machine's look, and the mailbox.
void for_each_intake_setting(auto& c, auto&& visit) {
  visit("precheck", "size_rounding", c.precheck.size_rounding, Allowed{5, 10000},
        "a population's size is told in steps of at least this; below it: \"fewer than\"");
  visit("precheck", "percent_step", c.precheck.percent_step, Allowed{1, 50},
        "shares of persons are told in steps of so many percent");
  visit("precheck", "small_population_persons", c.precheck.small_population_persons, Allowed{0, 1e9},
        "populations below this size get a remark");
  visit("precheck", "unique_percent_weigh", c.precheck.unique_percent_weigh, Allowed{0, 100},
        "a larger share of persons who stand alone must be weighed by a person");
  visit("precheck", "sizes_per_authority_max", c.precheck.sizes_per_authority_max, Allowed{1, 100000},
        "different populations that are counted for one authority in 30 days");
  visit("precheck", "persons_max", c.precheck.persons_max, Allowed{1000, 1e9},
        "more persons than this are looked at by a sample");
  visit("precheck", "rows_max", c.precheck.rows_max, Allowed{1000, 1e12},
        "of larger tables only a sample of the persons is looked at");
  visit("precheck", "memory_mib", c.precheck.memory_mib, Allowed{128, 1 << 20}, "memory of one pre-check");
  visit("precheck", "threads", c.precheck.threads, Allowed{1, 256}, "threads of one pre-check");

  visit("mailbox", "maildir", c.mailbox.maildir, Allowed{},
        "folder (maildir) of the service's mailbox; empty: mail comes by `fvm application receive` only");
  visit("mailbox", "authentication", c.mailbox.authentication, Allowed{0, 0, "required|none"},
        "\"required\": mail whose sender our mail server did not confirm (DMARC) waits for a person");
  visit("mailbox", "server", c.mailbox.server, Allowed{},
        "name in the header Authentication-Results that our own mail server writes; others are not believed");
  visit("mailbox", "message_bytes_max", c.mailbox.message_bytes_max, Allowed{1024, 1 << 30},
        "largest message that is taken");
  visit("mailbox", "parts_max", c.mailbox.parts_max, Allowed{1, 10000}, "most documents in one message");
  visit("mailbox", "receipts_per_day_max", c.mailbox.receipts_per_day_max, Allowed{0, 10000},
        "most receipts to one address in a day, so that two machines never write to each other for long");
}

// Those of cases and their agreements.
void for_each_case_setting(auto& c, auto&& visit) {
  visit("casework", "target_days", c.casework.target_days, Allowed{1, 1000},
        "working days in which an application is to be decided");
  visit("casework", "warning_days", c.casework.warning_days, Allowed{1, 1000},
        "calendar days before the end of an access at which people are told");
  visit("casework", "forecast_cases_min", c.casework.forecast_cases_min, Allowed{1, 10000},
        "decided cases below which no forecast is given");

  visit("agreement", "language", c.agreement.language, Allowed{0, 0, "da|en"}, "language of agreements");
  visit("agreement", "establishment_kroner", c.agreement.establishment_kroner, Allowed{0, 1e9},
        "price of a new data access; 0: not charged");
  visit("agreement", "yearly_kroner", c.agreement.yearly_kroner, Allowed{0, 1e9}, "price of a year");
  visit("agreement", "hourly_kroner", c.agreement.hourly_kroner, Allowed{0, 1e9},
        "price of an hour of work that the authority orders");
  visit("agreement", "breach_hours", c.agreement.breach_hours, Allowed{1, 72},
        "hours from noticing a breach of data to telling the authority");
  visit("agreement", "notice_months", c.agreement.notice_months, Allowed{1, 60},
        "months of notice to end an agreement");
  visit("agreement", "subprocessors", c.agreement.subprocessors, Allowed{},
        "other processors that take part, as the agreement names them");
}

// Those of encrypted projects.
void for_each_storage_setting(auto& c, auto&& visit) {
  visit("storage", "encryption", c.storage.encryption, Allowed{0, 0, "none|gocryptfs|luks"},
        "how new projects' folders are encrypted; \"luks\": a volume each, by the kernel (as root)");
  visit("storage", "luks_gib", c.storage.luks_gib, Allowed{1, 16000},
        "room in a LUKS volume, which takes disk as it fills; one that is there grows when next opened");
  visit("storage", "idle_seconds", c.storage.idle_seconds, Allowed{1, 86400},
        "an encrypted folder is unmounted when it was not used for so long");
}

// Those of logging in.
void for_each_login_setting(auto& c, auto&& visit) {
  visit("login", "session_minutes", c.login.session_minutes, Allowed{5, 24 * 60},
        "after so long one has to log in again, whatever one does");
  visit("login", "idle_minutes", c.login.idle_minutes, Allowed{1, 24 * 60},
        "a browser that has asked for nothing for so long is logged out");
  visit("login", "step_up_seconds", c.login.step_up_seconds, Allowed{10, 3600},
        "sending home and administrative acts ask for MitID again when it was last seen longer ago");

  visit("mitid", "issuer", c.mitid.issuer, Allowed{},
        "the broker of MitID Erhverv (OpenID Connect), as it writes itself; empty: nobody can log in");
  visit("mitid", "client_id", c.mitid.client_id, Allowed{}, "our name at the broker");
  visit("mitid", "client_secret_file", c.mitid.client_secret_file, Allowed{},
        "file with our secret at the broker (mode 0600); relative to the instance");
  visit("mitid", "authentication", c.mitid.authentication,
        Allowed{0, 0, "client_secret_basic|client_secret_post"}, "how the secret is shown");
  visit("mitid", "hosts", c.mitid.hosts, Allowed{},
        "servers that may be asked beside the issuer's own: \"keys.broker.dk\" or \"keys.broker.dk:8443\"");
  visit("mitid", "ca_file", c.mitid.ca_file, Allowed{}, "certificates to trust; empty: the system's");
  visit("mitid", "plain_loopback", c.mitid.plain_loopback, Allowed{0, 0, "never|allowed"},
        "\"allowed\": a broker on this very machine may speak plain HTTP; demonstrations and tests only");
  visit("mitid", "scope", c.mitid.scope, Allowed{}, "what we ask for; the claims below must come with it");
  visit("mitid", "algorithms", c.mitid.algorithms, Allowed{},
        "signatures that are taken: of RS256, PS256, ES256");
  visit("mitid", "assurance", c.mitid.assurance, Allowed{}, "levels that will do; a missing one never does");
  visit("mitid", "identity_type", c.mitid.identity_type, Allowed{},
        "what the claim of identity type must say");
  visit("mitid", "claim_professional", c.mitid.claim_professional, Allowed{},
        "claim with the persistent professional uuid; \"/a/b\": b within a");
  visit("mitid", "claim_cvr", c.mitid.claim_cvr, Allowed{}, "claim with the CVR number");
  visit("mitid", "claim_identity_type", c.mitid.claim_identity_type, Allowed{},
        "claim with the identity type");
  visit("mitid", "claim_assurance", c.mitid.claim_assurance, Allowed{}, "claim with the level of assurance");
  visit("mitid", "skew_seconds", c.mitid.skew_seconds, Allowed{0, 300},
        "how far the broker's clock may be from ours");
}

// Those of programs on the network alone (desk.hpp), not among the settings of every program.
void for_each_desk_setting(auto& c, auto&& visit) {
  visit("desk", "port", c.desk.port, Allowed{0, 65535},
        "port of fvm-desk, which carries desktops to browsers; 0: none are offered");
  visit("desk", "address", c.desk.address, Allowed{}, "network address that it listens on");
  visit("desk", "public_url", c.desk.public_url, Allowed{},
        "address that browsers use, with a host name that the portal has not: https://skrivebord.example.dk");
  visit("desk", "client_id", c.desk.client_id, Allowed{},
        "its own name at the broker of [mitid]; its way back is public_url + /login/callback");
  visit("desk", "client_secret_file", c.desk.client_secret_file, Allowed{},
        "file with its own secret at the broker (mode 0600); relative to the instance");
  visit("desk", "admission", c.desk.admission, Allowed{0, 0, "confirmed|first_use"},
        "\"confirmed\": an operator confirms each person at each project once (fvm desk confirm); "
        "\"first_use\": "
        "whoever comes first is believed, and only changes ask an operator");
  visit("desk", "idle_minutes", c.desk.idle_minutes, Allowed{1, 24 * 60},
        "a screen at which nothing was typed or pointed at for so long is closed; the desktop goes on");
  visit("desk", "away_minutes", c.desk.away_minutes, Allowed{1, 7 * 24 * 60},
        "a desktop that nobody has looked at for so long is ended");
  visit("desk", "desktops_max", c.desk.desktops_max, Allowed{1, 10000}, "desktops at a time");
  visit("front", "trusted_proxies", c.front.trusted_proxies, Allowed{},
        "proxies of ours before the portal and fvm-desk, addresses or networks (\"10.1.0.0/16\"): their "
        "X-Forwarded-For says who asks; one that names nobody asks for itself and is never told to wait");
}

// Those of sending results home.
void for_each_release_setting(auto& c, auto&& visit) {
  visit("release", "file_bytes_max", c.release.file_bytes_max, Allowed{1, 1 << 30},
        "largest file that may be sent home");
  visit("release", "cell_count_min", c.release.cell_count_min, Allowed{1, 1000},
        "cells that count fewer persons are never sent");
  visit("release", "types", c.release.types, Allowed{}, "endings of files that may be sent home");
  visit("release", "clamd_socket", c.release.clamd_socket, Allowed{},
        "Unix socket of ClamAV's clamd, e.g. /run/clamav/clamd.ctl: it looks at every file too; empty: there "
        "is none");
  visit("release", "safe_tables", c.release.safe_tables, Allowed{0, 0, "leave|review"},
        "\"leave\": files of safe tables leave at once; \"review\": a person looks first");
  visit("release", "trusted_releases", c.release.trusted_releases, Allowed{0, 100000},
        "after so many that people let leave, a user's clean tables leave at once; 0: never");
  visit("release", "sensitive", c.release.sensitive, Allowed{},
        "registers whose results are never sent unseen, and doubtful ones seen by two");
  visit("release", "questions", c.release.questions, Allowed{},
        "findings that the author is asked to explain before a person looks, e.g. small_count_possible");
  visit("release", "review_target_days", c.release.review_target_days, Allowed{1, 60},
        "working days within which a request should be reviewed");
  visit("release", "answer_days", c.release.answer_days, Allowed{1, 3650},
        "days that an author has to answer; then the request has expired");
  visit("release", "sample_days", c.release.sample_days, Allowed{1, 366},
        "days of a period of second looks; its lot is drawn before it begins");
  visit("release", "sample_quota", c.release.sample_quota, Allowed{0, 1000},
        "second looks that each institution which sent something gets at least in a period");
  visit("release", "delay_hours", c.release.delay_hours, Allowed{1, 120},
        "operators and author are told of a mail that is delayed on its way for so many hours");
  visit("release", "link_days", c.release.link_days, Allowed{1, 90},
        "days that a one-time link can be used, where an institution gets links instead of attachments");
  visit("release", "kept_days", c.release.kept_days, Allowed{1, 36'500},
        "kept copies are destroyed so many days after the end of their request; five years unless changed");
}

void for_each_deliver_setting(auto& c, auto&& visit) {
  visit("deliver", "bad_rows_share_max", c.deliver.bad_rows_share_max, Allowed{0, 1},
        "a delivery with a larger share of bad rows is refused whole");
  visit("deliver", "memory_mib", c.deliver.memory_mib, Allowed{128, 1 << 20}, "memory of one ingest job");
  visit("deliver", "threads", c.deliver.threads, Allowed{1, 256}, "threads of one ingest job");
  visit("deliver", "hold", c.deliver.hold, Allowed{0, 0, "unusual|never"},
        "an unusual delivery waits for an operator: \"fvm delivery list\"");
  visit("deliver", "hold_rows_min", c.deliver.hold_rows_min, Allowed{1, 1'000'000'000},
        "fewer rows than this tell nothing unusual");
  visit("deliver", "hold_rows_factor", c.deliver.hold_rows_factor, Allowed{1, 1000},
        "unusual: so many times more or fewer rows than were expected");
  visit("deliver", "hold_empty_share", c.deliver.hold_empty_share, Allowed{0, 1},
        "unusual: a column whose share of empty values has grown by more than this");
}

void for_each_service_setting(auto& c, auto&& visit) {
  visit("service", "name", c.service.name, Allowed{}, "name of the service, as people see it");
  visit("service", "authority", c.service.authority, Allowed{}, "the authority that runs it");
  visit("service", "contact", c.service.contact, Allowed{},
        "e-mail address for questions, told on the public pages; empty: none");
  visit("service", "news", c.service.news, Allowed{},
        "news on the first page, newest first, each \"2026-11-28 | på dansk | in English\"");
}

// Calls visit(section, key, field, allowed, comment) for every setting, sections together, in file order.
void for_each_setting(auto& config, auto&& visit) {
  auto& c = config;
  for_each_service_setting(c, visit);

  visit("portal", "address", c.portal.address, Allowed{}, "network address that the portal listens on");
  visit("portal", "port", c.portal.port, Allowed{1, 65535}, "its port; `fvm up --port` overrides it");
  visit("portal", "public_url", c.portal.public_url, Allowed{},
        "address that browsers use, as https://portal.example.dk; empty: this machine and the port");

  for_each_login_setting(c, visit);

  for_each_deliver_setting(c, visit);

  visit("build", "memory_mib", c.build.memory_mib, Allowed{128, 1 << 20}, "memory of one project build");
  visit("build", "threads", c.build.threads, Allowed{1, 256}, "threads of one project build");
  visit("build", "projects_at_a_time", c.build.projects_at_a_time, Allowed{0, 256},
        "builds at a time when all projects are refreshed; 0: as many as processors and memory allow");
  visit("build", "listed_mib", c.build.listed_mib, Allowed{0, 1 << 20},
        "mirror files at least so large get lists of the persons in them, so that a refresh finds few "
        "persons fast");
  visit("build", "refresh", c.build.refresh, Allowed{0, 0, "by_itself|when_asked"},
        "\"by_itself\": projects are brought up to date after deliveries; \"when_asked\": by `fvm project "
        "refresh`");

  visit("session", "memory_mib", c.session.memory_mib, Allowed{128, 1 << 20},
        "memory of one analyst's session");
  visit("session", "threads", c.session.threads, Allowed{1, 256}, "threads of its SQL server");
  visit("session", "sessions_max", c.session.sessions_max, Allowed{1, 1024},
        "sessions that one user may have open at a time");
  visit("session", "processes_max", c.session.processes_max, Allowed{16, 65536},
        "processes and threads in it");
  visit("session", "time_seconds", c.session.time_seconds, Allowed{1, 30 * 86400}, "longest time it may run");
  visit("session", "file_mib_max", c.session.file_mib_max, Allowed{1, 1 << 20}, "largest file written in it");

  for_each_release_setting(c, visit);

  visit("disclosure", "rules", c.disclosure.rules, Allowed{},
        "rules of safe tables that differ from their defaults (fvm rules show), for all or for registers and "
        "units: \"sums.p_percent = 15\", \"register LSR: counts.threshold = 10\"");

  for_each_intake_setting(c, visit);

  for_each_case_setting(c, visit);

  visit("mail", "host", c.mail.host, Allowed{}, "mail server that released files go through");
  visit("mail", "port", c.mail.port, Allowed{1, 65535}, "its port");
  visit("mail", "from", c.mail.from, Allowed{}, "sender of the mails");
  visit("mail", "tls", c.mail.tls, Allowed{0, 0, "offered|required|never"},
        "\"offered\": encrypt when the server can; \"required\"; \"never\": tests only");
  visit("mail", "ca_file", c.mail.ca_file, Allowed{}, "certificates to trust; empty: the system's");

  visit("steward", "interval_seconds", c.steward.interval_seconds, Allowed{1, 3600},
        "how often the program that acts by the clock looks what is due");
  visit("steward", "self_test", c.steward.self_test, Allowed{0, 0, "nightly|when_asked"},
        "the service attacks itself and tells what held: by night, or only by \"fvm selftest\"");

  for_each_storage_setting(c, visit);

  visit("projects", "warn_days", c.projects.warn_days, Allowed{},
        "so many days before a project ends its members and the caseworkers are told");
  visit("projects", "kept_days", c.projects.kept_days, Allowed{0, 3650},
        "so long is an ended project kept, closed to everybody, before it is deleted");
  visit("projects", "usage_days", c.projects.usage_days, Allowed{1, 3650},
        "how often members and caseworkers are told which variables nobody used");
}

}  // namespace fvm::config
