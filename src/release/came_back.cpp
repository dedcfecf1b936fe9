#include "release/came_back.hpp"

#include <algorithm>

#include "notify/outbox.hpp"
#include "release/service.hpp"

namespace fvm::release {
namespace {

constexpr const char* reporter = "fvm-intake";

// Three numbers with dots (RFC 3463), and nothing that a stranger writes beside them.
bool is_status(std::string_view text) {
  constexpr size_t bytes_max = 12;
  return !text.empty() && text.size() <= bytes_max && std::count(text.begin(), text.end(), '.') == 2 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Result<bool> came_back(audit::Ledger& ledger, std::string_view message_id, const std::string& status) {
  const auto number = TRY(notify::reference_of(ledger.database(), message_id));
  if (!number || TRY(state_of(ledger.database(), *number)) != State::sent) return false;
  const std::string reason = "delivery report: " + (is_status(status) ? status : std::string("failed"));
  TRY(bounce(ledger, *number, {reporter, Role::courier}, true, reason));
  return true;
}

}  // namespace fvm::release
