#include "audit/record.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "crypto/encoding.hpp"
#include "crypto/identifier.hpp"
#include "crypto/sha256.hpp"

namespace fvm::audit {
namespace {

constexpr std::string_view record_domain = "fvm-audit-record-1\n";
constexpr std::string_view hash_key = ",\"hash\":\"";
constexpr size_t hash_characters = 64;

// Length of the well-formed UTF-8 sequence at the start of `text`, or 0 (RFC 3629: no overlong forms, no
// surrogates).
size_t sequence_bytes(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf && follows(1)) return 2;
  if (first >= 0xe0 && first <= 0xef && follows(1) && follows(2)) {
    const unsigned code = ((first & 15) << 12) | ((byte(1) & 63) << 6);
    return code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4 && follows(1) && follows(2) && follows(3)) {
    const unsigned code = ((first & 7) << 18) | ((byte(1) & 63) << 12);
    return code >= 0x10000 && code <= 0x10ffff ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, std::string_view sequence) {
  const auto byte = static_cast<unsigned char>(sequence[0]);
  if (byte == '"' || byte == '\\') {
    out += '\\';
    out += sequence;
  } else if (byte < 0x20 || byte == 0x7f) {
    out += "\\u00";
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  } else {
    out += sequence;
  }
}

std::string json_string(std::string_view raw) {
  const std::string text = mask_identifiers(raw);
  std::string out = "\"";
  for (std::string_view rest = text; !rest.empty();) {
    const size_t bytes = sequence_bytes(rest);
    bytes == 0 ? void(out += "\xef\xbf\xbd") : append_escaped(out, rest.substr(0, bytes));
    rest.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return out + '"';
}

std::string facts_object(const Arguments& facts) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : facts) sorted[json_string(name)] = json_string(value);
  std::string out = "{";
  for (const auto& [name, value] : sorted) out += (out.size() > 1 ? "," : "") + name + ":" + value;
  return out + "}";
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

std::string mask_identifiers(std::string_view text) {
  std::string out(text);
  for (size_t start = 0; start < text.size();) {
    if (!is_word(text[start])) {
      ++start;
      continue;
    }
    size_t end = start;
    while (end < text.size() && is_word(text[end])) ++end;
    // DDMMYY-XXXX is one number in two words.
    size_t whole = end;
    if (end - start == 6 && text.substr(end, 1) == "-") {
      size_t tail = end + 1;
      while (tail < text.size() && is_word(text[tail])) ++tail;
      if (tail - end == 5) whole = tail;
    }
    if (crypto::pack_person(text.substr(start, whole - start))) {
      std::fill(out.begin() + start, out.begin() + whole, '#');
      end = whole;
    }
    start = end;
  }
  return out;
}

Result<Record> make_record(uint64_t seq, Time time, const Event& event, std::string_view previous) {
  Record record;
  record.line = "{\"seq\":" + std::to_string(seq) + ",\"time\":" + json_string(to_text(time)) +
                ",\"actor\":" + json_string(event.actor) + ",\"action\":" + json_string(event.action) +
                ",\"subject\":" + json_string(event.subject) + ",\"facts\":" + facts_object(event.facts) +
                ",\"previous\":\"" + std::string(previous) + '"';
  record.hash = crypto::sha256_hex(std::string(record_domain) + record.line);
  record.line += std::string(hash_key) + record.hash + "\"}";
  if (record.line.size() >= record_bytes_max) {
    return defect("audit.record_too_large",
                  {{"action", event.action}, {"bytes_max", std::to_string(record_bytes_max)}});
  }
  return record;
}

std::optional<LineEnds> read_ends(std::string_view line) {
  constexpr std::string_view start = "{\"seq\":";
  const size_t tail = hash_key.size() + hash_characters + 2;
  if (!line.starts_with(start) || line.size() < start.size() + tail || !line.ends_with("\"}"))
    return std::nullopt;
  if (line.substr(line.size() - tail, hash_key.size()) != hash_key) return std::nullopt;
  LineEnds ends;
  const auto [stop, failed] =
      std::from_chars(line.data() + start.size(), line.data() + line.size(), ends.seq);
  if (failed != std::errc() || *stop != ',') return std::nullopt;
  ends.hash = line.substr(line.size() - 2 - hash_characters, hash_characters);
  return ends;
}

}  // namespace fvm::audit
