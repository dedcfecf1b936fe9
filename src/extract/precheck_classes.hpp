// Which variables make a person recognisable, by the catalogue's classes. Pure; private to this room.
#pragma once

#include "catalogue/types.hpp"

namespace fvm::extract {

// What somebody who knows a person may know of him.
enum class Knowledge {
  nothing,  // measures, pseudonyms, texts that are not stored
  trait,    // one of each person: birth date, age, sex, residence
  event,    // one of each row: a day, a code, a hospital
};
Knowledge knowledge_of(const catalogue::Variable& variable);

// Traits that mean the same, whatever a register calls them, count once.
enum class Trait { birth, age, sex, residence };
std::optional<Trait> trait_of(const catalogue::Variable& variable);
std::string_view to_text(Trait trait);

// Needs a reason of its own: names a person together with little else, or somebody beside the person.
bool is_sensitive(const catalogue::Variable& variable);

}  // namespace fvm::extract
