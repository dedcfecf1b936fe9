#include "runner/sql_copy.hpp"

#include "pgwire/protocol.hpp"
#include "pgwire/values.hpp"

namespace fvm::runner {
namespace {

using pgwire::CopyOptions;
using pgwire::sql_error;

class Reader {
 public:
  explicit Reader(const Tokens& tokens) : tokens_(tokens) {}
  Result<std::optional<CopyCommand>> read();

 private:
  bool more() const { return at_ < tokens_.size(); }
  bool next_is(std::string_view word) const { return more() && is(tokens_[at_], word); }
  bool take(std::string_view word) { return next_is(word) ? (++at_, true) : false; }
  size_t closing() const;  // the index of the bracket that closes the one at at_
  std::string raw(size_t from, size_t to) const;
  std::vector<std::string> names_in_brackets();
  Result<void> old_options();
  Result<void> new_options();
  Result<void> option(const std::string& name);
  Result<std::string> character(const std::string& name, const std::string& value);
  Result<void> check();
  std::string value() { return more() ? value_of(tokens_[at_++]) : std::string(); }

  const Tokens& tokens_;
  size_t at_ = 1;  // after COPY
  CopyCommand command_;
  bool delimiter_given_ = false, null_given_ = false, escape_given_ = false;
};

Error syntax(const std::string& near) {
  return sql_error("42601", "syntax error at or near \"" + near + "\"");
}

size_t Reader::closing() const {
  int depth = 0;
  for (size_t i = at_; i < tokens_.size(); ++i) {
    if (is(tokens_[i], "(")) ++depth;
    if (is(tokens_[i], ")") && --depth == 0) return i;
  }
  return tokens_.size();
}

std::string Reader::raw(size_t from, size_t to) const {
  if (from >= to || to > tokens_.size()) return {};
  const char* begin = tokens_[from].text.data();
  const auto& last = tokens_[to - 1].text;
  return {begin, static_cast<size_t>(last.data() + last.size() - begin)};
}

std::vector<std::string> Reader::names_in_brackets() {
  std::vector<std::string> names;
  const size_t end = closing();
  for (++at_; at_ < end; ++at_)
    if (!is(tokens_[at_], ",")) names.push_back(value_of(tokens_[at_]));
  if (at_ < tokens_.size()) ++at_;
  return names;
}

Result<std::optional<CopyCommand>> Reader::read() {
  std::string columns;
  if (next_is("(")) {
    const size_t end = closing();
    command_.source = raw(at_ + 1, end);
    at_ = end + 1;
  } else {
    const size_t start = at_;
    while (more() && !next_is("(") && !next_is("TO") && !next_is("FROM")) ++at_;
    command_.table = raw(start, at_);
    const size_t columns_at = at_;
    if (next_is("(")) command_.columns = names_in_brackets();
    columns = columns_at < at_ ? raw(columns_at + 1, at_ - 1) : "*";
    command_.source = "SELECT " + columns + " FROM " + command_.table;
  }
  command_.to_client = next_is("TO");
  if (!take("TO") && !take("FROM")) return std::optional<CopyCommand>();
  if (!take(command_.to_client ? "STDOUT" : "STDIN")) return std::optional<CopyCommand>();
  take("WITH");
  TRY(next_is("(") ? new_options() : old_options());
  TRY(check());
  return std::optional<CopyCommand>(std::move(command_));
}

Result<void> Reader::new_options() {
  for (++at_; more() && !take(")");) {
    TRY(option(upper(value())));
    if (!next_is(")") && !take(",")) return syntax(more() ? std::string(tokens_[at_].text) : "end of input");
  }
  return more() ? syntax(std::string(tokens_[at_].text)) : Result<void>{};
}

Result<void> Reader::old_options() {
  while (more()) {
    auto name = upper(value());
    if (name == "FORCE") name += "_" + upper(value());
    if (name == "CSV" || name == "BINARY") {
      TRY(name == "CSV" ? Result<void>{} : Result<void>(sql_error("0A000", "COPY BINARY is not supported")));
      command_.options.format = CopyOptions::Format::csv;
    } else if (name == "HEADER") {
      command_.options.header = true;
    } else {
      take("AS");
      TRY(option(name));
    }
  }
  return {};
}

Result<std::string> Reader::character(const std::string& name, const std::string& value) {
  if (value.size() == 1 && value != "\n" && value != "\r") return value;
  return sql_error("22023", "COPY " + lower(name) + " must be a single one-byte character");
}

Result<void> Reader::option(const std::string& name) {
  auto& options = command_.options;
  if (name == "FORMAT") {
    const auto format = lower(value());
    if (format != "csv" && format != "text")
      return sql_error("0A000", "COPY format \"" + format + "\" is not supported")
          .with("hint", "Use csv or text.");
    options.format = format == "csv" ? CopyOptions::Format::csv : CopyOptions::Format::text;
  } else if (name == "HEADER") {
    options.header = next_is(")") || next_is(",") || !(next_is("FALSE") || next_is("OFF") || next_is("0"));
    if (!next_is(")") && !next_is(",")) ++at_;
  } else if (name == "DELIMITER" || name == "DELIMITERS") {
    options.delimiter = TRY(character(name, value()))[0];
    delimiter_given_ = true;
  } else if (name == "NULL") {
    options.null = value();
    null_given_ = true;
  } else if (name == "QUOTE") {
    options.quote = TRY(character(name, value()))[0];
  } else if (name == "ESCAPE") {
    options.escape = TRY(character(name, value()))[0];
    escape_given_ = true;
  } else if (name == "FORCE_QUOTE") {
    if (take("*"))
      options.force_quote_all = true;
    else if (next_is("("))
      command_.force_quote = names_in_brackets();
    else
      do command_.force_quote.push_back(value());
      while (take(","));
  } else if (name == "ENCODING") {
    const auto encoding = upper(value());
    if (encoding != "UTF8" && encoding != "UTF-8")
      return sql_error("22023", "only the encoding UTF8 is possible");
  } else {
    return sql_error("42601", "option \"" + lower(name) + "\" not recognized");
  }
  return {};
}

Result<void> Reader::check() {
  auto& options = command_.options;
  const bool csv = options.format == CopyOptions::Format::csv;
  if (csv && !delimiter_given_) options.delimiter = ',';
  if (csv && !null_given_) options.null = "";
  if (csv && !escape_given_) options.escape = options.quote;
  if (csv && options.delimiter == options.quote)
    return sql_error("22023", "COPY delimiter and quote must be different");
  if (!csv && std::string_view("\\.abcdefghijklmnopqrstuvwxyz0123456789").find(options.delimiter) !=
                  std::string_view::npos)
    return sql_error("22023", std::string("COPY delimiter cannot be \"") + options.delimiter + "\"");
  if (options.null.size() > pgwire::value_bytes_max ||
      options.null.find_first_of("\r\n") != std::string::npos)
    return sql_error("22023", "COPY null representation is too long or has a line end");
  return {};
}

}  // namespace

Result<std::optional<CopyCommand>> read_copy(const Tokens& tokens) {
  if (tokens.empty() || !is(tokens[0], "COPY")) return std::optional<CopyCommand>();
  return Reader(tokens).read();
}

}  // namespace fvm::runner
