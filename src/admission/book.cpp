#include "admission/book.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "base/descriptor.hpp"

namespace fvm::admission {
namespace {

namespace json = boost::json;
constexpr size_t code_bytes = 4;  // told on the telephone; only who waits at that very place is compared

Path book_file(const Path& folder) {
  return folder / "admitted.json";
}

Result<Descriptor> lock(World& world, const Path& folder) {
  TRY(world.make_directories(folder, 0700));
  Descriptor held(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!held || ::flock(held.get(), LOCK_EX) != 0) return system_error("lock the book of desktops", errno);
  return held;
}

Result<std::vector<Entry>> read(World& world, const Path& folder) {
  std::vector<Entry> entries;
  if (!world.exists(book_file(folder))) return entries;
  const std::string text = TRY(world.read_file(book_file(folder), book_bytes_max));
  try {
    const json::value document = json::parse(text);
    for (const json::value& each : document.as_array()) {
      const auto said = [&](const char* name) { return json::value_to<std::string>(each.at(name)); };
      entries.push_back({said("project"), said("user"), said("professional"), said("cvr"),
                         each.at("admitted").as_bool() ? Standing::admitted : Standing::waiting,
                         Time{each.at("since").as_int64()}, said("by"), said("code")});
    }
  } catch (const std::exception&) {
    // Nobody is let in by a book that cannot be read.
    return surroundings("desk.book_unreadable", {{"file", book_file(folder).string()}});
  }
  return entries;
}

Result<void> write(World& world, const Path& folder, const std::vector<Entry>& entries) {
  json::array all;
  for (const Entry& each : entries) {
    all.push_back(json::object{{"project", each.project},
                               {"user", each.user},
                               {"professional", each.professional},
                               {"cvr", each.cvr},
                               {"admitted", each.standing == Standing::admitted},
                               {"since", each.since.microseconds},
                               {"by", each.by},
                               {"code", each.code}});
  }
  return world.replace_file(book_file(folder), json::serialize(all) + "\n", 0600);
}

bool is_at(const Entry& entry, std::string_view project, std::string_view user) {
  return entry.project == project && entry.user == user;
}

// By first use: nobody stands for this user yet, or only the same person does.
bool is_unopposed(const std::vector<Entry>& entries, const Entry& who) {
  return std::none_of(entries.begin(), entries.end(), [&](const Entry& each) {
    const bool same_user = each.user == who.user, same_person = each.professional == who.professional;
    return same_user != same_person;
  });
}

}  // namespace

Result<void> Book::admit(const Entry& who, Rule rule) {
  const auto held = TRY(lock(world_, folder_));
  auto entries = TRY(read(world_, folder_));
  const auto there = std::find_if(entries.begin(), entries.end(), [&](const Entry& each) {
    return is_at(each, who.project, who.user) && each.professional == who.professional;
  });
  if (there != entries.end() && there->standing == Standing::admitted) return {};
  const auto not_yet = [&](const std::string& code) {
    return refused("desk.not_confirmed", {{"project", who.project}, {"user", who.user}, {"code", code}});
  };
  if (there != entries.end()) return not_yet(there->code);
  const auto waiting = std::count_if(entries.begin(), entries.end(),
                                     [](const Entry& each) { return each.standing == Standing::waiting; });
  if (entries.size() >= entries_max || static_cast<size_t>(waiting) >= waiting_max)
    return surroundings("desk.book_full");
  Entry added = who;
  added.since = world_.now();
  const bool at_once = rule == Rule::first_use && is_unopposed(entries, who);
  added.standing = at_once ? Standing::admitted : Standing::waiting;
  added.by = at_once ? "first use" : "";
  added.code = at_once ? "" : random_hex(world_, code_bytes);
  entries.push_back(added);
  TRY(write(world_, folder_, entries));
  return at_once ? Result<void>() : not_yet(added.code);
}

Result<std::vector<Entry>> Book::entries() const {
  const auto held = TRY(lock(world_, folder_));
  return read(world_, folder_);
}

Result<Entry> Book::confirm(const std::string& project, const std::string& user, const std::string& code,
                            const std::string& by) {
  const auto held = TRY(lock(world_, folder_));
  auto entries = TRY(read(world_, folder_));
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& each) {
    return is_at(each, project, user) && each.standing == Standing::waiting && each.code == code;
  });
  if (found == entries.end()) return usage("desk.nobody.unknown", {{"project", project}, {"user", user}});
  Entry confirmed = *found;
  std::erase_if(entries, [&](const Entry& each) { return is_at(each, project, user); });
  confirmed.standing = Standing::admitted;
  confirmed.by = by;
  confirmed.code.clear();
  entries.push_back(confirmed);
  TRY(write(world_, folder_, entries));
  return confirmed;
}

Result<size_t> Book::forget(const std::string& project, const std::string& user) {
  const auto held = TRY(lock(world_, folder_));
  auto entries = TRY(read(world_, folder_));
  const size_t gone = std::erase_if(entries, [&](const Entry& each) { return is_at(each, project, user); });
  if (gone > 0) TRY(write(world_, folder_, entries));
  return gone;
}

}  // namespace fvm::admission
