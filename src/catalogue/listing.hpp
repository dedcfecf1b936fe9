// The public list of variables (the order sheet's content): every register's tables and variables with what
// may be ordered, content and validity. It says nothing of types, classes and keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::catalogue {

inline constexpr uint64_t list_bytes_max = 16u << 20;
inline constexpr size_t list_rows_max = 200'000;
inline constexpr size_t list_field_bytes_max = 4096;

struct ListRow {
  std::string register_name, table, variable, content, validity, minipas;
  bool orderable = false;
  std::string class_word;  // of a file of heuristic classes ("person_id"); empty: guess from the name
  std::string place;       // "line 7" or "sheet LPR, row 7", for reports
};

struct Listing {
  std::vector<ListRow> rows;
  std::vector<Register> registers;  // names, where the list has them
};

// The list as TSV: register, kan_bestilles, tabel, variabel, indhold, gyldighed. No quoting: a quote is a
// letter of a name. Errors (usage), with file and line: "catalogue.list_header", "catalogue.list_fields",
// "catalogue.list_orderable", "catalogue.list_empty", "catalogue.list_utf8", "catalogue.list_too_large".
Result<Listing> read_list(std::string_view text, std::string_view file);

// Heuristic classes for the rows of a list, as TSV: register, kan_bestilles, tabel, variabel, klasse. Rows
// are found by name, in order where a name is there twice. "catalogue.list_class" for an unknown class and
// "catalogue.list_stranger" for a row that the list has not.
Result<void> add_classes(Listing& listing, std::string_view text, std::string_view file);

// What a variable is, guessed from its name and content (Danish): to be confirmed, never trusted. Guesses
// towards the careful side: what looks like a number of a person is one until somebody says otherwise.
Class guess_class(std::string_view name, std::string_view content);
// The same from a heuristic class word ("person_id", "org_code", …) with the name; none: not such a word.
std::optional<Class> class_of_heuristic(std::string_view word, std::string_view name,
                                        std::string_view content);

}  // namespace fvm::catalogue
