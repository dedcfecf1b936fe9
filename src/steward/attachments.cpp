#include "steward/attachments.hpp"

#include <fcntl.h>

#include <boost/json.hpp>
#include <cerrno>

#include "agreement/service.hpp"
#include "audit/ledger.hpp"
#include "base/log.hpp"
#include "identity/service.hpp"
#include "intake/attachments.hpp"
#include "release/virus.hpp"

namespace fvm::steward {
namespace {

namespace json = boost::json;

json::object to_json(const intake::Attachment& each) {
  return {{"attachment", each.id}, {"name", each.name},          {"kind", each.kind},
          {"sha256", each.sha256}, {"bytes", each.bytes},        {"at", to_text(each.at)},
          {"by", each.by},         {"removable", each.removable}};
}

json::object to_json(const intake::Attachments& list) {
  json::array all;
  for (const intake::Attachment& each : list.all) all.push_back(to_json(each));
  return {{"attachments", std::move(all)},
          {"may_add", list.may_add},
          {"bytes_max", intake::attachment_bytes_max},
          {"attachments_max", intake::attachments_max}};
}

wire::TableAnswer told(const json::object& content) {
  return {json::serialize(content), {}};
}

Result<std::optional<std::string>> look_for_virus(const std::string& socket, const Path& file) {
  if (socket.empty()) return std::optional<std::string>();
  const Descriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!open) return system_error("read a document for the virus scanner", errno);
  return release::look_for_virus(socket, open.get());
}

Result<intake::Attachment> add(const intake::Setting& setting, const wire::AskAttachment& asked) {
  intake::NewAttachment wanted{asked.number, asked.user, asked.name, {}};
  for (const std::string& piece : asked.pieces) wanted.bytes += piece;
  return intake::attach(setting, wanted, [&](const Path& file) {
    return look_for_virus(setting.config.release.clamd_socket, file);
  });
}

}  // namespace

void Attachments::take(wire::Connection caller, wire::AskAttachment asked) {
  callers_.take(
      std::move(caller), [] { return Result<void>(); },
      [this, asked = std::move(asked)](wire::Connection& open) {
        const auto sent = wire::answer_table(open, answer(asked));
        if (!sent.ok()) log_error("attachment not told", sent.error());
      });
}

Result<wire::TableAnswer> Attachments::answer(const wire::AskAttachment& asked) {
  const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
  TRY(identity::require_open(TRY(identity::find_user(ledger->database(), asked.user))));
  const agreement::Setting agreements{world_, instance_, config_, *ledger};
  const intake::Setting setting{.world = world_,
                                .instance = instance_,
                                .config = config_,
                                .casework = agreement::casework_setting(agreements)};
  if (asked.act == "add") return told(to_json(TRY(add(setting, asked))));
  if (asked.act == "remove") {
    TRY(intake::remove_attachment(setting, asked.number, asked.user, asked.id));
    return told({{"removed", asked.id}});
  }
  if (asked.act == "list")
    return told(to_json(TRY(intake::attachments_of(setting, asked.number, asked.user))));
  auto read = TRY(intake::read_attachment(setting, asked.number, asked.user, asked.id));
  return wire::TableAnswer{json::serialize(to_json(read.about)), {std::move(read.bytes)}};
}

}  // namespace fvm::steward
