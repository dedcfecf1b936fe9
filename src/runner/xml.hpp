// Expat behind a small class: names without their prefix, no document types, bounded depth.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace fvm::runner {

inline constexpr size_t xml_depth_max = 256;

using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;  // names without prefix
inline std::string_view attribute(const Attributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes) {
    if (key == name) return value;
  }
  return {};
}

struct XmlEvents {
  std::function<void(std::string_view name, const Attributes&)> start;
  std::function<void(std::string_view name)> end;
  std::function<void(std::string_view text)> text;        // in pieces
  std::function<void(std::string_view text)> aside = {};  // comments and processing instructions
  bool prefixes = false;                                  // names are told with theirs
};

// The name of its first element; empty when it is no XML.
std::string root_of(std::string_view xml);

// "xml.document_type" when it has one, "xml.broken" with `line`, "xml.too_deep".
Result<void> read_xml(std::string_view xml, const XmlEvents& events);
// Of a document that lies in pieces.
Result<void> read_xml(std::span<const std::string_view> pieces, const XmlEvents& events);

}  // namespace fvm::runner
