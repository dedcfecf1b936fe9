// The field Authentication-Results (RFC 8601):
//   server [version] ; method[/version] = result { ptype.property = value } ; …       comments in ( )
#include <algorithm>

#include "disclosure/text.hpp"
#include "runner/mail.hpp"

namespace fvm::runner {
namespace {

// Words of one field without its comments: "a", "=", "\"quoted\"" (without quotes), ";".
std::vector<std::string> words_of(std::string_view field) {
  std::vector<std::string> words;
  std::string word;
  size_t depth = 0;
  bool quoted = false;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (size_t i = 0; i < field.size(); ++i) {
    const char c = field[i];
    if (c == '\\' && (quoted || depth > 0)) {
      if (++i < field.size() && depth == 0) word += field[i];
    } else if (quoted) {
      if (c == '"') {
        quoted = false;
      } else {
        word += c;
      }
    } else if (c == '(') {
      ++depth;
    } else if (depth > 0) {
      if (c == ')') --depth;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ';' || c == '=') {
      end_word();
      words.emplace_back(1, c);
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  return words;
}

// The results of one field: each from a ';' to the next.
std::vector<std::vector<std::string>> results_of(const std::vector<std::string>& words) {
  std::vector<std::vector<std::string>> results;
  for (const std::string& word : words) {
    if (word == ";") {
      results.emplace_back();
    } else if (!results.empty()) {
      results.back().push_back(disclosure::lower(word));
    }
  }
  return results;
}

// dmarc = RESULT … header.from = DOMAIN
void take_result(const std::vector<std::string>& words, MailAuthentication& out) {
  if (words.size() < 3 || words[1] != "=" || (words[0] != "dmarc" && !words[0].starts_with("dmarc/"))) return;
  MailAuthentication found{words[2], {}};
  for (size_t i = 3; i + 2 < words.size(); ++i) {
    if (words[i] == "header.from" && words[i + 1] == "=") found.domain = words[i + 2];
  }
  const bool first = out.dmarc.empty();
  const bool same = out.dmarc == found.dmarc && out.domain == found.domain;
  if (first) {
    out = std::move(found);
  } else if (!same) {
    out = {"conflict", {}};
  }
}

}  // namespace

MailAuthentication authentication_of(const std::vector<std::string>& fields, std::string_view server) {
  MailAuthentication out;
  if (server.empty()) return out;
  for (const std::string& field : fields) {
    const auto words = words_of(field);
    if (words.empty() || disclosure::lower(words[0]) != disclosure::lower(server)) continue;
    for (const auto& result : results_of(words)) take_result(result, out);
  }
  return out;
}

}  // namespace fvm::runner
