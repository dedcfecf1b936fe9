// An answer in pieces comes out as it went in; what is no answer is refused.
#include <gtest/gtest.h>

#include <thread>

#include "wire/tables.hpp"

namespace fvm::wire {
namespace {

TEST(Tables, AnAnswerLargerThanAMessageComesWhole) {
  auto ends = pair();
  ASSERT_TRUE(ends.ok());
  TableAnswer sent{"{\"a\":1}",
                   {std::string(3 * text_bytes_max + 7, 'x'), "", std::string(text_bytes_max, 'y')}};
  std::thread sender([&] { EXPECT_TRUE(send_table(ends->first, sent).ok()); });
  const auto got = receive_table(ends->second);
  sender.join();
  ASSERT_TRUE(got.ok()) << got.error().code;
  EXPECT_EQ(got->json, sent.json);
  EXPECT_EQ(got->documents, sent.documents);
}

TEST(Tables, AFailureComesBackAsTheError) {
  auto ends = pair();
  ASSERT_TRUE(ends.ok());
  ASSERT_TRUE(ends->first.send(to_failure(refused("table.too_often", {{"seconds", "2"}}))).ok());
  const auto got = receive_table(ends->second);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code, "table.too_often");
  EXPECT_EQ(got.error().argument("seconds"), "2");
}

TEST(Tables, PiecesOutOfOrderAreNoAnswer) {
  for (const uint16_t part : {2, 9, 65535}) {
    TableAssembly assembly;
    EXPECT_EQ(assembly.add({Type::table_piece, encode(TablePiece{part, 1, "x"}), {}}).error().code,
              "wire.broken_message");
  }
  TableAssembly assembly;
  ASSERT_FALSE(*assembly.add({Type::table_piece, encode(TablePiece{0, 1, "{}"}), {}}));
  ASSERT_FALSE(*assembly.add({Type::table_piece, encode(TablePiece{1, 1, "x"}), {}}));
  EXPECT_FALSE(assembly.add({Type::table_piece, encode(TablePiece{0, 0, "y"}), {}}).ok()) << "back again";
  EXPECT_FALSE(TableAssembly().add({Type::done, "", {}}).ok());
}

TEST(Tables, MoreThanTheLimitIsNeitherSentNorTaken) {
  auto ends = pair();
  ASSERT_TRUE(ends.ok());
  const TableAnswer large{std::string(table_answer_bytes_max + 1, 'x'), {}};
  EXPECT_EQ(send_table(ends->first, large).error().code, "wire.answer_too_large");
  TableAssembly assembly;
  const Frame piece{Type::table_piece, encode(TablePiece{0, 1, std::string(text_bytes_max, 'x')}), {}};
  for (size_t taken = text_bytes_max; taken <= table_answer_bytes_max; taken += text_bytes_max)
    ASSERT_TRUE(assembly.add({piece.type, piece.body, {}}).ok());
  EXPECT_FALSE(assembly.add({piece.type, piece.body, {}}).ok());
}

}  // namespace
}  // namespace fvm::wire
