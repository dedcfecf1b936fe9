// A document as one flat OpenDocument text file (.fodt), which LibreOffice turns into PDF and DOCX.
#pragma once

#include <string>

#include "documents/document.hpp"

namespace fvm::documents {

// The same model gives the same bytes. Characters that XML cannot hold, and bytes that are not UTF-8, become
// U+FFFD: text of applicants is never markup here.
std::string to_flat_xml(const Document& document);

// `text` as XML character data.
std::string escape_xml(std::string_view text);

}  // namespace fvm::documents
