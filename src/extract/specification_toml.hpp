// A TOML document read field by field, every mistake kept with its place. Private to this room.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// As every file of ours that includes it: one program must not hold both kinds.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/time.hpp"
#include "base/toml_screen.hpp"
#include "extract/specification.hpp"

namespace fvm::extract {

using Place = TextPlace;

// Where the byte `offset` of a string's value stands in the file, when the string begins (its quote) at
// `begin`: knows quotes of three, escapes and line breaks.
Place place_in_string(std::string_view source, Place begin, size_t offset);

class Findings {
 public:
  Findings(std::string_view source, std::string file) : source_(source), file_(std::move(file)) {}

  void add(const toml::node* at, Error error, std::string advice = {});
  void add(Place at, Error error, std::string advice = {}, Finding::Weight weight = Finding::Weight::blocks);
  // An error of read_condition about the text of `node`.
  void add_in_condition(const toml::node& node, Error error);
  std::vector<Finding> take();  // sorted by place
  bool blocks() const;

 private:
  std::string_view source_;
  std::string file_;
  std::vector<Finding> findings_;
};

// One table of the document. Every reader returns nothing and adds a finding when the field is not as asked.
class Section {
 public:
  Section(const toml::table& table, Findings& findings) : table_(table), findings_(findings) {}

  void only(std::initializer_list<std::string_view> names) const;
  const toml::node* node(std::string_view name) const { return table_.get(name); }
  // The node of a field, or the section itself for a field that is missing.
  const toml::node* place(std::string_view name) const;

  std::optional<std::string> text(std::string_view name) const;  // needed
  std::optional<std::string> optional_text(std::string_view name) const;
  std::optional<Date> date(std::string_view name) const;  // needed
  std::optional<Date> optional_date(std::string_view name) const;
  std::optional<int64_t> number(std::string_view name, int64_t otherwise, int64_t most) const;
  // From `least` to `most`; the field must be there.
  std::optional<int64_t> whole(std::string_view name, int64_t least, int64_t most) const;
  std::optional<Section> table(std::string_view name) const;  // needed
  std::vector<Section> tables(std::string_view name) const;   // missing: none
  // Texts with their nodes; missing: none.
  std::vector<std::pair<std::string, const toml::node*>> texts(std::string_view name) const;
  Findings& findings() const { return findings_; }

 private:
  const toml::node* needed(std::string_view name) const;
  void wrong_kind(const toml::node* at, std::string_view name, std::string expected) const;

  const toml::table& table_;
  Findings& findings_;
};

}  // namespace fvm::extract
