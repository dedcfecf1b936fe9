#include "disclosure/together.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "disclosure/population.hpp"
#include "disclosure/rule_values.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {

namespace {

constexpr size_t small_text_bytes_max = 600;
constexpr uint64_t small_rows_max = 10, untold_rows_max = 2;
constexpr size_t small_traits_min = 2, text_traits_min = 3, untold_columns_min = 3;

std::string_view name_of(Trait trait) {
  static constexpr std::string_view names[] = {"none",  "sex",       "age",  "birth", "date",
                                               "place", "diagnosis", "drug", "name"};
  static_assert(std::size(names) == static_cast<size_t>(Trait::name) + 1);
  return names[static_cast<size_t>(trait)];
}

uint64_t traits_in_words(std::string_view text) {
  std::set<Trait> kinds;
  for (const std::string& word : words(text)) {
    Grid table;
    table.add(word);
    table.end_row();
    table.end();
    Layout layout;
    layout.columns.emplace_back();
    layout.tallies = Tallies(table, 0);
    const Trait trait = traits_of(table, layout).front();
    if (trait != Trait::none) kinds.insert(trait);
    const bool year = word.size() == 4 && (word.starts_with("19") || word.starts_with("20")) &&
                      word.find_first_not_of("0123456789") == std::string::npos;
    if (year) kinds.insert(Trait::birth);
  }
  return kinds.size();
}

// One person's row in a file proves little; in each of several it does.
void check_alike(const std::vector<Outline>& files, Findings& findings) {
  constexpr uint64_t rows_max = 20;
  constexpr size_t files_min = 2;
  Alike sum;
  size_t with_persons = 0;
  for (const Outline& file : files) {
    if (file.alike.rows == 0 || file.alike.rows > rows_max) continue;
    sum.rows += file.alike.rows, sum.few += file.alike.few;
    sum.chance += std::min(file.alike.chance, static_cast<double>(file.alike.rows));
    with_persons += file.alike.few > 0;
  }
  if (with_persons < files_min ||
      surprise(sum.few, sum.chance, sum.rows) < row_of(Parameter::rows_doubtful).value)
    return;
  findings.add("finding.rows_of_persons_in_files", {}, "", std::to_string(with_persons));
}

// Named after their file too: "kvinder.csv".
std::vector<Groups> named_groups(const Outline& file) {
  std::vector<Groups> all = file.groups;
  for (Groups& each : all) each.name += " " + file.name.substr(0, file.name.rfind('.'));
  return all;
}

// The main analysis in one file, and that of all but few in another.
void check_groups(const std::vector<Outline>& files, const Parameters& parameters, Findings& findings) {
  std::vector<std::vector<Groups>> before;
  for (const Outline& file : files) {
    std::vector<Groups> own = named_groups(file);
    for (const Groups& each : own) {
      for (size_t b = 0; b < before.size(); ++b) {
        for (const Groups& other : before[b]) {
          if (const auto place = differ_in_few(other, each, parameters))
            findings.add("finding.small_difference", {file.name, place->row, place->column}, "",
                         files[b].name);
        }
      }
    }
    before.push_back(std::move(own));
  }
}

}  // namespace

uint64_t traits_in_name(std::string_view name) {
  return traits_in_words(name.substr(0, name.rfind('.')));
}

std::string headings_of(const Layout& layout) {
  std::string all;
  for (const Column& column : layout.columns) all += lower(column.header) + "\n";
  return all;
}

std::optional<std::string> small_shape_of(const Grid& table, const Layout& layout) {
  const size_t rows = table.rows() - std::min(layout.header_rows, table.rows());
  const auto counts = [](const Column& column) { return column.kind == ColumnKind::count; };
  if (rows == 0 || rows > small_rows_max) return std::nullopt;
  if (std::any_of(layout.columns.begin(), layout.columns.end(), counts)) return std::nullopt;
  std::set<std::string_view> kinds;
  for (const Trait trait : traits_of(table, layout)) {
    if (trait != Trait::none) kinds.insert(name_of(trait));
  }
  if (kinds.size() >= small_traits_min) {
    std::string shape;
    for (const std::string_view kind : kinds) shape += (shape.empty() ? "" : "+") + std::string(kind);
    return shape;
  }
  if (layout.header_rows == 0 || rows > untold_rows_max || layout.columns.size() < untold_columns_min)
    return std::nullopt;
  return std::string("headings");
}

std::optional<std::string> small_shape_of_text(std::string_view utf8) {
  if (utf8.size() > small_text_bytes_max || traits_in_words(utf8) < text_traits_min) return std::nullopt;
  return std::string("text");
}

void check_over_time(const std::vector<Outline>& files, const std::vector<SmallBefore>& before,
                     Findings& findings) {
  // Of one kind, of headings without a trait, of all kinds with traits together.
  constexpr uint64_t files_min = 5, untold_files_min = 10, any_files_min = 15;
  const auto untold = [](std::string_view shape) { return shape.starts_with("headings"); };
  std::map<std::string, SmallBefore> all;
  uint64_t any = 0;
  for (const SmallBefore& each : before) {
    all[each.shape] = each;
    if (!untold(each.shape)) any += each.files;
  }
  std::set<std::string> here;
  for (const Outline& file : files) {
    for (const SmallShape& small : file.shapes) {
      SmallBefore& sum = all[small.shape];
      ++sum.files, sum.rows += small.rows;
      if (!untold(small.shape)) ++any;
      here.insert(small.shape);
    }
  }
  for (const std::string& shape : here) {
    const SmallBefore& sum = all[shape];
    const bool many = sum.files >= (untold(shape) ? untold_files_min : files_min);
    if (many || (any >= any_files_min && !untold(shape))) {
      findings.add("finding.rows_of_requests", {}, shape.substr(0, shape.find(' ')),
                   std::to_string(many ? sum.files : any));
    }
  }
}

void check_together(const std::vector<Outline>& files, const Parameters& parameters, Findings& findings) {
  constexpr size_t files_min = 5;
  constexpr uint64_t rows_max = 3, traits_min = 2, named_traits_min = 3;
  size_t dealt = 0;
  for (const Outline& file : files) {
    const bool small = file.rows > 0 && file.rows <= rows_max && file.traits >= traits_min;
    dealt += small || traits_in_name(file.name) >= named_traits_min;
  }
  if (dealt >= files_min) findings.add("finding.rows_of_files");
  check_alike(files, findings);
  check_groups(files, parameters, findings);
  for (size_t a = 0; a < files.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      for (const auto& one : files[a].totals) {
        const auto few = [&](const auto& other) { return differ_by_few(one, other, parameters); };
        if (std::any_of(files[b].totals.begin(), files[b].totals.end(), few))
          findings.add("finding.small_difference", {files[a].name, 0, 0}, "", one.front().header);
      }
    }
  }
}

}  // namespace fvm::disclosure
