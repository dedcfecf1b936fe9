#include "release/words.hpp"

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"

namespace fvm::release {
namespace {

Result<bool> stands(const Vouch& vouch, Word word, const Request& request, const File& file) {
  return crypto::same_secret(TRY(word_on(vouch, word, request.project, file.sha256)), file.word);
}

}  // namespace

Result<std::string> word_on(const Vouch& vouch, Word word, const std::string& project,
                            const std::string& sha256) {
  const char* what = word == Word::kept ? "fvm-kept-for-1\n" : "fvm-checked-for-1\n";
  return crypto::to_hex(TRY(vouch(what + project + "\n" + sha256 + "\n")));
}

Result<void> require_words(const Vouch& vouch, Word word, const Request& request,
                           const std::vector<File>& files) {
  for (const File& file : files) {
    if (TRY(stands(vouch, Word::checked, request, file))) continue;
    if (word == Word::kept && TRY(stands(vouch, Word::kept, request, file))) continue;
    return refused("release.not_checked", {{"release", request.number}, {"file", file.name}});
  }
  return {};
}

}  // namespace fvm::release
