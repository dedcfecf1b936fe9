#include "runner/show.hpp"

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"
#include "runner/scan_pdf.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using disclosure::Content;

// Form feeds divide pages.
void show_pages(std::string_view text, Shown& shown) {
  size_t page = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\f', at), text.size());
    shown.text("page " + std::to_string(++page), text.substr(at, end - at));
    at = end + 1;
  }
}

void show_pdf(std::string_view bytes, Shown& shown) {
  Scan scan;
  scan.shown = &shown;
  const auto reader = [&](const std::string& pdf) {
    auto text = read_pdf(pdf);
    if (text.ok()) show_pages(*text, shown);
    return text;
  };
  scan_pdf(bytes, reader, scan);
}

void show_text(std::string_view bytes, const std::string& extension, Shown& shown) {
  const std::string utf8 = disclosure::to_utf8(bytes);
  if (extension == "csv" || extension == "tsv") {
    disclosure::Table table = parse_delimited(utf8, extension);
    if (!table.rows.empty()) return shown.table(table);
  }
  shown.text({}, utf8);
}

json::object document_of(const ShownPart& part) {
  constexpr std::string_view kinds[] = {"table", "text", "picture"};
  json::object out{{"kind", kinds[static_cast<size_t>(part.kind)]},
                   {"name", part.name},
                   {"first_row", part.first_row},
                   {"letters", part.letters}};
  if (part.kind == ShownPart::Kind::picture) return out["png"] = crypto::to_base64(part.png), out;
  json::array rows;
  for (const auto& row : part.rows) rows.push_back(json::array(row.begin(), row.end()));
  out["rows"] = std::move(rows);
  return out;
}

}  // namespace

std::string_view show_content(std::string_view bytes, const std::string& extension, Shown& shown) {
  const Content content = disclosure::content_of(bytes);
  if (content == Content::text) show_text(bytes, extension, shown);
  if (content == Content::pdf) show_pdf(bytes, shown);
  if (content == Content::zip) {
    Scan scan;
    scan.shown = &shown;
    if (scan_office(bytes, scan) == "archive") return "kind";
  }
  if (content == Content::png || content == Content::jpeg) {
    auto png = drawn_anew(bytes);
    if (!png) return "picture";
    shown.picture(std::move(*png));
  }
  const bool known = content == Content::text || content == Content::pdf || content == Content::zip ||
                     content == Content::png || content == Content::jpeg;
  if (!known) return "kind";
  return shown.parts().empty() ? "unreadable" : "";
}

Result<std::string> show_file(const Path& file, std::string_view name, uint64_t bytes_max) {
  const std::string extension = disclosure::extension_of(std::string(name));
  Shown shown;
  std::string_view why;
  std::error_code failed;
  const uint64_t bytes = std::filesystem::file_size(file, failed);
  if (failed || bytes > bytes_max) {
    why = "too_large";
  } else {
    why = show_content(TRY(real_world().read_file(file, bytes_max)), extension, shown);
  }
  json::array parts;
  for (const ShownPart& part : shown.parts()) parts.push_back(document_of(part));
  return json::serialize(
      json::object{{"type", extension}, {"parts", std::move(parts)}, {"cut", shown.cut()}, {"why", why}});
}

}  // namespace fvm::runner
