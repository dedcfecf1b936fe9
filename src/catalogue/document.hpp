// A catalogue as one JSON document: how a version is kept in the store. Only what differs from the usual is
// written, so that eleven thousand variables are read in a moment.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::catalogue {

std::string to_document(const Catalogue& catalogue);
// "catalogue.bad_document" (defect): the store holds something that we did not write.
Result<Catalogue> read_document(std::string_view text);

}  // namespace fvm::catalogue
