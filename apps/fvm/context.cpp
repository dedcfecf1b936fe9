#include "fvm/context.hpp"

#include <cstdio>

#include <boost/json.hpp>

namespace fvm::cli {
namespace {

void report(Context& context, const Error& error) {
  const std::string text = describe(context.language, error);
  std::fprintf(stderr, "fvm: %s\n", text.c_str());
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
  std::fprintf(stderr, "%s\n", message(context.language, key, arguments).c_str());
}

void print(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace fvm::cli
