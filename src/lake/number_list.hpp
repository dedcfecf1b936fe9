// Beside a mirror file may stand lists of the numbers in some of its columns, so that whoever looks for few
// persons need not read the column. A list is made of the file alone, and a file of the mirror never changes:
// a list that is there is right. One that is missing only costs time.
//
// TABLE/_numbers/FILE.COLUMN.numbers: the magic, the count, then the numbers themselves, ascending and each
// once; all of them whole numbers of eight bytes, the lowest first. Names that begin with '_' are no data of
// a Delta table.
//
// Of the same form is the list of the pseudonyms in a file of a project's map (runner/seen_pseudonyms.hpp):
// beside FILE.parquet stands FILE.pseudonyms.
#pragma once

#include <cstdint>
#include <string>

#include "base/world.hpp"

namespace fvm::lake {

inline constexpr std::string_view number_list_folder = "_numbers";
inline constexpr uint64_t number_list_magic = 0x31534D554E4D5646;  // "FVMNUMS1"
inline constexpr uint64_t number_list_head_bytes = 16;
inline constexpr std::string_view pseudonym_list_extension = ".pseudonyms";

inline Path pseudonym_list_of(Path map_file) {
  return map_file.replace_extension(pseudonym_list_extension);
}

// `column` as the mirror's schema writes it. A name that is no name of a file has no list.
inline std::string number_list_name(std::string_view file, std::string_view column) {
  constexpr size_t name_bytes_max = 200;
  if (column.find('/') != std::string_view::npos || file.find('/') != std::string_view::npos) return {};
  std::string name = std::string(file) + "." + std::string(column) + ".numbers";
  return name.size() <= name_bytes_max ? name : std::string();
}

}  // namespace fvm::lake
