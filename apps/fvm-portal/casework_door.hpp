// The API of cases, of safe tables and of releases on its Unix socket: no login, so trusted callers only, and
// never on the network.
#pragma once

#include <memory>
#include <optional>

#include "api/agreement_routes.hpp"
#include "api/attachment_routes.hpp"
#include "api/casework_routes.hpp"
#include "api/desktop_routes.hpp"
#include "api/facts.hpp"
#include "api/link_routes.hpp"
#include "api/operations_routes.hpp"
#include "api/project_routes.hpp"
#include "api/release_routes.hpp"
#include "api/repeats.hpp"
#include "api/table_routes.hpp"
#include "api/writing_routes.hpp"
#include "config/instance.hpp"
#include "http/server.hpp"

namespace fvm {

// Of a document and no more: fvm-steward says so nicely when it is a little too large
// (intake/attachments.hpp).
inline constexpr uint32_t attachment_body_bytes_max = 7u << 20;

class CaseworkDoor {
 public:
  // Opens the ledger and listens. `instance`, `config` and `facts` must outlive it.
  static Result<std::unique_ptr<CaseworkDoor>> open(const config::Instance& instance,
                                                    const config::Config& config,
                                                    const api::ServiceFacts& facts);
  ~CaseworkDoor();
  // For whoever is let in by a login (login_door.hpp).
  audit::Ledger& ledger() { return *ledger_; }
  const http::Router& routes() const { return router_; }
  // What the public pages tell; measured anew once a minute at most, however many ask.
  Result<api::Figures> figures();

 private:
  CaseworkDoor(std::unique_ptr<audit::Ledger> ledger, const config::Instance& instance,
               const config::Config& config, const api::ServiceFacts& facts);

  std::unique_ptr<audit::Ledger> ledger_;
  agreement::Setting agreements_;  // files, letters and projects are left to fvm-steward
  casework::Setting setting_;
  api::CaseworkAccess access_;
  api::AgreementAccess agreement_access_;
  api::TableAccess table_access_;
  api::ReleaseAccess release_access_;
  api::WritingAccess writing_access_;
  api::AttachmentAccess attachment_access_;
  api::LinkAccess link_access_;
  api::DesktopAccess desktop_access_;
  store::Readers readers_;
  api::ProjectAccess project_access_;
  api::OversightAccess oversight_access_;
  api::Repeats repeats_{real_world()};
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  const config::Config& config_;
  std::optional<api::Figures> figures_;  // both under access_.mutex
  Time measured_{};
};

}  // namespace fvm
