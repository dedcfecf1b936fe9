#include "api/sorted_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalogue/types.hpp"

namespace fvm::api {
namespace {

// Without case, and å after ø, as in the alphabet and not as in Unicode.
std::string alphabetical(std::string_view text) {
  std::string out = catalogue::folded(text);
  for (size_t at = 0; (at = out.find("\u00e5", at)) != std::string::npos; at += 2)
    out.replace(at, 2, "\u00ff");
  return out;
}

bool before(const SortedCell& a, const SortedCell& b) {
  const auto* left = std::get_if<std::string>(&a.by);
  const auto* right = std::get_if<std::string>(&b.by);
  return left != nullptr && right != nullptr ? alphabetical(*left) < alphabetical(*right) : a.by < b.by;
}

struct Order {
  size_t column = 0;
  bool descending = false;
};

std::optional<Order> order_of(const std::vector<SortedColumn>& columns, const http::Request& request) {
  std::string wanted = request.value("sort");
  const bool descending = wanted.starts_with('-');
  if (descending) wanted.erase(0, 1);
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == wanted) return Order{i, descending};
  return std::nullopt;
}

std::string heads_html(Language language, const std::vector<SortedColumn>& columns,
                       const std::optional<Order>& order) {
  std::string out;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool by_this = order && order->column == i;
    out += fmt::format(
        "<th scope=\"col\"{} aria-sort=\"{}\"><a class=\"sort-button\" href=\"?sort={}{}\">{}</a></th>",
        columns[i].number ? " class=\"number\"" : "",
        !by_this            ? "none"
        : order->descending ? "descending"
                            : "ascending",
        by_this && !order->descending ? "-" : "", columns[i].name, text(language, columns[i].key));
  }
  return out;
}

}  // namespace

std::string sorted_table(Language language, std::string_view caption,
                         const std::vector<SortedColumn>& columns, std::vector<SortedRow> rows,
                         const http::Request& request) {
  const auto order = order_of(columns, request);
  if (order) {
    std::stable_sort(rows.begin(), rows.end(), [&](const SortedRow& a, const SortedRow& b) {
      const SortedCell &left = a[order->column], &right = b[order->column];
      return order->descending ? before(right, left) : before(left, right);
    });
  }
  std::string out = table_begin(caption) + heads_html(language, columns, order) + "</tr></thead><tbody>\n";
  for (const SortedRow& row : rows) {
    out += "<tr>" + row_head(row[0].html);
    for (size_t i = 1; i < row.size(); ++i) out += cell(row[i].html, columns[i].number);
    out += "</tr>\n";
  }
  return out.append(table_close);
}

std::string sorting_of(const http::Request& request) {
  const std::string wanted = request.value("sort").substr(0, 40);
  return wanted.empty() ? "" : "?sort=" + escape_url(wanted);
}

}  // namespace fvm::api
