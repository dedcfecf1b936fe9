// The agreements of a case as documents. Pure but for reading the operator's own texts.
#pragma once

#include <string>
#include <vector>

#include "agreement/annex.hpp"
#include "agreement/types.hpp"
#include "base/world.hpp"
#include "casework/document.hpp"
#include "config/instance.hpp"
#include "documents/document.hpp"

namespace fvm::agreement {

struct Draft {
  Kind kind{};
  Party party;
  documents::Document document;
  std::string content_sha256;
};

struct Occasion {
  std::string case_number;
  int64_t version = 0;
  Date date{};
};

// Data processing agreement and agreement on disclosure for the signatory, a declaration for each user.
Result<std::vector<Draft>> draft(World& world, const config::Instance& instance, const config::Config& config,
                                 const casework::Application& application, const Compiled& compiled,
                                 const catalogue::Catalogue& catalogue, const Occasion& occasion);

}  // namespace fvm::agreement
