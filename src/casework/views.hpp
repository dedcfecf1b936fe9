// A case as it is shown: one JSON document for the command line, the API and later the pages. What may not be
// seen is not in it (visibility.hpp).
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casework/clock.hpp"
#include "casework/difference.hpp"
#include "casework/service.hpp"
#include "casework/visibility.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"

namespace fvm::casework {

// A step that a person may take now: what it leads to, and whether it asks for words.
struct OpenStep {
  Event event{};
  State to{};
  bool words = false;
};

struct View {
  Case about;  // as far as it may be seen
  Sight sight = Sight::outside;
  Clock clock;
  Place place;
  std::optional<Forecast> forecast;
  size_t forecast_cases = 0;  // decided cases of its kind, at most the last forecast_cases_max
  std::vector<Finding> remarks;
  std::vector<notify::Notice> notices;  // for this person
  std::vector<notify::Letter> letters;
  std::vector<std::string> children;  // amendments and extensions
  std::vector<OpenStep> steps;        // that this person may take by himself
  std::vector<std::string> staff;     // accounts that a case may be given to; nobody outside is told
};

// "casework.unknown" when there is none that `user` may see.
Result<View> view(const Setting& setting, std::string_view number, std::string_view user);
// All that `user` may see, with clock and place, oldest first; `filter.most` counts what he sees, and the
// query gives no more cases than that takes.
Result<std::vector<View>> views(const Setting& setting, const Filter& filter, std::string_view user);

// The queue as everybody may see it: how many wait, how long it takes. No case is named in it.
struct Queue {
  size_t waiting = 0;          // cases that wait for the service
  size_t with_applicants = 0;  // that wait for an applicant's answer
  std::optional<Forecast> forecast;
  size_t forecast_cases = 0;
  int64_t target_days = 0;
};
Result<Queue> queue(const Setting& setting);

// The text of a version and its difference to another; both must be visible: a draft is the applicant's
// alone.
struct Compared {
  int64_t before = 0, after = 0;
  std::vector<Change> changes;
  std::vector<Line> lines;
};
Result<Version> visible_version(const store::Database& store, std::string_view number, std::string_view user,
                                std::optional<int64_t> version);
// Without `before`: the one before `after`; without `after`: the newest that may be seen.
Result<Compared> compare(const store::Database& store, std::string_view number, std::string_view user,
                         std::optional<int64_t> before, std::optional<int64_t> after);

boost::json::object to_json_view(const View& view);
boost::json::object to_json_view(const Queue& queue);
boost::json::object to_json_view(const Compared& compared);
boost::json::array to_json_view(const std::vector<Finding>& findings);

}  // namespace fvm::casework
