#include "sanction/visibility.hpp"

#include "sanction/store.hpp"
#include "store/pages.hpp"

namespace fvm::sanction {
namespace {

void without_words(Case& about) {
  for (Step& step : about.history) step.words.clear();
}

}  // namespace

bool sees_words(const Case& about, const Facts& facts, std::string_view user) {
  if (user == about.user || user == about.reporter) return true;
  return !facts.subject && (facts.security || facts.decision_maker);
}

Case as_seen_by(const store::Database& store, Case about, std::string_view user) {
  const auto facts = facts_of(store, about, user);
  if (!facts.ok() || !sees_words(about, *facts, user)) without_words(about);
  return about;
}

Result<Case> seen(const store::Database& store, std::string_view number, std::string_view user) {
  Case about = TRY(find(store, number));
  if (!TRY(may_see(store, about, user))) return usage("sanction.unknown", {{"case", std::string(number)}});
  return as_seen_by(store, std::move(about), user);
}

Result<std::vector<Case>> all_seen(const store::Database& store, std::string_view user, int64_t before,
                                   int64_t most) {
  return store::seen_page<Case>(
      most,
      [&](int64_t count) -> Result<std::vector<Case>> {
        auto some = TRY(list(store, before, count));
        if (!some.empty()) before = some.back().id;
        return some;
      },
      [&](Case& about) -> Result<std::optional<Case>> {
        if (!TRY(may_see(store, about, user))) return std::optional<Case>();
        without_words(about);
        return std::optional(std::move(about));
      });
}

Result<std::vector<Event>> allowed_events(const store::Database& store, const Case& about,
                                          std::string_view user) {
  const Facts facts = TRY(facts_of(store, about, user));
  std::vector<Event> allowed;
  for (const Event event : all_events()) {
    if (next(about.state, event, role_of(facts, event))) allowed.push_back(event);
  }
  return allowed;
}

}  // namespace fvm::sanction
