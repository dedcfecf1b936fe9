#include "selftest/json.hpp"

#include <boost/json.hpp>

namespace fvm::selftest {

boost::json::object run_json(const Run& run) {
  boost::json::array checks;
  for (const Check& check : run.checks)
    checks.push_back(boost::json::object{{"name", check.name},
                                         {"outcome", name_of(check.outcome)},
                                         {"tried", check.tried},
                                         {"detail", check.detail}});
  return {{"began", to_text(run.began)},
          {"ended", to_text(run.ended)},
          {"held", run.held()},
          {"checks", std::move(checks)}};
}

}  // namespace fvm::selftest
