#include "fvm/table_send.hpp"

#include <boost/json.hpp>

#include "fvm/release_send.hpp"
#include "release/progress.hpp"

namespace fvm::cli {
namespace {

constexpr unsigned folder_mode = 0700, file_mode = 0640;
constexpr int names_max = 100;

// Never in the place of a file of the user's own.
Result<std::string> put(World& world, const Path& outbox, int64_t table, const safetable::Output& output,
                        const std::string& bytes) {
  for (int i = 1;; ++i) {
    const std::string name =
        "table-" + std::to_string(table) + (i > 1 ? "-" + std::to_string(i) : "") + "." + output.format;
    const auto made = world.create_file(outbox / name, bytes, file_mode);
    if (made.ok()) return name;
    if (made.error().code != "file.exists" || i == names_max) return made.error();
  }
}

}  // namespace

release::Draft draft_of(const std::string& project, const std::string& recipient,
                        const std::string& purpose) {
  // Declared: what a person would say of a file that he has checked, the ledger says of a safe table.
  return {
      .project = project, .recipient = recipient, .purpose = purpose, .files = {"table"}, .declared = true};
}

Result<release::Request> send_table(const Context& context, const Services& services,
                                    const safetable::Released& released, release::Draft draft) {
  {
    const auto folder = TRY(release::hold_folder(context.world, services.instance, draft.project));
    const Path outbox = services.instance.project_outbox(draft.project, released.record.author);
    TRY(context.world.make_directories(outbox, folder_mode));
    draft.files.clear();
    for (size_t i = 0; i < released.documents.size(); ++i)
      draft.files.push_back(TRY(put(context.world, outbox, released.record.number, released.record.outputs[i],
                                    released.documents[i])));
  }
  crash_point("table.in_outbox");
  const auto request = TRY(send_draft(context, services, draft));
  if (request.state == release::State::approved) wake_courier(services, request.number);
  return request;
}

std::string with_release(const std::string& table, const std::optional<release::Request>& sent) {
  if (!sent) return table;
  boost::json::value document = boost::json::parse(table);
  document.as_object()["release"] = sent->number;
  return boost::json::serialize(document);
}

}  // namespace fvm::cli
