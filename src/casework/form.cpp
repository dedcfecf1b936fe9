#include "casework/form.hpp"

#include <algorithm>
#include <tuple>

#include "base/blank.hpp"
#include "base/nearest.hpp"

namespace fvm::casework {
TextPlace place_of(const toml::node& node) {
  const auto begin = node.source().begin;
  return {std::max(begin.line, 1u), std::max(begin.column, 1u)};
}

void Findings::add(TextPlace at, Error error, Finding::Weight weight, std::string advice) {
  error.arguments.insert(
      error.arguments.begin(),
      {{"file", file_}, {"line", std::to_string(at.line)}, {"column", std::to_string(at.column)}});
  findings_.push_back({weight, std::move(error), std::move(advice)});
}

void Findings::add(const OrderItem& at, Error error, Finding::Weight weight, std::string advice) {
  if (at.sheet.empty()) return add(TextPlace{at.row, at.column}, std::move(error), weight, std::move(advice));
  error.arguments.insert(
      error.arguments.begin(),
      {{"sheet", at.sheet}, {"row", std::to_string(at.row)}, {"column", std::to_string(at.column)}});
  findings_.push_back({weight, std::move(error), std::move(advice)});
}

std::vector<Finding> Findings::take() {
  const auto key = [](const Finding& finding) {
    const auto number = [&](std::string_view name) {
      return std::strtoul(std::string(finding.error.argument(name)).c_str(), nullptr, 10);
    };
    return std::tuple(finding.error.argument("sheet"), number("line"), number("row"), number("column"));
  };
  std::stable_sort(findings_.begin(), findings_.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  return std::move(findings_);
}

TextPlace Section::place(std::string_view field) const {
  const toml::node* found = table_.get(field);
  return place_of(found != nullptr ? *found : table_);
}

std::string Section::full(std::string_view field) const {
  return name_ + "." + std::string(field);
}

void Section::only(std::initializer_list<std::string_view> names) const {
  const std::vector<std::string> known(names.begin(), names.end());
  for (const auto& [key, value] : table_) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    const auto begin = key.source().begin;
    findings_.add(TextPlace{begin.line, begin.column},
                  usage("application.unknown_key",
                        {{"name", full(key.str())}, {"suggestion", nearest(key.str(), known)}}),
                  Finding::Weight::wrong, "application.did_you_mean");
  }
}

void Section::wrong(std::string_view field, Error error, std::string advice) const {
  findings_.add(place(field), std::move(error), Finding::Weight::wrong, std::move(advice));
}

void Section::incomplete(std::string_view field, Error error, std::string advice) const {
  findings_.add(place(field), std::move(error), Finding::Weight::incomplete, std::move(advice));
}

void Section::note(std::string_view field, Error error) const {
  findings_.add(place(field), std::move(error), Finding::Weight::note);
}

void Section::missing(std::string_view field) const {
  incomplete(field, refused("application.missing", {{"name", full(field)}}), "application.fill_in");
}

void Section::wrong_kind(const toml::node& at, std::string_view field, std::string expected) const {
  findings_.add(place_of(at),
                usage("application.wrong_kind", {{"name", full(field)}, {"expected", std::move(expected)}}),
                Finding::Weight::wrong);
}

std::string Section::optional_text(std::string_view field) const {
  const toml::node* found = table_.get(field);
  if (found == nullptr) return {};
  const auto value = found->value_exact<std::string>();
  if (!value) wrong_kind(*found, field, "\"…\"");
  return value.value_or("");
}

std::string Section::text(std::string_view field) const {
  const toml::node* found = table_.get(field);
  std::string value = optional_text(field);
  if (is_blank(value) && (found == nullptr || found->is_string())) missing(field);
  return value;
}

std::vector<std::string> Section::texts(std::string_view field) const {
  std::vector<std::string> out;
  const toml::node* found = table_.get(field);
  if (found == nullptr) return out;
  const toml::array* items = found->as_array();
  if (items == nullptr) {
    wrong_kind(*found, field, "[\"…\"]");
    return out;
  }
  for (const toml::node& item : *items) {
    if (const auto value = item.value_exact<std::string>()) {
      out.push_back(*value);
    } else {
      wrong_kind(item, field, "[\"…\"]");
    }
  }
  return out;
}

std::optional<Date> Section::date(std::string_view field) const {
  const toml::node* found = table_.get(field);
  if (found == nullptr) {
    missing(field);
    return std::nullopt;
  }
  const auto value = found->value_exact<toml::date>();
  if (value) return Date{value->year, value->month, value->day};
  wrong_kind(*found, field, "2026-11-23");
  return std::nullopt;
}

std::optional<Days> Section::days(std::string_view field) const {
  const auto inner = section(field);
  if (!inner) {
    if (!has(field)) missing(field);
    return std::nullopt;
  }
  inner->only({"from", "to"});
  const auto from = inner->date("from"), to = inner->date("to");
  if (!from || !to) return std::nullopt;
  if (*from <= *to) return Days{*from, *to};
  inner->wrong("from", usage("application.from_after_to", {{"from", to_text(*from)}, {"to", to_text(*to)}}));
  return std::nullopt;
}

std::optional<Section> Section::section(std::string_view field) const {
  const toml::node* found = table_.get(field);
  if (found == nullptr) return std::nullopt;
  if (found->is_table()) return Section(*found->as_table(), full(field), findings_);
  wrong_kind(*found, field, "{ … }");
  return std::nullopt;
}

std::vector<Section> Section::sections(std::string_view field) const {
  std::vector<Section> out;
  const toml::node* found = table_.get(field);
  if (found == nullptr) return out;
  const toml::array* items = found->as_array();
  if (items == nullptr) {
    wrong_kind(*found, field, "[ { … } ]");
    return out;
  }
  for (const toml::node& item : *items) {
    if (item.is_table()) {
      out.emplace_back(*item.as_table(), full(field), findings_);
    } else {
      wrong_kind(item, field, "[ { … } ]");
    }
  }
  return out;
}

}  // namespace fvm::casework
