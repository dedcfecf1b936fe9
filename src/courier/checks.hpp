// Requests that stand before review are taken up here, beside the loop that sends: a scan may take minutes,
// and nobody's mail waits for somebody else's. Only the store joins the two: what is checked here is found
// there, and a kill at any step leaves what a kill of the loop left before.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "release/progress.hpp"

namespace fvm::courier {

// Limits. Requests that need no scan (safe tables) go on while both scans are slow.
inline constexpr size_t checks_at_once_max = 6;
inline constexpr size_t scans_at_once_max = 2;
inline constexpr size_t checks_waiting_max = 1000;  // more are found by a later sweep

class Checks {
 public:
  // `approved` is told the number of each that may be sent now, from the thread that found it so.
  Checks(World& world, const config::Instance& instance, const config::Config& config,
         std::function<void(const std::string&)> approved);
  ~Checks();  // ends the scans, whose requests stay as they are; waits for the threads
  Checks(const Checks&) = delete;
  Checks& operator=(const Checks&) = delete;

  // Taken up once at a time, however often it is asked for.
  void take(const std::string& number);

 private:
  void work();
  void advance(const std::string& number);
  Result<release::Report> scan(const store::Database& store, const release::Request& request,
                               const release::File& file, const release::Bytes& kept);
  release::Hands hands_of(const audit::Ledger& ledger);

  World& world_;
  const config::Instance& instance_;
  const config::Config& config_;
  const std::function<void(const std::string&)> approved_;
  Descriptor ended_;  // an eventfd: readable when all is to end
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  size_t scans_ = 0;
  std::deque<std::string> waiting_;
  std::set<std::string> taken_;  // waiting or worked on
  std::set<std::string> again_;  // asked for while it was worked on
  std::vector<std::thread> threads_;
};

}  // namespace fvm::courier
