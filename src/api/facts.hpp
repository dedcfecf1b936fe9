// What the public pages say about the service, and where they get it: functions that fvm-portal hands in.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "catalogue/search.hpp"
#include "extract/project.hpp"
#include "mirror/freshness.hpp"
#include "mirror/told_quality.hpp"
#include "release/departed.hpp"
#include "selftest/types.hpp"

namespace fvm::api {

struct ProgramStatus {
  std::string name;
  bool running = false;
};

struct RegisterFreshness {
  std::string name;
  int64_t tables = 0;
  int64_t rows = 0;
  std::optional<Time> newest;  // when its newest delivery was taken in
};

// What is public about a project.
struct PublicProject {
  std::string number;
  extract::Standing standing = extract::Standing::running;  // today
  std::string title, authority;
  std::string purpose;  // empty: its agreements do not say that it is told
  std::vector<std::string> registers;
  Date from{}, to{};     // first and last day
  int64_t releases = 0;  // that left
};

// What was measured of the service: numbers of everybody together, in working days.
struct Figures {
  size_t waiting = 0;                          // cases that wait for the service
  std::optional<int64_t> median, nine_of_ten;  // from handed in to decided; none: too few cases to tell
  size_t decided = 0;                          // cases that these were measured from
  int64_t review_target = 0;
  std::optional<int64_t> review_median;      // results that a person looked at; none: nobody yet
  size_t reviewed = 0, reviewed_within = 0;  // of the last 90 days; within the target
  int64_t releases = 0;                      // that ever left
  struct Breaches {
    std::string year, severity;   // "minor", "serious", "all"
    std::optional<size_t> cases;  // none: too few to tell
  };
  std::vector<Breaches> breaches;
  std::optional<selftest::Run> self_test;  // the newest
};

struct News {
  Date day{};
  std::string danish, english;
};

// The catalogue, and of each of its tables, in its order, how new and how good the mirror is.
struct KnownData {
  std::shared_ptr<const catalogue::Search> search;
  std::vector<mirror::TableFreshness> tables;
  std::vector<mirror::TableQuality> quality;
};

struct ServiceFacts {
  std::string service_name, authority, version;
  std::function<std::vector<ProgramStatus>()> programs;
  std::function<Result<std::vector<RegisterFreshness>>()> freshness;
  std::function<Result<int64_t>()> ledger_records;  // also: can the store be read?
  std::function<Result<KnownData>()> catalogue{};   // "catalogue.none" before the first import
  std::function<Result<std::vector<PublicProject>>()> projects{};
  // What has left of that project, by month.
  std::function<Result<std::vector<release::Departed>>(const std::string& number)> departed{};
  std::string contact{};  // e-mail address; empty: none
  std::vector<News> news{};
  std::function<Result<Figures>()> figures{};
  std::function<Date()> today{};  // in Denmark
};

boost::json::array programs_json(const std::vector<ProgramStatus>& programs);

// "23. november 2026" / "23 November 2026"; numbers with the language's separators.
std::string day_text(Language language, const Date& date);
std::string day_text(Language language, Time time);
std::string month_text(Language language, int year, unsigned month);  // "november 2026"
std::string number_text(Language language, int64_t number);

}  // namespace fvm::api
