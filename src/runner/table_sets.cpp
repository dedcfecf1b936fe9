#include "runner/table_sets.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace fvm::runner {
namespace {

using duck::quote_text;
using tabular::Atom;
using Rows = std::vector<std::vector<int64_t>>;

std::string parquet(const std::string& folder, std::string_view name) {
  return "read_parquet(" + quote_text(folder + "/" + std::string(name)) + ")";
}

class AtomMaker {
 public:
  AtomMaker(duck::Connection& connection, const TableJudgement& job, bool single)
      : connection_(connection), job_(job), single_(single) {
    for (uint32_t i = 0; i < job.released.size(); ++i) tables_[job.released[i].number] = i;
    tables_[job.number] = static_cast<uint32_t>(job.released.size());
  }

  Result<std::vector<Atom>> make() {
    TRY(make_kinds());
    TRY(read_old());
    TRY(read_sets());
    if (TRY(connection_.query_number("SELECT count(*) FROM kind")) > static_cast<int64_t>(table_atoms_max))
      return usage("table.too_many_groups", {{"max", std::to_string(table_atoms_max)}});
    const auto kinds = TRY(read_numbers(connection_, "SELECT id, atom, sig, n FROM kind ORDER BY id"));
    std::vector<Atom> atoms;
    Rows places;
    for (const auto& kind : kinds) {
      std::vector<std::pair<int64_t, int64_t>> there;
      if (kind[1] >= 0) there = old_.at(static_cast<size_t>(kind[1]));
      if (kind[2] >= 0)
        for (const int64_t leaf : leaves_of(kind[2])) there.emplace_back(job_.number, leaf);
      Atom atom{{}, static_cast<double>(kind[3])};
      for (const auto& [number, leaf] : there) {
        places.push_back({kind[0], number, leaf});
        const auto table = tables_.find(number);
        if (table == tables_.end()) return surroundings("table.ledger_damaged", {{"what", "places"}});
        atom.places.push_back({table->second, static_cast<uint32_t>(leaf)});
      }
      std::sort(atom.places.begin(), atom.places.end());
      atoms.push_back(std::move(atom));
    }
    TRY(write(places));
    return atoms;
  }

 private:
  std::string newest() const { return std::to_string(job_.released.back().number); }

  // A unit's leaves as one number: the leaf itself, or that of a set of leaves.
  Result<void> make_kinds() {
    if (single_) {
      TRY(connection_.run("CREATE VIEW signed AS SELECT unit, leaf::BIGINT AS sig FROM member"));
    } else {
      TRY(connection_.run(
          "CREATE TABLE unit_leaves AS SELECT unit, list_sort(list(leaf)) AS leaves FROM member "
          "GROUP BY unit;"
          "CREATE TABLE leaf_set AS SELECT row_number() OVER () - 1 AS sig, leaves FROM (SELECT "
          "DISTINCT leaves FROM unit_leaves);"
          "CREATE VIEW signed AS SELECT unit, sig FROM unit_leaves JOIN leaf_set USING (leaves)"));
    }
    if (job_.released.empty()) {
      TRY(connection_.run("CREATE VIEW combined AS SELECT unit, -1::BIGINT AS atom, sig FROM signed"));
    } else {
      TRY(connection_.run(
          "CREATE TABLE combined AS SELECT unit, coalesce(atom, -1)::BIGINT AS atom, coalesce(sig, "
          "-1)::BIGINT AS sig FROM signed FULL JOIN " +
          parquet(job_.input + "/ledger", newest() + "-atoms.parquet") + " USING (unit)"));
    }
    return connection_.run(
        "CREATE TABLE kind AS SELECT row_number() OVER (ORDER BY atom, sig) - 1 AS id, atom, sig, count(*) "
        "AS n "
        "FROM combined GROUP BY atom, sig");
  }

  Result<void> read_old() {
    if (job_.released.empty()) return {};
    for (const auto& row :
         TRY(read_numbers(connection_, "SELECT atom, number, leaf FROM " +
                                           parquet(job_.input + "/ledger", newest() + "-places.parquet")))) {
      const auto atom = static_cast<size_t>(row[0]);
      if (old_.size() <= atom) old_.resize(atom + 1);
      old_[atom].emplace_back(row[1], row[2]);
    }
    return {};
  }

  Result<void> read_sets() {
    if (single_) return {};
    for (const auto& row : TRY(read_numbers(connection_, "SELECT sig, unnest(leaves) FROM leaf_set")))
      sets_[row[0]].push_back(row[1]);
    return {};
  }

  std::vector<int64_t> leaves_of(int64_t sig) const {
    return single_ ? std::vector<int64_t>{sig} : sets_.at(sig);
  }

  Result<void> write(const Rows& places) {
    TRY(connection_.run("CREATE TABLE place(atom BIGINT, number BIGINT, leaf BIGINT)"));
    TRY(append_numbers(connection_, "place", places));
    const auto copy = [&](const std::string& what, std::string_view name) {
      return connection_.run("COPY (" + what + ") TO " +
                             quote_text(job_.engine.output + "/" + std::string(name)) + " (FORMAT parquet)");
    };
    TRY(copy("SELECT unit, id::UINTEGER AS atom FROM combined JOIN kind USING (atom, sig)", "atoms.parquet"));
    return copy("FROM place", "places.parquet");
  }

  duck::Connection& connection_;
  const TableJudgement& job_;
  bool single_;
  std::map<int64_t, uint32_t> tables_;
  std::vector<std::vector<std::pair<int64_t, int64_t>>> old_;
  std::map<int64_t, std::vector<int64_t>> sets_;
};

}  // namespace

Dimensions pointers_to(const std::vector<tabular::Hierarchy>& hierarchies) {
  Dimensions out;
  for (const tabular::Hierarchy& hierarchy : hierarchies) out.push_back(&hierarchy);
  return out;
}

std::vector<uint32_t> cells_above(const tabular::Shape& shape, uint32_t leaf) {
  const auto codes = shape.codes(leaf);
  std::vector<std::vector<uint32_t>> all{{}};
  for (size_t i = 0; i < codes.size(); ++i) {
    const tabular::Hierarchy& dimension = *shape.dimensions()[i];
    std::vector<std::vector<uint32_t>> longer;
    for (uint32_t code = codes[i];; code = static_cast<uint32_t>(dimension.parent(code))) {
      for (auto each : all) {
        each.push_back(code);
        longer.push_back(std::move(each));
      }
      if (code == 0) break;
    }
    all = std::move(longer);
  }
  std::vector<uint32_t> cells;
  for (const auto& each : all) cells.push_back(static_cast<uint32_t>(shape.cell(each)));
  return cells;
}

std::vector<double> count_cells(const tabular::Shape& shape, uint32_t table, const std::vector<Atom>& atoms) {
  std::vector<double> counts(shape.cells(), 0);
  std::map<uint32_t, std::vector<uint32_t>> above;
  std::vector<uint32_t> cells;
  for (const Atom& atom : atoms) {
    cells.clear();
    for (const Atom::Place& place : atom.places) {
      if (place.table != table) continue;
      auto& known = above[place.leaf];
      if (known.empty()) known = cells_above(shape, place.leaf);
      cells.insert(cells.end(), known.begin(), known.end());
    }
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    for (const uint32_t cell : cells) counts[cell] += atom.units;
  }
  return counts;
}

Result<std::vector<Atom>> make_atoms(duck::Connection& connection, const TableJudgement& job, bool single) {
  return AtomMaker(connection, job, single).make();
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
