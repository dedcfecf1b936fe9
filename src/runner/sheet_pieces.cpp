#include "runner/sheet_pieces.hpp"

#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

constexpr std::string_view row = "<row ", opening = "<worksheet><sheetData>",
                           closing = "</sheetData></worksheet>";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", declaration = "<?xml ", declaration_end = "?>";

// Behind the byte order mark and the declaration; npos: of another encoding, or one that is not known.
size_t begin_of(std::string_view xml) {
  size_t at = xml.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  if (!xml.substr(at).starts_with(declaration)) return at;
  const size_t end = xml.find(declaration_end, at);
  if (end == std::string_view::npos) return end;
  const std::string said = disclosure::lower(xml.substr(at, end - at));
  if (said.find("encoding") != std::string::npos && said.find("utf-8") == std::string::npos)
    return std::string_view::npos;
  return end + declaration_end.size();
}

bool has_tag_with(std::string_view xml, char sign) {
  for (size_t at = xml.find(sign); at != std::string_view::npos; at = xml.find(sign, at + 1))
    if (at > 0 && xml[at - 1] == '<') return true;
  return false;
}

bool may_be_cut(std::string_view xml) {
  const size_t begin = begin_of(xml);
  if (begin == std::string_view::npos) return false;
  const std::string_view rest = xml.substr(begin);
  return !has_tag_with(rest, '!') && !has_tag_with(rest, '?') && rest.find('\0') == std::string_view::npos;
}

}  // namespace

std::vector<Pieces> cut_sheet(std::string_view xml, size_t count) {
  return cut_plain_sheet(xml, count > 1 && may_be_cut(xml) ? count : 1);
}

std::vector<Pieces> cut_plain_sheet(std::string_view xml, size_t count) {
  std::vector<size_t> cuts;
  for (size_t i = 1; i < count; ++i) {
    const size_t at = xml.find(row, xml.size() / count * i);
    if (at != std::string_view::npos && (cuts.empty() || at > cuts.back())) cuts.push_back(at);
  }
  cuts.push_back(xml.size());
  std::vector<Pieces> parts;
  size_t begin = 0;
  for (const size_t end : cuts) {
    Pieces& part = parts.emplace_back();
    if (begin > 0) part.push_back(opening);
    part.push_back(xml.substr(begin, end - begin));
    if (end < xml.size()) part.push_back(closing);
    begin = end;
  }
  return parts;
}

}  // namespace fvm::runner
