// What is left to do when a build's job has written its files. Private to this room.
#pragma once

#include <map>
#include <string>

#include "extract/plan.hpp"
#include "extract/service.hpp"

namespace fvm::extract {

// The note (JSON) from which finish_build can do the rest, in this process or in a later one: each staged
// file with the name that it gets, each table with its columns, and what the version record will say.
Result<std::string> finish_document(const std::string& job_result, const Plan& plan,
                                    int64_t catalogue_version, const std::string& specification_sha256,
                                    const std::map<std::string, int64_t>& frozen, World& world);

// Moves the files, commits every table and records the version. Done twice is done once.
Result<Built> finish_build(const Setting& setting, const std::string& number, int64_t build,
                           const std::string& document);

}  // namespace fvm::extract
