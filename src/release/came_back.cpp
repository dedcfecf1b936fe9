#include "release/came_back.hpp"

#include <algorithm>

#include "notify/outbox.hpp"
#include "release/delayed.hpp"
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
  TRY(bounce(ledger, *number, {reporter, Role::courier}, true,
             "delivery report: " + status_or(status, "failed")));
  return true;
}

Result<std::string> read_report(audit::Ledger& ledger, const DeliveryReport& report) {
  if (report.action == "failed" && TRY(came_back(ledger, report.message_id, report.status)))
    return std::string("intake.came_back");
  if (report.action == "delayed" && TRY(mail_delayed(ledger, report.message_id, report.status)))
    return std::string("intake.delayed");
  return std::string();
}

std::string status_or(const std::string& status, const char* otherwise) {
  return is_status(status) ? status : otherwise;
}

}  // namespace fvm::release
