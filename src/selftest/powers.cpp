#include "selftest/checks.hpp"
#include "wire/messages.hpp"
#include "wire/power.hpp"
#include "wire/socket.hpp"

namespace fvm::selftest {
namespace {

// What the program says to one question, asked with or without the key to its powers.
template <class Reply, class Question>
Result<std::string> answer_to(const Path& socket, const char* program, const Question& question,
                              bool with_key) {
  auto caller = TRY(with_key ? wire::connect(socket, program) : wire::connect_without_power(socket, program));
  const auto reply = caller.template call<Reply>(question);
  return reply.ok() ? std::string() : reply.error().code;
}

template <class Reply, class Question>
Result<void> ask(const Path& socket, const char* program, const Question& question, Found& found) {
  constexpr std::string_view no_key = "wire.no_key";
  if (TRY((answer_to<Reply>(socket, program, question, true))) == no_key)
    return surroundings("selftest.no_control", {{"what", program}});
  ++found.tried;
  if (TRY((answer_to<Reply>(socket, program, question, false))) != no_key) found.failed.emplace_back(program);
  return {};
}

}  // namespace

Result<Found> check_powers(const Setting& setting) {
  Found found;
  // With the key they are looked at and refused for what they ask: no such profile, no such copy.
  TRY(ask<wire::Launched>(setting.instance.launcher_socket(), "fvm-launcher",
                          wire::Launch{.profile = "self-test", .arguments = {"self-test"}}, found));
  TRY(ask<wire::Secret>(setting.instance.keeper_socket(), "fvm-keeper", wire::OpenKept{}, found));
  TRY(ask<wire::Pseudonyms>(setting.instance.keeper_socket(), "fvm-keeper",
                            wire::Pseudonymise{.scope = "self-test"}, found));
  return found;
}

}  // namespace fvm::selftest
