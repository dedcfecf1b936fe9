// The application as a document: what is read, what is found, and where.
#include "casework/document.hpp"

#include <gtest/gtest.h>

namespace fvm::casework {
namespace {

TEST(Document, Empty) {
  const Reading reading = read_application("", "a.toml", {2026, 11, 1});
  EXPECT_TRUE(reading.readable);
  EXPECT_TRUE(block(reading.findings));
}

}  // namespace
}  // namespace fvm::casework
