#include "extract/touched.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "extract/project.hpp"
#include "extract/store.hpp"
#include "store/database.hpp"

namespace fvm::extract {
namespace {

using catalogue::Catalogue;
using catalogue::Change;
using catalogue::Table;

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Both in small letters; a word has no letter right before or after it.
bool names(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

// The tables that the text names, and those on their way to a person, by full name in small letters; and the
// variables that lead there.
struct Used {
  std::set<std::string> tables, leading;

  void add(std::string_view text, const Catalogue& catalogue) {
    for (const Table& table : catalogue.tables)
      if (names(text, folded(table.full_name()))) add_way(table, catalogue);
    for (const Table& table : catalogue.tables)
      if (table.succession) add_way(table, catalogue);  // every project joins changed numbers
  }

 private:
  void add_way(const Table& table, const Catalogue& catalogue) {
    const std::string name = folded(table.full_name());
    if (!tables.insert(name).second) return;
    if (table.person) leading.insert(name + "." + folded(*table.person));
    if (table.succession) leading.insert(name + "." + folded(table.succession->successor));
    if (!table.parent) return;
    const Table* parent = catalogue.find(table.register_name + "." + table.parent->table);
    if (parent == nullptr) return;
    leading.insert(name + "." + folded(table.parent->key));
    leading.insert(folded(parent->full_name() + "." + table.parent->parent_key));
    add_way(*parent, catalogue);
  }
};

}  // namespace

bool is_touched(std::string_view specification, const std::vector<Change>& changes, const Catalogue& before,
                const Catalogue& after) {
  const std::string text = folded(specification);
  Used used;
  used.add(text, before);
  used.add(text, after);
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    const std::string table = folded(change.table), variable = folded(change.variable);
    if (!change.matters || !used.tables.contains(table)) return false;
    return variable.empty() || used.leading.contains(table + "." + variable) || names(text, variable);
  });
}

Result<std::vector<std::string>> touched_by(const store::Database& database,
                                            const std::vector<Change>& changes, const Catalogue& before,
                                            const Catalogue& after) {
  std::vector<std::string> touched;
  for (const std::string& number : TRY(list_projects(database))) {
    const Project project = TRY(open_project(database, number));
    if (project.state != State::open) continue;
    if (is_touched(TRY(specification_text(database, number)), changes, before, after))
      touched.push_back(number);
  }
  return touched;
}

}  // namespace fvm::extract
