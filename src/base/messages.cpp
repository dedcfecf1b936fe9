#include "base/messages.hpp"

#include <algorithm>
#include <cstdlib>

namespace fvm {

Language language_of_environment() {
  for (const char* name : {"FVM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) continue;
    return std::string_view(value).starts_with("da") ? Language::danish : Language::english;
  }
  return Language::english;
}

std::string message(Language language, std::string_view key, const Arguments& arguments) {
  const auto* end = message_texts + message_text_count;
  const auto* found = std::lower_bound(
      message_texts, end, key, [](const MessageText& text, std::string_view k) { return text.key < k; });
  std::string text(key);
  if (found != end && found->key == key) text = language == Language::danish ? found->danish : found->english;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t close = text[at] == '{' ? text.find('}', at) : std::string::npos;
    if (close == std::string::npos) {
      out += text[at++];
      continue;
    }
    const std::string_view name(text.data() + at + 1, close - at - 1);
    const auto value =
        std::find_if(arguments.begin(), arguments.end(), [&](const auto& a) { return a.first == name; });
    if (value != arguments.end()) out += value->second;
    at = close + 1;
  }
  return out;
}

std::string describe(Language language, const Error& error) {
  return message(language, error.code, error.arguments);
}

}  // namespace fvm
