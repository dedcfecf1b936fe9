// PDF (ISO 32000-1): every object is looked at whether a page shows it or not; text is read by poppler from a
// copy in which nothing is hidden.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {

// The text of a PDF, page by page with form feeds between.
using PdfReader = std::function<Result<std::string>(const std::string& pdf)>;
// By Debian's pdftotext, in this sandbox; "scan.no_pdftotext", "scan.pdftotext_failed" with `code`.
Result<std::string> read_pdf(const std::string& pdf);

void scan_pdf(std::string_view bytes, const PdfReader& reader, Scan& scan);

}  // namespace fvm::runner
