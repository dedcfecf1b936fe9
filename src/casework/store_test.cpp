// What is written comes back, in order and in its place.
#include "casework/store.hpp"

#include <gtest/gtest.h>

#include "casework/testing.hpp"

namespace fvm::casework {
namespace {

class StoreTest : public CaseworkTest {};

TEST_F(StoreTest, EverythingOfACaseComesBack) {
  const std::string number = under_assessment();
  const Case about = found(number);
  EXPECT_EQ(about.number, number);
  EXPECT_EQ(about.project, number);
  EXPECT_EQ(about.kind, Kind::application);
  EXPECT_EQ(about.origin, Origin::account);
  EXPECT_EQ(about.authority, "Demo Kommune");
  EXPECT_EQ(about.caseworker, "karl");
  EXPECT_EQ(about.created, world_.time);
  ASSERT_EQ(about.history.size(), 2u);
  EXPECT_EQ(about.history[0].event, Event::submit);
  EXPECT_EQ(about.history[0].role, Role::applicant);
  EXPECT_EQ(about.history[0].version, 1);
  EXPECT_EQ(about.history[1].subject, "karl");
}

TEST_F(StoreTest, ListsByStateAuthorityParentAndProject) {
  const std::string first = draft(), second = active();
  const std::string child = amend(setting(), second, user("anna"), {})->number;
  const auto numbers = [&](const Filter& filter) {
    std::string out;
    for (const Case& each : all(filter)) out += each.number + " ";
    return out;
  };
  EXPECT_EQ(numbers({}), first + " " + second + " " + child + " ");
  EXPECT_EQ(numbers({.states = {State::amended}}), second + " ");
  EXPECT_EQ(numbers({.states = {State::draft, State::amended}}), first + " " + second + " " + child + " ");
  EXPECT_EQ(numbers({.parent = second}), child + " ");
  EXPECT_EQ(numbers({.project = second}), second + " " + child + " ");
  EXPECT_EQ(numbers({.authority = "10000009"}), "");
}

TEST_F(StoreTest, AnAmendmentsNumberIsNoNumberOfTheYear) {
  EXPECT_EQ(last_of_year(store(), 2026).value(), 0);
  const std::string number = active();
  ASSERT_TRUE(amend(setting(), number, user("anna"), {}).ok());
  EXPECT_EQ(last_of_year(store(), 2026).value(), 1);
  EXPECT_EQ(last_of_year(store(), 2027).value(), 0);
  EXPECT_EQ(number_of(2026, 17), "FVM-2026-0017");
  EXPECT_EQ(number_of(2026, 12345), "FVM-2026-12345");
}

TEST_F(StoreTest, TheApplicationIsWhatWasHandedInLast) {
  const std::string number = returned();
  ASSERT_TRUE(
      save(setting(), number, user("anna"), {.text = application_with("Type 2-diabetes", "Kladden")}).ok());
  EXPECT_EQ(application_of(store(), found(number))->title, "Type 2-diabetes i kommunerne");
  ASSERT_TRUE(answer(setting(), number, user("anna"), {"Rettet", {}}).ok());
  EXPECT_EQ(application_of(store(), found(number))->title, "Kladden i kommunerne");
  EXPECT_EQ(versions_of(store(), found(number))->size(), 2u);
  EXPECT_EQ(version_of(store(), found(number), 3).error().code, "casework.no_version");
}

TEST_F(StoreTest, OrdersStayWithTheirVersion) {
  const std::vector<OrderItem> order = {{"LMDB", "lmdb", "apk", "LMS", 12, 7, "Mængden"}};
  const auto made = begin(setting(), user("anna"), {.text = whole_application(), .order = order});
  ASSERT_TRUE(made.ok() && made->done);
  EXPECT_EQ(version_of(store(), made->about, 1)->order, order);
  EXPECT_EQ(application_of(store(), made->about)->grants[0].variables.back(), "apk");
  // A new text without a sheet keeps what the sheet said; an empty sheet takes it away.
  ASSERT_TRUE(save(setting(), made->about.number, user("anna"), {.text = whole_application()}).ok());
  EXPECT_EQ(version_of(store(), made->about, 1)->order, order);
  ASSERT_TRUE(save(setting(), made->about.number, user("anna"),
                   {.text = whole_application(), .order = std::vector<OrderItem>()})
                  .ok());
  EXPECT_TRUE(version_of(store(), made->about, 1)->order.empty());
}

TEST_F(StoreTest, AnOrderGoesAlongIntoTheNextVersion) {
  const std::vector<OrderItem> order = {{"LMDB", "lmdb", "apk", "LMS", 12, 7}};
  const auto made = begin(setting(), user("anna"), {.text = whole_application(), .order = order});
  const std::string number = made->about.number;
  ASSERT_TRUE(submit(setting(), number, user("anna"))->done);
  take(number, "karl", Event::request);
  ASSERT_TRUE(save(setting(), number, user("anna"), {.text = application_with("insulin", "andet")}).ok());
  EXPECT_EQ(version_of(store(), found(number), 2)->order, order);
}

TEST_F(StoreTest, MigratingTwiceIsMigratingOnce) {
  const std::string number = draft();
  EXPECT_TRUE(migrate(*ledger_).ok());
  EXPECT_TRUE(find(store(), number).ok());
}

TEST_F(StoreTest, AnotherProcessSeesWhatWasWritten) {
  const std::string number = submitted();
  const auto other = store::Database::open_reading(folder_ / "fvm.sqlite").value();
  EXPECT_EQ(find(other, number)->state, State::submitted);
}

}  // namespace
}  // namespace fvm::casework
