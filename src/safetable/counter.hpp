// Where others ask for safe tables: a session's sandbox through its own socket, the API through fvm-steward.
// Who asks and in which project is the caller's knowledge, never the request's; whether he may is asked anew
// for every request.
#pragma once

#include <string>
#include <string_view>

#include "safetable/service.hpp"
#include "wire/socket.hpp"
#include "wire/tables.hpp"

namespace fvm::safetable {

// Limits: so many requests at once, then one more every so often.
inline constexpr int requests_burst_max = 60;
inline constexpr int request_interval_milliseconds = 2'000;
// Of questions about the outbox, which cost no table its turn.
inline constexpr int outbox_interval_milliseconds = 1'000;

// A bucket of requests.
class Pace {
 public:
  explicit Pace(Time now, int interval_milliseconds = request_interval_milliseconds)
      : at_(now), interval_milliseconds_(interval_milliseconds) {}
  // False: too early; nothing is taken then.
  bool take(Time now);

 private:
  Time at_;
  int interval_milliseconds_;
  double left_ = requests_burst_max;
};

// "table.too_often" (refused).
Error too_often();

// What the answer's reader may see: inside the closed environment all that the project holds; outside it
// nothing but what was released, so no words that came from a file or a row.
enum class Seat { session, outside };

struct Asker {
  std::string project, user;
  Seat seat = Seat::session;
};

// Answers one request (asked.hpp): releases a table, shows one of the project's, lists them, or, in a
// session, tells what lies in its /outbox (session_outbox.hpp). The JSON is that of view.hpp. Errors: those
// of read_asked, request_of, release_table and explain; "table.unknown"; an error of the surroundings comes
// as "table.not_made" with its code alone.
Result<wire::TableAnswer> answer_request(const Setting& setting, const Asker& asker,
                                         std::string_view request);

// Answers requests of one session until its end of `socket` is closed, or a frame is no request. One at a
// time; "table.too_often", "outbox.too_often" beyond the limits.
void serve_session(const Setting& setting, const Asker& asker, wire::Connection& socket);

}  // namespace fvm::safetable
