#include "extract/precheck_texts.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::extract {
namespace {

struct Text {
  std::string_view code, advice;
};
constexpr Text texts[] = {
    {"precheck.events", "precheck.events_advice"},
    {"precheck.everybody", "precheck.everybody_advice"},
    {"precheck.no_catalogue", "precheck.no_catalogue_advice"},
    {"precheck.never_valid", "precheck.never_valid_advice"},
    {"precheck.no_key", "precheck.no_key_advice"},
    {"precheck.no_period", "precheck.no_period_advice"},
    {"precheck.no_person", "precheck.no_person_advice"},
    {"precheck.not_counted", "precheck.not_counted_advice"},
    {"precheck.not_delivered", "precheck.not_delivered_advice"},
    {"precheck.not_orderable", "precheck.not_orderable_advice"},
    {"precheck.outside_validity", "precheck.outside_validity_advice"},
    {"precheck.overlap_persons", "precheck.overlap_persons_advice"},
    {"precheck.overlap_variables", "precheck.overlap_variables_advice"},
    {"precheck.period_ahead", "precheck.period_ahead_advice"},
    {"precheck.population_fewer", "precheck.population_fewer_advice"},
    {"precheck.population_size", "precheck.population_size_advice"},
    {"precheck.population_small", "precheck.population_small_advice"},
    {"precheck.population_withheld", "precheck.population_withheld_advice"},
    {"precheck.same_reason", "precheck.same_reason_advice"},
    {"precheck.sampled", "precheck.sampled_advice"},
    {"precheck.sensitive_without_reason", "precheck.sensitive_without_reason_advice"},
    {"precheck.short_reason", "precheck.short_reason_advice"},
    {"precheck.supplied", "precheck.supplied_advice"},
    {"precheck.traits", "precheck.traits_advice"},
};

}  // namespace

std::string_view advice_of(std::string_view code) {
  const auto* found =
      std::find_if(std::begin(texts), std::end(texts), [&](const Text& each) { return each.code == code; });
  return found == std::end(texts) ? std::string_view() : found->advice;
}

Remark remark(Severity severity, const std::string& code, Arguments arguments) {
  return {severity, refused(code, std::move(arguments)), std::string(advice_of(code))};
}

}  // namespace fvm::extract
