#include "release/visibility.hpp"

#include <algorithm>

namespace fvm::release {
namespace {

bool tells_of_votes(const Request& request, const Step& step) {
  return step.revision == request.revision && (step.event == Event::vote || step.event == Event::complete);
}

}  // namespace

Request as_seen_by(Request request, Role role, std::string_view viewer) {
  if (role == Role::author || role == Role::member) request.retained.reset();
  const bool hidden = request.state == State::independent ||
                      (request.state == State::consolidating && role != Role::reviewer);
  if (!hidden) return request;
  std::erase_if(request.votes, [&](const Vote& vote) { return vote.reviewer != viewer; });
  std::erase_if(request.history,
                [&](const Step& step) { return tells_of_votes(request, step) && step.actor != viewer; });
  return request;
}

}  // namespace fvm::release
