// Everything a person reads, in Danish and English, from messages/da.txt and messages/en.txt.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm {

enum class Language { danish, english };

// FVM_LANG, else LC_ALL, LC_MESSAGES, LANG: "da..." is Danish, anything else English.
Language language_of_environment();

// The text of `key` with each {name} replaced from `arguments`; an unknown key is shown as itself.
std::string message(Language language, std::string_view key, const Arguments& arguments = {});

// The sentence for a person: the text of the code, its arguments filled in.
std::string describe(Language language, const Error& error);

struct MessageText {
  std::string_view key, danish, english;
};
// All texts, sorted by key (generated from the two files).
extern const MessageText message_texts[];
extern const unsigned message_text_count;

}  // namespace fvm
