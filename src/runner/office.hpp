// The parts of a zipped office document (ECMA-376), within the limits of scan.hpp. Runs in a sandbox; the
// bytes are hostile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spreadsheet/workbook.hpp"

namespace fvm::runner {

struct Part {
  std::string name;
  std::string bytes;
};

struct Unpacked {
  enum class Problem { none, not_zip, broken, encrypted, path, bomb } problem = Problem::none;
  std::string part;  // where, if anywhere
};
// All parts in the archive's order.
Unpacked unpack_office(std::string_view bytes, std::vector<Part>& parts);

// Null when there is none.
const Part* part_named(const std::vector<Part>& parts, std::string_view name);

// What a part refers to: its relations (ECMA-376, part 2, 9.3), in their order.
struct Relation {
  std::string id;
  std::string type;  // its last word: "worksheet", "styles"
  std::string part;  // by its name from the root; may name a part that is not there
};
// `part`: empty for the relations of the whole document.
std::vector<Relation> relations_of(const std::vector<Part>& parts, std::string_view part);
// The part that programs open: what the document's own relations say, or by its usual name in an archive
// that has none. Null when there is none, or two.
const Part* main_part(const std::vector<Part>& parts);
// The main part refers to it as this; true too when it has no relations at all.
bool is_main_parts(const std::vector<Part>& parts, const Part& part, std::string_view type);

// Shared strings in order; rich text runs put together. `broken`: the code of what stopped the reading.
// `Raised::marked`: digits that are set as superscript become raised ones.
enum class Raised { as_others, marked };
std::vector<std::string> shared_strings(const std::vector<Part>& parts, std::string& broken,
                                        Raised raised = Raised::as_others);

// The sheets that the workbook lists, in its order.
struct SheetPart {
  std::string name;
  spreadsheet::Visibility visibility = spreadsheet::Visibility::shown;
  std::string part;  // "xl/worksheets/sheet1.xml"; may name a part that is not there
};
std::vector<SheetPart> sheet_parts(const std::vector<Part>& parts);

}  // namespace fvm::runner
