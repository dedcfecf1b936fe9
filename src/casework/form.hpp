// A TOML document read field by field, every finding kept with its place. Private to this room.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// As every file of ours that includes it: one program must not hold both kinds.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "casework/document.hpp"

namespace fvm::casework {

class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}
  void add(TextPlace at, Error error, Finding::Weight weight, std::string advice = {});
  // A place in an order sheet instead.
  void add(const OrderItem& at, Error error, Finding::Weight weight, std::string advice = {});
  std::vector<Finding> take();  // by place

 private:
  std::string file_;
  std::vector<Finding> findings_;
};

TextPlace place_of(const toml::node& node);

// One table of the document. A field that is missing or of another kind reads as empty, with a finding.
class Section {
 public:
  Section(const toml::table& table, std::string name, Findings& findings)
      : table_(table), name_(std::move(name)), findings_(findings) {}

  void only(std::initializer_list<std::string_view> names) const;
  const toml::table& table() const { return table_; }
  TextPlace place(std::string_view field) const;  // the section's own for a field that is missing
  bool has(std::string_view field) const { return table_.get(field) != nullptr; }

  std::string text(std::string_view field) const;  // needed: blank is missing too
  std::string optional_text(std::string_view field) const;
  std::vector<std::string> texts(std::string_view field) const;
  std::optional<Days> days(std::string_view field) const;        // { from = DATE, to = DATE }; needed
  std::optional<Section> section(std::string_view field) const;  // nothing, without a finding, when missing
  std::vector<Section> sections(std::string_view field) const;   // missing: none
  // Adds to the findings at a field.
  void wrong(std::string_view field, Error error, std::string advice = {}) const;
  void incomplete(std::string_view field, Error error, std::string advice = {}) const;
  void note(std::string_view field, Error error) const;
  void missing(std::string_view field) const;

 private:
  std::optional<Date> date(std::string_view field) const;
  std::string full(std::string_view field) const;
  void wrong_kind(const toml::node& at, std::string_view field, std::string expected) const;

  const toml::table& table_;
  std::string name_;  // "application.payer", for messages
  Findings& findings_;
};

}  // namespace fvm::casework
