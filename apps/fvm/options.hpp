// The command line as our verbs see it. CLI11 stays in options.cpp: its headers take longer to compile than
// everything else of a verb together.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace fvm::cli {

// What a value must be; anything else is bad usage and says what is allowed.
struct OneOf {
  std::vector<std::string> names;
};
struct Between {
  double least = 0, most = 0;  // both allowed
  bool whole = false;          // a whole number
};
inline OneOf one_of(std::initializer_list<const char*> names) {
  return {{names.begin(), names.end()}};
}
template <class A, class B>
Between between(A least, B most) {
  return {static_cast<double>(least), static_cast<double>(most), std::is_integral_v<A>};
}

class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option* required();
  Option* check(const OneOf& allowed);
  Option* check(const Between& allowed);
  Option* check(std::function<std::string(const std::string&)> complaint);  // empty: it is well
  Option* capture_default_str();  // help shows the value that the variable has now

 private:
  CLI::Option* option_;
};

// A verb and what may follow it. Lives as long as the CommandLine; variables must too.
class Verb {
 public:
  explicit Verb(CLI::App* app) : app_(app) {}

  Verb* add_subcommand(const std::string& name, const std::string& description);
  // `names`: "-n,--count" for a flag with a value, "NAME" for a place. Several values for a vector.
  Option* add_option(const std::string& names, std::string& value, const std::string& description);
  Option* add_option(const std::string& names, std::vector<std::string>& value,
                     const std::string& description);
  Option* add_option(const std::string& names, double& value, const std::string& description);
  Option* add_option(const std::string& names, int& value, const std::string& description);
  Option* add_option(const std::string& names, int64_t& value, const std::string& description);
  Option* add_option(const std::string& names, uint16_t& value, const std::string& description);
  Option* add_option(const std::string& names, uint32_t& value, const std::string& description);
  Option* add_option(const std::string& names, uint64_t& value, const std::string& description);
  Option* add_flag(const std::string& names, bool& value, const std::string& description);

  Verb* footer(const std::string& text);  // shown below the help: an example
  Verb* callback(std::function<void()> body);
  Verb* require_subcommand(int count);
  Verb* fallthrough(bool yes = true);  // options of the programme may stand behind the verb too
  Verb* allow_extras();                // takes whatever follows

 private:
  Option* keep(CLI::Option* option);
  CLI::App* app_;
  std::list<Verb> verbs_;
  std::list<Option> options_;
};

class CommandLine {
 public:
  CommandLine(const std::string& description, const std::string& name, const std::string& version);
  ~CommandLine();
  Verb& root() { return *root_; }
  // Called when all is read, before the verb's body.
  void when_read(std::function<void()> body);
  // Reads the command line and runs the verb's body. False when there was nothing to run: help, version, or
  // bad usage, which has been told; then `bad_usage`.
  bool run(int argc, char** argv, bool& bad_usage);

 private:
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<Verb> root_;
};

}  // namespace fvm::cli
