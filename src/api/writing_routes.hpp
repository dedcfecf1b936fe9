// What helps while an application is written, and only fvm-steward may do, since it starts jobs: a filled
// order sheet becomes the variables that it orders and what there is to say about each row (nothing is kept;
// the empty sheet is in catalogue_api.hpp); the machine looks at the newest text and counts persons.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "http/router.hpp"

namespace fvm::api {

struct WritingAccess {
  // fvm-steward's answer (JSON: OrderRead in web/src/shapes.ts): the portal reads no foreign file.
  std::function<Result<std::string>(const std::string& user, const std::string& name,
                                    const std::string& bytes)>
      read;
  // JSON: Checked.
  std::function<Result<std::string>(const std::string& user, const std::string& number)> check;
};

// Adds POST /api/v1/order-sheet?name=FILE with the bytes of the file as body. "order.no_file" (usage); 422
// with "spreadsheet.…" when it is none, 429 "order.busy". And POST /api/v1/applications/{number}/check; 429
// "precheck.busy". `access` must outlive the router.
void add_writing_routes(http::Router& router, const WritingAccess& access);

}  // namespace fvm::api
