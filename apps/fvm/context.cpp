#include "fvm/context.hpp"

#include <cstdio>

#include <boost/json.hpp>

namespace fvm::cli {
namespace {

// Texts that somebody else chose (a purpose, a column's name) must not move the cursor or hide what stands
// before them: every control character but line end and tab is shown as '?', and so are marks of direction.
std::string for_terminal(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    const auto third = static_cast<unsigned char>(i + 2 < text.size() ? text[i + 2] : 0);
    const bool direction = c == 0xE2 && ((next == 0x80 && (third == 0x8E || third == 0x8F)) ||
                                         (next == 0x80 && third >= 0xAA && third <= 0xAE) ||
                                         (next == 0x81 && third >= 0xA6 && third <= 0xA9));
    const bool second_controls = c == 0xC2 && next >= 0x80 && next <= 0x9F;
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || direction || second_controls) {
      out += '?';
      i += direction ? 2 : second_controls ? 1 : 0;
    } else {
      out += text[i];
    }
  }
  return out;
}

void report(Context& context, const Error& error) {
  const std::string text = describe(context.language, error);
  std::fprintf(stderr, "fvm: %s\n", for_terminal(text).c_str());
  context.exit_code = static_cast<int>(error.kind);
  if (!context.json) return;
  boost::json::object facts;
  for (const auto& [name, value] : error.arguments) facts[name] = value;
  const boost::json::object document{{"error", error.code}, {"message", text}, {"facts", std::move(facts)}};
  print(boost::json::serialize(document));
}

}  // namespace

void run_verb(Context& context, const std::function<Result<void>()>& body) {
  run_verb_with_code(context, [&]() -> Result<int> {
    TRY(body());
    return 0;
  });
}

void run_verb_with_code(Context& context, const std::function<Result<int>()>& body) {
  const auto result = body();
  if (result.ok()) {
    context.exit_code = *result;
  } else {
    report(context, result.error());
  }
}

void say(const Context& context, std::string_view key, const Arguments& arguments) {
  std::fprintf(stderr, "%s\n", for_terminal(message(context.language, key, arguments)).c_str());
}

void print(std::string_view text) {
  const std::string line = for_terminal(text);
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace fvm::cli
