// The catalogue as lines and as JSON.
#pragma once

#include <string>

#include <boost/json.hpp>

#include "catalogue/catalogue.hpp"
#include "catalogue/difference.hpp"
#include "catalogue/order.hpp"
#include "fvm/context.hpp"

namespace fvm::cli {

boost::json::object object_of(const catalogue::Table& table);
void print_table(const Context& context, const catalogue::Table& table, bool with_variables);
// What is odd about an imported list: a line for each kind with its count, then its first places.
void print_notes(const Context& context, const std::vector<Error>& notes);
boost::json::array notes_array(const Context& context, const std::vector<Error>& notes);
std::string line_of(const catalogue::Change& change);
boost::json::object object_of(const catalogue::Change& change);
boost::json::object object_of(const Context& context, const catalogue::Order& order);

}  // namespace fvm::cli
