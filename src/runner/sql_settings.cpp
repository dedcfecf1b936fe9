#include "runner/sql_settings.hpp"

#include <algorithm>

#include "pgwire/protocol.hpp"
#include "runner/sql_tokens.hpp"

namespace fvm::runner {
namespace {

using pgwire::sql_error;

enum class Change {
  free,
  number,
  boolean,
  encoding,
  date_style,
  time_zone,
  isolation,
  read_only,
  on_only,
  never
};

struct Known {
  std::string_view name, value;
  Change change;
  bool reported;
};

// What psql, libpq, RPostgreSQL, psycopg2, JDBC and pg_dump ask for. `free`: stored and read back; it changes
// nothing here.
constexpr Known known[] = {
    {"application_name", "", Change::free, true},
    {"bytea_output", "hex", Change::free, false},
    {"check_function_bodies", "on", Change::boolean, false},
    {"client_encoding", "UTF8", Change::encoding, true},
    {"client_min_messages", "notice", Change::free, false},
    {"DateStyle", "ISO, YMD", Change::date_style, true},
    {"default_table_access_method", "heap", Change::free, false},
    {"default_tablespace", "", Change::free, false},
    {"default_transaction_isolation", "read committed", Change::isolation, false},
    {"default_transaction_read_only", "off", Change::boolean, true},
    {"extra_float_digits", "1", Change::number, false},
    {"fvm.safe", "off", Change::boolean, false},
    {"geqo", "on", Change::boolean, false},
    {"idle_in_transaction_session_timeout", "0", Change::free, false},
    {"in_hot_standby", "off", Change::never, true},
    {"integer_datetimes", "on", Change::never, true},
    {"IntervalStyle", "postgres", Change::on_only, true},
    {"is_superuser", "off", Change::never, true},
    {"lc_collate", "C.UTF-8", Change::never, false},
    {"lc_ctype", "C.UTF-8", Change::never, false},
    {"lc_messages", "C.UTF-8", Change::free, false},
    {"lc_monetary", "C.UTF-8", Change::free, false},
    {"lc_numeric", "C.UTF-8", Change::free, false},
    {"lc_time", "C.UTF-8", Change::free, false},
    {"lock_timeout", "0", Change::free, false},
    {"max_identifier_length", "63", Change::never, false},
    {"quote_all_identifiers", "off", Change::boolean, false},
    {"row_security", "off", Change::boolean, false},
    {"search_path", "public", Change::free, false},
    {"server_encoding", "UTF8", Change::never, true},
    {"server_version", "15.0", Change::never, true},
    {"server_version_num", "150000", Change::never, false},
    {"session_authorization", "", Change::never, true},
    {"standard_conforming_strings", "on", Change::on_only, true},
    {"statement_timeout", "0", Change::free, false},
    {"synchronize_seqscans", "on", Change::boolean, false},
    {"TimeZone", "UTC", Change::time_zone, true},
    {"transaction_deferrable", "off", Change::boolean, false},
    {"transaction_isolation", "read committed", Change::isolation, false},
    {"transaction_read_only", "off", Change::boolean, false},
    {"work_mem", "4MB", Change::free, false},
    {"xmloption", "content", Change::free, false},
};

Change change_of(std::string_view name) {
  for (const auto& one : known)
    if (lower(one.name) == name) return one.change;
  return Change::free;
}

Error invalid(std::string_view name, const std::string& value, std::string hint) {
  return sql_error("22023", "invalid value for parameter \"" + std::string(name) + "\": \"" + value + "\"")
      .with("hint", std::move(hint));
}

Result<std::string> boolean(std::string_view name, const std::string& value) {
  const auto word = lower(value);
  for (const auto* yes : {"on", "true", "yes", "1", "t"})
    if (word == yes) return std::string("on");
  for (const auto* no : {"off", "false", "no", "0", "f"})
    if (word == no) return std::string("off");
  return invalid(name, value, "Write on or off.");
}

Result<std::string> encoding(std::string_view name, const std::string& value) {
  auto word = upper(value);
  std::erase_if(word, [](char c) { return c == '-' || c == '_'; });
  if (word == "UTF8" || word == "UNICODE") return std::string("UTF8");
  if (word == "SQLASCII") return std::string("SQL_ASCII");  // bytes as they are
  return invalid(name, value, "This server sends and reads UTF8 only.");
}

Result<std::string> one_of(std::string_view name, const std::string& value,
                           std::initializer_list<std::string_view> list) {
  const auto word = lower(value);
  for (const auto& allowed : list)
    if (word == allowed) return word;
  return invalid(name, value, "This server has only \"" + std::string(*list.begin()) + "\".");
}

// The value as it is kept, or why it cannot be.
Result<std::string> checked(std::string_view name, Change change, const std::string& value) {
  switch (change) {
    case Change::never:
      return sql_error("55P02", "parameter \"" + std::string(name) + "\" cannot be changed");
    case Change::boolean:
      return boolean(name, value);
    case Change::encoding:
      return encoding(name, value);
    case Change::date_style:
      if (lower(value).find("iso") == std::string::npos && lower(value) != "default")
        return invalid(name, value, "This server writes dates as ISO only: 2026-11-23.");
      return std::string("ISO, YMD");
    case Change::time_zone:
      return std::string(TRY(one_of(name, value, {"utc", "etc/utc", "gmt", "uct", "default"}))) == "default"
                 ? std::string("UTC")
                 : upper(value);
    case Change::isolation:
      return one_of(name, value, {"repeatable read", "read committed", "serializable", "read uncommitted"});
    case Change::on_only:
      if (lower(name) == "intervalstyle") return one_of(name, value, {"postgres"});
      return one_of(name, value, {"on", "true", "yes"}).ok()
                 ? Result<std::string>(std::string("on"))
                 : invalid(name, value, "Only \"on\" is possible.");
    case Change::number:
      if (value.empty() || value.find_first_not_of("-0123456789") != std::string::npos)
        return invalid(name, value, "Write a whole number.");
      return value;
    default:
      return value;
  }
}

}  // namespace

Settings::Settings() {
  for (const auto& one : known) {
    auto& setting = settings_[lower(one.name)];
    setting = {std::string(one.name), std::string(one.value), std::string(one.value), one.reported};
    if (one.reported) changed_[lower(one.name)] = true;
  }
}

bool Settings::has(std::string_view name) const {
  return settings_.contains(lower(name));
}

Result<std::string> Settings::get(std::string_view name) const {
  const auto found = settings_.find(lower(name));
  if (found != settings_.end()) return found->second.value;
  return sql_error("42704", "unrecognized configuration parameter \"" + std::string(name) + "\"");
}

void Settings::assign(Setting& setting, std::string value) {
  if (setting.reported && setting.value != value) changed_[lower(setting.name)] = true;
  setting.value = std::move(value);
}

Result<void> Settings::set(std::string_view name, const std::string& value, bool local) {
  const auto found = settings_.find(lower(name));
  if (found == settings_.end()) return get(name).error();
  auto kept = TRY(checked(found->second.name, change_of(found->first), value));
  if (local)
    before_local_.emplace(found->first, found->second.value);
  else
    before_local_.erase(found->first);
  assign(found->second, std::move(kept));
  return {};
}

Result<void> Settings::reset(std::string_view name) {
  const auto found = settings_.find(lower(name));
  if (found == settings_.end()) return get(name).error();
  assign(found->second, found->second.fallback);
  return {};
}

void Settings::reset_all() {
  for (auto& [name, setting] : settings_) assign(setting, setting.fallback);
}

void Settings::transaction_ended() {
  for (auto& [name, value] : before_local_) assign(settings_[name], std::move(value));
  before_local_.clear();
}

void Settings::start_with(std::string_view name, const std::string& value) {
  const auto found = settings_.find(lower(name));
  if (found == settings_.end()) return;
  const auto change = change_of(found->first);
  if (change == Change::never) {  // what the server itself says: version, user
    assign(found->second, value);
  } else if (auto kept = checked(found->second.name, change, value); kept.ok()) {
    assign(found->second, std::move(*kept));
  }
  found->second.fallback = found->second.value;
}

std::vector<Settings::Setting> Settings::all() const {
  std::vector<Setting> list;
  for (const auto& [name, setting] : settings_) list.push_back(setting);
  return list;
}

std::vector<std::pair<std::string, std::string>> Settings::take_changed() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const auto& [name, changed] : changed_) list.emplace_back(settings_[name].name, settings_[name].value);
  changed_.clear();
  return list;
}

}  // namespace fvm::runner
