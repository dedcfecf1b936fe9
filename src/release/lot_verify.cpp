// Checks a revealed period against the ledger's files, not against the store alone: what stands there nobody
// can have changed unseen (audit/verifier.hpp checks the chain itself).
#include <algorithm>
#include <boost/json.hpp>

#include "audit/search.hpp"
#include "release/spotcheck.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

struct Entry {
  int64_t seq = 0;
  std::string action, subject;
  json::object facts;

  std::string fact(const char* name) const {
    const auto* found = facts.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  }
};

Result<std::vector<Entry>> entries_with(World& world, const Path& folder, const std::string& text) {
  std::vector<Entry> out;
  for (const std::string& line : TRY(audit::records_with(world, folder, {text}))) {
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    if (error || !value.is_object()) return surroundings("audit.file_damaged", {{"file", folder.string()}});
    const json::object& all = value.get_object();
    Entry entry{.action = json::value_to<std::string>(all.at("action")),
                .subject = json::value_to<std::string>(all.at("subject")),
                .facts = all.at("facts").as_object()};
    entry.seq = all.at("seq").to_number<int64_t>();
    out.push_back(std::move(entry));
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.seq < b.seq; });
  return out;
}

const Entry* entry_of(const std::vector<Entry>& entries, std::string_view action, std::string_view subject) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.action == action && entry.subject == subject;
  });
  return found == entries.end() ? nullptr : &*found;
}

// The draws as the ledger has them, with what is wrong about each.
std::vector<Draw> check_draws(const std::vector<Entry>& entries, int64_t committed, const std::string& seed,
                              std::vector<LotFault>& faults) {
  std::vector<Draw> draws;
  for (const Entry& entry : entries) {
    if (entry.fact("drawn").empty()) continue;
    Draw draw{.number = entry.subject, .institution = entry.fact("institution")};
    draw.permille = static_cast<uint32_t>(std::strtoul(entry.fact("permille").c_str(), nullptr, 10));
    draw.drawn = entry.fact("drawn") == "yes";
    draw.lot = lot_of(seed, entry.subject);
    if (entry.seq < committed) faults.push_back({"lot.before_commitment", entry.subject});
    if (is_drawn(draw.lot, draw.permille) != draw.drawn) faults.push_back({"lot.other_draw", entry.subject});
    draws.push_back(std::move(draw));
  }
  return draws;
}

void check_quota(const std::vector<Entry>& entries, const std::vector<Draw>& draws, size_t quota,
                 std::vector<LotFault>& faults) {
  std::vector<std::string> wanted, taken;
  for (const size_t place : quota_of(draws, quota)) wanted.push_back(draws[place].number);
  for (const Entry& entry : entries) {
    if (entry.fact("quota") == "yes") taken.push_back(entry.subject);
  }
  std::sort(wanted.begin(), wanted.end());
  std::sort(taken.begin(), taken.end());
  if (wanted != taken) faults.push_back({"lot.other_quota", {}});
}

Result<void> check_complete(const store::Database& store, const Period& period,
                            std::vector<LotFault>& faults) {
  auto row =
      TRY(store.prepare("SELECT DISTINCT request FROM release_step WHERE to_state = 'sent' AND at >= ? AND "
                        "at < ? AND request NOT "
                        "IN (SELECT request FROM release_draw) ORDER BY request",
                        period.first, period.last));
  while (TRY(row.step())) faults.push_back({"lot.left_out", number_of(row.integer(0))});
  return {};
}

}  // namespace

Result<std::vector<LotFault>> verify_lot(World& world, const Path& audit_folder, const store::Database& store,
                                         int64_t number) {
  const auto all = TRY(periods(store));
  const std::string name = std::to_string(number), subject = "lot-" + name;
  const auto period =
      std::find_if(all.begin(), all.end(), [&](const Period& each) { return each.id == number; });
  if (period == all.end()) return usage("lot.unknown", {{"period", name}});
  if (!period->revealed) return refused("lot.not_revealed", {{"period", name}});
  std::vector<LotFault> faults;
  const auto about = TRY(entries_with(world, audit_folder, '"' + subject + '"'));
  const Entry* committed = entry_of(about, "spotcheck.committed", subject);
  const Entry* revealed = entry_of(about, "spotcheck.revealed", subject);
  if (committed == nullptr || revealed == nullptr)
    return std::vector<LotFault>{{"lot.no_commitment", subject}};
  const std::string seed = revealed->fact("seed");
  if (commitment_of(number, seed) != committed->fact("commitment"))
    faults.push_back({"lot.other_seed", subject});
  const auto entries = TRY(entries_with(world, audit_folder, "\"period\":\"" + name + '"'));
  const auto draws = check_draws(entries, committed->seq, seed, faults);
  check_quota(entries, draws, std::strtoul(revealed->fact("quota").c_str(), nullptr, 10), faults);
  TRY(check_complete(store, *period, faults));
  return faults;
}

}  // namespace fvm::release
