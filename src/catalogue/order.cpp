#include "catalogue/order.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/utf8.hpp"
#include "catalogue/order_names.hpp"
#include "catalogue/sheet_columns.hpp"

namespace fvm::catalogue {
namespace {

using spreadsheet::Row;
using spreadsheet::Sheet;
using spreadsheet::Visibility;
using spreadsheet::Workbook;

constexpr size_t shown_bytes_max = 60;  // of a cell in a finding

enum class Weight { note, blocks };

// What the wanted column says of a row.
enum class Mark { none, wanted, unclear };

Mark mark_of(const std::string& text, bool number) {
  const std::string word = folded(text);
  if (word.empty() || (number && word == "0")) return Mark::none;
  // ×, ✗ and the like are what some keyboards make of an x.
  if (word == (number ? "1" : "x") || word == "×") return Mark::wanted;
  return Mark::unclear;
}

bool is_lonely_mark(const std::string& text) {
  return mark_of(tidy(text), false) == Mark::wanted;
}

std::string shortened(const std::string& text) {
  if (text.size() <= shown_bytes_max) return text;
  return std::string(whole_characters(text, shown_bytes_max)) + "…";
}

class Reader {
 public:
  Reader(const Workbook& workbook, const Catalogue& catalogue)
      : names_(catalogue, register_overview(workbook)) {}

  void read(const Sheet& sheet) {
    sheet_ = &sheet;
    columns_.reset();
    register_.clear();
    hidden_told_ = false;
    for (const Row& row : sheet.rows) {
      if (auto heading = read_heading(row)) {
        columns_ = std::move(heading);
        any_heading_ = true;
        // Without its last column the authority's sheet would want every row that there is.
        if (columns_->has(Column::orderable) && !columns_->has(Column::wanted)) {
          add("order.no_mark_column", {sheet.name, row.number, ""}, Weight::blocks, {});
          columns_.reset();
        }
      } else if (columns_) {
        take(row);
      }
    }
  }

  Order finish() {
    if (!any_heading_) {
      add("order.no_heading", {}, Weight::blocks, {});
    } else if (order_.items.empty() && !order_.blocks()) {
      add("order.nothing", {}, Weight::blocks, {});
    }
    return std::move(order_);
  }

 private:
  // The place of a row's column; a column that the sheet has not is the row as a whole.
  OrderPlace place(const Row& row, Column column) const {
    const auto at = columns_->at(column);
    return {sheet_->name, row.number, at ? spreadsheet::column_name(*at) : ""};
  }

  void add(std::string code, OrderPlace place, Weight weight, Arguments arguments) {
    if (order_.findings.size() == order_findings_max) return;
    if (order_.findings.size() == order_findings_max - 1) {
      code = "order.too_many", weight = Weight::blocks;
      arguments = {{"count", std::to_string(order_findings_max)}};
    }
    const Arguments where{
        {"sheet", place.sheet}, {"row", std::to_string(place.row)}, {"column", place.column}};
    arguments.insert(arguments.begin(), where.begin(), where.end());
    for (auto& [name, value] : arguments) value = shortened(value);
    const Kind kind = weight == Weight::blocks ? Kind::refused : Kind::usage;
    order_.findings.push_back(
        {Error{kind, std::move(code), std::move(arguments)}, std::move(place), weight == Weight::blocks});
  }

  // Something taken although it was written differently: told once, not for each of a hundred rows.
  void tell(std::string code, const OrderPlace& place, const std::string& name, const std::string& taken) {
    if (!told_.insert(code + name + "\n" + taken).second) return;
    add(std::move(code), place, Weight::note, {{"name", name}, {"taken", taken}});
  }

  void take(const Row& row) {
    const std::string table = columns_->text(row, Column::table);
    const std::string variable = columns_->text(row, Column::variable);
    if (!is_wanted(row, table, variable)) return;
    if (table.empty() && variable.empty()) {
      if (columns_->has(Column::wanted))
        add("order.mark_without_variable", place(row, Column::wanted), Weight::blocks, {});
      return;
    }
    const std::string code = register_name(row, table);
    if (code.empty()) return;
    const Table* found = find_table(row, code, table, variable);
    if (found != nullptr) take_variable(row, *found, variable);
  }

  bool is_wanted(const Row& row, const std::string& table, const std::string& variable) {
    if (!columns_->has(Column::wanted)) return !table.empty() || !variable.empty();
    const std::string text = columns_->text(row, Column::wanted);
    const Mark mark = mark_of(text, columns_->wanted_is_number());
    if (mark == Mark::unclear)
      add("order.unclear_mark", place(row, Column::wanted), Weight::blocks,
          {{"mark", text}, {"wanted", columns_->wanted_is_number() ? "1" : "x"}});
    if (mark == Mark::none) look_for_stray_mark(row);
    return mark == Mark::wanted;
  }

  // An x beside the column for it is read by nobody: the person must hear of it.
  void look_for_stray_mark(const Row& row) {
    const size_t wanted = *columns_->at(Column::wanted);
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const auto minipas = columns_->at(Column::minipas);
      if (i == wanted || (minipas && i == *minipas) || !is_lonely_mark(row.cells[i])) continue;
      add("order.mark_elsewhere", {sheet_->name, row.number, spreadsheet::column_name(i)}, Weight::note,
          {{"wanted", spreadsheet::column_name(wanted)}});
      return;
    }
  }

  // The register of a row; empty (with a finding) when there is none. The same text is looked up once.
  std::string register_name(const Row& row, const std::string& table) {
    const bool own = columns_->has(Column::register_name);
    const std::string text = own ? columns_->text(row, Column::register_name) : tidy(sheet_->name);
    if (!register_.empty() && text == register_text_) return register_;
    const Named named = names_.register_of(text);
    std::string code = named.name;
    const bool by_table = code.empty();
    if (by_table) code = names_.register_with(table);
    const OrderPlace at = own ? place(row, Column::register_name) : OrderPlace{sheet_->name, row.number, ""};
    if (code.empty()) {
      add("order.unknown_register", at, Weight::blocks, {{"name", text}, {"advice", named.advice}});
      return {};
    }
    if (by_table || named.guessed) tell("order.taken_as", at, text, code);
    // What was found by its table holds for that row only.
    if (by_table) return code;
    register_text_ = text;
    return register_ = code;
  }

  const Table* find_table(const Row& row, const std::string& code, const std::string& text,
                          const std::string& variable) {
    if (text.empty()) {
      const std::string only = names_.table_with(code, variable);
      if (!only.empty()) {
        tell("order.taken_as", place(row, Column::table), code, code + "." + only);
        return names_.find(code, only);
      }
      add("order.table_missing", place(row, Column::table), Weight::blocks,
          {{"register", code}, {"variable", variable}});
      return nullptr;
    }
    const Named named = names_.table_of(code, text);
    if (named.name.empty()) {
      add("order.unknown_table", place(row, Column::table), Weight::blocks,
          {{"register", code}, {"name", text}, {"advice", named.advice}});
      return nullptr;
    }
    if (named.guessed) tell("order.pattern", place(row, Column::table), text, named.name);
    return names_.find(code, named.name);
  }

  void take_variable(const Row& row, const Table& table, const std::string& text) {
    const OrderPlace at = place(row, Column::variable);
    const Variable* variable = names_.find(table, text);
    const Arguments about{{"table", table.full_name()},
                          {"name", variable == nullptr ? text : variable->name}};
    const auto with = [&](std::string name, std::string value) {
      Arguments more = about;
      more.emplace_back(std::move(name), std::move(value));
      return more;
    };
    if (variable == nullptr)
      return add("order.unknown_variable", at, Weight::blocks,
                 with("advice", names_.nearest_variable(table, text)));
    const Granting may = granting(*variable);
    // A guessed name or free text is told as one; what was only set aside for a person to look at is not.
    const bool guessed_never =
        may == Granting::unconfirmed && !is_stored(variable->what) && variable->what != Class::dropped;
    if (may == Granting::never_stored || guessed_never)
      return add("order.never", at, Weight::blocks, with("class", std::string(to_text(variable->what))));
    if (!variable->orderable) return add("order.not_orderable", at, Weight::blocks, about);
    const auto [before, fresh] = seen_.try_emplace(table.full_name() + "." + variable->name, at);
    if (!fresh)
      return add("order.twice", at, Weight::note,
                 with("first", before->second.sheet + ", " + std::to_string(before->second.row)));
    if (may == Granting::unconfirmed)
      add("order.unconfirmed", at, Weight::note, with("class", std::string(to_text(variable->what))));
    tell_hidden(row);
    order_.items.push_back(
        {table.register_name, table.name, variable->name, at, columns_->raw(row, Column::reason)});
  }

  // Once a sheet: somebody may not know what is crossed there.
  void tell_hidden(const Row& row) {
    if (hidden_told_ || (sheet_->visibility == Visibility::shown && !row.hidden)) return;
    hidden_told_ = true;
    add("order.hidden_mark", {sheet_->name, row.number, ""}, Weight::note, {});
  }

  OrderNames names_;
  Order order_;
  const Sheet* sheet_ = nullptr;
  std::optional<Columns> columns_;
  std::string register_, register_text_;
  std::map<std::string, OrderPlace> seen_;
  std::set<std::string> told_;
  bool any_heading_ = false, hidden_told_ = false;
};

}  // namespace

bool Order::blocks() const {
  return std::any_of(findings.begin(), findings.end(), [](const OrderFinding& each) { return each.blocks; });
}

Order read_order(const Workbook& workbook, const Catalogue& catalogue) {
  Reader reader(workbook, catalogue);
  for (const Sheet& sheet : workbook.sheets)
    if (!is_overview(sheet)) reader.read(sheet);
  return reader.finish();
}

std::string describe(Language language, const OrderFinding& finding) {
  std::string where = finding.place.sheet;
  const bool danish = language == Language::danish;
  if (finding.place.row > 0)
    where += (where.empty() ? "" : ", ") + std::string(danish ? "række " : "row ") +
             std::to_string(finding.place.row);
  if (!finding.place.column.empty()) where += (danish ? ", kolonne " : ", column ") + finding.place.column;
  const std::string text = fvm::describe(language, finding.error);
  return where.empty() ? text : where + ": " + text;
}

}  // namespace fvm::catalogue
