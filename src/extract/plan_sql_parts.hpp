// Pieces of SQL that the queries of a plan have in common. Private to this room; defined in plan_sql.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/plan_sql.hpp"

namespace fvm::extract {

std::string sql_name(std::string_view text);  // "in ""quotes"""
std::string sql_text(std::string_view text);  // 'in ''quotes'''
std::string sql_date(Date day);

// The columns of a table out of these files, as a relation in brackets. A column that the mirror does not
// have (no delivery brought it) is NULL.
std::string relation(const Step& step, const std::vector<std::string>& paths,
                     std::vector<std::string> columns);
std::string all_of(const Step& step, std::vector<std::string> columns);
// The same of some of the files, none of which need have every column.
std::string some_of(const Step& step, const std::vector<std::string>& names,
                    std::vector<std::string> columns);
// relation(), or what `affected` makes of it if the table has persons.
std::string relation_of(Narrowing* affected, const Step& step, const std::vector<std::string>& paths,
                        std::vector<std::string> columns);
std::string all_of(Narrowing* affected, const Step& step, std::vector<std::string> columns);
// " SEMI JOIN …": only rows of way[level], called `qualifier`, that lead to somebody in affected_number.
// Nothing without `affected`.
std::string only(Narrowing* affected, const std::vector<Step>& way, size_t level,
                 const std::string& qualifier);
void add_variables(std::vector<std::string>& columns, const std::optional<Expression>& where);
// " WHERE a AND b", or nothing.
std::string where_of(const std::vector<std::string>& conditions);

}  // namespace fvm::extract
