#include "catalogue/listing.hpp"

#include <array>
#include <map>

namespace fvm::catalogue {
namespace {

constexpr std::string_view list_header = "register\tkan_bestilles\ttabel\tvariabel\tindhold\tgyldighed";
constexpr std::string_view class_header = "register\tkan_bestilles\ttabel\tvariabel\tklasse";

Error at_line(std::string code, std::string_view file, size_t line, Arguments more = {}) {
  more.insert(more.begin(), {{"file", std::string(file)}, {"line", std::to_string(line)}});
  return usage(std::move(code), std::move(more));
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const size_t more = first < 0x80 ? 0 : first >= 0xC2 && first < 0xE0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : 3;
    if (more == 3 && (first < 0xF0 || first > 0xF4)) return false;
    if (at + more >= text.size() + (more == 0 ? 1 : 0)) return false;
    for (size_t i = 1; i <= more; ++i)
      if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
    at += more + 1;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <size_t count>
using Fields = std::array<std::string_view, count>;

// Calls `take(line number, fields)` for each line after the header.
template <size_t count, class Take>
Result<void> each_line(std::string_view text, std::string_view file, std::string_view header, Take take) {
  if (text.size() > list_bytes_max) return at_line("catalogue.list_too_large", file, 1);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = text.find('\n');
    std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (line == 1) {
      if (row != header) return at_line("catalogue.list_header", file, 1, {{"header", std::string(header)}});
      continue;
    }
    if (row.empty()) continue;
    if (line > list_rows_max) return at_line("catalogue.list_too_large", file, line);
    if (!is_utf8(row)) return at_line("catalogue.list_utf8", file, line);
    Fields<count> fields;
    size_t found = 0;
    for (std::string_view rest = row;; ++found) {
      const size_t tab = rest.find('\t');
      if (found < count) fields[found] = trim(rest.substr(0, tab));
      if (tab == std::string_view::npos) break;
      rest.remove_prefix(tab + 1);
    }
    if (++found != count)
      return at_line("catalogue.list_fields", file, line,
                     {{"found", std::to_string(found)}, {"wanted", std::to_string(count)}});
    for (const std::string_view field : fields)
      if (field.size() > list_field_bytes_max) return at_line("catalogue.list_too_large", file, line);
    TRY(take(line, fields));
  }
  return {};
}

std::string key_of(std::string_view register_name, std::string_view table, std::string_view variable) {
  return std::string(register_name) + "\t" + std::string(table) + "\t" + std::string(variable);
}

}  // namespace

Result<Listing> read_list(std::string_view text, std::string_view file) {
  Listing listing;
  TRY(each_line<6>(text, file, list_header, [&](size_t line, const Fields<6>& fields) -> Result<void> {
    const auto& [register_name, orderable, table, variable, content, validity] = fields;
    if (orderable != "0" && orderable != "1") return at_line("catalogue.list_orderable", file, line);
    if (register_name.empty() || table.empty() || variable.empty())
      return at_line("catalogue.list_empty", file, line);
    listing.rows.push_back({.register_name = std::string(register_name),
                            .table = std::string(table),
                            .variable = std::string(variable),
                            .content = std::string(content),
                            .validity = std::string(validity),
                            .orderable = orderable == "1",
                            .place = "line " + std::to_string(line)});
    return {};
  }));
  if (listing.rows.empty()) return at_line("catalogue.list_empty", file, 1);
  return listing;
}

Result<void> add_classes(Listing& listing, std::string_view text, std::string_view file) {
  std::multimap<std::string, ListRow*, std::less<>> rows;
  for (ListRow& row : listing.rows) rows.emplace(key_of(row.register_name, row.table, row.variable), &row);
  return each_line<5>(text, file, class_header, [&](size_t line, const Fields<5>& fields) -> Result<void> {
    const auto& [register_name, orderable, table, variable, word] = fields;
    if (!class_of_heuristic(word, variable, ""))
      return at_line("catalogue.list_class", file, line, {{"class", std::string(word)}});
    const auto found = rows.find(key_of(register_name, table, variable));
    if (found == rows.end())
      return at_line("catalogue.list_stranger", file, line, {{"variable", std::string(variable)}});
    found->second->class_word = word;
    rows.erase(found);
    return {};
  });
}

}  // namespace fvm::catalogue
