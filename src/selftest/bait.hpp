// What a way out would lead to: sockets that answer every caller with one byte, and a readable file beside
// the data of a project that nobody has, as long as this lives. A session's sandbox is given only folders of
// its own project, so there has to be one.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/descriptor.hpp"
#include "selftest/types.hpp"

namespace fvm::selftest {

class Bait {
 public:
  static Result<std::unique_ptr<Bait>> lay(World& world, const config::Instance& instance);
  ~Bait();
  Bait(const Bait&) = delete;
  Bait& operator=(const Bait&) = delete;

  Path file() const { return folder_ / "outside"; }
  Path data() const { return folder_ / "data"; }  // with a file "marker"
  Path work() const { return folder_ / "work"; }
  int tcp_port() const { return tcp_port_; }
  int udp_port() const { return udp_port_; }
  const std::string& name() const { return name_; }  // of the project, and of the abstract socket
  // From here all of it can be reached: the control.
  bool reached_from_outside() const;

 private:
  Bait(World& world, Path folder, std::string name);
  Result<void> make_places();
  Result<void> open_sockets();
  void answer() const;

  World& world_;
  Path folder_;
  std::string name_;
  Descriptor tcp_, udp_, abstract_, stop_;
  int tcp_port_ = 0, udp_port_ = 0;
  std::thread thread_;
};

}  // namespace fvm::selftest
