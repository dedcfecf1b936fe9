// Reads config.toml and writes its first text, both from the table in settings.hpp.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <map>

#include "base/nearest.hpp"
#include "base/toml_screen.hpp"
#include "config/desk.hpp"
#include "config/instance.hpp"
#include "config/listed.hpp"
#include "config/settings.hpp"

namespace fvm::config {
namespace {

constexpr uint64_t config_bytes_max = 1u << 20;

using Names = std::map<std::string, std::vector<std::string>>;  // section -> keys

Names known_names() {
  Names names;
  DeskConfig config;
  const auto note = [&](const char* section, const char* key, auto&&...) {
    names[section].emplace_back(key);
  };
  for_each_setting(config, note);
  for_each_desk_setting(config, note);
  return names;
}

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// One file being read: where we are, for errors.
class Reader {
 public:
  Reader(const Path& file, const toml::table& document) : file_(file), document_(document) {}

  // A key that no setting has is a spelling mistake that would otherwise go unnoticed for years.
  Result<void> refuse_unknown() const {
    const Names names = known_names();
    std::vector<std::string> sections;
    for (const auto& [section, keys] : names) sections.push_back(section);
    for (const auto& [section, node] : document_) {
      const auto known = names.find(std::string(section.str()));
      if (known == names.end()) return unknown(section, std::string(section.str()), sections);
      const toml::table* table = node.as_table();
      if (table == nullptr) return wrong(node, known->first, "[" + known->first + "]");
      for (const auto& [key, value] : *table) {
        const std::string name(key.str());
        if (std::find(known->second.begin(), known->second.end(), name) == known->second.end())
          return unknown(key, known->first + "." + name, known->second);
      }
    }
    return {};
  }

  // The setting's value into `field`; untouched when the file does not name it.
  template <class T>
  Result<void> read(const std::string& section, const std::string& key, T& field,
                    const Allowed& allowed) const {
    const auto found = document_[section][key];
    if (!found) return {};
    const toml::node& node = *found.node();
    const std::string name = section + "." + key;
    if constexpr (std::is_same_v<T, std::string>) {
      return read_text(node, name, field, allowed);
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      return read_list(node, name, field);
    } else {
      return read_number(node, name, field, allowed);
    }
  }

 private:
  Result<void> read_text(const toml::node& node, const std::string& name, std::string& field,
                         const Allowed& allowed) const {
    const auto value = node.value_exact<std::string>();
    if (!value) return wrong(node, name, "\"text\"");
    const std::string choices = "|" + std::string(allowed.texts) + "|";
    if (!allowed.texts.empty() && (value->empty() || choices.find("|" + *value + "|") == std::string::npos))
      return wrong(node, name, std::string(allowed.texts));
    field = *value;
    return {};
  }

  Result<void> read_list(const toml::node& node, const std::string& name,
                         std::vector<std::string>& field) const {
    const toml::array* items = node.as_array();
    std::vector<std::string> values;
    if (items == nullptr) return wrong(node, name, "[\"text\", …]");
    for (const toml::node& item : *items) {
      const auto value = item.value_exact<std::string>();
      if (!value) return wrong(item, name, "[\"text\", …]");
      values.push_back(*value);
    }
    field = std::move(values);
    return {};
  }

  template <class T>
  Result<void> read_number(const toml::node& node, const std::string& name, T& field,
                           const Allowed& allowed) const {
    const bool suits = std::is_floating_point_v<T> ? node.is_number() : node.is_integer();
    const auto value = suits ? node.value<double>() : std::nullopt;
    // Written so that "not a number" fails too.
    if (!value || !(*value >= allowed.least && *value <= allowed.most))
      return wrong(node, name, number(allowed.least) + " – " + number(allowed.most));
    field = static_cast<T>(*value);
    return {};
  }

  Error unknown(const toml::key& key, std::string name, const std::vector<std::string>& known) const {
    return usage("config.unknown_key", {{"file", file_.string()},
                                        {"line", std::to_string(key.source().begin.line)},
                                        {"key", std::move(name)},
                                        {"nearest", nearest(key.str(), known)}});
  }
  Error wrong(const toml::node& node, std::string name, std::string wanted) const {
    return usage("config.wrong_value", {{"file", file_.string()},
                                        {"line", std::to_string(node.source().begin.line)},
                                        {"key", std::move(name)},
                                        {"wanted", std::move(wanted)}});
  }

  const Path& file_;
  const toml::table& document_;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return out + "\"";
}

std::string written(const std::string& value) {
  return quoted(value);
}
std::string written(double value) {
  return number(value);
}
std::string written(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + quoted(value);
  return "[" + out + "]";
}

Result<DeskConfig> read_all(World& world, const Path& file) {
  auto read = world.read_file(file, config_bytes_max);
  if (!read.ok() && read.error().code == "file.missing")
    return usage("config.no_instance", {{"file", file.string()}});
  const std::string text = TRY(std::move(read));
  if (const auto stray = stray_letter(text))
    return usage("config.stray_letter", {{"file", file.string()}, {"line", std::to_string(stray->line)}});
  const toml::parse_result document = toml::parse(text, file.string());
  if (!document) {
    return usage("config.unreadable", {{"file", file.string()},
                                       {"line", std::to_string(document.error().source().begin.line)},
                                       {"reason", std::string(document.error().description())}});
  }
  const Reader reader(file, document.table());
  TRY(reader.refuse_unknown());
  DeskConfig config;
  Result<void> outcome;
  const auto read_one = [&](const char* section, const char* key, auto& field, const Allowed& allowed,
                            auto&&) {
    if (outcome.ok()) outcome = reader.read(section, key, field, allowed);
  };
  for_each_setting(config, read_one);
  for_each_desk_setting(config, read_one);
  TRY(std::move(outcome));
  return config;
}

std::string toml_text(const auto& field) {
  if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(field)>>) {
    return written(static_cast<double>(field));
  } else {
    return written(field);
  }
}

}  // namespace

Result<Config> read_config(World& world, const Path& file) {
  return Config(TRY(read_all(world, file)));
}

Result<DeskConfig> read_desk_config(World& world, const Path& file) {
  return read_all(world, file);
}

Result<std::vector<Listed>> list_settings(World& world, const Path& file) {
  const DeskConfig now = TRY(read_all(world, file)), usual;
  std::vector<Listed> all;
  const auto list = [&all](const std::string& section, const char* key, const auto& field, const Allowed&,
                           const char*) { all.push_back({section + "." + key, toml_text(field), {}}); };
  for_each_setting(now, list);
  for_each_desk_setting(now, list);
  size_t at = 0;
  const auto compare = [&](const std::string&, const char*, const auto& field, const Allowed&, const char*) {
    all[at++].usual = toml_text(field);
  };
  for_each_setting(usual, compare);
  for_each_desk_setting(usual, compare);
  return all;
}

std::string default_config_text() {
  std::string text =
      "# Settings of this instance. Every setting stands here with its default; the unit of a limit is the "
      "last\n"
      "# word of its name. A change takes effect when the programs are started again (fvm down, fvm up).\n";
  std::string current;
  const DeskConfig config;
  const auto write = [&](const std::string& section, const char* key, const auto& field, const Allowed&,
                         const char* comment) {
    if (section != current) text += "\n[" + section + "]\n";
    current = section;
    text += std::string("# ") + comment + "\n" + key + " = " + toml_text(field) + "\n";
  };
  for_each_setting(config, write);
  for_each_desk_setting(config, write);
  return text;
}

}  // namespace fvm::config
