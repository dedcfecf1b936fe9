// rooms: base crypto config release
// kept: what it costs that a copy of 100 MB is encrypted. Keeping: read, hashed, written and flushed, with
// and without. Opening: hashed in place, as copies in the clear were before a scan, against opened into a
// memory file and hashed. In turn, and the medians, so that other work on the machine falls on both. The
// keeper's part (one question over a socket each) is answered from memory here.
#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

#include "crypto/sha256.hpp"
#include "release/copies.hpp"
#include "release/testing_keys.hpp"
#include "release/types.hpp"

namespace {

using namespace fvm;

constexpr uint64_t file_bytes = 100'000'000;
constexpr int repetitions = 7;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench kept: %s\n", what);
  std::exit(4);
}

double seconds_of(const std::function<bool()>& work) {
  const auto start = std::chrono::steady_clock::now();
  if (!work()) fail("a step did not work");
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void write_csv(const Path& file) {
  std::ofstream out(file);
  out << "gruppe;antal\n";
  for (uint64_t i = 0; static_cast<uint64_t>(out.tellp()) < file_bytes; ++i)
    out << "Gruppe " << i << ';' << 100 + i % 900 << '\n';
}

bool keep_plain(int from, const Path& to) {
  const Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  return out && release::copy_bytes(from, out.get(), release::kept_bytes_max).ok() && ::fsync(out.get()) == 0;
}

}  // namespace

int main() {
  World& world = real_world();
  const Path folder = std::filesystem::temp_directory_path() / ("bench-kept-" + random_hex(world, 6));
  const config::Instance instance(folder);
  if (!instance.make_folders(world).ok()) fail("no folder");
  write_csv(folder / "a.csv");
  release::TestKeys keys;
  const release::KeptCopies copies(world, instance, keys.asked());
  std::vector<double> keep_clear, keep, open_clear, open;
  for (int i = 0; i < repetitions; ++i) {
    const Descriptor csv(::open((folder / "a.csv").c_str(), O_RDONLY | O_CLOEXEC));
    const Path clear = folder / "clear";
    keep_clear.push_back(seconds_of([&] { return keep_plain(csv.get(), clear); }));
    std::string sha256;
    keep.push_back(seconds_of([&] {
      const auto kept = copies.keep(csv.get(), release::kept_bytes_max);
      sha256 = kept.ok() ? kept->sha256 : "";
      return kept.ok();
    }));
    open_clear.push_back(seconds_of([&] { return crypto::sha256_of_file(clear).ok(); }));
    open.push_back(seconds_of([&] { return copies.open(sha256).ok(); }));
    std::filesystem::remove(clear);
    if (!copies.destroy(sha256).ok()) fail("a copy stays");
  }
  std::filesystem::remove_all(folder);
  std::printf("kept mb=%.0f keep_clear_s=%.3f keep_s=%.3f open_clear_s=%.3f open_s=%.3f\n", file_bytes / 1e6,
              median(keep_clear), median(keep), median(open_clear), median(open));
}
