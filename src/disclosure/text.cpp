#include "disclosure/text.hpp"

#include <algorithm>
#include <array>

#include "disclosure/ascii.hpp"
#include "disclosure/runs.hpp"

namespace fvm::disclosure {
namespace {

constexpr uint32_t replacement = 0xFFFD;  // a character like others: a text that holds it is not broken
constexpr uint32_t bad = UINT32_MAX;

// The code point at `at`, which moves behind it; `bad` for bytes that are no UTF-8. Longer spellings than
// need be are read, so that nothing hides in them, and halves of pairs: put_character() writes neither.
uint32_t take_code_point(std::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const unsigned more = first >= 0xF0 && first < 0xF5 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
  if (more == 0 || first >= 0xF5) return bad;
  uint32_t code = first & (0x3F >> more);
  for (unsigned i = 0; i < more; ++i) {
    if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) return bad;
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return code;
}

void put_code_point(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

void put_character(std::string& out, uint32_t code) {
  const bool none = code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
  put_code_point(out, none ? replacement : code);
}

// Characters that stand for one decimal digit (Unicode: Numeric_Type Decimal or Digit): the digits of every
// script, raised, lowered, circled, with a dot or in brackets. `count` of them follow each other from
// `first`.
struct DigitRun {
  uint32_t first;
  uint8_t value, count;
};
constexpr auto digit_runs = std::to_array<DigitRun>({
    {0x00B2, 2, 2},   {0x00B9, 1, 1},   {0x0660, 0, 10},  {0x06F0, 0, 10},  {0x07C0, 0, 10},
    {0x0966, 0, 10},  {0x09E6, 0, 10},  {0x0A66, 0, 10},  {0x0AE6, 0, 10},  {0x0B66, 0, 10},
    {0x0BE6, 0, 10},  {0x0C66, 0, 10},  {0x0CE6, 0, 10},  {0x0D66, 0, 10},  {0x0DE6, 0, 10},
    {0x0E50, 0, 10},  {0x0ED0, 0, 10},  {0x0F20, 0, 10},  {0x1040, 0, 10},  {0x1090, 0, 10},
    {0x1369, 1, 9},   {0x17E0, 0, 10},  {0x1810, 0, 10},  {0x1946, 0, 10},  {0x19D0, 0, 10},
    {0x19DA, 1, 1},   {0x1A80, 0, 10},  {0x1A90, 0, 10},  {0x1B50, 0, 10},  {0x1BB0, 0, 10},
    {0x1C40, 0, 10},  {0x1C50, 0, 10},  {0x2070, 0, 1},   {0x2074, 4, 6},   {0x2080, 0, 10},
    {0x2460, 1, 9},   {0x2474, 1, 9},   {0x2488, 1, 9},   {0x24EA, 0, 1},   {0x24F5, 1, 9},
    {0x24FF, 0, 1},   {0x2776, 1, 9},   {0x2780, 1, 9},   {0x278A, 1, 9},   {0xA620, 0, 10},
    {0xA8D0, 0, 10},  {0xA900, 0, 10},  {0xA9D0, 0, 10},  {0xA9F0, 0, 10},  {0xAA50, 0, 10},
    {0xABF0, 0, 10},  {0xFF10, 0, 10},  {0x104A0, 0, 10}, {0x10A40, 1, 4},  {0x10D30, 0, 10},
    {0x10E60, 1, 9},  {0x11052, 1, 9},  {0x11066, 0, 10}, {0x110F0, 0, 10}, {0x11136, 0, 10},
    {0x111D0, 0, 10}, {0x112F0, 0, 10}, {0x11450, 0, 10}, {0x114D0, 0, 10}, {0x11650, 0, 10},
    {0x116C0, 0, 10}, {0x11730, 0, 10}, {0x118E0, 0, 10}, {0x11950, 0, 10}, {0x11C50, 0, 10},
    {0x11D50, 0, 10}, {0x11DA0, 0, 10}, {0x11F50, 0, 10}, {0x16A60, 0, 10}, {0x16AC0, 0, 10},
    {0x16B50, 0, 10}, {0x1D7CE, 0, 10}, {0x1D7D8, 0, 10}, {0x1D7E2, 0, 10}, {0x1D7EC, 0, 10},
    {0x1D7F6, 0, 10}, {0x1E140, 0, 10}, {0x1E2F0, 0, 10}, {0x1E4F0, 0, 10}, {0x1E950, 0, 10},
    {0x1F100, 0, 1},  {0x1F101, 0, 10}, {0x1FBF0, 0, 10},
});

int digit_of(uint32_t code) {
  const auto behind = std::upper_bound(digit_runs.begin(), digit_runs.end(), code,
                                       [](uint32_t c, const DigitRun& run) { return c < run.first; });
  if (behind == digit_runs.begin()) return -1;
  const DigitRun& run = *(behind - 1);
  return code < run.first + run.count ? static_cast<int>(run.value + code - run.first) : -1;
}

// Accents and enclosures that are put over the character before: on a digit they mean nothing.
bool is_combining(uint32_t code) {
  return (code >= 0x0300 && code <= 0x036F) || (code >= 0x20D0 && code <= 0x20FF);
}

bool is_invisible(uint32_t code) {
  return code == 0x00AD || code == 0x3164 || code == 0xFFA0 || code == 0x034F || code == 0x061C ||
         code == 0xFEFF || (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || (code >= 0xFE00 && code <= 0xFE0F) ||
         (code >= 0xE0000 && code <= 0xE0FFF) || code == 0x180E;
}

bool is_blank(uint32_t code) {
  return code == 0x00A0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F ||
         code == 0x205F || code == 0x3000 || code == 0x115F || code == 0x1160 || code == 0x2800;
}

bool is_dash(uint32_t code) {
  return (code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0xFE58 || code == 0xFE63 ||
         code == 0xFF0D || code == 0x2043 || code == 0x02D7 || code == 0x30FC || code == 0x2E3A ||
         code == 0x2E3B;
}

bool is_utf8(std::string_view text) {
  for (size_t at = ascii::run(text, 0); at < text.size(); at += ascii::run(text, at)) {
    if (take_code_point(text, at) == bad) return false;
  }
  return true;
}

std::string from_utf16(std::string_view bytes, bool little) {
  std::string out;
  const auto unit = [&](size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]), b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<uint32_t>(little ? b << 8 | a : a << 8 | b);
  };
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    uint32_t code = unit(at);
    const uint32_t next = at + 3 < bytes.size() ? unit(at + 2) : 0;
    if (code >= 0xD800 && code < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (next - 0xDC00);
      at += 2;
    }
    put_character(out, code);
  }
  return out;
}

}  // namespace

bool is_plain(std::string_view text) {
  bool plain = true;
  uint64_t begun = 0;  // the block before ended with the first byte of a letter
  runs::each_block(text, [&](const char* block, size_t) {
    const uint64_t high = runs::bits_of(block, [](runs::Bytes bytes) { return bytes; });
    if ((high | begun) == 0) return true;
    const uint64_t first = runs::bits_of(block, runs::among<'\xC3'>);
    const uint64_t second = runs::bits_of(block, [](runs::Bytes b) { return runs::between(b, 0x80, 0xBF); });
    plain = (first | second) == high && second == (first << 1 | begun);
    begun = first >> (runs::block_bytes - 1);
    return plain;
  });
  return plain && begun == 0;
}

bool has_long_spelling(std::string_view bytes) {
  const auto u = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    const bool long_two = (u(i) == 0xE0 && u(i + 1) >= 0x80 && u(i + 1) < 0xA0) ||
                          (u(i) == 0xF0 && u(i + 1) >= 0x80 && u(i + 1) < 0x90);
    const bool long_one = (u(i) == 0xC0 || u(i) == 0xC1) && u(i + 1) >= 0x80 && u(i + 1) < 0xC0;
    if ((long_two && i + 2 < bytes.size() && (u(i + 2) & 0xC0) == 0x80) || long_one) return true;
  }
  return false;
}

PlainText plain_text(std::string_view utf8) {
  PlainText plain;
  plain.text.reserve(utf8.size());
  for (size_t at = 0; at < utf8.size();) {
    if (const size_t run = ascii::run(utf8, at); run > 0) {
      plain.text.append(utf8, at, run);
      at += run;
      continue;
    }
    const uint32_t code = take_code_point(utf8, at);
    if (code < 0x80) {  // spelt longer than need be: no program writes that, and some show nothing
      plain.text += static_cast<char>(code);
      plain.had_invisible = true;
    } else if (is_invisible(code)) {
      plain.had_invisible |= at > 3;  // a byte order mark at the start hides nothing
    } else if (is_blank(code)) {
      plain.text += ' ';
    } else if (is_dash(code)) {
      plain.text += '-';
    } else if (is_combining(code) && !plain.text.empty() && plain.text.back() >= '0' &&
               plain.text.back() <= '9') {
      plain.had_invisible = true;
    } else if (code == 0x2044 || code == 0x2215) {
      plain.text += '/';
    } else if (code == 0x00B7 || code == 0x2027) {
      plain.text += '.';
    } else if (code == 0xFF3F) {
      plain.text += '_';
    } else if (code == 0x85 || code == 0x2028 || code == 0x2029) {
      plain.text += '\n';
    } else if (const int digit = digit_of(code); digit >= 0) {
      plain.text += static_cast<char>('0' + digit);
    } else if (code == bad || code == replacement) {
      plain.text += '?';
    } else {
      put_character(plain.text, code);
    }
  }
  return plain;
}

std::string_view plain_view(std::string_view utf8, std::string& room) {
  if (is_plain(utf8)) return utf8;
  return room = plain_text(utf8).text;
}

namespace {

bool is_raised(uint32_t code) {
  return code == 0xB2 || code == 0xB3 || code == 0xB9 || code == 0x2070 ||
         (code >= 0x2074 && code <= 0x2079) || (code >= 0x2080 && code <= 0x2089);
}

}  // namespace

bool has_raised(std::string_view utf8) {
  bool any = false;
  runs::each_block(utf8, [&](const char* block, size_t at) {
    for (uint64_t bits = runs::bits_of(block, runs::among<'\xC2', '\xE2'>); bits != 0; bits &= bits - 1) {
      size_t next = at + static_cast<size_t>(std::countr_zero(bits));
      any = any || is_raised(take_code_point(utf8, next));
    }
    return !any;
  });
  return any;
}

std::string without_raised(std::string_view utf8) {
  std::string out;
  for (size_t at = 0; at < utf8.size();) {
    const size_t from = at;
    const uint32_t code = take_code_point(utf8, at);
    const bool behind_digit = !out.empty() && out.back() >= '0' && out.back() <= '9';
    if (!(is_raised(code) && behind_digit)) out += utf8.substr(from, at - from);
  }
  return out;
}

std::string raised(std::string_view digits) {
  constexpr std::array<uint32_t, 10> codes = {0x2070, 0xB9,   0xB2,   0xB3,   0x2074,
                                              0x2075, 0x2076, 0x2077, 0x2078, 0x2079};
  std::string out;
  for (const char c : digits) {
    if (c >= '0' && c <= '9') {
      put_code_point(out, codes[static_cast<size_t>(c - '0')]);
    } else {
      out += c;
    }
  }
  return out;
}

std::string to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string out;
  if (is_utf8(bytes)) {
    out.reserve(bytes.size());
    for (size_t at = 0; at < bytes.size();) {
      const size_t run = ascii::run(bytes, at);
      out.append(bytes, at, run);
      if ((at += run) < bytes.size()) put_character(out, take_code_point(bytes, at));
    }
  } else {
    for (const char c : bytes) put_code_point(out, static_cast<unsigned char>(c));
  }
  return out;
}

std::string_view utf8_view(std::string_view bytes, std::string& room) {
  if (is_plain(bytes)) return bytes;
  return room = to_utf8(bytes);
}

std::string utf8_of(uint32_t code_point) {
  std::string out;
  put_character(out, code_point);
  return out;
}

bool looks_like_text(std::string_view utf8) {
  const auto control = [](runs::Bytes bytes) {
    const runs::Bytes usual = runs::among<'\t', '\n', '\r', '\f', '\x1B'>(bytes);
    return runs::either(_mm_andnot_si128(usual, runs::between(bytes, 0, 0x1F)), runs::is(bytes, '\x7F'));
  };
  bool text = true;
  runs::each_block(utf8, [&](const char* block, size_t at) {
    const size_t filled = std::min(utf8.size() - at, runs::block_bytes);
    text = static_cast<size_t>(std::countr_zero(runs::bits_of(block, control))) >= filled;
    return text;
  });
  return text;
}

std::string lower(std::string_view utf8) {
  std::string out(utf8);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    if (c < 0x80) {
      out[i] = ascii::lower(out[i]);
    } else if (c == 0xC3 && i + 1 < out.size()) {  // À-Þ, and with them Æ Ø Å
      const auto next = static_cast<unsigned char>(out[i + 1]);
      if (next >= 0x80 && next <= 0x9E && next != 0x97) out[i + 1] = static_cast<char>(next + 0x20);
      ++i;
    }
  }
  return out;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> words(std::string_view utf8) {
  std::vector<std::string> out(1);
  for (const char c : lower(utf8)) {
    const auto u = static_cast<unsigned char>(c);
    if (ascii::alphanumeric(c) || u >= 0x80 || c == '%' || c == '#') {
      out.back() += c;
    } else if (!out.back().empty()) {
      out.emplace_back();
    }
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

std::string decode_base64(std::string_view text, size_t bytes_min) {
  std::string out;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=' || c == '\n' || c == '\r') continue;
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+' || c == '-') value = 62;
    if (c == '/' || c == '_') value = 63;
    if (value < 0) return {};
    bits = bits << 6 | static_cast<uint32_t>(value);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out.size() >= bytes_min ? out : std::string();
}

uint64_t LineCounter::line_of(size_t offset) {
  if (offset < counted_) counted_ = 0, line_ = 1;
  const std::string_view between = text_.substr(counted_, offset - counted_);
  line_ += static_cast<uint64_t>(std::count(between.begin(), between.end(), '\n'));
  counted_ = offset;
  return line_;
}

}  // namespace fvm::disclosure
