#include "agreement/texts.hpp"

namespace fvm::agreement {
namespace {

constexpr uint64_t text_bytes_max = 1u << 20;

}  // namespace

Result<SourceText> source_text(World& world, const config::Instance& instance, Language language,
                               std::string_view name) {
  const std::string folder = language == Language::danish ? "da" : "en";
  const Path own = instance.texts() / "agreements" / folder / (std::string(name) + ".md");
  if (world.exists(own)) return SourceText{own.string(), TRY(world.read_file(own, text_bytes_max))};
  for (unsigned i = 0; i < standard_text_count; ++i) {
    const StandardText& each = standard_texts[i];
    if (each.language == folder && each.name == name) {
      return SourceText{"share/agreements/" + folder + "/" + std::string(name) + ".md",
                        std::string(each.text)};
    }
  }
  return defect("agreement.no_text", {{"name", std::string(name)}});
}

}  // namespace fvm::agreement
