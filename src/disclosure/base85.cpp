#include "disclosure/base85.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "disclosure/ascii.hpp"
#include "disclosure/disguises.hpp"
#include "disclosure/runs.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t group = 5, run_bytes_min = 25, dense_bytes_min = 60;

enum Kind : uint8_t { outside, sign, figure, small, capital };

constexpr auto kinds = [] {
  std::array<uint8_t, 256> all{};
  for (size_t c = '!'; c <= '~'; ++c) all[c] = sign;
  for (size_t c = '0'; c <= '9'; ++c) all[c] = figure;
  for (size_t c = 'a'; c <= 'z'; ++c) all[c] = small;
  for (size_t c = 'A'; c <= 'Z'; ++c) all[c] = capital;
  return all;
}();

// How the signs of a run are mixed: of drawn ones three in four neighbours are of different kinds, in words,
// numbers and programs one in three.
struct Mixture {
  size_t bytes = 0, changes = 0;
  std::array<size_t, 5> of_kind{};
  std::array<bool, 256> seen{};
  size_t different = 0;
  uint8_t last = outside;
  void take(char c) {
    const uint8_t kind = kinds[static_cast<unsigned char>(c)];
    changes += bytes > 0 && kind != last;
    different += !seen[static_cast<unsigned char>(c)];
    seen[static_cast<unsigned char>(c)] = true;
    ++bytes, ++of_kind[kind], last = kind;
  }
  bool each_percent(size_t percent) const {
    return std::all_of(of_kind.begin() + 1, of_kind.end(),
                       [&](size_t count) { return count * 100 >= bytes * percent; });
  }
  bool may_be_packed() const {
    return bytes >= run_bytes_min && of_kind[small] > 0 && of_kind[capital] > 0 && of_kind[sign] > 0 &&
           changes * 2 >= bytes;
  }
  // Of sixty drawn from 85 some 43 are different, of sixty of a formula with many signs 30.
  bool dense() const {
    constexpr size_t changes_percent = 60, kind_percent = 5, different_min = 37;
    return bytes >= dense_bytes_min && different >= different_min &&
           changes * 100 >= bytes * changes_percent && each_percent(kind_percent);
  }
};

Mixture mixture_of(std::string_view run) {
  Mixture mixture;
  for (const char c : run) mixture.take(c);
  return mixture;
}

using Alphabet = std::array<uint8_t, 256>;
constexpr uint8_t none = 255;

constexpr Alphabet alphabet_of(std::string_view signs) {
  Alphabet values{};
  values.fill(none);
  for (size_t i = 0; i < signs.size(); ++i)
    values[static_cast<unsigned char>(signs[i])] = static_cast<uint8_t>(i);
  return values;
}

constexpr Alphabet ascii85 = [] {
  Alphabet values{};
  values.fill(none);
  for (uint8_t c = '!'; c <= 'u'; ++c) values[c] = static_cast<uint8_t>(c - '!');
  return values;
}();
constexpr std::array<Alphabet, 3> alphabets = {
    alphabet_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"),
    ascii85,
    alphabet_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#")};

// Four bytes, or nothing: no group of five, or a number that four bytes cannot hold.
std::optional<uint32_t> value_of(std::string_view five, const Alphabet& alphabet) {
  uint64_t value = 0;
  for (size_t i = 0; i < group; ++i) {
    const uint8_t digit = i < five.size() ? alphabet[static_cast<unsigned char>(five[i])] : 84;
    if (digit == none) return std::nullopt;
    value = value * 85 + digit;
  }
  if (value > std::numeric_limits<uint32_t>::max()) return std::nullopt;
  return static_cast<uint32_t>(value);
}

// The longest stretch of groups that follow each other.
std::string decoded(std::string_view run, const Alphabet& alphabet) {
  std::string longest, now;
  const auto keep = [&] {
    if (now.size() > longest.size()) longest = now;
    now.clear();
  };
  for (size_t at = 0; at < run.size();) {
    if (&alphabet == &alphabets[1] && (run[at] == 'z' || run[at] == 'y')) {
      now.append(4, run[at] == 'z' ? '\0' : ' ');
      ++at;
      continue;
    }
    const std::string_view five = run.substr(at, group);
    const auto value = five.size() > 1 ? value_of(five, alphabet) : std::nullopt;
    at += group;
    if (!value) {
      keep();
      continue;
    }
    for (size_t i = 0; i + 1 < five.size(); ++i) now += static_cast<char>(*value >> (24 - 8 * i) & 0xFF);
  }
  keep();
  return longest;
}

// What it stands for, wherever in the run it begins.
Unpacked unpacked(std::string_view run) {
  for (const Alphabet& alphabet : alphabets) {
    for (size_t from = 0; from < group && from < run.size(); ++from) {
      Unpacked found = judge_unpacked(decoded(run.substr(from), alphabet), from == 0);
      if (found.packed) return found;
    }
  }
  return {};
}

// A text between quotes, in a program or in JSON; all of it when there are none.
std::string_view inside_quotes(std::string_view run) {
  const size_t from = run.find_first_of("\"'"), to = run.find_last_of("\"'");
  return from == to ? run : run.substr(from + 1, to - from - 1);
}

// Dense anywhere: a list of a program may stand before it.
bool has_dense_part(std::string_view run) {
  for (size_t at = 0; at + dense_bytes_min <= run.size(); at += dense_bytes_min / 2) {
    if (mixture_of(run.substr(at, dense_bytes_min)).dense()) return true;
  }
  return false;
}

std::optional<Unpacked> judged(std::string_view run) {
  const std::string_view quoted = inside_quotes(run);
  for (const std::string_view part : {run, quoted}) {
    if (!mixture_of(part).may_be_packed()) continue;
    Unpacked found = unpacked(part.starts_with("<~") ? part.substr(2) : part);
    if (found.packed) return found;
  }
  if (has_dense_part(run)) return Unpacked{true, {}};
  return std::nullopt;
}

}  // namespace

std::vector<PackedRun> find_base85(std::string_view plain) {
  std::vector<PackedRun> found;
  const auto visible = [](runs::Bytes bytes) { return runs::between(bytes, '!', '~'); };
  runs::each(plain, visible, run_bytes_min, [&](size_t at, size_t n) {
    if (auto inside = judged(plain.substr(at, n))) found.push_back({at, std::move(inside->text)});
  });
  return found;
}

}  // namespace fvm::disclosure
