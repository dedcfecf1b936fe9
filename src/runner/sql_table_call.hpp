// Safe tables in SQL:
//
//   CALL fvm.safe_table('SELECT …', rows => 'kommune', columns => 'koen,alder', sum => 'beloeb', out =>
//   't.xlsx');
//   CALL fvm.safe_survival('SELECT …', 'dage', 'doed', by => 'koen', until => '365');
//   CALL fvm.safe_regression('SELECT …', 'syg', 'alder, factor(kommune)', 'binomial');
//   CALL fvm.safe_group_by('SELECT kommune, count(DISTINCT pnr) FROM … GROUP BY 1');   -- sql_groups_call.hpp
//   CALL fvm.safe_tables();                            -- what was released to the project
//   CALL fvm.safe_table_again(3, out => 't.csv');
//   CALL fvm.safe_table_notes(3);                      -- without a number: this connection's last one
//   CALL fvm.safe_table_explain(3, 'kommune=101');
//
// A table's rows are its dimensions, its count, its figures (NULL where hidden) and its mark; a curve's its
// steps. NOTICEs say what was hidden and why, and the number on record. The table is not part of a
// transaction: it is out when it is there.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "pgwire/engine.hpp"
#include "runner/sql_session.hpp"

namespace fvm::runner {

// Is it CALL fvm.…?
bool is_table_call(const Words& words);
// SQLSTATE 42883 for an unknown name, 42601 for what cannot be read.
Result<std::shared_ptr<pgwire::Statement>> prepare_table_call(SqlSession& session,
                                                              const std::shared_ptr<const Words>& words);

// Asks for a table; NOTICEs say what was hidden. The answer is JSON as of room safetable's view.hpp.
Result<boost::json::object> ask_for_table(SqlSession& session, boost::json::object request);

// What stands between the parentheses, by name: a text is one value, ARRAY[…] several, NULL none.
using CallArguments = std::map<std::string, std::vector<std::string>>;
// `parameters`: names in the order of the positional form.
Result<CallArguments> read_arguments(const Words& words, size_t first,
                                     const std::vector<std::string_view>& parameters);

}  // namespace fvm::runner
