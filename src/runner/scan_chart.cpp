#include <charconv>
#include <map>

#include "disclosure/text.hpp"
#include "runner/cells.hpp"
#include "runner/scan.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

// One series as a table: its points' names and their values.
class Chart {
 public:
  Chart(std::string_view part, Scan& scan) : part_(part), scan_(scan) {}
  void read(std::string_view xml) {
    const auto done = read_xml(
        xml, {[this](auto name, const Attributes& a) { start(name, a); }, [this](auto name) { end(name); },
              [this](auto text) {
                if (in_value_) value_ += text;
              }});
    if (!done.ok()) scan_.unreadable(std::string(part_), done.error().code);
  }

 private:
  void start(std::string_view name, const Attributes& attributes) {
    if (name == "ser") names_.clear(), values_.clear(), title_.clear();
    if (name == "tx" || name == "cat" || name == "val" || name == "xVal" || name == "yVal") role_ = name;
    if (name == "pt") {
      const std::string_view index = attribute(attributes, "idx");
      std::from_chars(index.data(), index.data() + index.size(), index_);
    }
    in_value_ = name == "v";
    if (in_value_) value_.clear();
  }
  void end(std::string_view name) {
    if (name == "v") {
      in_value_ = false;
      if (values_.size() + names_.size() > cells_max / 4) return;
      if (role_ == "tx") title_ = value_;
      if (role_ == "cat" || role_ == "xVal") names_[index_] = value_;
      if (role_ == "val" || role_ == "yVal") values_[index_] = shown(value_);
    }
    if (name == "ser") put();
  }
  void put() {
    disclosure::Table table;
    table.sheet = std::string(part_) + " series " + std::to_string(++series_);
    table.rows.push_back({"", title_});
    for (const auto& [index, value] : values_) {
      const auto name = names_.find(index);
      table.rows.push_back({name == names_.end() ? "" : disclosure::plain_text(name->second).text,
                            disclosure::plain_text(value).text});
    }
    scan_.table(table);
  }

  std::string_view part_;
  Scan& scan_;
  std::map<size_t, std::string> names_, values_;
  std::string role_, title_, value_;
  size_t index_ = 0, series_ = 0;
  bool in_value_ = false;
};

}  // namespace

void scan_chart(std::string_view xml, std::string_view part, Scan& scan) {
  Chart(part, scan).read(xml);
}

}  // namespace fvm::runner
