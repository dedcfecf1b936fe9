#include "account/attempt.hpp"

#include "account/store.hpp"

namespace fvm::account {
namespace {

constexpr int64_t second = 1'000'000;

Result<void> count_failure(audit::Writer& writer, std::string_view professional) {
  if (TRY(locked_until(writer, professional, writer.now()))) return {};
  auto rows = TRY(
      writer.database().prepare("SELECT failures FROM login_failure WHERE professional = ?", professional));
  const int64_t failures = 1 + (TRY(rows.step()) ? rows.integer(0) : 0);
  const int64_t wait = wait_seconds_after(failures);
  writer.fact("failures", std::to_string(failures));
  if (wait > 0) writer.fact("locked_seconds", std::to_string(wait));
  return writer.execute(
      "INSERT INTO login_failure (professional, failures, until) VALUES (?1, ?2, ?3)"
      " ON CONFLICT (professional) DO UPDATE SET failures = ?2, until = ?3",
      professional, failures, Time{writer.now().microseconds + wait * second});
}

}  // namespace

Error failed(const Setting& setting, const Proof& proof, std::string_view user, Reason reason,
             std::string_view code) {
  // What was typed is not written down: people type passwords into the wrong field.
  audit::Event event{"fvm-portal",
                     "login.failed",
                     std::string(user.empty() ? "-" : user),
                     {{"reason", std::string(reason)}, {"institution", proof.cvr}}};
  const auto written = setting.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    return count_failure(writer, proof.professional);
  });
  return written.ok() ? refused(std::string(code)) : written.error();
}

Result<void> forget_failures(audit::Writer& writer, std::string_view professional) {
  return writer.execute("DELETE FROM login_failure WHERE professional = ?", professional);
}

}  // namespace fvm::account
