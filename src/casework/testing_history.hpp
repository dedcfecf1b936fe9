// A case with a history written down step by step; the states follow from the table.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "casework/clock.hpp"

namespace fvm::casework {

inline Case with_moments(const std::vector<std::pair<Time, Event>>& steps) {
  Case out;
  for (const auto& [moment, event] : steps) {
    const auto step = std::find_if(transitions().begin(), transitions().end(), [&](const Transition& t) {
      return t.from == out.state && t.event == event;
    });
    if (step == transitions().end()) {
      ADD_FAILURE() << name_of(out.state) << " has no " << name_of(event);
      return out;
    }
    out.history.push_back(
        {.at = moment, .role = step->role, .event = event, .from = step->from, .to = step->to});
    out.state = step->to;
    if (event == Event::submit) out.submitted = moment;
  }
  return out;
}

}  // namespace fvm::casework
