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

// Calls visit(section, key, field, allowed, comment) for every setting, sections together, in file order.
void for_each_setting(auto& config, auto&& visit) {
  auto& c = config;
  visit("service", "name", c.service.name, Allowed{}, "name of the service, as people see it");
  visit("service", "authority", c.service.authority, Allowed{}, "the authority that runs it");

  visit("portal", "address", c.portal.address, Allowed{}, "network address that the portal listens on");
  visit("portal", "port", c.portal.port, Allowed{1, 65535}, "its port; `fvm up --port` overrides it");

  visit("deliver", "bad_rows_share_max", c.deliver.bad_rows_share_max, Allowed{0, 1},
        "a delivery with a larger share of bad rows is refused whole");
  visit("deliver", "memory_mib", c.deliver.memory_mib, Allowed{128, 1 << 20}, "memory of one ingest job");
  visit("deliver", "threads", c.deliver.threads, Allowed{1, 256}, "threads of one ingest job");

  visit("build", "memory_mib", c.build.memory_mib, Allowed{128, 1 << 20}, "memory of one project build");
  visit("build", "threads", c.build.threads, Allowed{1, 256}, "threads of one project build");

  visit("session", "memory_mib", c.session.memory_mib, Allowed{128, 1 << 20},
        "memory of one analyst's session");
  visit("session", "threads", c.session.threads, Allowed{1, 256}, "threads of its SQL server");
  visit("session", "sessions_max", c.session.sessions_max, Allowed{1, 1024},
        "sessions that one user may have open at a time");
  visit("session", "processes_max", c.session.processes_max, Allowed{16, 65536},
        "processes and threads in it");
  visit("session", "time_seconds", c.session.time_seconds, Allowed{1, 30 * 86400}, "longest time it may run");
  visit("session", "file_mib_max", c.session.file_mib_max, Allowed{1, 1 << 20}, "largest file written in it");

  visit("release", "file_bytes_max", c.release.file_bytes_max, Allowed{1, 1 << 30},
        "largest file that may be sent home");
  visit("release", "cell_count_min", c.release.cell_count_min, Allowed{1, 1000},
        "cells that count fewer persons are never sent");
  visit("release", "types", c.release.types, Allowed{}, "endings of files that may be sent home");

  visit("mail", "host", c.mail.host, Allowed{}, "mail server that released files go through");
  visit("mail", "port", c.mail.port, Allowed{1, 65535}, "its port");
  visit("mail", "from", c.mail.from, Allowed{}, "sender of the mails");
  visit("mail", "tls", c.mail.tls, Allowed{0, 0, "offered|required|never"},
        "\"offered\": encrypt when the server can; \"required\"; \"never\": tests only");
  visit("mail", "ca_file", c.mail.ca_file, Allowed{}, "certificates to trust; empty: the system's");

  visit("steward", "interval_seconds", c.steward.interval_seconds, Allowed{1, 3600},
        "how often the program that acts by the clock looks what is due");
}

}  // namespace fvm::config
