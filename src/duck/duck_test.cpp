#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>

#include "duck/database.hpp"
#include "duck/function.hpp"

namespace fvm::duck {
namespace {

class DuckTest : public ::testing::Test {
 protected:
  Database database_ = Database::open({.memory_mib = 512, .threads = 2}).value();
  Connection connection_ = database_.connect().value();

  void run(std::string_view sql) {
    const auto result = connection_.run(sql);
    ASSERT_TRUE(result.ok()) << sql << ": " << result.error().argument("reason");
  }
  int64_t number(std::string_view sql) {
    const auto result = connection_.query_number(sql);
    EXPECT_TRUE(result.ok()) << sql;
    return result.ok() ? *result : -1;
  }
};

TEST_F(DuckTest, GivesEveryTypeThatTheRegistersNeed) {
  auto result = connection_
                    .query(
                        "SELECT * FROM (VALUES (1::BIGINT, 2::INTEGER, 2.5::DOUBLE, -12.34::DECIMAL(9,2), "
                        "DATE '1970-01-03', TIMESTAMP '1970-01-01 00:00:01', true, 7::HUGEINT, 'kort', "
                        "'en tekst, der er længere end tolv tegn', [1,2]), "
                        "(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)) "
                        "AS t(a,b,c,d,e,f,g,h,i,j,k)")
                    .value();
  EXPECT_EQ(result.columns()[3].type.text(), "DECIMAL(9,2)");
  EXPECT_EQ(result.columns()[10].type.text(), "INTEGER[]");
  const Chunk chunk = result.next().value();
  ASSERT_EQ(chunk.rows(), 2u);
  EXPECT_EQ(chunk.column(0).values<int64_t>()[0], 1);
  EXPECT_EQ(chunk.column(1).values<int32_t>()[0], 2);
  EXPECT_EQ(chunk.column(2).values<double>()[0], 2.5);
  EXPECT_EQ(to_text(chunk.column(3).decimal(0), 2), "-12.34");
  EXPECT_EQ(chunk.column(4).values<int32_t>()[0], 2);
  EXPECT_EQ(chunk.column(5).values<int64_t>()[0], 1'000'000);
  EXPECT_EQ(chunk.column(6).values<uint8_t>()[0], 1);
  EXPECT_EQ(to_text(chunk.column(7).values<Hugeint>()[0]), "7");
  EXPECT_EQ(chunk.column(8).text(0), "kort");
  EXPECT_EQ(chunk.column(9).text(0), "en tekst, der er længere end tolv tegn");
  const ListEntry entry = chunk.column(10).list(0);
  EXPECT_EQ(entry.length, 2u);
  EXPECT_EQ(chunk.column(10).child().values<int32_t>()[entry.offset + 1], 2);
  for (size_t column = 0; column < chunk.columns(); ++column) EXPECT_FALSE(chunk.column(column).valid(1));
  EXPECT_FALSE(result.next().value());
}

TEST(Hugeint, WritesNumbersWithAndWithoutPoint) {
  EXPECT_EQ(to_text(Hugeint::of(0)), "0");
  EXPECT_EQ(to_text(Hugeint::of(-5), 2), "-0.05");
  EXPECT_EQ(to_text(Hugeint::of(1234), 1), "123.4");
  Hugeint smallest{0, INT64_MIN};
  EXPECT_EQ(to_text(smallest), "-170141183460469231731687303715884105728");
}

TEST_F(DuckTest, EnumerationsGiveTheirWords) {
  run("CREATE TYPE sex AS ENUM ('kvinde', 'mand'); CREATE TABLE t(s sex); INSERT INTO t VALUES ('mand')");
  auto result = connection_.query("FROM t").value();
  EXPECT_EQ(result.next().value().column(0).text(0), "mand");
}

TEST_F(DuckTest, StreamsTheSameRowsAsItKeeps) {
  for (const Fetch fetch : {Fetch::materialized, Fetch::streaming}) {
    auto result = connection_.query("SELECT i FROM range(100000) t(i)", fetch).value();
    int64_t sum = 0;
    while (Chunk chunk = result.next().value()) {
      for (const int64_t value : chunk.column(0).values<int64_t>()) sum += value;
    }
    EXPECT_EQ(sum, 99'999LL * 100'000 / 2);
  }
}

TEST_F(DuckTest, AnErrorInTheMiddleOfAStreamIsAnError) {
  auto result = connection_.query(
      "SELECT CASE WHEN i = 90000 THEN error('midt') ELSE i::VARCHAR END FROM range(100000) t(i)",
      Fetch::streaming);
  bool failed = !result.ok();
  while (!failed) {
    auto chunk = result->next();
    failed = !chunk.ok();
    ASSERT_TRUE(failed || *chunk) << "the stream ended as if nothing had happened";
  }
}

TEST_F(DuckTest, CountsRowsThatChange) {
  run("CREATE TABLE t(i INTEGER)");
  EXPECT_EQ(connection_.query("INSERT INTO t SELECT * FROM range(10)")->rows_changed(), 10u);
  EXPECT_EQ(connection_.query("DELETE FROM t WHERE i < 3")->rows_changed(), 3u);
  EXPECT_EQ(connection_.query("FROM t")->rows_changed(), 0u);
}

TEST_F(DuckTest, PreparedStatementsTakeEachKindOfParameter) {
  Statement statement = connection_
                            .prepare(
                                "SELECT ?::BIGINT + 1 AS n, ?::VARCHAR AS t, ?::DATE AS d, ?::DOUBLE AS x, "
                                "?::BIGINT IS NULL AS e")
                            .value();
  EXPECT_EQ(statement.parameters(), 5u);
  ASSERT_EQ(statement.columns().size(), 5u);
  EXPECT_EQ(statement.columns()[2].type.kind, Kind::date);
  EXPECT_TRUE(statement.is_read_only());
  for (int64_t turn = 0; turn < 2; ++turn) {
    auto result =
        statement.execute({turn, std::string("a\0b", 3), std::string("2026-11-23"), 1.5, Parameter()});
    ASSERT_TRUE(result.ok()) << result.error().argument("reason");
    const Chunk chunk = result->next().value();
    EXPECT_EQ(chunk.column(0).values<int64_t>()[0], turn + 1);
    EXPECT_EQ(chunk.column(1).text(0), std::string_view("a\0b", 3));
    EXPECT_EQ(chunk.column(2).values<int32_t>()[0], 20780);
    EXPECT_EQ(chunk.column(4).values<uint8_t>()[0], 1);
  }
  EXPECT_EQ(connection_.prepare("SELECT ? IS NULL")->columns()[0].type.kind, Kind::invalid) << "type unknown";
  EXPECT_EQ(statement.execute({}).error().code, "duck.wrong_parameters");
  EXPECT_EQ(connection_.prepare("SELECT 1; SELECT 2").error().code, "duck.several_statements");
  EXPECT_EQ(connection_.query("  ").error().code, "duck.no_statement");
}

TEST_F(DuckTest, AppenderWritesWholeVectors) {
  run("CREATE TABLE t(id BIGINT, word VARCHAR)");
  Appender appender = Appender::open(connection_, "main", "t").value();
  for (int batch = 0; batch < 3; ++batch) {
    ASSERT_TRUE(appender
                    .append(1000,
                            [&](std::span<VectorWriter> columns) {
                              auto ids = columns[0].values<int64_t>();
                              for (size_t row = 0; row < 1000; ++row) {
                                ids[row] = batch * 1000 + static_cast<int64_t>(row);
                                columns[1].set_text(row, "et ord, der er langt " + std::to_string(row));
                              }
                              columns[1].set_null(7);
                            })
                    .ok());
  }
  ASSERT_TRUE(appender.close().ok());
  EXPECT_EQ(number("SELECT count(DISTINCT id) FROM t"), 3000);
  EXPECT_EQ(number("SELECT count(*) FROM t WHERE word IS NULL"), 3);
  EXPECT_EQ(Appender::open(connection_, "main", "no_such").error().code, "duck.failed");
}

ScalarFunction half(std::atomic<int>* states) {
  struct State : FunctionState {};
  return {
      .name = "half",
      .parameters = {Kind::varchar},
      .result = Kind::bigint,
      .make_state = [states]() -> Result<std::unique_ptr<FunctionState>> {
        ++*states;
        return std::unique_ptr<FunctionState>(new State);
      },
      .call = [](FunctionState* state, std::span<const ColumnView> in, VectorWriter& out) -> Result<void> {
        if (state == nullptr) return defect("duck.function_threw");
        for (size_t row = 0; row < out.rows(); ++row) {
          if (!in[0].valid(row)) continue;
          const int64_t value = std::stoll(std::string(in[0].text(row)));
          if (value % 2 != 0) return usage("time.unreadable", {{"text", "odd"}});
          out.values<int64_t>()[row] = value / 2;
        }
        return {};
      }};
}

TEST_F(DuckTest, FunctionsWorkInAllThreadsKeepNullsAndShareStates) {
  std::atomic<int> states = 0;
  ASSERT_TRUE(connection_.register_function(half(&states)).ok());
  run("CREATE TABLE t AS SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE (i * 2)::VARCHAR END AS v FROM "
      "range(1000000) r(i)");
  EXPECT_EQ(number("SELECT count(half(v)) FROM t"), 900'000);
  EXPECT_EQ(number("SELECT sum(half(v)) FROM t"), 999'999LL * 1'000'000 / 2 - 49'999'500'000LL);
  EXPECT_LE(states.load(), 2) << "never more states than threads";
  EXPECT_EQ(number("SELECT half(NULL) IS NULL AND half('4') = 2"), 1);
}

TEST_F(DuckTest, AFunctionsErrorComesBackAsItWas) {
  std::atomic<int> states = 0;
  ASSERT_TRUE(connection_.register_function(half(&states)).ok());
  const auto odd = connection_.query("SELECT half('3')");
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().code, "time.unreadable");
  EXPECT_EQ(odd.error().argument("text"), "odd");
  EXPECT_EQ(connection_.query("SELECT half('word')").error().code, "duck.function_threw");
  EXPECT_EQ(number("SELECT half('8')"), 4) << "the connection goes on";
}

TEST_F(DuckTest, InterruptStopsALongStatement) {
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    connection_.interrupt();
  });
  const auto result = connection_.query(
      "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE a.range % 7 = b.range % 5");
  stopper.join();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "duck.interrupted");
  EXPECT_EQ(number("SELECT 1"), 1) << "the connection goes on";
}

TEST_F(DuckTest, TooLittleMemoryIsSaidSo) {
  Database small = Database::open({.memory_mib = 20, .threads = 1}).value();
  Connection connection = small.connect().value();
  const auto result =
      connection.query("CREATE TABLE t AS SELECT i, md5(i::VARCHAR) FROM range(3000000) r(i)");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "duck.out_of_memory");
  EXPECT_EQ(result.error().kind, fvm::Kind::surroundings);
}

TEST_F(DuckTest, SafeReasonQuotesNothingOfARow) {
  const auto bad =
      connection_.query("SELECT CAST(v AS INTEGER) FROM (VALUES ('0101991234'), ('Jens Hansen')) t(v)");
  ASSERT_FALSE(bad.ok());
  const std::string safe(bad.error().argument("safe_reason"));
  EXPECT_NE(std::string(bad.error().argument("reason")).find("Hansen"), std::string::npos) << "control";
  EXPECT_EQ(safe.find("Hansen"), std::string::npos) << safe;
  const auto number = connection_.query("SELECT CAST(v AS TINYINT) FROM (VALUES (1234567890::BIGINT)) t(v)");
  ASSERT_FALSE(number.ok());
  EXPECT_EQ(number.error().argument("safe_reason").find("1234567890"), std::string::npos);
  EXPECT_EQ(safe_reason("CSV Error on Line: 1234\nOriginal Line: 0101991234"), "CSV Error on Line: 1234");
  EXPECT_EQ(safe_reason("value 0101991234 of INT128 is 'x"), "value … of INT128 is '…'");
}

TEST(Quoting, DoublesTheQuote) {
  EXPECT_EQ(quote_text("d'Or"), "'d''Or'");
  EXPECT_EQ(quote_name("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace fvm::duck
