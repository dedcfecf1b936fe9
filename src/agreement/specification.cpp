#include "agreement/specification.hpp"

#include <fmt/format.h>

#include "base/toml_screen.hpp"
#include "casework/toml_text.hpp"

namespace fvm::agreement {
namespace {

// A TOML basic string on one line.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

// What stands below a section's header is written on the lines of its keys, however it was written.
void open_section(toml::node& node) {
  if (toml::table* table = node.as_table()) {
    for (auto&& [key, value] : *table) casework::put_on_one_line(value);
  } else if (toml::array* array = node.as_array()) {
    for (toml::node& each : *array) open_section(each);
  }
}

// "[population]\n…" or "[[grant]]\n…": keys in order, one way of writing each value.
std::string canonical(const std::string& section) {
  if (stray_letter(section)) return trimmed(section);
  toml::parse_result read = toml::parse(section);
  if (!read) return trimmed(section);
  for (auto&& [key, value] : read.table()) open_section(value);
  return trimmed(casework::toml_text(read.table()));
}

}  // namespace

std::string specification_of(const casework::Application& application, std::string_view number) {
  const casework::Days days = application.period.value_or(casework::Days{});
  const std::string purpose = trimmed(application.purpose);
  std::string out = fmt::format(
      "[project]\nnumber = {}\ntitle = {}\n{}authority = {{ name = {}, cvr = {} }}\n"
      "valid = {{ from = {}, to = {} }}\n",
      quoted(number), quoted(application.title), purpose.empty() ? "" : "purpose = " + quoted(purpose) + "\n",
      quoted(application.authority), quoted(application.cvr), to_text(days.from), to_text(days.to));
  if (const std::string who = canonical(application.population.toml); !who.empty()) out += "\n" + who + "\n";
  for (const casework::Grant& grant : application.grants) out += "\n" + canonical(grant.toml) + "\n";
  return out;
}

}  // namespace fvm::agreement
