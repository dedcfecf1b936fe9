#include "runner/table_sets.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace fvm::runner {
namespace {

using duck::quote_text;
using tabular::Knowledge;
using Rows = std::vector<std::vector<int64_t>>;

std::string parquet(const std::string& folder, std::string_view name) {
  return "read_parquet(" + quote_text(folder + "/" + std::string(name)) + ")";
}

class AtomMaker {
 public:
  AtomMaker(World& world, duck::Connection& connection, const TableJudgement& job, bool single)
      : world_(world), connection_(connection), job_(job), single_(single) {}

  Result<TableAtoms> make() {
    TRY(make_kinds());
    if (TRY(connection_.query_number("SELECT count(*) FROM kind")) > static_cast<int64_t>(table_atoms_max))
      return usage("table.too_many_groups", {{"max", std::to_string(table_atoms_max)}});
    TRY(read_old());
    TRY(read_sets());
    return divide();
  }

 private:
  std::string newest(std::string_view what) const {
    return std::to_string(job_.released.back().number) + std::string(what);
  }

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
          parquet(job_.input + "/ledger", newest("-atoms.parquet")) + " USING (unit)"));
    }
    return connection_.run(
        "CREATE TABLE kind AS SELECT row_number() OVER (ORDER BY atom, sig) - 1 AS id, atom, sig, count(*) "
        "AS n "
        "FROM combined GROUP BY atom, sig");
  }

  Result<void> read_old() {
    if (job_.released.empty()) return {};
    const Path file = Path(job_.input) / "ledger" / newest("-knowledge.bin");
    out_.known = TRY(Knowledge::of_bytes(TRY(world_.read_file(file, table_knowledge_bytes_max))));
    for (const ReleasedTable& table : job_.released) old_[table.number].resize(out_.known.units().size());
    for (const auto& row :
         TRY(read_numbers(connection_, "SELECT number, atom, leaf FROM " +
                                           parquet(job_.input + "/ledger", newest("-places.parquet"))))) {
      const auto table = old_.find(row[0]);
      if (table == old_.end()) continue;  // too long ago to be named
      const auto atom = static_cast<size_t>(row[1]);
      if (atom >= table->second.size()) return damaged();
      table->second[atom].push_back(static_cast<uint32_t>(row[2]));
    }
    return {};
  }

  static Error damaged() { return surroundings("table.ledger_damaged", {{"what", "places"}}); }

  Result<void> read_sets() {
    if (single_) return {};
    for (const auto& row : TRY(read_numbers(connection_, "SELECT sig, unnest(leaves) FROM leaf_set")))
      sets_[row[0]].push_back(static_cast<uint32_t>(row[1]));
    return {};
  }

  std::vector<uint32_t> leaves_of(int64_t sig) const {
    if (sig < 0) return {};
    return single_ ? std::vector{static_cast<uint32_t>(sig)} : sets_.at(sig);
  }

  Result<TableAtoms> divide() {
    const auto kinds = TRY(read_numbers(connection_, "SELECT id, atom, sig, n FROM kind ORDER BY id"));
    std::vector<Knowledge::Part> parts;
    for (const auto& kind : kinds)
      parts.push_back({kind[1] < 0 ? Knowledge::Part::nobody : static_cast<uint32_t>(kind[1]),
                       static_cast<double>(kind[3])});
    const auto atoms = out_.known.divide(parts);
    if (!atoms.ok()) return surroundings("table.ledger_damaged", {{"what", "atoms"}});
    const size_t count = out_.known.units().size();
    out_.wanted.resize(count);
    for (const auto& [number, leaves] : old_) out_.released[number].resize(count);
    Rows ids;
    for (size_t i = 0; i < kinds.size(); ++i) {
      const uint32_t atom = (*atoms)[i];
      ids.push_back({kinds[i][0], atom});
      out_.wanted[atom] = leaves_of(kinds[i][2]);
      if (parts[i].atom == Knowledge::Part::nobody) continue;
      for (const auto& [number, leaves] : old_) out_.released[number][atom] = leaves[parts[i].atom];
    }
    TRY(write(ids));
    return std::move(out_);
  }

  Result<void> write(const Rows& ids) {
    TRY(
        connection_.run("CREATE TABLE named(id BIGINT, atom BIGINT);"
                        "CREATE TABLE place(atom BIGINT, number BIGINT, leaf BIGINT)"));
    TRY(append_numbers(connection_, "named", ids));
    Rows places;
    const auto add = [&](int64_t number, const TableAtoms::Leaves& leaves) {
      for (size_t atom = 0; atom < leaves.size(); ++atom)
        for (const uint32_t leaf : leaves[atom]) places.push_back({static_cast<int64_t>(atom), number, leaf});
    };
    for (const auto& [number, leaves] : out_.released) add(number, leaves);
    add(job_.number, out_.wanted);
    TRY(append_numbers(connection_, "place", places));
    const auto copy = [&](const std::string& what, std::string_view name) {
      return connection_.run("COPY (" + what + ") TO " +
                             quote_text(job_.engine.output + "/" + std::string(name)) + " (FORMAT parquet)");
    };
    TRY(
        copy("SELECT unit, named.atom::UINTEGER AS atom FROM combined JOIN kind USING (atom, sig) JOIN named "
             "USING (id)",
             "atoms.parquet"));
    return copy("FROM place", "places.parquet");
  }

  World& world_;
  duck::Connection& connection_;
  const TableJudgement& job_;
  bool single_;
  TableAtoms out_;
  std::map<int64_t, TableAtoms::Leaves> old_;
  std::map<int64_t, std::vector<uint32_t>> sets_;
};

}  // namespace

Dimensions pointers_to(const std::vector<tabular::Hierarchy>& hierarchies) {
  Dimensions out;
  for (const tabular::Hierarchy& hierarchy : hierarchies) out.push_back(&hierarchy);
  return out;
}

Result<TableAtoms> make_atoms(World& world, duck::Connection& connection, const TableJudgement& job,
                              bool single) {
  return AtomMaker(world, connection, job, single).make();
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
