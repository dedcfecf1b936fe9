#include "casework/toml_text.hpp"

#include <sstream>

namespace fvm::casework {

void put_on_one_line(toml::node& node) {
  if (toml::table* table = node.as_table()) {
    table->is_inline(true);
    for (auto&& [key, value] : *table) put_on_one_line(value);
  } else if (toml::array* array = node.as_array()) {
    for (toml::node& item : *array) put_on_one_line(item);
  }
}

std::string toml_text(const toml::table& table) {
  std::ostringstream out;
  out << toml::toml_formatter(table, toml::format_flags::allow_unicode_strings);
  return std::move(out).str();
}

}  // namespace fvm::casework
