#include "fvm/options.hpp"

#include <CLI/CLI.hpp>

namespace fvm::cli {

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::check(const OneOf& allowed) {
  option_->check(CLI::IsMember(allowed.names));
  return this;
}

Option* Option::check(const Between& allowed) {
  if (allowed.whole) {
    option_->check(CLI::Range(static_cast<int64_t>(allowed.least), static_cast<int64_t>(allowed.most)));
  } else {
    option_->check(CLI::Range(allowed.least, allowed.most));
  }
  return this;
}

Option* Option::check(std::function<std::string(const std::string&)> complaint) {
  option_->check(std::move(complaint));
  return this;
}

Option* Option::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Verb* Verb::add_subcommand(const std::string& name, const std::string& description) {
  return &verbs_.emplace_back(app_->add_subcommand(name, description));
}

Option* Verb::keep(CLI::Option* option) {
  return &options_.emplace_back(option);
}

Option* Verb::add_option(const std::string& names, std::string& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, std::vector<std::string>& value,
                         const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, double& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, int& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, int64_t& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, uint16_t& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, uint32_t& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_option(const std::string& names, uint64_t& value, const std::string& description) {
  return keep(app_->add_option(names, value, description));
}
Option* Verb::add_flag(const std::string& names, bool& value, const std::string& description) {
  return keep(app_->add_flag(names, value, description));
}

Verb* Verb::footer(const std::string& text) {
  app_->footer(text);
  return this;
}
Verb* Verb::callback(std::function<void()> body) {
  app_->callback(std::move(body));
  return this;
}
Verb* Verb::require_subcommand(int count) {
  app_->require_subcommand(count);
  return this;
}
Verb* Verb::fallthrough(bool yes) {
  app_->fallthrough(yes);
  return this;
}
Verb* Verb::allow_extras() {
  app_->allow_extras();
  return this;
}

CommandLine::CommandLine(const std::string& description, const std::string& name, const std::string& version)
    : app_(std::make_unique<CLI::App>(description, name)), root_(std::make_unique<Verb>(app_.get())) {
  app_->set_version_flag("--version", version);
}
CommandLine::~CommandLine() = default;

void CommandLine::when_read(std::function<void()> body) {
  app_->parse_complete_callback(std::move(body));
}

bool CommandLine::run(int argc, char** argv, bool& bad_usage) {
  try {
    app_->parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& error) {
    bad_usage = app_->exit(error) != 0;
    return false;
  }
}

}  // namespace fvm::cli
