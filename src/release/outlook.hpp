// What sending would lead to, told before anything is sent: the check (check.hpp) over bytes that only stand
// in an /outbox. Nothing is kept, written down, or counted as an attempt, and nothing that is told here lets
// a byte leave: whatever is sent is checked anew, on the bytes that are then kept.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/instance.hpp"
#include "release/check.hpp"
#include "release/outbox.hpp"

namespace fvm::release {

// leaves: at once, nobody looks first; question: the author is asked something; person: reviewers look;
// refused: it is stopped. pending: it is being looked at; unknown: it cannot be just now.
enum class Prospect { leaves, question, person, refused, pending, unknown };
std::string_view name_of(Prospect prospect);
Prospect prospect_of(const Checked& checked);

// What the scans have said, by what decides it: the bytes (SHA-256), the name, and the project with the
// version of its data, whose pseudonyms are looked for. In memory only. For any number of threads.
class Reports {
 public:
  static constexpr size_t reports_max = 2'000;  // remembered; then all are forgotten
  std::optional<Report> find(const std::string& key) const;
  void put(const std::string& key, Report report);
  // The same before the rows were compared with the project's data, which takes its time in a large project.
  std::optional<Report> so_far(const std::string& key) const { return find(key + so_far_mark); }
  void put_so_far(const std::string& key, Report report) { put(key + so_far_mark, std::move(report)); }

 private:
  static constexpr const char* so_far_mark = "\nso far";
  mutable std::mutex mutex_;
  std::map<std::string, Report> reports_;
};

// What the functions below work with.
struct Foresight {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  Reports& reports;
  int ended = -1;  // a descriptor: scans are ended when it becomes readable
};

// Where versions before this one had copies of that user's files while they were looked at: left-overs are
// removed.
Path copies_of(const config::Instance& instance, const std::string& project, const std::string& user);

// Reads a file of an outbox: its SHA-256, and its scan unless the same bytes were scanned before or are those
// of a safe table. It is copied first, into a memory file, and the copy is what is digested
// and scanned: whoever writes to the file meanwhile cannot have one content digested and another scanned. One
// larger than may be sent is not read (its digest stays empty). "release.changed_meanwhile" (surroundings)
// when it is no longer what stood there. `so_far` is told of it when only the comparison of its rows is left.
Result<File> see(const Foresight& foresight, const store::Database& store, const std::string& project,
                 const std::string& user, const Staged& staged,
                 const std::function<void(const File&)>& so_far = {});

// The check over files that were seen, from what was remembered: no file is read.
// "release.not_seen" (surroundings) when a scan is not remembered. `so_far`: from what was found before the
// rows were compared.
Result<Checked> look_ahead(const Foresight& foresight, const store::Database& store,
                           const std::string& project, const std::string& user,
                           const std::vector<File>& files, bool so_far = false);

// A file of an outbox and what is known of it.
struct Seen {
  Staged staged;
  std::optional<File> file;         // what `see` told
  std::optional<Error> why;         // of `unknown`
  std::optional<File> so_far = {};  // its rows are still being compared
};
// What is shown of an outbox: docs/outbox.md describes it. `together`: names; empty for all that are not
// refused by themselves. Sets the file of each whose scan is forgotten back to nothing (pending).
Result<boost::json::object> outbox_json(const Foresight& foresight, const store::Database& store,
                                        const std::string& project, const std::string& user,
                                        std::vector<Seen>& files, size_t left_out,
                                        const std::vector<std::string>& together);

}  // namespace fvm::release
