// A document for people, as a model: what it says and what each part is, not how it looks. One model gives
// the PDF (tagged), the DOCX and the plain text, so that they say the same. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/messages.hpp"
#include "base/time.hpp"

namespace fvm::documents {

inline constexpr unsigned heading_levels_max = 4;

struct Heading {
  unsigned level = 1;  // 1 to heading_levels_max; 1 is the document's own title and stands once
  std::string text;
};

struct Paragraph {
  std::string text;  // a line break is a line break
  bool strong = false;
};

struct List {
  enum class Kind { dots, numbers } kind = Kind::dots;
  std::vector<std::string> items;
};

// The first row is the header, repeated on every page; a screen reader says it with each cell.
struct Table {
  std::string name;  // what a screen reader calls it; also its caption
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
  std::vector<unsigned> widths;                // shares; empty: alike
};

// A text that must be read sign by sign: a hash, a condition as the compiler reads it.
struct Literal {
  std::string text;
};

// What comes next begins on a new page.
struct PageBreak {};

using Block = std::variant<Heading, Paragraph, List, Table, Literal, PageBreak>;

struct Document {
  Language language = Language::danish;
  std::string title, author, footer;
  Date date{};  // of the document, not of its making: the same model gives the same text
  std::vector<Block> blocks;
};

// The whole as text for a terminal or an e-mail; lines are not wrapped.
std::string to_plain_text(const Document& document);

// Appends every block of `more`.
void append(Document& to, std::vector<Block> more);

}  // namespace fvm::documents
