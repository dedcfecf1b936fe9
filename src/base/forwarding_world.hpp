// The real world with something changed: derive, and override what is to differ (a clock, a full disk). For
// tests.
#pragma once

#include "base/world.hpp"

namespace fvm {

class ForwardingWorld : public World {
 public:
  Time now() override { return real_world().now(); }
  void random(std::span<std::byte> out) override { real_world().random(out); }
  Result<std::string> read_file(const Path& path, uint64_t bytes_max) override {
    return real_world().read_file(path, bytes_max);
  }
  Result<void> create_file(const Path& path, std::string_view bytes, unsigned mode) override {
    return real_world().create_file(path, bytes, mode);
  }
  Result<void> replace_file(const Path& path, std::string_view bytes, unsigned mode) override {
    return real_world().replace_file(path, bytes, mode);
  }
  Result<void> append_file(const Path& path, std::string_view bytes, unsigned mode) override {
    return real_world().append_file(path, bytes, mode);
  }
  Result<void> rename(const Path& from, const Path& to) override { return real_world().rename(from, to); }
  Result<void> make_directories(const Path& path, unsigned mode) override {
    return real_world().make_directories(path, mode);
  }
  Result<std::vector<DirectoryEntry>> list(const Path& path) override { return real_world().list(path); }
  Result<void> remove(const Path& path) override { return real_world().remove(path); }
  Result<void> remove_tree(const Path& path) override { return real_world().remove_tree(path); }
  bool exists(const Path& path) override { return real_world().exists(path); }
  Result<void> flush(const Path& path) override { return real_world().flush(path); }
};

}  // namespace fvm
