// For tests and the fuzzer: an engine that knows four statements, and a connection in memory.
//   rows N: N rows of one integer column; with "aloud" in it: a notice; fail: an error; in: COPY FROM STDIN
//   of two columns; out: COPY TO STDOUT.
#pragma once

#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "pgwire/conversation.hpp"
#include "pgwire/values.hpp"

namespace fvm::pgwire {

inline constexpr uint64_t toy_rows_max = 10'000;

class ToyRows final : public Rows {
 public:
  explicit ToyRows(uint64_t count) : count_(count) {}
  std::span<const Column> columns() const override { return columns_; }
  std::string tag(uint64_t rows) const override { return "SELECT " + std::to_string(rows); }
  Result<Progress> write(Output& out, const RowForm& form, uint64_t rows_max) override {
    Progress progress;
    for (; at_ < count_ && (rows_max == 0 || progress.rows < rows_max); ++at_, ++progress.rows) {
      char value[value_bytes_max];
      const std::string text(value, static_cast<size_t>(put_int(value, static_cast<int64_t>(at_)) - value));
      if (form.copy != nullptr)
        out.copy_data(text + "\n");
      else
        data_row(out, text);
    }
    progress.finished = at_ == count_;
    return progress;
  }

 private:
  static void data_row(Output& out, const std::string& text) {
    char* at = out.reserve(11 + text.size());
    *at++ = 'D';
    at = put_four(put_two(put_four(at, static_cast<uint32_t>(10 + text.size())), 1),
                  static_cast<uint32_t>(text.size()));
    out.advance(put_text(at, text));
  }
  std::vector<Column> columns_{{"n", oid::int4, 4, -1}};
  uint64_t count_, at_ = 0;
};

class ToyTarget final : public RowTarget {
 public:
  explicit ToyTarget(std::vector<std::vector<CopyField>>& rows) : rows_(rows) {}
  size_t columns() const override { return 2; }
  Result<void> add(std::span<const CopyField> fields) override {
    waiting_.emplace_back(fields.begin(), fields.end());
    return {};
  }
  Result<void> finish() override {
    rows_ = std::move(waiting_);
    return {};
  }

 private:
  std::vector<std::vector<CopyField>>& rows_;
  std::vector<std::vector<CopyField>> waiting_;
};

class ToyStatement final : public Statement {
 public:
  ToyStatement(std::string sql, std::vector<std::vector<CopyField>>& copied)
      : sql_(std::move(sql)), copied_(copied) {
    if (sql_.find('$') != std::string::npos) parameters_ = {oid::int4};
  }
  std::span<const uint32_t> parameters() const override { return parameters_; }
  bool returns_rows() const override { return sql_.starts_with("rows "); }
  std::span<const Column> columns() const override { return columns_; }
  Result<Outcome> execute(std::span<const BoundValue> values) override {
    if (sql_.starts_with("fail")) return sql_error("22012", "division by zero");
    if (sql_.starts_with("in")) return Outcome(CopyIn{std::make_unique<ToyTarget>(copied_), {}});
    if (sql_.starts_with("out")) return Outcome(CopyOut{std::make_unique<ToyRows>(3), {}});
    if (!returns_rows()) return Outcome(Command{"DONE"});
    uint64_t count = 0;
    const auto text =
        values.empty() || !values[0].bytes ? std::string_view(sql_).substr(5) : *values[0].bytes;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return Outcome(Selected{std::make_unique<ToyRows>(std::min(count, toy_rows_max))});
  }

 private:
  std::string sql_;
  std::vector<std::vector<CopyField>>& copied_;
  std::vector<uint32_t> parameters_;
  std::vector<Column> columns_{{"n", oid::int4, 4, -1}};
};

class ToySession final : public Session {
 public:
  explicit ToySession(std::vector<std::vector<CopyField>>& copied) : copied_(copied) {}
  Result<std::vector<std::string>> split(std::string_view sql) override {
    std::vector<std::string> parts;
    for (size_t at = 0; at <= sql.size();) {
      const size_t end = std::min(sql.find(';', at), sql.size());
      if (end > at) parts.emplace_back(sql.substr(at, end - at));
      at = end + 1;
    }
    return parts;
  }
  Result<std::shared_ptr<Statement>> prepare(std::string_view sql, std::span<const uint32_t>) override {
    if (sql.starts_with("unknown")) return sql_error("42601", "syntax error");
    if (sql.find("aloud") != std::string_view::npos) notices_.emplace_back("said");
    return std::shared_ptr<Statement>(std::make_shared<ToyStatement>(std::string(sql), copied_));
  }
  Transaction transaction() const override { return Transaction::idle; }
  void statement_failed() override {}
  Result<void> begin_group() override { return {}; }
  Result<void> end_group() override { return {}; }
  std::vector<std::pair<std::string, std::string>> changed_settings() override { return {}; }
  std::vector<std::string> take_notices() override { return std::exchange(notices_, {}); }
  void waiting() override {}
  void interrupt() override {}

 private:
  std::vector<std::string> notices_;
  std::vector<std::vector<CopyField>>& copied_;
};

class ToyEngine final : public Engine {
 public:
  Result<std::unique_ptr<Session>> open(const Startup& startup, int32_t) override {
    if (startup.parameter("database") == "none")
      return sql_error("3D000", "database \"none\" does not exist");
    return std::unique_ptr<Session>(std::make_unique<ToySession>(copied));
  }
  std::vector<std::vector<CopyField>> copied;
};

class MemoryChannel final : public Channel {
 public:
  explicit MemoryChannel(std::string input, size_t piece = SIZE_MAX)
      : input_(std::move(input)), piece_(piece) {}
  size_t read(std::span<char> into) override {
    const size_t count = std::min({into.size(), input_.size() - at_, piece_});
    input_.copy(into.data(), count, at_);
    at_ += count;
    return count;
  }
  bool write(std::string_view bytes) override {
    output += bytes;
    return output.size() < output_bytes_max;
  }
  std::string output;
  size_t output_bytes_max = SIZE_MAX;

 private:
  std::string input_;
  size_t piece_, at_ = 0;
};

class ToySurroundings final : public Surroundings {
 public:
  Key key() override { return {7, 9}; }
  void started(Session&) override {}
  void ended() override {}
  void cancel(const CancelRequest& request) override { cancelled = request.process; }
  int32_t cancelled = 0;
};

}  // namespace fvm::pgwire
