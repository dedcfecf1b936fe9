#include "release/outlook.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "extract/project.hpp"
#include "identity/service.hpp"
#include "release/json.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

Request request_of(const std::string& project, const std::string& user, std::vector<File> files) {
  Request request{.project = project, .author = user, .state = State::staged};
  request.files = std::move(files);
  for (size_t i = 0; i < request.files.size(); ++i) request.files[i].position = static_cast<uint32_t>(i + 1);
  return request;
}

Result<std::string> key_of(const store::Database& store, const std::string& project, const File& file) {
  const int64_t version = TRY(extract::open_project(store, project)).version;
  return project + '\n' + std::to_string(version) + '\n' + file.sha256 + '\n' + std::to_string(file.bytes) +
         '\n' + file.name;
}

Result<std::optional<safetable::Recognised>> recognise(const Foresight& with, const store::Database& store,
                                                       const std::string& project, const File& file) {
  if (file.sha256.empty()) return std::optional<safetable::Recognised>();
  return recognise_file(with.world, with.instance, with.config, store, project, file.sha256, file.bytes);
}

Report too_large(const config::Config& config) {
  disclosure::Findings findings;
  findings.add("finding.too_large", {}, {}, std::to_string(config.release.file_bytes_max));
  return {"unknown", findings.list(), true, {}, {}};
}

// The scans are those that were remembered, or what they had said `so_far`.
Hands remembering(const Foresight& with, const store::Database& store, const std::string& project,
                  bool so_far) {
  Hands hands;
  hands.scan = [&with, &store, project, so_far](const Request&, const File& file,
                                                const Bytes&) -> Result<Report> {
    if (file.bytes > with.config.release.file_bytes_max) return too_large(with.config);
    const std::string key = TRY(key_of(store, project, file));
    auto report = so_far ? with.reports.so_far(key) : with.reports.find(key);
    if (!report) return surroundings("release.not_seen", {{"file", file.name}});
    return std::move(*report);
  };
  hands.recognise = [&with, &store, project](const Request&, const File& file) {
    return recognise(with, store, project, file);
  };
  hands.cell_count_min = with.config.release.cell_count_min;
  hands.tables_leave = with.config.release.safe_tables == "leave";
  hands.rules = Rules::of(with.config);
  return hands;
}

Error changed(const Staged& staged) {
  return surroundings("release.changed_meanwhile", {{"file", staged.name}});
}

Result<void> scan(const Foresight& with, const store::Database& store, const std::string& project,
                  const std::string& user, const File& file, const Bytes& from,
                  const std::function<void(const File&)>& so_far) {
  const std::string key = TRY(key_of(store, project, file));
  if (with.reports.find(key) || TRY(recognise(with, store, project, file))) return {};
  Hands hands;
  const auto early = [&](const Report& report) {
    with.reports.put_so_far(key, report);
    if (so_far) so_far(file);
  };
  hands.scan = [&](const Request&, const File&, const Bytes& bytes) {
    return scan_file(with.instance, with.config, store, project, file.name, file.bytes, bytes, with.ended,
                     early);
  };
  with.reports.put(key, TRY(scan_or_block(hands, request_of(project, user, {file}), file, from)));
  return {};
}

struct Words {
  std::string_view name;
  const char* sentence;
};
// In the order of Prospect.
constexpr Words words[] = {{"leaves", "release.outlook_leaves"},   {"question", "release.outlook_question"},
                           {"person", "release.outlook_person"},   {"refused", "release.outlook_refused"},
                           {"pending", "release.outlook_pending"}, {"unknown", "release.outlook_unknown"}};

const char* sentence_of(Prospect prospect, uint32_t reviewers) {
  if (prospect == Prospect::person && reviewers > 1) return "release.outlook_persons";
  return words[static_cast<size_t>(prospect)].sentence;
}

json::object told(Prospect prospect, uint32_t reviewers, const std::optional<Error>& why) {
  json::object out{{"answer", name_of(prospect)},
                   {"reviewers", prospect == Prospect::person ? reviewers : 0},
                   {"da", message(Language::danish, sentence_of(prospect, reviewers))},
                   {"en", message(Language::english, sentence_of(prospect, reviewers))},
                   {"why", nullptr}};
  if (why)
    out["why"] = json::object{{"code", why->code},
                              {"da", describe(Language::danish, *why)},
                              {"en", describe(Language::english, *why)}};
  return out;
}

// What keeps a name in an outbox from being sent at all.
std::optional<Error> not_sendable(const Staged& staged, size_t position) {
  if (staged.bad_name) return usage("release.bad_file_name", {{"position", std::to_string(position)}});
  if (!staged.is_file) return refused("release.not_a_file", {{"file", staged.name}});
  return std::nullopt;
}

class Telling {
 public:
  Telling(const Foresight& with, const store::Database& store, const std::string& project,
          const std::string& user)
      : with_(with), store_(store), project_(project), user_(user) {}

  Result<json::object> file(Seen& looked, size_t position) {
    File shown{.name = looked.staged.name, .bytes = looked.staged.bytes()};
    const auto refusal = not_sendable(looked.staged, position);
    json::object outlook = refusal       ? told(Prospect::refused, 0, refusal)
                           : looked.file ? TRY(seen(looked, shown))
                           : looked.why  ? told(Prospect::unknown, 0, looked.why)
                                         : TRY(pending(looked, shown));
    json::object out = file_json(shown);
    out["modified"] = to_text(looked.staged.modified());
    outlook.emplace("so_far", nullptr);  // unless it is told
    out["outlook"] = std::move(outlook);
    return out;
  }

  // What they lead to in one request; findings: those that no file has by itself.
  Result<json::value> together(const std::vector<Seen>& files, const std::vector<std::string>& names) const {
    std::vector<File> all;
    for (const std::string& name : names.empty() ? sendable_ : names) {
      const auto found = std::find_if(files.begin(), files.end(), [&](const Seen& each) {
        return each.file && each.staged.name == name;
      });
      if (found != files.end()) all.push_back(*found->file);
    }
    if (all.size() != (names.empty() ? sendable_ : names).size() || all.empty() || all.size() > files_max)
      return json::value(nullptr);
    const auto own = TRY(look_ahead(with_, store_, project_, user_, {all.front()}));
    const auto checked = TRY(look_ahead(with_, store_, project_, user_, all));
    const auto& findings = checked.files.front().findings;
    const auto since = findings.begin() + static_cast<std::ptrdiff_t>(
                                              std::min(findings.size(), own.files.front().findings.size()));
    json::object out = told(prospect_of(checked), checked.reviewers, {});
    out["findings"] = findings_json({since, findings.end()}, checked.files.front().type);
    json::array told_names;
    for (const File& file : all) told_names.emplace_back(file.name);
    out["files"] = std::move(told_names);
    return json::value(std::move(out));
  }

 private:
  // What would come of it if its rows are nobody's, with what was found until now.
  Result<json::object> pending(const Seen& looked, File& shown) const {
    json::object out = told(Prospect::pending, 0, {});
    if (!looked.so_far) return out;
    const auto checked = look_ahead(with_, store_, project_, user_, {*looked.so_far}, true);
    if (!checked.ok()) return out;
    shown = checked->files.front();
    shown.checked = false;
    out["so_far"] = told(prospect_of(*checked), checked->reviewers, {});
    return out;
  }
  Result<json::object> seen(Seen& looked, File& shown) {
    const auto checked = look_ahead(with_, store_, project_, user_, {*looked.file});
    if (!checked.ok() && checked.error().code == "release.not_seen") {
      looked.file.reset();
      return told(Prospect::pending, 0, {});
    }
    if (!checked.ok()) return told(Prospect::unknown, 0, checked.error());
    shown = checked->files.front();
    const Prospect prospect = prospect_of(*checked);
    if (prospect != Prospect::refused) sendable_.push_back(shown.name);
    return told(prospect, checked->reviewers, {});
  }

  const Foresight& with_;
  const store::Database& store_;
  const std::string &project_, &user_;
  std::vector<std::string> sendable_;
};

}  // namespace

std::string_view name_of(Prospect prospect) {
  return words[static_cast<size_t>(prospect)].name;
}

Prospect prospect_of(const Checked& checked) {
  switch (checked.event) {
    case Event::clear:
      return Prospect::leaves;
    case Event::question:
      return Prospect::question;
    case Event::block:
      return Prospect::refused;
    default:
      return Prospect::person;
  }
}

std::optional<Report> Reports::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = reports_.find(key);
  return found == reports_.end() ? std::nullopt : std::optional(found->second);
}

void Reports::put(const std::string& key, Report report) {
  const std::lock_guard lock(mutex_);
  reports_.erase(key + so_far_mark);
  if (reports_.size() >= reports_max) reports_.clear();
  reports_.insert_or_assign(key, std::move(report));
}

Path copies_of(const config::Instance& instance, const std::string& project, const std::string& user) {
  return instance.project(project) / "outlook" / user;
}

Result<File> see(const Foresight& with, const store::Database& store, const std::string& project,
                 const std::string& user, const Staged& staged,
                 const std::function<void(const File&)>& so_far) {
  const Descriptor fd = TRY(open_staged(with.instance.project_outbox(project, user), staged.name));
  if (TRY(stamp_of(fd.get())) != staged.stamp) return changed(staged);
  File file{.name = staged.name, .bytes = staged.bytes()};
  if (file.bytes > with.config.release.file_bytes_max) return file;
  Kept copied;
  const Bytes copy = TRY(copy_to_memory(fd.get(), with.config.release.file_bytes_max, copied));
  file.sha256 = copied.sha256;
  if (copied.bytes != file.bytes) return changed(staged);
  TRY(scan(with, store, project, user, file, copy, so_far));
  if (TRY(stamp_of(fd.get())) != staged.stamp) return changed(staged);
  return file;
}

Result<Checked> look_ahead(const Foresight& with, const store::Database& store, const std::string& project,
                           const std::string& user, const std::vector<File>& files, bool so_far) {
  const auto nothing_to_read = [](const File&) -> Result<Bytes> { return Bytes{}; };
  return check_files(with.world, store, nothing_to_read, remembering(with, store, project, so_far),
                     request_of(project, user, files));
}

Result<json::object> outbox_json(const Foresight& with, const store::Database& store,
                                 const std::string& project, const std::string& user,
                                 std::vector<Seen>& files, size_t left_out,
                                 const std::vector<std::string>& together) {
  Telling telling(with, store, project, user);
  json::array all, recipients;
  for (size_t i = 0; i < files.size(); ++i) all.push_back(TRY(telling.file(files[i], i + 1)));
  const auto who = TRY(identity::find_user(store, user));
  for (const auto& each : TRY(identity::find_institution(store, who.institution_name)).recipients)
    recipients.emplace_back(each);
  json::object out{{"project", project},
                   {"files", std::move(all)},
                   {"files_left_out", left_out},
                   {"file_bytes_max", with.config.release.file_bytes_max},
                   {"mail_bytes_max", mail_bytes_max},
                   {"files_max", files_max},
                   {"recipients", std::move(recipients)}};
  out["together"] = TRY(telling.together(files, together));
  return out;
}

}  // namespace fvm::release
