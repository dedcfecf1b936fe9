// What the routes that answer in JSON have in common.
#pragma once

#include <boost/json/fwd.hpp>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "http/types.hpp"

namespace fvm::api {

// Who acts: said by whoever opens the Unix socket, and on the network by the gate, whatever the request says.
inline constexpr const char* actor_header = "fvm-actor";

// `content`, kept by nobody.
http::Response document(unsigned status, const boost::json::object& content);
// A problem document with another status.
http::Response with_status(http::Response problem, unsigned status);
// The number of a version in the query; empty when it is not there; "api.bad_version" (usage).
Result<std::optional<int64_t>> version_in(const http::Request& request, const std::string& name);
// The object that the body is; "api.bad_json" (usage).
Result<boost::json::object> object_in(const http::Request& request);
// The same, where no body says nothing.
Result<boost::json::object> object_or_none_in(const http::Request& request);

// Members of `object`; empty, 0 or false when not there, "api.bad_member" (usage) when of another kind.
Result<std::string> text_in(const boost::json::object& object, const char* name);
Result<int64_t> number_in(const boost::json::object& object, const char* name,
                          int64_t min = std::numeric_limits<int64_t>::min(),
                          int64_t max = std::numeric_limits<int64_t>::max());
Result<bool> flag_in(const boost::json::object& object, const char* name);
Result<std::vector<std::string>> texts_in(const boost::json::object& object, const char* name);
// A list of texts; `name` is for the message.
Result<std::vector<std::string>> texts_of(const boost::json::value& list, const char* name);

// True: the whole text is a number, which is in `number` then.
template <class Number>
bool is_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

boost::json::value text_or_null(const std::optional<Time>& time);

// What `answer(user)`, a Result<Response>, gives whoever acts; 401 when that is not said.
template <class Answer>
http::Response for_actor(const http::Request& request, Answer&& answer) {
  const std::string user(request.header(actor_header));
  if (user.empty()) return http::problem(401, "api.no_actor");
  auto answered = answer(user);
  return answered.ok() ? std::move(*answered) : http::problem(answered.error());
}

}  // namespace fvm::api
