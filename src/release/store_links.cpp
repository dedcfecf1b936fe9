// SQL of one-time links and of what else became of a mail.
#include "release/store.hpp"

namespace fvm::release {

Result<std::optional<Link>> link_of(const store::Database& store, const Request& request) {
  auto row =
      TRY(store.prepare("SELECT id, revision, token_sha256, word, made, expires, opener FROM release_link "
                        "WHERE request = ? ORDER BY id DESC LIMIT 1",
                        request.id));
  if (!TRY(row.step())) return std::optional<Link>();
  Link link{.id = row.integer(0),
            .revision = static_cast<uint32_t>(row.integer(1)),
            .token_sha256 = row.text(2),
            .word = row.text(3),
            .made = row.time(4),
            .expires = row.time(5),
            .opener = row.text(6),
            .files = {}};
  auto file = TRY(store.prepare(
      "SELECT position, first, fetches, arrived FROM release_link_file WHERE link = ? ORDER BY position",
      link.id));
  while (TRY(file.step())) {
    link.files.push_back(
        {static_cast<uint32_t>(file.integer(0)), file.time(1), static_cast<uint32_t>(file.integer(2)), {}});
    if (!file.is_null(3)) link.files.back().arrived = file.time(3);
  }
  return std::optional(std::move(link));
}

Result<std::optional<LinkOwner>> link_owner(const store::Database& store, std::string_view token_sha256) {
  auto row = TRY(
      store.prepare("SELECT l.request, NOT EXISTS (SELECT 1 FROM release_link n WHERE n.request = l.request "
                    "AND n.id > l.id) FROM release_link l WHERE l.token_sha256 = ?",
                    token_sha256));
  if (!TRY(row.step())) return std::optional<LinkOwner>();
  return std::optional<LinkOwner>({row.integer(0), row.integer(1) != 0});
}

Result<void> insert_link(audit::Writer& writer, const Request& request, const Link& link) {
  return writer.execute(
      "INSERT INTO release_link (request, revision, token_sha256, word, made, expires) VALUES (?, ?, ?, ?, "
      "?, ?)",
      request.id, link.revision, link.token_sha256, link.word, link.made, link.expires);
}

Result<void> put_link_file(audit::Writer& writer, const Link& link, const LinkFile& file) {
  return writer.execute(
      "INSERT INTO release_link_file (link, position, first, fetches, arrived) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (link, position) DO UPDATE SET fetches = excluded.fetches, arrived = excluded.arrived",
      link.id, file.position, file.first, file.fetches, file.arrived);
}

Result<void> set_opener(audit::Writer& writer, const Link& link, const std::string& user) {
  return writer.execute("UPDATE release_link SET opener = ? WHERE id = ?", user, link.id);
}

Result<std::vector<DeliveryFact>> deliveries_of(const store::Database& store, const Request& request) {
  auto row = TRY(store.prepare(
      "SELECT at, what, who, detail FROM release_delivery WHERE request = ? ORDER BY id", request.id));
  std::vector<DeliveryFact> facts;
  while (TRY(row.step())) facts.push_back({row.time(0), row.text(1), row.text(2), row.text(3)});
  return facts;
}

Result<void> add_delivery(audit::Writer& writer, int64_t request, const DeliveryFact& fact) {
  return writer.execute(
      "INSERT INTO release_delivery (request, at, what, who, detail) SELECT ?, ?, ?, ?, ? "
      "WHERE (SELECT count(*) FROM release_delivery WHERE request = ?) < ?",
      request, fact.at, fact.what, fact.who, fact.detail, request, delivery_facts_max);
}

}  // namespace fvm::release
