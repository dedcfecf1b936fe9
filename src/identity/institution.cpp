// Institutions and the addresses that results may be mailed to.

#include "identity/rules.hpp"
#include "identity/service.hpp"
#include "identity/store.hpp"

namespace fvm::identity {
namespace {

Result<std::vector<std::string>> recipients_of(const store::Database& store, int64_t institution) {
  std::vector<std::string> recipients;
  auto rows =
      TRY(store.prepare("SELECT address FROM recipient WHERE institution = ? ORDER BY address", institution));
  while (TRY(rows.step())) recipients.push_back(rows.text(0));
  return recipients;
}

// A way that this version does not know is no reason to mail files.
Result<Institution> read(const store::Statement& row) {
  const auto delivery = delivery_of(row.text(3));
  if (!delivery) return defect("identity.delivery_unknown", {{"delivery", row.text(3)}});
  return Institution{row.integer(0), row.text(1), row.text(2), {}, *delivery, row.integer(4) != 0};
}

Result<void> check_recipients(const std::vector<std::string>& recipients) {
  for (const std::string& recipient : recipients) {
    if (!is_recipient(recipient)) return usage("identity.recipient_wrong", {{"recipient", recipient}});
  }
  return {};
}

Result<void> insert_recipients(audit::Writer& writer, int64_t institution,
                               const std::vector<std::string>& recipients) {
  int64_t added = 0;
  for (const std::string& recipient : recipients) {
    TRY(writer.execute("INSERT OR IGNORE INTO recipient (institution, address) VALUES (?, ?)", institution,
                       with_folded_domain(recipient)));
    added += writer.changed_rows();
  }
  writer.fact("recipients_added", std::to_string(added));
  return {};
}

Result<void> delete_recipients(audit::Writer& writer, const Institution& institution,
                               const std::vector<std::string>& recipients) {
  for (const std::string& recipient : recipients) {
    TRY(writer.execute("DELETE FROM recipient WHERE institution = ? AND address = ?", institution.id,
                       with_folded_domain(recipient)));
    if (writer.changed_rows() == 0)
      return usage("identity.recipient_none", {{"recipient", recipient}, {"institution", institution.name}});
  }
  writer.fact("recipients_removed", std::to_string(recipients.size()));
  return {};
}

}  // namespace

Result<Institution> find_institution(const store::Database& store, std::string_view name_or_cvr) {
  auto rows =
      TRY(store.prepare("SELECT id, name, cvr, delivery, closed FROM institution WHERE folded = ? OR cvr = ?",
                        folded_name(name_or_cvr), name_or_cvr));
  if (!TRY(rows.step()))
    return usage("identity.institution_unknown", {{"institution", std::string(name_or_cvr)}});
  Institution found = TRY(read(rows));
  found.recipients = TRY(recipients_of(store, found.id));
  return found;
}

Result<Institution> find_open_institution(const store::Database& store, std::string_view name_or_cvr) {
  auto found = TRY(find_institution(store, name_or_cvr));
  if (found.closed) return refused("identity.institution_closed", {{"institution", found.name}});
  return found;
}

Result<std::vector<Institution>> list_institutions(const store::Database& store) {
  std::vector<Institution> all;
  auto rows = TRY(store.prepare("SELECT id, name, cvr, delivery, closed FROM institution ORDER BY folded"));
  while (TRY(rows.step())) all.push_back(TRY(read(rows)));
  for (Institution& institution : all) institution.recipients = TRY(recipients_of(store, institution.id));
  return all;
}

Result<Institution> add_institution(audit::Ledger& ledger, const std::string& actor, const std::string& name,
                                    const std::string& cvr, const std::vector<std::string>& recipients) {
  if (!is_display_name(name))
    return usage("identity.name_wrong", {{"bytes_max", std::to_string(name_bytes_max)}});
  if (!is_cvr(cvr)) return usage("identity.cvr_wrong", {{"cvr", cvr}});
  TRY(check_recipients(recipients));
  return ledger.write(
      {actor, "institution.added", cvr, {{"name", name}}}, [&](audit::Writer& writer) -> Result<Institution> {
        for (const std::string& known : {name, cvr}) {
          if (find_institution(writer, known).ok())
            return refused("identity.institution_exists", {{"institution", known}});
        }
        TRY(writer.execute("INSERT INTO institution (name, folded, cvr, created) VALUES (?, ?, ?, ?)", name,
                           folded_name(name), cvr, writer.now()));
        TRY(insert_recipients(writer, writer.last_row(), recipients));
        return find_institution(writer, cvr);
      });
}

Result<Institution> set_delivery(audit::Ledger& ledger, const std::string& actor,
                                 std::string_view name_or_cvr, std::string_view delivery,
                                 std::string_view public_url) {
  const auto wanted = delivery_of(delivery);
  if (!wanted) return usage("identity.delivery_wrong", {{"delivery", std::string(delivery)}});
  if (*wanted == Delivery::link && public_url.empty()) return refused("identity.no_public_url");
  audit::Event event{actor, "institution.delivery_set", std::string(name_or_cvr), {}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<Institution> {
    const Institution institution = TRY(find_open_institution(writer, name_or_cvr));
    writer.subject(institution.cvr);
    writer.fact("before", std::string(to_text(institution.delivery)));
    writer.fact("delivery", std::string(to_text(*wanted)));
    TRY(writer.execute("UPDATE institution SET delivery = ? WHERE id = ?", to_text(*wanted), institution.id));
    return find_institution(writer, institution.cvr);
  });
}

Result<Institution> set_recipients(audit::Ledger& ledger, const std::string& actor,
                                   std::string_view name_or_cvr, const std::vector<std::string>& add,
                                   const std::vector<std::string>& remove) {
  TRY(check_recipients(add));
  if (add.empty() && remove.empty()) return usage("identity.recipient_wrong", {{"recipient", ""}});
  audit::Event event{actor, "institution.recipients_set", std::string(name_or_cvr), {}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<Institution> {
    const Institution institution = TRY(find_open_institution(writer, name_or_cvr));
    writer.subject(institution.cvr);
    TRY(insert_recipients(writer, institution.id, add));
    TRY(delete_recipients(writer, institution, remove));
    return find_institution(writer, institution.cvr);
  });
}

Result<size_t> close_institution(audit::Writer& writer, const Institution& institution,
                                 const std::string& reason) {
  TRY(writer.execute("UPDATE institution SET closed = ? WHERE id = ?", writer.now(), institution.id));
  TRY(writer.execute("DELETE FROM recipient WHERE institution = ?", institution.id));
  TRY(writer.execute("UPDATE user SET closed = ?, close_reason = ? WHERE institution = ? AND closed IS NULL",
                     writer.now(), reason, institution.id));
  return static_cast<size_t>(writer.changed_rows());
}

}  // namespace fvm::identity
