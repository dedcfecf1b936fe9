// The arguments of a CALL: positional ones, then name => value.
#include <algorithm>

#include "runner/sql_table_call.hpp"

namespace fvm::runner {
namespace {

using pgwire::sql_error;

Error unreadable(std::string what) {
  return sql_error("42601", "syntax error in CALL: " + std::move(what))
      .with("hint", "Write each value as a 'text', a number, NULL or ARRAY['a', 'b'].");
}

class Reader {
 public:
  Reader(const Words& words, size_t first, const std::vector<std::string_view>& parameters)
      : words_(words), at_(first), parameters_(parameters) {}

  Result<CallArguments> read() {
    if (!take("(")) return unreadable("( is missing");
    while (!words_.has(at_, ")")) {
      TRY(read_argument());
      if (!take(",") && !words_.has(at_, ")")) return unreadable(") is missing");
    }
    if (++at_ != words_.size()) return unreadable("something follows the last )");
    return std::move(arguments_);
  }

 private:
  bool take(std::string_view symbol) {
    const bool there = words_.has(at_, symbol);
    if (there) ++at_;
    return there;
  }

  Result<void> read_argument() {
    const bool named = (words_.has(at_ + 1, "=") && words_.has(at_ + 2, ">")) ||
                       (words_.has(at_ + 1, ":") && words_.has(at_ + 2, "="));
    if (!named && in_names_) return unreadable("a value without a name after one with a name");
    if (!named && position_ >= parameters_.size()) return unreadable("too many values");
    const std::string name = named ? words_.value(at_) : std::string(parameters_[position_++]);
    in_names_ = named;
    if (named) at_ += 3;
    if (std::find(parameters_.begin(), parameters_.end(), name) == parameters_.end())
      return sql_error("42883", "CALL has no parameter \"" + name + "\"").with("hint", names());
    if (arguments_.contains(name)) return unreadable("\"" + name + "\" is given twice");
    auto values = TRY(read_value());
    if (!values.empty()) arguments_[name] = std::move(values);
    return {};
  }

  Result<std::vector<std::string>> read_value() {
    std::vector<std::string> values;
    if (words_.has(at_, "NULL")) return ++at_, values;
    if (!words_.has(at_, "ARRAY")) {
      values.push_back(TRY(read_one()));
      return values;
    }
    ++at_;
    if (!take("[")) return unreadable("[ is missing after ARRAY");
    while (!words_.has(at_, "]")) {
      values.push_back(TRY(read_one()));
      if (!take(",") && !words_.has(at_, "]")) return unreadable("] is missing");
    }
    ++at_;
    return values;
  }

  Result<std::string> read_one() {
    using Kind = Token::Kind;
    if (at_ >= words_.size()) return unreadable(") is missing");
    const Token& token = words_.tokens[at_];
    if (token.kind == Kind::parameter)
      return sql_error("0A000", "CALL takes no parameters ($1)").with("hint", "Write the value itself.");
    if (token.kind != Kind::text && token.kind != Kind::number)
      return unreadable("a value is expected at \"" + std::string(token.text.substr(0, 40)) + "\"");
    ++at_;
    return value_of(token);
  }

  std::string names() const {
    std::string out;
    for (const std::string_view name : parameters_)
      out += (out.empty() ? "It has: " : ", ") + std::string(name);
    return out + ".";
  }

  const Words& words_;
  size_t at_;
  const std::vector<std::string_view>& parameters_;
  size_t position_ = 0;
  bool in_names_ = false;
  CallArguments arguments_;
};

}  // namespace

Result<CallArguments> read_arguments(const Words& words, size_t first,
                                     const std::vector<std::string_view>& parameters) {
  return Reader(words, first, parameters).read();
}

}  // namespace fvm::runner
