// Answers that grow and answers that are asked for again and again: pages of a list, and tags by which a
// client learns that nothing has changed.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/router.hpp"

namespace fvm::api {

inline constexpr int64_t page_entries_max = 500;

// A route whose answer holds a list that grows: the member with the list, and the member of an entry that
// names it.
struct GrowingList {
  std::string_view pattern, list, key;
  bool by_query = false;  // its handler asks the store for the page alone, and says "next"
};
// nullptr: its answer has none.
const GrowingList* growing_list(const http::Route& route);

// The page that a request asks for: so many entries behind the one that is named; without limit and after all
// of them. "api.bad_member".
struct Page {
  bool asked = false;
  int64_t limit = page_entries_max;
  std::string after;
  // What the query is asked for: one more than the page has tells whether there is another.
  int64_t most() const { return asked ? limit + 1 : -1; }
};
Result<Page> page_in(const http::Request& request);
// "api.page_gone": whoever asks sees no such entry.
Error page_gone(const Page& page);
// {list: entries, "next"} of what the query gave for it.
boost::json::object page_of(boost::json::array entries, std::string_view list, std::string_view key,
                            const Page& page);

// GET below /api/v1: its answers have tags.
bool has_tag(const http::Route& route);

// `handler` with both. ?limit=N gives so many entries and "next", null at the end; &after=NEXT those behind
// it, also when entries have come before it meanwhile. "api.bad_member", "api.page_gone" (the entry is in the
// list no more: begin again). An ETag is of the answer's bytes, unless the handler has one of its own;
// If-None-Match with it is 304.
http::Handler listed(http::Handler handler, const GrowingList* list);

}  // namespace fvm::api
