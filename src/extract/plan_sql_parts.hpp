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
void add_variables(std::vector<std::string>& columns, const std::optional<Expression>& where);
// " WHERE a AND b", or nothing.
std::string where_of(const std::vector<std::string>& conditions);

}  // namespace fvm::extract
