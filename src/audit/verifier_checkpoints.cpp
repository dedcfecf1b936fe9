#include "audit/verifier_checkpoints.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "crypto/ed25519.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"

namespace fvm::audit::verifier {
namespace {

constexpr std::string_view origin = "fvm-audit-checkpoint";
constexpr std::string_view ed25519_algorithm = "\x01";
constexpr size_t key_id_bytes = 4, signature_bytes = 64, root_bytes = 32;

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::optional<SignedRoot> read_text(std::string_view text) {
  if (take_line(text) != origin) return std::nullopt;
  SignedRoot root;
  const std::string_view digits = take_line(text);
  const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), root.size);
  if (failed != std::errc() || stop != digits.data() + digits.size() ||
      (digits[0] == '0' && digits.size() > 1)) {
    return std::nullopt;
  }
  const auto bytes = crypto::from_base64(take_line(text));
  if (!bytes || bytes->size() != root_bytes) return std::nullopt;
  root.root = *bytes;
  return root;
}

bool signature_holds(std::string_view line, std::string_view text, std::string_view public_key) {
  const std::string start = "\u2014 " + std::string(origin) + " ";
  if (!line.starts_with(start)) return false;
  const auto bytes = crypto::from_base64(line.substr(start.size()));
  if (!bytes || bytes->size() != key_id_bytes + signature_bytes) return false;
  const std::string id =
      crypto::sha256(std::string(origin) + "\n" + std::string(ed25519_algorithm) + std::string(public_key));
  return bytes->substr(0, key_id_bytes) == id.substr(0, key_id_bytes) &&
         crypto::verify(public_key, text, std::string_view(*bytes).substr(key_id_bytes));
}

}  // namespace

std::optional<SignedRoot> open_note(std::string_view note, std::string_view public_key) {
  const size_t gap = note.rfind("\n\n");
  if (gap == std::string_view::npos || !note.ends_with('\n')) return std::nullopt;
  const std::string_view text = note.substr(0, gap + 1);
  for (std::string_view signatures = note.substr(gap + 2); !signatures.empty();) {
    if (signature_holds(take_line(signatures), text, public_key)) return read_text(text);
  }
  return std::nullopt;
}

void Tree::add(std::string_view record) {
  std::string hash = crypto::sha256(std::string(1, '\0') + std::string(record));
  for (size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    auto& row = levels_[level];
    std::copy(hash.begin(), hash.end(), row.emplace_back().begin());
    if (row.size() % 2 != 0) return;
    hash = crypto::sha256("\x01" + std::string(row[row.size() - 2].data(), 32) +
                          std::string(row.back().data(), 32));
  }
}

std::string Tree::root(uint64_t size) const {
  return size == 0 ? crypto::sha256("") : part(0, size);
}

// MTH(D[begin : begin + count]), splitting at the largest power of two below `count`.
std::string Tree::part(uint64_t begin, uint64_t count) const {
  if (std::has_single_bit(count)) {
    const Hash& hash = levels_[std::countr_zero(count)][begin / count];
    return {hash.data(), hash.size()};
  }
  const uint64_t split = std::bit_floor(count);
  return crypto::sha256("\x01" + part(begin, split) + part(begin + split, count - split));
}

}  // namespace fvm::audit::verifier
