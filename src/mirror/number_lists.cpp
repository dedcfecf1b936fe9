#include "mirror/number_lists.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "lake/number_list.hpp"
#include "wire/job.hpp"

namespace fvm::mirror {
namespace {

namespace json = boost::json;

constexpr unsigned folder_mode = 0700, lock_mode = 0600;
constexpr std::string_view staging_prefix = "numbers-";
constexpr size_t name_bytes = 8;
constexpr uint64_t beside_engine_mib = 256;

class Maker {
 public:
  Maker(World& world, const config::Instance& instance, const ListMaking& making)
      : world_(world), instance_(instance), making_(making) {}

  Result<size_t> make(std::vector<WantedList> wanted) {
    leave_missing(wanted);
    if (wanted.empty()) return size_t{0};
    const Descriptor lock =
        TRY(world_.lock(instance_.run() / ("numbers-" + making_.table + ".lock"), lock_mode));
    leave_missing(wanted);  // another one may have made them meanwhile
    if (wanted.empty()) return size_t{0};
    TRY(tidy());
    const Path staging =
        making_.folder / ".staging" / (std::string(staging_prefix) + random_hex(world_, name_bytes));
    TRY(world_.make_directories(staging / "temporary", folder_mode));
    auto made = run_job(staging, wanted);
    if (made.ok()) made = adopt(staging, wanted);
    TRY(world_.remove_tree(staging));
    TRY(std::move(made));
    return wanted.size();
  }

 private:
  Path lists() const { return making_.folder / lake::number_list_folder; }

  void leave_missing(std::vector<WantedList>& wanted) {
    std::erase_if(wanted, [&](const WantedList& each) {
      const std::string name = lake::number_list_name(each.file, each.column);
      return name.empty() || world_.exists(lists() / name);
    });
  }

  // What a killed maker left, and lists of files that are no longer there.
  Result<void> tidy() {
    for (const DirectoryEntry& entry : TRY(world_.list(making_.folder / ".staging"))) {
      if (entry.name.starts_with(staging_prefix))
        TRY(world_.remove_tree(making_.folder / ".staging" / entry.name));
    }
    std::set<std::string> files;
    for (const DirectoryEntry& entry : TRY(world_.list(making_.folder))) files.insert(entry.name);
    for (const DirectoryEntry& entry : TRY(world_.list(lists()))) {
      const auto is_of = [&](const std::string& file) { return entry.name.starts_with(file + "."); };
      if (std::none_of(files.begin(), files.end(), is_of)) TRY(world_.remove(lists() / entry.name));
    }
    return {};
  }

  Result<void> run_job(const Path& staging, const std::vector<WantedList>& wanted) {
    json::array lists;
    for (const WantedList& each : wanted)
      lists.push_back({{"file", each.file},
                       {"column", each.column},
                       {"path", lake::number_list_name(each.file, each.column)}});
    const uint64_t engine_mib = making_.memory_mib > 2 * beside_engine_mib
                                    ? making_.memory_mib - beside_engine_mib
                                    : making_.memory_mib / 2;
    const wire::WorkerJob job{
        .profile = "numbers",
        .label = "numbers of " + making_.table,
        .document = json::serialize(json::object{
            {"lists", std::move(lists)}, {"memory_mib", engine_mib}, {"threads", making_.threads}}),
        .mounts = {{making_.folder, wire::Mount{"/in/table", 0}}, {staging, wire::Mount{"/out", 1}}},
        .memory_mib = making_.memory_mib,
        .threads = making_.threads};
    TRY(wire::run_worker(instance_.launcher_socket(), job));
    crash_point("numbers.written");
    return {};
  }

  Result<void> adopt(const Path& staging, const std::vector<WantedList>& wanted) {
    TRY(world_.make_directories(lists(), folder_mode));
    for (const WantedList& each : wanted) {
      const std::string name = lake::number_list_name(each.file, each.column);
      TRY(world_.flush(staging / name));
      TRY(world_.rename(staging / name, lists() / name));
      crash_point("numbers.moved");
    }
    return {};
  }

  World& world_;
  const config::Instance& instance_;
  const ListMaking& making_;
};

}  // namespace

Result<size_t> make_number_lists(World& world, const config::Instance& instance, const ListMaking& making,
                                 std::vector<WantedList> wanted) {
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return Maker(world, instance, making).make(std::move(wanted));
}

}  // namespace fvm::mirror
