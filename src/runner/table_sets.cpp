#include "runner/table_sets.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

namespace fvm::runner {
namespace {

using duck::quote_text;
using tabular::Knowledge;
using Rows = std::vector<std::vector<int64_t>>;

std::string parquet(const std::string& folder, std::string_view name) {
  return "read_parquet(" + quote_text(folder + "/" + std::string(name)) + ")";
}

// Where a person was before and is now, as one number.
constexpr uint32_t none = UINT32_MAX;
constexpr unsigned half_bits = 32;
int64_t fate_of(uint32_t atom, uint32_t sig) {
  return static_cast<int64_t>(uint64_t{atom} << half_bits | sig);
}
uint32_t atom_of(int64_t fate) {
  return static_cast<uint32_t>(static_cast<uint64_t>(fate) >> half_bits);
}
uint32_t sig_of(int64_t fate) {
  return static_cast<uint32_t>(fate);
}

// A unit's leaves as one number: the leaf itself, or that of a set of leaves.
class Signs {
 public:
  Signs(const std::vector<uint32_t>& leaf_of, size_t leaves) : leaf_of_(leaf_of), leaves_(leaves) {}

  // From any thread. `here` is the thread's own.
  uint32_t of(std::span<const uint32_t> combinations, std::vector<uint32_t>& here) {
    if (combinations.size() == 1) return leaf_of_[combinations[0]];
    here.clear();
    for (const uint32_t combination : combinations) here.push_back(leaf_of_[combination]);
    std::ranges::sort(here);
    here.erase(std::unique(here.begin(), here.end()), here.end());
    if (here.size() == 1) return here[0];
    const std::lock_guard lock(mutex_);
    if (sets_.size() > table_atoms_max) return none;  // it will be refused
    const auto [found, is_new] = numbers_.emplace(here, leaves_ + sets_.size());
    if (is_new) sets_.push_back(&found->first);
    return static_cast<uint32_t>(found->second);
  }
  bool too_many() const { return sets_.size() > table_atoms_max; }

  std::vector<uint32_t> leaves_of(uint32_t sig) const {
    if (sig == none) return {};
    return sig < leaves_ ? std::vector{sig} : *sets_[sig - leaves_];
  }

 private:
  const std::vector<uint32_t>& leaf_of_;
  size_t leaves_;
  std::mutex mutex_;
  std::map<std::vector<uint32_t>, size_t> numbers_;
  std::vector<const std::vector<uint32_t>*> sets_;
};

class AtomMaker {
 public:
  AtomMaker(World& world, duck::Connection& connection, const TableJudgement& job,
            const std::vector<uint32_t>& leaf_of, size_t leaves)
      : world_(world), connection_(connection), job_(job), signs_(leaf_of, leaves) {}

  Result<TableAtoms> make(TableUnits units) {
    TRY(read_old());
    sign(std::move(units));
    if (!job_.released.empty()) TRY(meet_old());
    count_kinds();
    if (signs_.too_many() || kinds_.size() > table_atoms_max)
      return usage("table.too_many_groups", {{"max", std::to_string(table_atoms_max)}});
    return divide();
  }

 private:
  std::string newest(std::string_view what) const {
    return fmt::format("{}-{}{}", job_.released.back().number, job_.prefix, what);
  }
  size_t threads() const { return std::max<size_t>(job_.engine.threads, 1); }

  Result<void> read_old() {
    if (job_.released.empty()) return {};
    const Path file = Path(job_.input) / "ledger" / newest("knowledge.bin");
    out_.known = TRY(Knowledge::of_bytes(TRY(world_.read_file(file, table_knowledge_bytes_max))));
    for (const ReleasedTable& table : job_.released) old_[table.number].resize(out_.known.units().size());
    for (const auto& row :
         TRY(read_numbers(connection_, "SELECT number, atom, leaf FROM " +
                                           parquet(job_.input + "/ledger", newest("places.parquet"))))) {
      const auto table = old_.find(row[0]);
      if (table == old_.end()) continue;  // too long ago to be named
      const auto atom = static_cast<size_t>(row[1]);
      if (atom >= table->second.size()) return damaged("places");
      table->second[atom].push_back(static_cast<uint32_t>(row[2]));
    }
    return {};
  }

  static Error damaged(const char* what) { return surroundings("table.ledger_damaged", {{"what", what}}); }

  // fates_ of the table's own units, who are in no table before as far as is known yet.
  void sign(TableUnits units) {
    const bool apart = !job_.released.empty();
    fates_ = std::make_unique<TableRows>(units.parts.size());
    std::vector<TableRows::Writer> writers(apart ? threads() : 0, TableRows::Writer(*fates_));
    for_all_parts(threads(), units.parts.size(), [&](size_t thread, size_t index) {
      TableUnits::Part& part = units.parts[index];
      std::vector<uint32_t> here;
      std::vector<TableRow>& own = fates_->part(index);
      if (!apart) own.reserve(part.mirror.size());
      for (size_t unit = 0; unit < part.mirror.size(); ++unit) {
        const TableRow row{part.mirror[unit], fate_of(none, signs_.of(part.of(unit), here))};
        apart ? writers[thread].add(row) : own.push_back(row);
      }
      part = {};
    });
    for (auto& writer : writers) writer.hand_over_all();
  }

  // Who was in a table before is in an atom; who is not in this one has no leaves now.
  Result<void> meet_old() {
    const std::string file = parquet(job_.input + "/ledger", newest("atoms.parquet"));
    const auto rows = TRY(connection_.query_number("SELECT count(*) FROM " + file));
    TableRows old(fates_->parts());
    const auto read = old.read(connection_, "(SELECT unit AS key, atom AS value FROM " + file + ")",
                               {.rows = static_cast<size_t>(rows), .value_max = none - 1});
    if (!read.ok()) return read.error().code == "table.bad_result" ? damaged("atoms") : read.error();
    std::atomic<bool> agrees = true;
    for_all_parts(threads(), old.parts(), [&](size_t, size_t part) {
      if (!meet(old.part(part), fates_->part(part))) agrees = false;
      old.forget(part);
    });
    if (!agrees) return damaged("atoms");
    return {};
  }

  static bool meet(const std::vector<TableRow>& old, std::vector<TableRow>& fates) {
    TableIndex index(old.size());
    for (const TableRow& row : old) index.add(row.key);
    if (index.size() != old.size()) return false;  // somebody is in two atoms
    std::vector<bool> is_here(old.size(), false);
    for (TableRow& fate : fates) {
      const uint32_t found = index.find(fate.key);
      if (found == TableIndex::none) continue;
      is_here[found] = true;
      fate.value = fate_of(static_cast<uint32_t>(old[found].value), sig_of(fate.value));
    }
    for (size_t i = 0; i < old.size(); ++i)
      if (!is_here[i]) fates.push_back({old[i].key, fate_of(static_cast<uint32_t>(old[i].value), none)});
    return true;
  }

  using Counts = std::unordered_map<int64_t, uint64_t>;
  void count_kinds() {
    std::vector<Counts> counts(threads());
    for_all_parts(threads(), fates_->parts(), [&](size_t thread, size_t part) {
      if (counts[thread].size() > table_atoms_max) return;  // it will be refused
      for (const TableRow& row : fates_->part(part)) ++counts[thread][row.value];
    });
    for (const Counts& each : counts)
      for (const auto& [fate, units] : each) counts_[fate] += units;
    for (const auto& [fate, units] : counts_) kinds_.push_back(fate);
    // New persons first; else by atom, then by leaves.
    std::ranges::sort(kinds_, [&](int64_t a, int64_t b) {
      if (atom_of(a) != atom_of(b)) return atom_of(a) + 1 < atom_of(b) + 1;
      return signs_.leaves_of(sig_of(a)) < signs_.leaves_of(sig_of(b));
    });
  }

  Result<TableAtoms> divide() {
    std::vector<Knowledge::Part> parts;
    for (const int64_t kind : kinds_)
      parts.push_back({atom_of(kind) == none ? Knowledge::Part::nobody : atom_of(kind),
                       static_cast<double>(counts_.at(kind))});
    const auto atoms = out_.known.divide(parts);
    if (!atoms.ok()) return damaged("atoms");
    const size_t count = out_.known.units().size();
    out_.wanted.resize(count);
    for (const auto& [number, leaves] : old_) out_.released[number].resize(count);
    for (size_t i = 0; i < kinds_.size(); ++i) {
      const uint32_t atom = (*atoms)[i];
      counts_[kinds_[i]] = atom;
      out_.wanted[atom] = signs_.leaves_of(sig_of(kinds_[i]));
      if (parts[i].atom == Knowledge::Part::nobody) continue;
      for (const auto& [number, leaves] : old_) out_.released[number][atom] = leaves[parts[i].atom];
    }
    TRY(write_atoms());
    TRY(write_places());
    return std::move(out_);
  }

  // After divide() counts_ tells of each fate its atom.
  Result<void> write_atoms() {
    std::vector<size_t> begins{0};
    for (size_t part = 0; part < fates_->parts(); ++part)
      begins.push_back(begins.back() + fates_->part(part).size());
    std::vector<int64_t> units(begins.back());
    std::vector<uint32_t> atoms(begins.back());
    for_all_parts(threads(), fates_->parts(), [&](size_t, size_t part) {
      size_t at = begins[part];
      for (const TableRow& row : fates_->part(part)) {
        units[at] = row.key;
        atoms[at++] = static_cast<uint32_t>(counts_.find(row.value)->second);
      }
      fates_->forget(part);
    });
    return write_columns(connection_, job_.engine.output + "/" + job_.prefix + "atoms.parquet", "unit, atom",
                         units, atoms);
  }

  Result<void> write_places() {
    TRY(connection_.run("CREATE TABLE place(atom BIGINT, number BIGINT, leaf BIGINT)"));
    Rows places;
    const auto add = [&](int64_t number, const TableAtoms::Leaves& leaves) {
      for (size_t atom = 0; atom < leaves.size(); ++atom)
        for (const uint32_t leaf : leaves[atom]) places.push_back({static_cast<int64_t>(atom), number, leaf});
    };
    for (const auto& [number, leaves] : out_.released) add(number, leaves);
    add(job_.number, out_.wanted);
    TRY(append_numbers(connection_, "place", places));
    return connection_.run("COPY place TO " +
                           quote_text(job_.engine.output + "/" + job_.prefix + "places.parquet") +
                           " (FORMAT parquet)");
  }

  World& world_;
  duck::Connection& connection_;
  const TableJudgement& job_;
  Signs signs_;
  TableAtoms out_;
  std::map<int64_t, TableAtoms::Leaves> old_;
  std::unique_ptr<TableRows> fates_;  // by number in the mirror
  Counts counts_;                     // of each fate its units
  std::vector<int64_t> kinds_;        // the different fates
};

}  // namespace

Dimensions pointers_to(const std::vector<tabular::Hierarchy>& hierarchies) {
  Dimensions out;
  for (const tabular::Hierarchy& hierarchy : hierarchies) out.push_back(&hierarchy);
  return out;
}

Result<TableAtoms> make_atoms(World& world, duck::Connection& connection, const TableJudgement& job,
                              TableUnits units, const std::vector<uint32_t>& leaf_of, size_t cells) {
  return AtomMaker(world, connection, job, leaf_of, cells).make(std::move(units));
}

Result<void> open_pairs(duck::Connection& connection, const TableJudgement& job) {
  // Several numbers of the mirror may be one person of the project.
  TRY(connection.run("CREATE TABLE person AS SELECT project, min(mirror) AS mirror FROM " + unit_map(job) +
                     " GROUP BY project"));
  if (!job.holders.empty())
    TRY(connection.run("CREATE TABLE holder_of AS FROM " + parquet(job.input, job.holders + ".parquet")));
  return connection.run(std::string("CREATE VIEW ") + (job.model ? "asked" : "pairs") +
                        " AS FROM read_parquet(" + quote_text(job.input + "/" + job.pairs + ".parquet") +
                        ")" + (job.leave_unknown ? " SEMI JOIN person ON unit = person.project" : ""));
}

Result<void> make_member(duck::Connection& connection, const TableJudgement& job,
                         const std::vector<uint32_t>& leaf_of, const std::vector<bool>& left_out,
                         bool single) {
  Rows rows;
  for (size_t combination = 0; combination < leaf_of.size(); ++combination)
    if (left_out.empty() || !left_out[combination])
      rows.push_back({static_cast<int64_t>(combination), leaf_of[combination]});
  TRY(connection.run("CREATE TABLE leaf_of(combination BIGINT, leaf BIGINT)"));
  TRY(append_numbers(connection, "leaf_of", rows));
  std::string sums = !job.is_other ? "" : single ? ", n" : ", sum(n) AS n";
  for (size_t i = 0; i < job.columns.size(); ++i)
    sums += single ? fmt::format(", x{}", i) : fmt::format(", sum(x{0}) AS x{0}", i);
  return connection.run("CREATE TABLE member AS SELECT unit, leaf" + sums +
                        " FROM pairs JOIN leaf_of USING (combination)" + (single ? "" : " GROUP BY ALL"));
}

Result<std::vector<tabular::CountTable>> released_tables(const TableJudgement& job, const TableAtoms& atoms) {
  std::vector<tabular::CountTable> out;
  for (const ReleasedTable& table : job.released) {
    tabular::CountTable counts{pointers_to(table.dimensions), {}, {}, {}, table.number};
    const tabular::Shape shape(counts.dimensions);
    counts.groups = tabular::groups_of(shape, atoms.released.at(table.number));
    counts.counts = tabular::sums_of_cells(counts.groups, atoms.known.units(), shape.cells());
    const bool has_numbers = !table.published.empty();
    bool agrees =
        table.marks.size() == shape.cells() && (!has_numbers || table.published.size() == shape.cells());
    for (size_t cell = 0; agrees && cell < shape.cells(); ++cell) {
      const bool open = table.marks[cell] == static_cast<char>(TableMark::open);
      counts.status.push_back(open ? tabular::Status::open : tabular::Status::hidden);
      agrees = !open || !has_numbers || counts.counts[cell] == table.published[cell];
    }
    if (!agrees) return surroundings("table.ledger_damaged", {{"what", std::to_string(table.number)}});
    out.push_back(std::move(counts));
  }
  return out;
}

Result<void> write_knowledge(World& world, const TableJudgement& job, const tabular::Knowledge& known) {
  constexpr unsigned mode = 0600;
  return world.replace_file(Path(job.engine.output) / (job.prefix + "knowledge.bin"), known.to_bytes(), mode);
}

Result<Rows> read_numbers(duck::Connection& connection, const std::string& sql) {
  Rows rows;
  auto result = TRY(connection.query("SELECT COLUMNS(*)::BIGINT FROM (" + sql + ")", duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) {
    const size_t first = rows.size();
    rows.resize(first + chunk.rows(), std::vector<int64_t>(chunk.columns(), -1));
    for (size_t column = 0; column < chunk.columns(); ++column) {
      const auto view = chunk.column(column);
      const auto values = view.values<int64_t>();
      for (size_t row = 0; row < chunk.rows(); ++row)
        if (view.valid(row)) rows[first + row][column] = values[row];
    }
  }
  return rows;
}

Result<void> append_numbers(duck::Connection& connection, const std::string& table, const Rows& rows) {
  auto appender = TRY(duck::Appender::open(connection, "main", table));
  for (size_t at = 0; at < rows.size(); at += duck::chunk_rows_max()) {
    const size_t count = std::min(duck::chunk_rows_max(), rows.size() - at);
    TRY(appender.append(count, [&](std::span<duck::VectorWriter> columns) {
      for (size_t i = 0; i < count; ++i)
        for (size_t column = 0; column < columns.size(); ++column)
          columns[column].values<int64_t>()[i] = rows[at + i][column];
    }));
  }
  return appender.close();
}

}  // namespace fvm::runner
