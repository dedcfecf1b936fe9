#include "release/types.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace fvm::release {
namespace {

constexpr std::array<std::string_view, 3> ballot_names = {"approve", "send_back", "reject"};

}  // namespace

std::string_view name_of(Ballot ballot) {
  return ballot_names[static_cast<size_t>(ballot)];
}

std::optional<Ballot> ballot_named(std::string_view name) {
  const auto* found = std::find(ballot_names.begin(), ballot_names.end(), name);
  if (found == ballot_names.end()) return std::nullopt;
  return static_cast<Ballot>(found - ballot_names.begin());
}

std::string number_of(int64_t id) {
  char text[32];
  std::snprintf(text, sizeof text, "H-%06lld", static_cast<long long>(id));
  return text;
}

std::string name_outside(const Request& request, const File& file) {
  if (file.table == 0 && request.reviewers > 0) return file.name;
  const std::string place = file.position > 1 || file.table == 0 ? "-" + std::to_string(file.position) : "";
  const std::string what = file.table > 0 ? "-table-" + std::to_string(file.table) : "-file";
  return request.project + what + place + "." + file.type;
}

std::optional<int64_t> id_of(std::string_view number) {
  if (number.starts_with("H-") || number.starts_with("h-")) number.remove_prefix(2);
  int64_t id = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
  if (error != std::errc() || end != number.data() + number.size() || id < 1) return std::nullopt;
  return id;
}

}  // namespace fvm::release
