// Answers that grow and answers that are asked for again and again: pages of a list, and tags by which a
// client learns that nothing has changed.
#pragma once

#include <string_view>

#include "http/router.hpp"

namespace fvm::api {

inline constexpr int64_t page_entries_max = 500;

// A route whose answer holds a list that grows: the member with the list, and the member of an entry that
// names it.
struct GrowingList {
  std::string_view pattern, list, key;
};
// nullptr: its answer has none.
const GrowingList* growing_list(const http::Route& route);

// GET below /api/v1: its answers have tags.
bool has_tag(const http::Route& route);

// `handler` with both. ?limit=N gives so many entries and "next", null at the end; &after=NEXT those behind
// it, also when entries have come before it meanwhile. "api.bad_member", "api.page_gone" (the entry is in the
// list no more: begin again). An ETag is of the answer's bytes, unless the handler has one of its own;
// If-None-Match with it is 304.
http::Handler listed(http::Handler handler, const GrowingList* list);

}  // namespace fvm::api
