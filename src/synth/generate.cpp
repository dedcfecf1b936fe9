#include "synth/generate.hpp"

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/descriptor.hpp"
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

constexpr uint32_t block_persons = 256;
constexpr size_t write_bytes = 1u << 20;  // so much is gathered before it is written
constexpr std::string_view list_name = "deliveries.tsv";

Result<void> check(World& world, const Order& order) {
  const auto bad = [](std::string reason) {
    return usage("synth.bad_order", {{"reason", std::move(reason)}});
  };
  if (order.persons == 0 || order.persons > persons_max)
    return bad("--persons 1-" + std::to_string(persons_max));
  if (order.year_from < year_min || order.year_to > year_max || order.year_from > order.year_to) {
    return bad("--from/--to " + std::to_string(year_min) + "-" + std::to_string(year_max));
  }
  if (order.threads == 0) return bad("--threads 1-");
  if (world.exists(order.folder / list_name))
    return usage("synth.exists", {{"folder", order.folder.string()}});
  return {};
}

// One file per table, opened when the table's first row comes.
class Files {
 public:
  explicit Files(const Order& order) : folder_(order.folder) {}

  Result<void> append(Buffers& buffers) {
    for (size_t i = 0; i < table_count; ++i) {
      Buffer& from = buffers[i];
      if (from.misordered) return defect("synth.column_order", {{"table", name(i)}});
      if (from.rows == 0) continue;
      Output& to = outputs_[i];
      if (!to.file) TRY(open(i));
      to.pending += from.bytes;
      to.rows += from.rows;
      rows_ += from.rows;
      from.bytes.clear();
      from.rows = 0;
      if (to.pending.size() >= write_bytes) TRY(flush(i));
    }
    return {};
  }

  Result<Outcome> finish() {
    Outcome outcome;
    for (size_t i = 0; i < table_count; ++i) {
      if (!outputs_[i].file) continue;
      TRY(flush(i));
      outcome.files.push_back({name(i), file_name(i), outputs_[i].rows, outputs_[i].bytes});
      outcome.bytes += outputs_[i].bytes;
    }
    outcome.rows = rows_;
    return outcome;
  }

  uint64_t rows() const { return rows_; }

 private:
  struct Output {
    Descriptor file;
    std::string pending;
    uint64_t rows = 0, bytes = 0;
  };
  static std::string name(size_t table) { return std::string(facts_of(static_cast<Table>(table)).full_name); }
  static std::string file_name(size_t table) { return name(table) + ".csv"; }

  Result<void> open(size_t table) {
    const Path path = folder_ / file_name(table);
    constexpr mode_t mode = 0600;
    outputs_[table].file.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!outputs_[table].file) return system_error("create " + path.string(), errno);
    outputs_[table].pending = header(facts_of(static_cast<Table>(table)));
    return {};
  }

  static std::string header(const TableFacts& facts) {
    std::string out = facts.format.encoding == Format::Encoding::utf8_bom ? "\xEF\xBB\xBF" : "";
    for (size_t i = 0; i < facts.column_count; ++i) {
      std::string column(facts.columns[i]);
      const size_t raised = facts.format.header == Format::Header::upper     ? column.size()
                            : facts.format.header == Format::Header::capital ? 1
                                                                             : 0;
      for (size_t at = 0; at < raised; ++at) {
        if (column[at] >= 'a' && column[at] <= 'z') column[at] = static_cast<char>(column[at] - 'a' + 'A');
      }
      if (i > 0) out += facts.format.separator;
      out += column;
    }
    return out + "\n";
  }

  Result<void> flush(size_t table) {
    Output& output = outputs_[table];
    std::string_view rest = output.pending;
    while (!rest.empty()) {
      const ssize_t wrote = ::write(output.file.get(), rest.data(), rest.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0 && errno == ENOSPC)
        return surroundings("file.disk_full", {{"file", (folder_ / file_name(table)).string()}});
      if (wrote < 0) return system_error("write " + (folder_ / file_name(table)).string(), errno);
      rest.remove_prefix(static_cast<size_t>(wrote));
    }
    output.bytes += output.pending.size();
    output.pending.clear();
    return {};
  }

  Path folder_;
  std::array<Output, table_count> outputs_;
  uint64_t rows_ = 0;
};

// Blocks of persons are written by any thread, and appended to the files in their order.
class Work {
 public:
  Work(const Denmark& denmark, Files& files, const std::function<void(uint32_t, uint64_t)>& progress)
      : denmark_(denmark), files_(files), progress_(progress) {}

  Result<void> run(unsigned threads) {
    std::vector<std::thread> helpers;
    for (unsigned i = 1; i < threads; ++i) helpers.emplace_back([this] { take_blocks(); });
    take_blocks();
    for (std::thread& helper : helpers) helper.join();
    return failed_ ? Result<void>(*failed_) : Result<void>();
  }

 private:
  void take_blocks() {
    Buffers buffers;
    Scribe scribe(denmark_, buffers);
    const auto persons = static_cast<uint32_t>(denmark_.people.size());
    for (;;) {
      const uint32_t block = next_block_++;
      const uint64_t first = uint64_t{block} * block_persons;
      if (first >= persons) return;
      const auto end = static_cast<uint32_t>(std::min<uint64_t>(first + block_persons, persons));
      for (auto index = static_cast<uint32_t>(first); index < end; ++index) scribe.write(index);
      if (!append(block, end, buffers)) return;
    }
  }

  bool append(uint32_t block, uint32_t done, Buffers& buffers) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [&] { return block == next_append_ || failed_; });
    if (failed_) return false;
    if (auto appended = files_.append(buffers); !appended.ok()) failed_ = appended.error();
    ++next_append_;
    if (progress_) progress_(done, files_.rows());
    turn_.notify_all();
    return !failed_;
  }

  const Denmark& denmark_;
  Files& files_;
  const std::function<void(uint32_t, uint64_t)>& progress_;
  std::atomic<uint32_t> next_block_{0};
  std::mutex mutex_;
  std::condition_variable turn_;
  uint32_t next_append_ = 0;
  std::optional<Error> failed_;
};

// Everybody's death, which hangs on diseases and children; any number of threads, the same result.
void decide_deaths(Denmark& denmark, unsigned threads) {
  const auto part = [&](size_t first, size_t end) {
    for (size_t i = first; i < end; ++i) {
      Person& person = denmark.people[i];
      const auto index = static_cast<uint32_t>(i);
      // A parent lives at least until the youngest child is born; fathers' children hang on the mother's
      // list.
      const uint32_t list = person.sex == Sex::woman ? person.first_child
                            : i > 0                  ? denmark.people[i - 1].first_child
                                                     : nobody;
      int32_t youngest = 0;
      for (uint32_t child = list; child != nobody; child = denmark.people[child].next_sibling) {
        if (denmark.people[child].mother == index || denmark.people[child].father == index) {
          youngest = std::max(youngest, denmark.people[child].birth);
        }
      }
      const Health health = health_of(denmark.seed, index, person);
      person.death = death_of(denmark.seed, index, person, health, denmark.period, youngest);
      if (person.emigration <= youngest) person.emigration = never;
    }
  };
  std::vector<std::thread> helpers;
  const size_t count = denmark.people.size(), step = count / threads + 1;
  for (size_t first = step; first < count; first += step) {
    helpers.emplace_back(part, first, std::min(first + step, count));
  }
  part(0, std::min(step, count));
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace

Result<Outcome> generate(World& world, const Order& order,
                         const std::function<void(uint32_t persons, uint64_t rows)>& progress) {
  TRY(check(world, order));
  const Time start = world.now();
  TRY(world.make_directories(order.folder, 0700));
  Denmark denmark;
  denmark.seed = order.seed;
  denmark.period = {static_cast<int32_t>(days_of_date(order.year_from, 1, 1)),
                    static_cast<int32_t>(days_of_date(order.year_to, 12, 31))};
  denmark.people = TRY(make_population(order.seed, order.persons, denmark.period));
  decide_deaths(denmark, order.threads);
  Files files(order);
  TRY(Work(denmark, files, progress).run(order.threads));
  Outcome outcome = TRY(files.finish());
  std::string list;
  for (const Written& written : outcome.files) list += written.table + "\t" + written.file + "\n";
  TRY(world.create_file(order.folder / list_name, list, 0600));
  outcome.seconds = static_cast<double>(world.now().microseconds - start.microseconds) / 1e6;
  return outcome;
}

}  // namespace fvm::synth
