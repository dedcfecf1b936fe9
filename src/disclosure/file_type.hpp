// What a file is, by its content; its name is only a claim. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace fvm::disclosure {

enum class Content {
  text,  // no control characters
  zip,   // decided further by its parts: xlsx, docx, or an archive
  pdf,
  png,
  jpeg,
  archive,     // gzip, bzip2, xz, 7z, rar, zstd, tar
  data,        // SAS, Stata, SPSS, R, Parquet, Arrow, SQLite, DuckDB, HDF5, pickle
  executable,  // ELF, PE, Mach-O, Java class, shared libraries
  old_office,  // OLE2: xls, doc, encrypted xlsx
  unknown,
};

// By the first bytes (at least 512 of them when there are so many); what none of them says is text if it has
// no control characters. `plain`: whether all is_plain(), for who asks for that beside this anyway.
Content content_of(std::string_view bytes);
Content content_of(std::string_view bytes, const std::function<bool()>& plain);
// "data format", "archive" ...: a short name for reports.
std::string_view name_of(Content content);

// What a second opinion on the type of the same bytes, a MIME type, is beside ours. `doubtful`: a person
// looks; `other`: one of the two is deceived, which is refused.
enum class Opinion { same, doubtful, other };
Opinion second_opinion(Content ours, std::string_view mime);

// "Tabel 1.XLSX" -> "xlsx"; none -> empty.
std::string extension_of(std::string_view name);
// The content that files of this extension must have.
Content content_wanted(std::string_view extension);

// Names that may stand in a mail: 1-128 bytes of valid text without control, direction or path characters,
// not starting with '.' or '-'.
bool is_good_file_name(std::string_view name);

// The test file of the anti-virus makers (EICAR), which must be treated as a virus.
bool is_test_virus(std::string_view bytes);

// Bytes behind the end of a PNG (after IEND), or -1 when it has no end: something was hung on behind it or it
// is broken.
int64_t bytes_after_png(std::string_view bytes);

}  // namespace fvm::disclosure
