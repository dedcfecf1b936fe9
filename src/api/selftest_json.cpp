#include "api/selftest_json.hpp"

#include <boost/json.hpp>

namespace fvm::api {

boost::json::value self_test_json(const std::optional<selftest::Run>& run) {
  if (!run) return nullptr;
  boost::json::array checks;
  for (const selftest::Check& check : run->checks)
    checks.push_back(boost::json::object{{"name", check.name},
                                         {"outcome", selftest::name_of(check.outcome)},
                                         {"tried", check.tried},
                                         {"detail", check.detail}});
  return boost::json::object{{"began", to_text(run->began)},
                             {"ended", to_text(run->ended)},
                             {"held", run->held()},
                             {"checks", std::move(checks)}};
}

}  // namespace fvm::api
