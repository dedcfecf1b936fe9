#include "tabular/sparse.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace fvm::tabular {
namespace {

// Also while more are added, before and behind those that were taken out.
RC_GTEST_PROP(IndexSet, GivesTheFirstAsASetDoes, ()) {
  constexpr uint32_t size = 10'000;
  IndexSet asked(size);
  std::set<uint32_t> model;
  for (auto steps = *rc::gen::inRange(1, 200); steps > 0; --steps) {
    if (*rc::gen::inRange(0, 3) != 0) {
      const auto index = *rc::gen::inRange<uint32_t>(0, size);
      asked.add(index), model.insert(index);
      continue;
    }
    RC_ASSERT(asked.pop() == (model.empty() ? IndexSet::none : *model.begin()));
    if (!model.empty()) model.erase(model.begin());
  }
  std::vector<uint32_t> rest;
  asked.drain([&](uint32_t index) { rest.push_back(index); });
  RC_ASSERT(rest == std::vector<uint32_t>(model.begin(), model.end()));
  RC_ASSERT(asked.pop() == IndexSet::none);
  asked.add(size - 1);
  RC_ASSERT(asked.pop() == size - 1);
}

}  // namespace
}  // namespace fvm::tabular
