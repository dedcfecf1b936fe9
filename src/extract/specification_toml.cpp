#include "extract/specification_toml.hpp"

#include <algorithm>

namespace fvm::extract {
namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Walks through the file and counts.
struct Walker {
  std::string_view source;
  size_t at = 0;
  Place place{};

  bool done() const { return at >= source.size(); }
  void step() {
    if (source[at] == '\n') {
      ++place.line, place.column = 1;
    } else if (at + 1 >= source.size() || !continues_character(source[at + 1])) {
      ++place.column;  // counted with a character's last byte
    }
    ++at;
  }
  void steps(size_t count) {
    while (count-- > 0 && !done()) step();
  }
  bool sees(std::string_view text) const { return source.substr(at).starts_with(text); }
};

// Bytes in the file of one escape, and how many bytes of the value they make.
std::pair<size_t, size_t> escape_size(const Walker& walker) {
  const char kind = walker.at + 1 < walker.source.size() ? walker.source[walker.at + 1] : 0;
  if (kind != 'u' && kind != 'U') return {2, 1};
  const size_t digits = kind == 'u' ? 4 : 8;
  const std::string hex(walker.source.substr(walker.at + 2, digits));
  const unsigned long code = std::strtoul(hex.c_str(), nullptr, 16);
  return {2 + digits, code < 0x80 ? 1u : code < 0x800 ? 2u : code < 0x10000 ? 3u : 4u};
}

}  // namespace

std::string describe(Language language, const Finding& finding) {
  const auto argument = [&](std::string_view name) { return std::string(finding.error.argument(name)); };
  std::string text = argument("file") + ":" + argument("line") + ":" + argument("column") + ": " +
                     fvm::describe(language, finding.error);
  if (!finding.advice.empty()) text += " " + message(language, finding.advice, finding.error.arguments);
  return text;
}

Place place_in_string(std::string_view source, Place begin, size_t offset) {
  Walker walker{source};
  while (!walker.done() && walker.place.line < begin.line) walker.step();
  while (!walker.done() && walker.place.line == begin.line && walker.place.column < begin.column)
    walker.step();
  const bool literal = walker.sees("'");
  const bool several_lines = walker.sees("'''") || walker.sees("\"\"\"");
  walker.steps(several_lines ? 3 : 1);
  if (several_lines && walker.sees("\r\n")) walker.step();
  if (several_lines && walker.sees("\n")) walker.step();
  for (size_t value_bytes = 0; value_bytes < offset && !walker.done();) {
    const bool escape = !literal && walker.sees("\\");
    const auto [file_bytes, made] = escape ? escape_size(walker) : std::pair<size_t, size_t>{1, 1};
    walker.steps(file_bytes);
    value_bytes += made;
  }
  return walker.place;
}

void Findings::add(Place at, Error error, std::string advice, Finding::Weight weight) {
  error.arguments.insert(
      error.arguments.begin(),
      {{"file", file_}, {"line", std::to_string(at.line)}, {"column", std::to_string(at.column)}});
  if (advice.empty() && !error.argument("suggestion").empty()) advice = "project.did_you_mean";
  findings_.push_back({weight, std::move(error), std::move(advice)});
}

void Findings::add(const toml::node* at, Error error, std::string advice) {
  const auto begin = at->source().begin;
  add(Place{std::max(begin.line, 1u), std::max(begin.column, 1u)}, std::move(error), std::move(advice));
}

void Findings::add_in_condition(const toml::node& node, Error error) {
  const auto begin = node.source().begin;
  const size_t offset = std::strtoul(std::string(error.argument("offset")).c_str(), nullptr, 10);
  add(place_in_string(source_, {begin.line, begin.column}, offset), std::move(error));
}

std::vector<Finding> Findings::take() {
  const auto key = [](const Finding& finding) {
    const auto number = [&](std::string_view name) {
      return std::strtoul(std::string(finding.error.argument(name)).c_str(), nullptr, 10);
    };
    return std::pair(number("line"), number("column"));
  };
  std::stable_sort(findings_.begin(), findings_.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  return std::move(findings_);
}

bool Findings::blocks() const {
  return std::any_of(findings_.begin(), findings_.end(),
                     [](const Finding& finding) { return finding.weight == Finding::Weight::blocks; });
}

void Section::only(std::initializer_list<std::string_view> names) const {
  for (const auto& [key, value] : table_) {
    if (std::find(names.begin(), names.end(), key.str()) != names.end()) continue;
    const auto begin = key.source().begin;
    findings_.add(Place{begin.line, begin.column},
                  usage("project.unknown_key",
                        {{"name", std::string(key.str())},
                         {"suggestion", catalogue::nearest(key.str(), {names.begin(), names.end()})}}));
  }
}

const toml::node* Section::place(std::string_view name) const {
  const toml::node* found = table_.get(name);
  return found != nullptr ? found : &table_;
}

const toml::node* Section::needed(std::string_view name) const {
  const toml::node* found = table_.get(name);
  if (found == nullptr) findings_.add(&table_, usage("project.missing_key", {{"name", std::string(name)}}));
  return found;
}

void Section::wrong_kind(const toml::node* at, std::string_view name, std::string expected) const {
  findings_.add(
      at, usage("project.wrong_kind", {{"name", std::string(name)}, {"expected", std::move(expected)}}));
}

std::optional<std::string> Section::text(std::string_view name) const {
  return needed(name) != nullptr ? optional_text(name) : std::nullopt;
}

std::optional<std::string> Section::optional_text(std::string_view name) const {
  const toml::node* found = table_.get(name);
  if (found == nullptr) return std::nullopt;
  const auto value = found->value_exact<std::string>();
  if (!value) wrong_kind(found, name, "\"…\"");
  return value;
}

std::optional<Date> Section::date(std::string_view name) const {
  return needed(name) != nullptr ? optional_date(name) : std::nullopt;
}

std::optional<Date> Section::optional_date(std::string_view name) const {
  const toml::node* found = table_.get(name);
  if (found == nullptr) return std::nullopt;
  const auto value = found->value_exact<toml::date>();
  if (!value) {
    wrong_kind(found, name, "2026-11-23");
    return std::nullopt;
  }
  return Date{value->year, value->month, value->day};
}

std::optional<int64_t> Section::number(std::string_view name, int64_t otherwise, int64_t most) const {
  return table_.contains(name) ? whole(name, 1, most) : otherwise;
}

std::optional<int64_t> Section::whole(std::string_view name, int64_t least, int64_t most) const {
  const toml::node* found = needed(name);
  if (found == nullptr) return std::nullopt;
  const auto value = found->value_exact<int64_t>();
  if (value && *value >= least && *value <= most) return value;
  wrong_kind(found, name, std::to_string(least) + " – " + std::to_string(most));
  return std::nullopt;
}

std::optional<Section> Section::table(std::string_view name) const {
  const toml::node* found = needed(name);
  if (found == nullptr) return std::nullopt;
  if (found->is_table()) return Section(*found->as_table(), findings_);
  wrong_kind(found, name, "{ … }");
  return std::nullopt;
}

std::vector<Section> Section::tables(std::string_view name) const {
  std::vector<Section> out;
  const toml::node* found = table_.get(name);
  if (found == nullptr) return out;
  if (!found->is_array()) {
    wrong_kind(found, name, "[ { … } ]");
    return out;
  }
  for (const toml::node& item : *found->as_array()) {
    if (item.is_table()) {
      out.emplace_back(*item.as_table(), findings_);
    } else {
      wrong_kind(&item, name, "[ { … } ]");
    }
  }
  return out;
}

std::vector<std::pair<std::string, const toml::node*>> Section::texts(std::string_view name) const {
  std::vector<std::pair<std::string, const toml::node*>> out;
  const toml::node* found = table_.get(name);
  if (found == nullptr) return out;
  if (!found->is_array()) {
    wrong_kind(found, name, "[\"…\"]");
    return out;
  }
  for (const toml::node& item : *found->as_array()) {
    if (const auto value = item.value_exact<std::string>()) {
      out.emplace_back(*value, &item);
    } else {
      wrong_kind(&item, name, "[\"…\"]");
    }
  }
  return out;
}

}  // namespace fvm::extract
