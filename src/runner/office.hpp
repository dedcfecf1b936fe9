// The parts of a zipped office document (ECMA-376), within the limits of scan.hpp. Runs in a sandbox; the
// bytes are hostile.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spreadsheet/workbook.hpp"

namespace fvm::runner {

struct Part {
  std::string name;
  std::string_view bytes;
  std::string root;                // its first element; empty: it is no XML
  std::unique_ptr<char[]> memory;  // where the bytes are
};

struct Unpacked {
  enum class Problem { none, not_zip, broken, encrypted, path, bomb } problem = Problem::none;
  std::string part;  // where, if anywhere
};
// All parts in the archive's order.
Unpacked unpack_office(std::string_view bytes, std::vector<Part>& parts);

// Parts and how they hang together. Their names do not tell small letters from large (ECMA-376, part
// 2, 6.2.2).
class Package {
 public:
  explicit Package(std::vector<Part> parts);
  Package(const Package&) = delete;
  Package& operator=(const Package&) = delete;

  const std::vector<Part>& parts() const { return parts_; }
  // Null when there is none.
  const Part* named(std::string_view name) const;
  // One that has the name of another, if any: which of the two would be shown?
  const Part* twice() const { return twice_; }
  // The part that programs open: what the document's own relations say, or by its usual name in an archive
  // that has none. Null when there is none, or two.
  const Part* main() const { return main_; }
  // What a part refers to: its relations (ECMA-376, part 2, 9.3), in their order.
  struct Relation {
    std::string id;
    std::string type;  // its last word: "worksheet", "styles"
    std::string part;  // by its name from the root; may name a part that is not there
  };
  // Those of the main part.
  const std::vector<Relation>& relations() const { return relations_; }
  // The main part refers to it as this; true too when it has no relations at all.
  bool is_mains(const Part& part, std::string_view type) const;

  // Gives back the memory of a part that was read to its end: it has no bytes from here on.
  void forget(const Part& part);

 private:
  // `part`: empty for the relations of the whole document.
  std::vector<Relation> relations_of(std::string_view part) const;
  const Part* find_main() const;
  std::vector<Part> parts_;
  std::map<std::string, const Part*> by_name_;  // in small letters
  const Part* twice_ = nullptr;
  const Part* main_ = nullptr;
  std::vector<Relation> relations_;
};

// Shared strings in order; rich text runs put together. `broken`: the code of what stopped the reading.
// `Raised::marked`: digits that are set as superscript become raised ones.
enum class Raised { as_others, marked };
std::vector<std::string> shared_strings(const Package& package, std::string& broken,
                                        Raised raised = Raised::as_others);

// The sheets that the workbook lists, in its order.
struct SheetPart {
  std::string name;
  spreadsheet::Visibility visibility = spreadsheet::Visibility::shown;
  std::string part_name;       // "xl/worksheets/sheet1.xml"
  const Part* part = nullptr;  // null: it is not there
};
std::vector<SheetPart> sheet_parts(const Package& package);

}  // namespace fvm::runner
