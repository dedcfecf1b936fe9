#include "runner/sql_staged_copy.hpp"

#include <optional>

#include "runner/sql_errors.hpp"

namespace fvm::runner {
namespace {

constexpr size_t copy_batch_rows = 2'048;

std::string quoted_list(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + duck::quote_name(name);
  return list;
}

// Rows gather as text in a table of the connection's own; one INSERT then casts them all, or none.
class StagedCopy final : public pgwire::RowTarget {
 public:
  static Result<std::unique_ptr<StagedCopy>> begin(SqlSession& session, const CopyCommand& command) {
    auto& connection = session.connection();
    auto columns = command.columns;
    if (columns.empty()) {
      const auto all = TRY(connection.prepare("SELECT * FROM " + command.table));
      for (const auto& column : all.columns()) columns.push_back(column.name);
    }
    const auto staging = session.new_name();
    std::string definition;
    for (const auto& column : columns)
      definition += (definition.empty() ? "" : ", ") + duck::quote_name(column) + " VARCHAR";
    TRY(connection.run("CREATE TEMP TABLE " + staging + "(" + definition + ")"));
    auto appender = TRY(duck::Appender::open(connection, "main", staging));
    return std::unique_ptr<StagedCopy>(
        new StagedCopy(session, command.table, std::move(columns), staging, std::move(appender)));
  }
  ~StagedCopy() override {
    appender_.reset();
    (void)session_.connection().run("DROP TABLE IF EXISTS temp.main." + staging_);
  }
  size_t columns() const override { return columns_.size(); }
  Result<void> add(std::span<const pgwire::CopyField> fields) override {
    waiting_.insert(waiting_.end(), fields.begin(), fields.end());
    return waiting_.size() < copy_batch_rows * columns_.size() ? Result<void>{} : flush();
  }
  Result<void> finish() override {
    TRY(flush());
    if (auto closed = appender_->close(); !closed.ok()) return to_sql_error(std::move(closed.error()), {});
    const auto list = quoted_list(columns_);
    auto inserted = session_.connection().run("INSERT INTO " + table_ + " (" + list + ") SELECT " + list +
                                              " FROM temp.main." + staging_);
    if (!inserted.ok()) return to_sql_error(std::move(inserted.error()), {});
    return {};
  }

 private:
  StagedCopy(SqlSession& session, std::string table, std::vector<std::string> columns, std::string staging,
             duck::Appender appender)
      : session_(session),
        table_(std::move(table)),
        columns_(std::move(columns)),
        staging_(std::move(staging)),
        appender_(std::move(appender)) {}

  Result<void> flush() {
    if (waiting_.empty()) return {};
    const size_t width = columns_.size();
    auto appended = appender_->append(waiting_.size() / width, [&](std::span<duck::VectorWriter> writers) {
      for (size_t i = 0; i < waiting_.size(); ++i) {
        if (waiting_[i])
          writers[i % width].set_text(i / width, *waiting_[i]);
        else
          writers[i % width].set_null(i / width);
      }
    });
    waiting_.clear();
    if (!appended.ok()) return to_sql_error(std::move(appended.error()), {});
    return {};
  }

  SqlSession& session_;
  std::string table_;
  std::vector<std::string> columns_;
  std::string staging_;
  std::optional<duck::Appender> appender_;
  std::vector<pgwire::CopyField> waiting_;  // row by row
};

}  // namespace

Result<std::unique_ptr<pgwire::RowTarget>> begin_staged_copy(SqlSession& session,
                                                             const CopyCommand& command) {
  return std::unique_ptr<pgwire::RowTarget>(TRY(StagedCopy::begin(session, command)));
}

}  // namespace fvm::runner
