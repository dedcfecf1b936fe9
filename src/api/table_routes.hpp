// The API of safe tables, at the same door as that of cases (casework_routes.hpp) and under the same rules:
// the header Fvm-Actor says who asks. The portal makes no table itself; whoever does checks that the actor is
// a member of the project with access, for every request.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace fvm::api {

struct TableAnswer {
  std::string json;
  std::vector<std::string> documents;
};

struct TableAccess {
  // `request` is JSON (safetable/asked.hpp). May be called from several threads at a time.
  std::function<Result<TableAnswer>(const std::string& project, const std::string& user,
                                    const std::string& request)>
      ask;
};

// Adds, below /api/v1/projects/{project}: POST (a request; 201 with the record) and GET on /tables; GET on
// /tables/{number} (JSON, or with ?format=xlsx|csv|json|html|svg the document as it was released) and on its
// /explain?cell=kommune=101; POST on its /outbox {"formats": ["xlsx"]} (201 with the names that its files
// have in the actor's outbox then; sending them is release_routes.hpp's). ?language=da|en; Danish otherwise.
// What is wrong with a table is 422, asking too often 429. `access` must outlive the router.
void add_table_routes(http::Router& router, const TableAccess& access);

}  // namespace fvm::api
