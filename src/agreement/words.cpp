#include "agreement/words.hpp"

#include <boost/json.hpp>

#include "agreement/specification.hpp"
#include "calendar/calendar.hpp"
#include "casework/store.hpp"
#include "casework/views.hpp"
#include "catalogue/catalogue.hpp"
#include "extract/describe.hpp"

namespace fvm::agreement {
namespace {

namespace json = boost::json;
using extract::Specification;

json::array array_of(const std::vector<std::string>& lines) {
  return json::array(lines.begin(), lines.end());
}

json::object words_in(Language language, const std::optional<Specification>& read) {
  json::array tables;
  if (!read) return {{"population", json::array()}, {"tables", std::move(tables)}};
  const auto add = [&](const extract::Grant& grant) {
    tables.push_back(
        json::object{{"table", grant.table}, {"rows", array_of(extract::describe_rows(language, grant))}});
  };
  for (const extract::Grant& grant : read->grants) add(grant);
  if (read->population_grant) add(*read->population_grant);
  return {{"population", array_of(extract::describe_population(language, *read))},
          {"tables", std::move(tables)}};
}

// As on its first day: what an ended or a coming period gives access to has words all the same.
Result<std::optional<Specification>> specification_in(const Setting& setting, const casework::Version& text,
                                                      const casework::Case& about) {
  const auto application = casework::read_version(text, about.number);
  const auto catalogue = TRY(setting.catalogues->newest(setting.ledger.database()));
  const Date day = application.period ? application.period->from : calendar::danish_date(setting.world.now());
  return extract::read_specification(specification_of(application, about.project), about.number, *catalogue,
                                     day)
      .specification;
}

}  // namespace

Result<json::object> words_of(const Setting& setting, std::string_view number, std::string_view user,
                              std::optional<int64_t> version) {
  const store::Database& store = setting.ledger.database();
  const casework::Version text = TRY(casework::visible_version(store, number, user, version));
  const auto read = TRY(specification_in(setting, text, TRY(casework::find(store, number))));
  return json::object{{"version", text.version},
                      {"read", read.has_value()},
                      {"da", words_in(Language::danish, read)},
                      {"en", words_in(Language::english, read)}};
}

}  // namespace fvm::agreement
