// Documents of cases, at the same door as that of cases (casework_routes.hpp) and under the same rules. The
// portal hands bytes through and opens none: fvm-steward looks at them, keeps them and decides who may.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/table_routes.hpp"

namespace fvm::api {

// What is asked of the steward: "list", "add", "read" or "remove" (wire::AskAttachment).
struct AttachmentAsked {
  std::string act, user, number, id, name;
  std::string_view bytes;
};
struct AttachmentAccess {
  // JSON, and of "read" one document. May be called from several threads at a time.
  std::function<Result<TableAnswer>(const AttachmentAsked&)> ask;
};

// Adds, below /api/v1/applications/{number}/attachments: GET, POST ?name=FILE with the bytes as body, GET and
// DELETE of /{id}. What is wrong with a file is 422; 429 "attachment.busy". `access` must outlive the router.
void add_attachment_routes(http::Router& router, const AttachmentAccess& access);

// Whether a request with that head brings a document: larger than others may be (http::LargeBodies).
bool brings_attachment(const http::Request& head);

}  // namespace fvm::api
