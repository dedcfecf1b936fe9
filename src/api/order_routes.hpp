// A filled order sheet on its way into an application: who writes one uploads the workbook, and gets back the
// variables that it orders and what there is to say about each row. Nothing is kept; the empty sheet is in
// catalogue_api.hpp.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "http/router.hpp"

namespace fvm::api {

struct OrderAccess {
  // fvm-steward's answer (JSON: OrderRead in web/src/shapes.ts): the portal reads no foreign file.
  std::function<Result<std::string>(const std::string& user, const std::string& name,
                                    const std::string& bytes)>
      read;
};

// Adds POST /api/v1/order-sheet?name=FILE with the bytes of the file as body. "order.no_file" (usage); 422
// with "spreadsheet.…" when it is none, 429 "order.busy". `access` must outlive the router.
void add_order_routes(http::Router& router, const OrderAccess& access);

}  // namespace fvm::api
