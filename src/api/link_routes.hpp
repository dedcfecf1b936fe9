// One-time links (release/link.hpp) for whoever has logged in. Nothing here answers GET or HEAD: whatever
// follows the link in a mail by itself finds a page (app_pages.cpp) and uses nothing up. The portal opens no
// kept copy: fvm-courier checks the link once more by itself and hands over the bytes of one file.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "audit/ledger.hpp"
#include "http/router.hpp"
#include "release/link.hpp"

namespace fvm::api {

struct LinkAccess {
  audit::Ledger& ledger;
  std::mutex& mutex;  // of the ledger's reading handle
  std::function<Result<release::LinkFetched>(const release::LinkAsked&)> fetch{};
};

// Adds, below /api/v1/links/{number}, POST with the token of the link as {"token": …}: nothing more, what it
// opens; /files/{position}, that file's bytes; /files/{position}/arrived, that they came whole. What was not
// made for these is 403 with its reason. `access` must outlive the router.
void add_link_routes(http::Router& router, const LinkAccess& access);

// Whether such a route changes something, and what it answers may be given once more to whoever repeats the
// question (repeats.hpp): no file, no one-time code, no address of a screen. web/src/api.ts has the same
// list.
bool may_repeat(const http::Route& route);

// A header that saves a file under that name, whatever stands in it.
std::string saved_as(std::string_view name);

}  // namespace fvm::api
