#include "catalogue/stored.hpp"

namespace fvm::catalogue {

bool is_pseudonym(Class what) {
  return what == Class::person || what == Class::relative || what == Class::provider;
}

std::string delta_type(const Variable& variable) {
  if (is_pseudonym(variable.what)) return "long";
  switch (variable.type) {
    case Type::integer:
      return "long";
    case Type::decimal:
      return "double";
    case Type::date:
      return "date";
    case Type::timestamp:
      return "timestamp";
    case Type::text:
      break;
  }
  return "string";
}

}  // namespace fvm::catalogue
