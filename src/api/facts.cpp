#include "api/facts.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

namespace fvm::api {
namespace {

constexpr const char* months_danish[] = {"januar", "februar", "marts",     "april",   "maj",      "juni",
                                         "juli",   "august",  "september", "oktober", "november", "december"};
constexpr const char* months_english[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

}  // namespace

boost::json::array programs_json(const std::vector<ProgramStatus>& programs) {
  boost::json::array out;
  for (const ProgramStatus& program : programs)
    out.push_back(boost::json::object{{"name", program.name}, {"running", program.running}});
  return out;
}

std::string day_text(Language language, Time time) {
  constexpr int64_t microseconds_per_day = 86'400'000'000;
  return day_text(language, date_of_days(time.microseconds / microseconds_per_day));
}

std::string day_text(Language language, const Date& date) {
  const bool danish = language == Language::danish;
  const char* month = (danish ? months_danish : months_english)[date.month - 1];
  return fmt::format("{}{} {} {}", date.day, danish ? "." : "", month, date.year);
}

std::string month_text(Language language, int year, unsigned month) {
  return fmt::format("{} {}", (language == Language::danish ? months_danish : months_english)[month - 1],
                     year);
}

std::string number_text(Language language, int64_t number) {
  std::string digits = fmt::format("{}", number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, language == Language::danish ? '.' : ',');
  }
  return digits;
}

}  // namespace fvm::api
