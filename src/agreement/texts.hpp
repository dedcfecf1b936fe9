// The texts of agreements: the standard ones (share/agreements, carried in the program), or the operator's
// own in the instance: texts/agreements/da/data_processing.md.
#pragma once

#include <string>
#include <string_view>

#include "base/messages.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::agreement {

struct StandardText {
  std::string_view language, name, text;
};
// Generated from share/agreements (tools/agreement_texts.py).
extern const StandardText standard_texts[];
extern const unsigned standard_text_count;

struct SourceText {
  std::string file;  // for messages
  std::string text;
};
// `name`: "data_processing", "disclosure", "user_declaration".
Result<SourceText> source_text(World& world, const config::Instance& instance, Language language,
                               std::string_view name);

}  // namespace fvm::agreement
