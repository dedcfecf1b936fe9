#include "documents/template.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/nearest.hpp"

namespace fvm::documents {
namespace {

bool is_name_letter(char c) {
  return std::islower(static_cast<unsigned char>(c)) != 0 ||
         std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Filler {
 public:
  Filler(const std::string& file, const Values& values) : file_(file), values_(values) {}

  Result<void> line(std::string_view text) {
    ++line_;
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
    if (text.empty()) return end_block();
    if (text[0] == '@') return insert(text.substr(1));
    if (text[0] == '#') return heading(text);
    if (text.starts_with("> ")) return literal(text.substr(2));
    if (text.starts_with("- ")) return item(List::Kind::dots, text.substr(2));
    if (const size_t dot = text.find_first_not_of("0123456789");
        dot > 0 && text.substr(dot).starts_with(". "))
      return item(List::Kind::numbers, text.substr(dot + 2));
    if (list_) TRY(end_block());
    if (paragraph_.empty()) paragraph_line_ = line_;
    paragraph_ += (paragraph_.empty() ? "" : " ") + std::string(text);
    return {};
  }

  Result<std::vector<Block>> finish() {
    TRY(end_block());
    return std::move(out_);
  }

 private:
  Result<void> end_block() {
    if (list_ && !list_->items.empty()) out_.push_back(std::move(*list_));
    list_.reset();
    if (paragraph_.empty()) return {};
    const std::string source = std::exchange(paragraph_, {});
    if (const auto text = TRY(filled(source, paragraph_line_))) out_.push_back(Paragraph{*text});
    return {};
  }
  Result<void> insert(std::string_view name) {
    TRY(end_block());
    const auto found = values_.blocks.find(std::string(name));
    if (found == values_.blocks.end()) return unknown(name, line_);
    out_.insert(out_.end(), found->second.begin(), found->second.end());
    return {};
  }
  Result<void> heading(std::string_view text) {
    TRY(end_block());
    const size_t level = std::min(text.find_first_not_of('#'), size_t{heading_levels_max});
    std::string_view words = text.substr(level);
    while (words.starts_with(' ')) words.remove_prefix(1);
    if (const auto said = TRY(filled(words, line_)))
      out_.push_back(Heading{static_cast<unsigned>(level), *said});
    return {};
  }
  Result<void> literal(std::string_view text) {
    TRY(end_block());
    if (const auto said = TRY(filled(text, line_))) out_.push_back(Literal{*said});
    return {};
  }
  Result<void> item(List::Kind kind, std::string_view text) {
    if (!list_ || list_->kind != kind) {
      TRY(end_block());
      list_ = List{kind, {}};
    }
    if (auto said = TRY(filled(text, line_))) list_->items.push_back(std::move(*said));
    return {};
  }

  // Nothing when a condition at its start does not hold.
  Result<std::optional<std::string>> filled(std::string_view text, size_t line) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
      size_t end = at + 1;
      const bool asks = text[at] == '{' && end < text.size() && text[end] == '?';
      if (asks) ++end;
      const size_t begin = end;
      while (text[at] == '{' && end < text.size() && is_name_letter(text[end])) ++end;
      if (text[at] != '{' || end == begin || end == text.size() || text[end] != '}') {
        out += text[at++];
        continue;
      }
      const std::string_view name = text.substr(begin, end - begin);
      const auto found = values_.texts.find(std::string(name));
      if (found == values_.texts.end()) return unknown(name, line);
      if (asks && found->second.empty()) return std::optional<std::string>();
      if (!asks) out += found->second;
      at = end + 1;
      while (asks && at < text.size() && text[at] == ' ') ++at;
    }
    return std::optional<std::string>(std::move(out));
  }

  Error unknown(std::string_view name, size_t line) const {
    std::vector<std::string> names;
    for (const auto& [each, value] : values_.texts) names.push_back(each);
    for (const auto& [each, value] : values_.blocks) names.push_back(each);
    return usage("document.unknown_value", {{"file", file_},
                                            {"line", std::to_string(line)},
                                            {"name", std::string(name)},
                                            {"suggestion", nearest(name, names)}});
  }

  const std::string& file_;
  const Values& values_;
  std::vector<Block> out_;
  std::optional<List> list_;
  std::string paragraph_;
  size_t line_ = 0, paragraph_line_ = 0;
};

}  // namespace

Result<std::vector<Block>> fill(std::string_view text, const std::string& file, const Values& values) {
  Filler filler(file, values);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    TRY(filler.line(text.substr(at, end - at)));
    at = end + 1;
  }
  return filler.finish();
}

}  // namespace fvm::documents
