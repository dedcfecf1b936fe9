// Which way a checked request goes (routes.def). Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "release/types.hpp"

namespace fvm::release {

enum class Check { cleared, clean, doubtful, any };
enum class Output { tables, code, text, pictures, any };  // from least to most demanding
enum class Registers { ordinary, sensitive, any };
enum class Standing { ordinary, trusted, warned, any };

struct Situation {
  Check check = Check::doubtful;
  Output output = Output::pictures;
  Registers registers = Registers::sensitive;
  Standing user = Standing::warned, institution = Standing::warned;
};

struct Route {
  std::string_view name;
  Check check;
  Output output;
  Registers registers;
  Standing user, institution;
  uint32_t reviewers;         // 0, 1 or 2
  uint32_t sampled_permille;  // drawn for a second look once sent
};

std::span<const Route> routes();
// The first that fits; there is always one.
const Route& route_for(const Situation& facts);
// By name; the strictest for a name that this version does not know.
const Route& route_named(std::string_view name);

// What kind of output a file is, by the type that the scan told; what is not known is a picture.
Output output_of(std::string_view type);
// The most demanding of the files.
Output output_of(const std::vector<File>& files);
// Doubtful when any finding asks for a person.
Check check_of(const std::vector<File>& files);

}  // namespace fvm::release
