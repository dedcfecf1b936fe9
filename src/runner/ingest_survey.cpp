#include "runner/ingest_survey.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <string>
#include <vector>

namespace fvm::runner {
namespace {

constexpr size_t piece_bytes = 256u << 10;  // stays in a core's own cache between the copy and the look

Result<size_t> read_at(int descriptor, uint64_t at, std::string& buffer, size_t bytes) {
  for (;;) {
    const ssize_t got = ::pread(descriptor, buffer.data(), bytes, static_cast<off_t>(at));
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return system_error("read a delivered file", errno);
  }
}

Result<ByteSurvey> survey_part(int descriptor, uint64_t from, uint64_t to) {
  Surveyor surveyor;
  std::string buffer(piece_bytes, '\0');
  while (from < to) {
    const size_t got = TRY(read_at(descriptor, from, buffer, std::min<uint64_t>(buffer.size(), to - from)));
    if (got == 0) break;
    surveyor.add({buffer.data(), got});
    from += got;
  }
  return surveyor.finish();
}

// The first byte behind a line end at or after `at`; nothing when none comes soon. A line feed is never part
// of another character, so nothing that a Surveyor remembers goes over it.
Result<std::optional<uint64_t>> line_begin(int descriptor, uint64_t at) {
  std::string buffer(piece_bytes, '\0');
  const size_t got = TRY(read_at(descriptor, at, buffer, buffer.size()));
  const size_t end = std::string_view(buffer.data(), got).find('\n');
  if (end == std::string_view::npos) return std::optional<uint64_t>();
  return std::optional(at + end + 1);
}

Result<std::vector<uint64_t>> borders(int descriptor, uint64_t bytes, uint64_t parts) {
  std::vector<uint64_t> at{0};
  for (uint64_t part = 1; part < parts; ++part) {
    const auto begin = TRY(line_begin(descriptor, bytes / parts * part));
    if (begin && *begin > at.back() && *begin < bytes) at.push_back(*begin);
  }
  return at;
}

}  // namespace

Result<ByteSurvey> survey_file(int descriptor, uint64_t bytes, uint16_t threads, uint64_t part_bytes_min) {
  const uint64_t parts = std::clamp<uint64_t>(bytes / part_bytes_min, 1, std::max<uint64_t>(threads, 1));
  const auto begins = TRY(borders(descriptor, bytes, parts));
  std::vector<std::future<Result<ByteSurvey>>> others;
  for (size_t i = 1; i < begins.size(); ++i) {
    // The last part goes on to the end, wherever that is by then.
    const uint64_t end = i + 1 < begins.size() ? begins[i + 1] : UINT64_MAX;
    others.push_back(std::async(std::launch::async, survey_part, descriptor, begins[i], end));
  }
  ByteSurvey survey = TRY(survey_part(descriptor, 0, begins.size() > 1 ? begins[1] : UINT64_MAX));
  for (auto& other : others) survey.append(TRY(other.get()));
  return survey;
}

}  // namespace fvm::runner
