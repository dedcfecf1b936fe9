// The catalogue as JSON, for whoever fills in an order: public, as its pages are (catalogue_pages.hpp).
//
//   GET /api/v1/catalogue?q=WORDS&page=N: variables with all the words in them, catalogue_page_size at a time
//   GET /api/v1/catalogue/{register}/{table}: one table with all its variables
//   GET /api/v1/catalogue/order-sheet: the empty order sheet (XLSX)
#pragma once

#include "api/facts.hpp"
#include "http/router.hpp"

namespace fvm::api {

inline constexpr size_t catalogue_page_size = 50;

void add_catalogue_api(http::Router& router, const ServiceFacts& facts);

}  // namespace fvm::api
