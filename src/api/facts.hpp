// What the public pages say about the service, and where they get it: functions that fvm-portal hands in.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "catalogue/search.hpp"
#include "mirror/freshness.hpp"

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
  enum class State { running, held, coming, ended } state = State::running;
  std::string title, authority;
  std::vector<std::string> registers;
  Date from{}, to{};     // first and last day
  int64_t releases = 0;  // that left
};

// The catalogue, and of each of its tables, in its order, how new the mirror is.
struct KnownData {
  std::shared_ptr<const catalogue::Search> search;
  std::vector<mirror::TableFreshness> tables;
};

struct ServiceFacts {
  std::string service_name, authority, version;
  std::function<std::vector<ProgramStatus>()> programs;
  std::function<Result<std::vector<RegisterFreshness>>()> freshness;
  std::function<Result<int64_t>()> ledger_records;  // also: can the store be read?
  std::function<Result<KnownData>()> catalogue{};   // "catalogue.none" before the first import
  std::function<Result<std::vector<PublicProject>>()> projects{};
};

// "23. november 2026" / "23 November 2026"; numbers with the language's separators.
std::string day_text(Language language, const Date& date);
std::string day_text(Language language, Time time);
std::string number_text(Language language, int64_t number);

}  // namespace fvm::api
