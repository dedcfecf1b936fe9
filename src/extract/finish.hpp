// What is left to do when a build's job has written its files. Private to this room.
#pragma once

#include <map>
#include <string>

#include "extract/plan.hpp"
#include "extract/service.hpp"

namespace fvm::extract {

// What the note is made from, beside the job's result.
struct Finishing {
  const Plan& plan;
  const Project& project;  // at the version before
  int64_t catalogue_version = 0;
  std::map<std::string, int64_t> frozen;
};
// The note (JSON) from which finish_build can do the rest, in this process or in a later one: each staged
// file with the name that it gets and its origins, the files that go, each table with its columns, and what
// the version record will say.
Result<std::string> finish_document(const std::string& job_result, const Finishing& facts, World& world);
// The result of a job that had nothing to do.
std::string empty_result(const Plan& plan);

// Moves the files, commits every table and records the version. Done twice is done once.
Result<Built> finish_build(const Setting& setting, const std::string& number, int64_t build,
                           const std::string& document);

}  // namespace fvm::extract
