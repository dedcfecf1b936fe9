#include "safetable/would_tell.hpp"

#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

constexpr size_t named_max = 5;  // of hidden cells; the others are counted

class Sums {
 public:
  Sums(const Record& record, const std::vector<size_t>& codes, Language language)
      : record_(record), codes_(codes), language_(language), cells_(record) {}

  // It is a part of its total along a dimension.
  void as_part(size_t dimension) {
    const size_t own = codes_[dimension];
    if (own == 0) return;
    const size_t parent = cells_.parent(dimension, own);
    const std::string others = hidden(dimension, parent, own), total = text(with(dimension, parent));
    const auto& count = record_.counts[cells_.at(with(dimension, parent))];
    if (!count) {
      add(others.empty() ? "safetable.tells_alone" : "safetable.tells_total", {{"total", total}}, others);
    } else if (!others.empty()) {
      add("safetable.tells_part", {{"total", total}, {"number", std::to_string(*count)}}, others);
    }
  }

  // It is the total of its parts along a dimension.
  void as_total(size_t dimension) {
    const std::string parts = hidden(dimension, codes_[dimension], codes_[dimension]);
    if (!parts.empty()) add("safetable.tells_parts", {{"name", name(dimension)}}, parts);
  }

  std::vector<std::string> take() { return std::move(out_); }

 private:
  const std::string& name(size_t dimension) const { return record_.dimensions[dimension].named.name; }
  std::vector<size_t> with(size_t dimension, size_t code) const {
    auto codes = codes_;
    codes[dimension] = code;
    return codes;
  }
  std::string text(const std::vector<size_t>& codes) const { return text_of_cell(record_, codes, language_); }

  // Headings of the hidden cells below `parent`, but for one.
  std::string hidden(size_t dimension, size_t parent, size_t but) const {
    std::string out;
    size_t found = 0;
    for (size_t code = 1; code < record_.dimensions[dimension].codes.size(); ++code) {
      if (code == but || cells_.parent(dimension, code) != parent) continue;
      if (record_.mark(cells_.at(with(dimension, code))) == Mark::open || ++found > named_max) continue;
      out += (out.empty() ? name(dimension) + " = " : ", ") +
             label_of(record_.dimensions[dimension], code, language_);
    }
    if (found > named_max)
      out += " " + message(language_, "safetable.tells_more", {{"more", std::to_string(found - named_max)}});
    return out;
  }

  void add(std::string_view key, Arguments arguments, const std::string& others) {
    arguments.emplace_back("others", others);
    out_.push_back(message(language_, key, arguments));
  }

  const Record& record_;
  const std::vector<size_t>& codes_;
  const Language language_;
  const Cells cells_;
  std::vector<std::string> out_;
};

}  // namespace

std::string text_of_cell(const Record& record, const std::vector<size_t>& codes, Language language) {
  std::string out;
  for (size_t i = 0; i < codes.size(); ++i)
    out += (i == 0 ? "" : ", ") + record.dimensions[i].named.name + " = " +
           label_of(record.dimensions[i], codes[i], language);
  return out;
}

std::vector<std::string> would_tell(const Record& record, const std::vector<size_t>& codes,
                                    Language language) {
  Sums sums(record, codes, language);
  for (size_t i = 0; i < codes.size(); ++i) sums.as_part(i);
  for (size_t i = 0; i < codes.size(); ++i) sums.as_total(i);
  return sums.take();
}

}  // namespace fvm::safetable
