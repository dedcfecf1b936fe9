// The API of projects for those who work in them, at the same door as that of cases (casework_routes.hpp) and
// under the same rules: the header Fvm-Actor says who asks. It reads the store alone; no figure stands in it
// that somebody would have to count in register data (persons, rows): such leave as safe tables.
#pragma once

#include "catalogue/cache.hpp"
#include "config/instance.hpp"
#include "http/router.hpp"
#include "store/readers.hpp"

namespace fvm::api {

struct ProjectAccess {
  store::Readers& readers;
  catalogue::Cache& catalogues;
  const config::Config& config;
  World& world;
  Path jobs;  // where what runs notes how far it is (base/running.hpp)
};

// Adds, below /api/v1/projects: GET on the list (those that the actor is a member of) and on /{project}: what
// it is, how new its data are, tables and variables with their texts, members, who is on, quota. A project
// that is not the actor's is answered as a number that nobody has. `access` must outlive the router.
void add_project_routes(http::Router& router, const ProjectAccess& access);

}  // namespace fvm::api
