#include "disclosure/grid.hpp"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstring>
#include <deque>
#include <functional>
#include <span>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t block_bytes = 1 << 16;

Grid::Said said_by(std::string_view text) {
  constexpr size_t exact_digits_max = 15;
  uint64_t whole = 0;
  size_t digits = 0;
  for (; digits < text.size() && digits < exact_digits_max && ascii::digit(text[digits]); ++digits)
    whole = whole * 10 + static_cast<uint64_t>(text[digits] - '0');
  if (digits == text.size() && digits > 0) return {Number{static_cast<double>(whole), true}, whole, false};
  return {number_of(text), count_of(text), is_masked(text)};
}

// A text of up to 15 bytes as two words: compared without looking elsewhere.
struct Short {
  static constexpr size_t bytes_max = 15;
  uint64_t low = 0, high = 0;

  template <typename Word>
  static Word load(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  // Two loads that overlap take less time than a copy of any length; two that read beyond it least, for no
  // processor foretells how long the next cell is.
  Short() = default;
  explicit Short(std::string_view text, size_t behind = 0) {
    const char* at = text.data();
    const size_t n = text.size();
    if (n + behind > bytes_max) {
      low = load<uint64_t>(at) & in_word(n, 0);
      high = (load<uint64_t>(at + sizeof low) & in_word(n, sizeof low)) | static_cast<uint64_t>(n) << 56;
      return;
    }
    if (n >= 8) {
      low = load<uint64_t>(at);
      high = n == 8 ? 0 : load<uint64_t>(at + n - 8) >> (8 * (16 - n));
    } else if (n >= 4) {
      low = load<uint32_t>(at) | static_cast<uint64_t>(load<uint32_t>(at + n - 4)) << (8 * (n - 4));
    } else {
      for (size_t i = 0; i < n; ++i)
        low |= static_cast<uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    }
    high |= static_cast<uint64_t>(n) << 56;
  }
  size_t size() const { return high >> 56; }
  std::string_view view() const { return {reinterpret_cast<const char*>(this), size()}; }
  bool operator==(const Short&) const = default;

 private:
  // Which bits of the word `from` bytes into a text of n bytes are the text's.
  static uint64_t in_word(size_t n, size_t from) {
    constexpr size_t word = sizeof(uint64_t);
    static constexpr auto masks = [] {
      std::array<uint64_t, 3 * word> all{};
      for (size_t i = word + 1; i < 2 * word; ++i) all[i] = all[i - 1] << 8 | 0xFF;
      std::fill(all.begin() + 2 * word, all.end(), ~uint64_t{0});
      return all;
    }();
    return masks[word + n - from];
  }
};

// Short texts by their numbers, and the numbers by their texts: open addressing. Slots are small, for what is
// looked up is anywhere in them, and the nearest memory holds little; both that and the text that stands
// under a number can be fetched before they are needed.
class ShortTexts {
 public:
  static uint64_t hash(const Short& text) {
    // Odd numbers without a pattern: fractions of pi.
    return mixed(text.low ^ 0x243F6A8885A308D3, text.high ^ 0x13198A2E03707345) +
           mixed(text.low ^ 0xA4093822299F31D1, 0x082EFA98EC4E6C89);
  }
  void fetch_slot(uint64_t hash) const { __builtin_prefetch(&slots_[place_of(hash)]); }
  void fetch_text(uint64_t hash) const { __builtin_prefetch(&texts_[slots_[place_of(hash)].id]); }
  // The number of a text; `next` when it is new.
  Grid::Id of(const Short& text, uint64_t hash, Grid::Id next) {
    size_t at = place_of(hash);
    for (; slots_[at].id != 0; at = behind(at)) {
      if (slots_[at].tag == tag_of(hash) && texts_[slots_[at].id] == text) return slots_[at].id;
    }
    slots_[at] = {tag_of(hash), next};
    texts_.resize(next + size_t{1});
    texts_.back() = text;
    if (++filled_ * 4 > slots_.size() * 3) grow();
    return next;
  }

 private:
  struct Slot {
    uint32_t tag = 0;  // of the hash what says nothing of the place
    Grid::Id id = 0;   // 0: free
  };
  __extension__ using Wide = unsigned __int128;
  static uint64_t mixed(uint64_t a, uint64_t b) {
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  size_t place_of(uint64_t hash) const { return hash & (slots_.size() - 1); }
  size_t behind(size_t at) const { return (at + 1) & (slots_.size() - 1); }
  void grow() {
    slots_.assign(slots_.size() * 2, {});
    for (size_t id = 1; id < texts_.size(); ++id) {
      if (texts_[id].size() == 0) continue;  // the number of a longer text
      const uint64_t all = hash(texts_[id]);
      size_t at = place_of(all);
      while (slots_[at].id != 0) at = behind(at);
      slots_[at] = {tag_of(all), static_cast<Grid::Id>(id)};
    }
  }

  static constexpr size_t slots_min = 1 << 10;
  std::vector<Slot> slots_ = std::vector<Slot>(slots_min);
  std::vector<Short> texts_ = std::vector<Short>(1);
  size_t filled_ = 0;
};

}  // namespace

using Views = std::vector<std::string_view>;

struct Grid::Texts {
  ShortTexts by_short;
  boost::unordered_flat_map<std::string_view, Id, std::hash<std::string_view>> by_text;  // longer ones
  // Short cells whose numbers are not looked up yet: their places in memory are being fetched meanwhile.
  static constexpr size_t waiting_max = 64;
  struct Waiting {
    Short text;
    uint64_t hash = 0;
    size_t cell = 0;
  };
  std::vector<Waiting> waiting;
  std::deque<std::string> blocks;

  std::string_view keep(std::string_view text) {
    if (blocks.empty() || blocks.back().capacity() - blocks.back().size() < text.size())
      blocks.emplace_back().reserve(std::max(block_bytes, text.size()));
    std::string& block = blocks.back();
    block.append(text);  // within its capacity: what points into it stays
    return std::string_view(block).substr(block.size() - text.size());
  }

  Id id_of_long(std::string_view text, Views& all) {
    if (const auto known = by_text.find(text); known != by_text.end()) return known->second;
    const auto next = static_cast<Id>(all.size());
    all.push_back(keep(text));
    by_text.emplace(all.back(), next);
    return next;
  }

  Id id_of_short(const Short& text, uint64_t hash, Views& all) {
    const auto next = static_cast<Id>(all.size());
    const Id id = by_short.of(text, hash, next);
    if (id == next) all.push_back(keep(text.view()));
    return id;
  }

  Id id_of(std::string_view text, Views& all) {
    if (text.empty()) return 0;
    if (text.size() > Short::bytes_max) return id_of_long(text, all);
    const Short bytes(text);
    return id_of_short(bytes, ShortTexts::hash(bytes), all);
  }

  // Of at most `waiting_max` texts: behind those that `ids` holds.
  void number(std::span<const std::string_view> texts, Views& all, std::vector<Id>& ids) {
    std::array<Waiting, waiting_max> some;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].empty() || texts[i].size() > Short::bytes_max) continue;
      some[i].text = Short(texts[i]);
      some[i].hash = ShortTexts::hash(some[i].text);
      by_short.fetch_slot(some[i].hash);
    }
    for (size_t i = 0; i < texts.size(); ++i) by_short.fetch_text(some[i].hash);
    for (size_t i = 0; i < texts.size(); ++i) {
      const bool is_short = !texts[i].empty() && texts[i].size() <= Short::bytes_max;
      ids.push_back(is_short ? id_of_short(some[i].text, some[i].hash, all) : id_of(texts[i], all));
    }
  }

  // The number of a cell, or 0 until number_waiting() when it is not at hand.
  Id add(std::string_view text, size_t behind, size_t cell, Views& all) {
    if (text.empty()) return 0;
    if (text.size() > Short::bytes_max) return id_of_long(text, all);
    const Short bytes(text, behind);
    waiting.push_back({bytes, ShortTexts::hash(bytes), cell});
    by_short.fetch_slot(waiting.back().hash);
    return 0;
  }

  void number_waiting(std::vector<Id>& cells, Views& all) {
    for (const Waiting& each : waiting) by_short.fetch_text(each.hash);
    for (const Waiting& each : waiting) cells[each.cell] = id_of_short(each.text, each.hash, all);
    waiting.clear();
  }
};

Grid::Grid() : texts_(std::make_unique<Texts>()) {}
Grid::Grid(Grid&&) noexcept = default;
Grid& Grid::operator=(Grid&&) noexcept = default;
Grid::~Grid() = default;

Grid::Grid(const Table& table) : Grid() {
  sheet = table.sheet, letters = table.letters, first_row = table.first_row;
  for (const auto& row : table.rows) {
    for (const std::string& cell : row) add(cell);
    end_row();
  }
  end();
}

void Grid::add(std::string_view cell, size_t behind) {
  const auto may_be_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (!cell.empty() && (may_be_blank(cell.front()) || may_be_blank(cell.back())))
    cell = trim(cell), behind = 0;
  cells_.push_back(texts_->add(cell, behind, cells_.size(), all_));
}

void Grid::end_row() {
  if (texts_->waiting.size() >= Texts::waiting_max) end();
  columns_.clear();
  starts_.push_back(static_cast<uint32_t>(cells_.size()));
  width_ = std::max(width_, width(rows() - 1));
}

void Grid::end() {
  texts_->number_waiting(cells_, all_);
}

void Grid::remove_last_row() {
  columns_.clear();
  starts_.pop_back();
  cells_.resize(starts_.back());
  auto& waiting = texts_->waiting;
  while (!waiting.empty() && waiting.back().cell >= cells_.size()) waiting.pop_back();
}

void Grid::append(const Grid& below) {
  std::vector<Id> ids;
  ids.reserve(below.texts());
  for (size_t from = 0; from < below.texts(); from += Texts::waiting_max) {
    const size_t end = std::min(from + Texts::waiting_max, below.texts());
    texts_->number(std::span(below.all_).subspan(from, end - from), all_, ids);
  }
  const size_t begin = cells_.size();
  cells_.resize(begin + below.cells_.size());
  std::transform(below.cells_.begin(), below.cells_.end(), cells_.begin() + static_cast<ptrdiff_t>(begin),
                 [&](Id id) { return ids[id]; });
  for (size_t r = 0; r < below.rows(); ++r)
    starts_.push_back(static_cast<uint32_t>(begin) + below.starts_[r + 1]);
  width_ = std::max(width_, below.width_);
  columns_.clear();
}

void Grid::ask(Id id) const {
  if (said_.size() < texts()) said_.resize(texts()), flags_.resize(texts());
  said_[id] = said_by(text(id));
  flags_[id] =
      static_cast<uint8_t>(asked | (said_[id].number ? number : 0) | (said_[id].masked ? masked : 0));
}

void Grid::settle() const {
  for (size_t id = 0; id < texts(); ++id) flags_of(static_cast<Id>(id));
  if (!is_regular() && columns_.empty()) index();
}

void Grid::index() const {
  std::vector<size_t> next(width_ + 1);
  for (size_t r = 0; r < rows(); ++r) {
    const auto cells = row(r);
    for (size_t c = 0; c < cells.size(); ++c) next[c + 1] += cells[c] != 0;
  }
  for (size_t c = 0; c < width_; ++c) next[c + 1] += next[c];
  columns_ = next;
  entries_.resize(next.back());
  for (size_t r = 0; r < rows(); ++r) {
    const auto cells = row(r);
    for (size_t c = 0; c < cells.size(); ++c) {
      if (cells[c] != 0) entries_[next[c]++] = {static_cast<uint32_t>(r), cells[c]};
    }
  }
}

Grid::Column Grid::column(size_t column) const {
  if (is_regular()) return {cells_.data() + column, width_, rows()};
  if (columns_.empty()) index();
  return Column({entries_.data() + columns_[column], columns_[column + 1] - columns_[column]});
}

}  // namespace fvm::disclosure
