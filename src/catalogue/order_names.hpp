// From the words of an order to the names of the catalogue. Private to this room.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalogue/types.hpp"

namespace fvm::catalogue {

// A name that was found, or the nearest one that there is.
struct Named {
  std::string name;      // as the catalogue spells it; empty: not found
  std::string advice;    // the nearest when not found
  bool guessed = false;  // found although it was written differently: the person is told
};

class OrderNames {
 public:
  // `overview`: sheet names of the order's own Registeroversigt.
  OrderNames(const Catalogue& catalogue, const std::vector<Register>& overview);

  // "LPR", a sheet's name, a Danish name, "Børnedatabasen - BDB", "DDV_ALL (SSI)".
  Named register_of(const std::string& text) const;
  // A table of a register; also a table that follows a pattern of it.
  Named table_of(const std::string& register_name, const std::string& text) const;
  // The only register that has a table of this name; empty: none or several.
  std::string register_with(const std::string& table) const;
  // The only table of the register that has this variable; empty: none or several.
  std::string table_with(const std::string& register_name, const std::string& variable) const;
  const Table* find(const std::string& register_name, const std::string& table) const;
  const Variable* find(const Table& table, const std::string& variable) const;
  std::string nearest_variable(const Table& table, const std::string& variable) const;

 private:
  const Catalogue& catalogue_;
  std::map<std::string, std::string> registers_;  // every spelling in small letters -> code
  std::unordered_map<std::string, const Table*> tables_;
  std::unordered_map<const Table*, std::unordered_map<std::string, const Variable*>> variables_;
};

}  // namespace fvm::catalogue
