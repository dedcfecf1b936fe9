#include "documents/document.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::documents {
namespace {

class Text {
 public:
  void operator()(const Heading& heading) {
    line(heading.text);
    if (heading.level <= 2) line(std::string(width(heading.text), heading.level == 1 ? '=' : '-'));
    line();
  }
  void operator()(const Paragraph& paragraph) { line(paragraph.text), line(); }
  void operator()(const List& list) {
    size_t number = 0;
    for (const std::string& item : list.items) {
      line((list.kind == List::Kind::numbers ? std::to_string(++number) + ". " : "- ") + item);
    }
    line();
  }
  void operator()(const Table& table) {
    if (!table.name.empty()) line(table.name + ":");
    row(table.header);
    for (const auto& each : table.rows) row(each);
    line();
  }
  void operator()(const Literal& literal) { line("    " + literal.text), line(); }
  void operator()(const PageBreak&) { line(); }
  std::string take() { return std::move(out_); }

 private:
  // Characters, not bytes: what begins a character is counted.
  static size_t width(std::string_view text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  }
  void line(const std::string& text = {}) { out_ += text + "\n"; }
  void row(const std::vector<std::string>& cells) {
    std::string text;
    for (const std::string& cell : cells) text += (text.empty() ? "  " : " | ") + cell;
    line(text);
  }
  std::string out_;
};

}  // namespace

std::string to_plain_text(const Document& document) {
  Text text;
  for (const Block& block : document.blocks) std::visit(text, block);
  return text.take() + document.footer + "\n";
}

void append(Document& to, std::vector<Block> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to.blocks));
}

}  // namespace fvm::documents
