// Notebooks (nbformat 4): cells of code and notes, and what they showed.
#include <boost/json.hpp>

#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"
#include "runner/scan_code.hpp"
#include "runner/scan_marked.hpp"
#include "runner/scan_picture.hpp"
#include "runner/scan_printed.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

// A text, or its lines one by one.
std::string text_of(const json::value* value) {
  std::string text;
  if (value == nullptr) return text;
  if (value->is_string()) return std::string(value->as_string());
  if (!value->is_array()) return json::serialize(*value);
  for (const json::value& line : value->as_array()) {
    if (line.is_string()) text += line.as_string();
  }
  return text;
}

const json::value* member(const json::value& object, std::string_view key) {
  return object.is_object() ? object.as_object().if_contains(key) : nullptr;
}

void show_picture(std::string_view kind, const std::string& text, Scan& scan) {
  scan.findings.add("finding.embedded_image");
  const std::string bytes = disclosure::decode_base64(text, 1);
  const disclosure::Content content = disclosure::content_of(bytes);
  if (content == disclosure::Content::png) return scan_png(bytes, scan);
  if (content == disclosure::Content::jpeg) return scan_jpeg(bytes, scan);
  scan.findings.add("finding.embedded_object", {std::string(kind), 0, 0});
}

void show(std::string_view kind, const std::string& text, Scan& scan) {
  if (kind == "text/html" || kind == "image/svg+xml") return scan_html(text, scan);
  if (kind == "text/plain" || kind == "stream" || kind == "text/markdown" || kind == "text/latex") {
    scan.text(text);
    return scan_printed(text, Printed::log, scan);
  }
  if (kind == "image/png" || kind == "image/jpeg") return show_picture(kind, text, scan);
  if (kind == "application/javascript") scan.findings.add("finding.script");
  scan.text(text);
  scan_records(text, scan);
}

void output(const json::value& shown, Scan& scan) {
  if (const json::value* text = member(shown, "text")) show("stream", text_of(text), scan);
  if (const json::value* trace = member(shown, "traceback")) show("stream", text_of(trace), scan);
  const json::value* data = member(shown, "data");
  if (data == nullptr || !data->is_object()) return;
  for (const auto& [kind, value] : data->as_object()) show(kind, text_of(&value), scan);
}

// Every text of it, wherever it stands; a list of texts is one, line by line.
void rows_in(const json::value& value, Scan& scan) {
  if (value.is_string()) return scan_marked_rows(value.as_string(), true, scan);
  if (value.is_object()) {
    for (const auto& [key, inside] : value.as_object()) rows_in(inside, scan);
  } else if (value.is_array()) {
    const json::array& all = value.as_array();
    if (!all.empty() && all[0].is_string()) return scan_marked_rows(text_of(&value), true, scan);
    for (const json::value& inside : all) rows_in(inside, scan);
  }
}

void cell(const json::value& one, Scan& scan) {
  const std::string source = text_of(member(one, "source"));
  scan.text(source);
  const json::value* kind = member(one, "cell_type");
  if (kind != nullptr && kind->is_string() && kind->as_string() == "code") {
    scan_code(source, "py", scan);
    scan_code(source, "r", scan);
  } else {
    scan_text(source, "md", scan);
  }
  if (member(one, "attachments") != nullptr) scan.findings.add("finding.embedded_object");
  const json::value* outputs = member(one, "outputs");
  if (outputs == nullptr || !outputs->is_array()) return;
  for (const json::value& shown : outputs->as_array()) output(shown, scan);
}

}  // namespace

void scan_notebook(std::string_view utf8, Scan& scan) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 64;
  const json::value top = json::parse(utf8, error, {}, options);
  const json::value* cells = error ? nullptr : member(top, "cells");
  if (cells == nullptr || !cells->is_array()) return scan.unreadable("", "notebook");
  scan.text(json::serialize(top));
  rows_in(top, scan);
  for (const json::value& one : cells->as_array()) cell(one, scan);
}

}  // namespace fvm::runner
