#include "disclosure/disguises.hpp"

#include <algorithm>

#include "disclosure/ascii.hpp"
#include "disclosure/runs.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t decoded_bytes_min = 12;

using ascii::alphanumeric;
using ascii::digit;

int hexadecimal(char c) {
  if (digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char digit_like(char c) {
  if (c == 'O' || c == 'o') return '0';
  return c == 'l' || c == 'I' || c == 'i' ? '1' : c;
}

// Nearly all of it is what people write.
bool reads_as_text(std::string_view text) {
  if (text.size() < decoded_bytes_min || !looks_like_text(text)) return false;
  const auto plain = std::count_if(text.begin(), text.end(), [](unsigned char c) {
    return ascii::alphanumeric(static_cast<char>(c)) || c == ' ' || c == '\n' || c == ';' || c == ',' ||
           c == '.' || c == '-' || c == '"' || c == ':' || c == '\t' || c == '/' || c == '_' || c == '{' ||
           c == '}';
  });
  return static_cast<size_t>(plain) * 20 >= text.size() * 19;
}

bool is_compressed(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (const std::string_view magic : {"\x1F\x8B"sv, "PK\3\4"sv, "BZh"sv,
                                       "\xFD"
                                       "7zXZ"sv,
                                       "7z\xBC\xAF"sv, "\x28\xB5\x2F\xFD"sv, "PAR1"sv}) {
    if (bytes.starts_with(magic)) return true;
  }
  return bytes.size() > 2 && bytes[0] == 0x78 &&
         (static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1])) % 31 == 0;
}

// Most text has no digit beside what could stand for one.
bool may_be_disguised(std::string_view plain) {
  bool may = false;
  uint64_t digit_before = 0, sign_before = 0;
  runs::each_block(plain, [&](const char* block, size_t) {
    const uint64_t digits = runs::bits_of(block, runs::digit);
    const uint64_t signs =
        runs::bits_of(block, runs::among<'O', 'o', 'l', 'I', 'i', '%', '=', '*', '|', '_', ','>);
    may = ((digits << 1 | digit_before) & signs) != 0 || ((signs << 1 | sign_before) & digits) != 0;
    digit_before = digits >> (runs::block_bytes - 1), sign_before = signs >> (runs::block_bytes - 1);
    return !may;
  });
  return may;
}

Unpacked judged(std::string bytes, unsigned depth);

std::string from_hexadecimal(std::string_view run) {
  if (run.size() % 2 != 0) return {};
  std::string out;
  for (size_t i = 0; i < run.size(); i += 2) {
    const int high = hexadecimal(run[i]), low = hexadecimal(run[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string from_base32(std::string_view run) {
  std::string out;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : run) {
    if (c == '=') continue;
    const int value = c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    if (value < 0) return {};
    bits = bits << 5 | static_cast<uint32_t>(value);
    if ((count += 5) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

Unpacked unpack_at(std::string_view run, unsigned depth) {
  if (depth > 2) return {};
  for (std::string bytes : {from_hexadecimal(run), from_base32(run), decode_base64(run, decoded_bytes_min)}) {
    if (bytes.size() < decoded_bytes_min) continue;
    Unpacked found = judged(std::move(bytes), depth);
    if (found.packed) return found;
  }
  return {};
}

Unpacked judged(std::string bytes, unsigned depth) {
  if (is_compressed(bytes)) return {true, {}};
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) bytes = to_utf8(bytes);
  std::string narrow;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    if (bytes[i + 1] == 0) narrow += bytes[i];
  }
  if (narrow.size() * 2 >= bytes.size() - 1) bytes = narrow;
  if (!reads_as_text(bytes)) return {};
  const Unpacked inner = bytes.find(' ') == std::string::npos ? unpack_at(bytes, depth + 1) : Unpacked{};
  return inner.packed ? inner : Unpacked{true, std::move(bytes)};
}

}  // namespace

std::string undisguised(std::string_view plain) {
  if (!may_be_disguised(plain)) return {};
  std::string out;
  out.reserve(plain.size());
  bool changed = false;
  for (size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    const auto near = [&](auto is) {
      return (i > 0 && is(plain[i - 1])) || (i + 1 < plain.size() && is(plain[i + 1]));
    };
    if ((c == '%' || c == '=') && i + 2 < plain.size() && plain[i + 1] == '3' && digit(plain[i + 2])) {
      out += plain[i + 2];
      i += 2;
      changed = true;
    } else if (digit_like(c) != c && near([](char n) { return digit(n); })) {
      out += digit_like(c);
      changed = true;
    } else if ((c == '*' || c == '|' || c == '_' || c == ',') && i > 0 && digit(plain[i - 1]) &&
               i + 1 < plain.size() && digit(plain[i + 1]) && (i < 2 || !digit(plain[i - 2])) &&
               (i + 2 >= plain.size() || !digit(plain[i + 2]))) {
      out += ' ';
      changed = true;
    } else {
      out += c;
    }
  }
  return changed ? out : std::string();
}

std::string backwards(std::string_view plain) {
  constexpr size_t number_digits = 10;
  bool any = false;
  runs::each(plain, runs::digit, number_digits, [&](size_t, size_t n) { any = any || n == number_digits; });
  if (!any) return {};
  return {plain.rbegin(), plain.rend()};
}

void each_packed_run(std::string_view plain, const std::function<void(size_t at, size_t n)>& take) {
  const auto packs = [](runs::Bytes bytes) {
    return runs::either(runs::alphanumeric(bytes), runs::among<'+', '/', '=', '-', '_'>(bytes));
  };
  constexpr size_t ten_digits_packed = 14;  // in base64
  runs::each(plain, packs, ten_digits_packed, take);
}

Unpacked unpack_digits(std::string_view run) {
  // What a digit begins with in base64, base32 and hexadecimal: most runs are none.
  if (run.empty() || std::string_view("MNOGH3").find(run[0]) == std::string_view::npos) return {};
  constexpr size_t digits_min = 10;
  for (std::string bytes : {from_hexadecimal(run), from_base32(run), decode_base64(run, digits_min)}) {
    const auto digits = std::count_if(bytes.begin(), bytes.end(), digit);
    const bool nothing_else = bytes.find_first_not_of("0123456789-./ ") == std::string::npos;
    if (static_cast<size_t>(digits) >= digits_min && nothing_else) return {true, std::move(bytes)};
  }
  return {};
}

Unpacked unpack_run(std::string_view run) {
  return unpack_at(run, 0);
}

Unpacked judge_unpacked(std::string bytes, bool compressed) {
  if (bytes.size() < decoded_bytes_min || (!compressed && is_compressed(bytes))) return {};
  return judged(std::move(bytes), 0);
}

}  // namespace fvm::disclosure
