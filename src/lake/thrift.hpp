// Inside the room: writing Thrift's compact protocol, which Parquet's headers are in.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::lake::thrift {

enum class Type : uint8_t { i32 = 5, i64 = 6, binary = 8, list = 9, structure = 12 };

inline void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

class Writer {
 public:
  void i32(int16_t field, int32_t value) { header(field, Type::i32), zigzag(value); }
  void i64(int16_t field, int64_t value) { header(field, Type::i64), zigzag(value); }
  void text(int16_t field, std::string_view value) { header(field, Type::binary), raw_text(value); }
  void begin_structure(int16_t field) { header(field, Type::structure), begin(); }
  // Items follow: raw_i32, raw_text, or begin() … end() for each structure.
  void begin_list(int16_t field, Type of, size_t count) {
    header(field, Type::list);
    constexpr size_t short_count_max = 14;
    const auto type = static_cast<uint8_t>(of);
    if (count <= short_count_max) {
      out_ += static_cast<char>(count << 4 | type);
    } else {
      out_ += static_cast<char>(0xF0 | type);
      append_varint(out_, count);
    }
  }
  void raw_i32(int32_t value) { zigzag(value); }
  void raw_text(std::string_view value) {
    append_varint(out_, value.size());
    out_ += value;
  }
  void begin() { last_.push_back(0); }
  void end() {
    out_ += '\0';
    last_.pop_back();
  }
  std::string take() { return std::move(out_); }

 private:
  void header(int16_t field, Type type) {
    constexpr int short_step_max = 15;
    const int step = field - last_.back();
    const auto code = static_cast<uint8_t>(type);
    if (step >= 1 && step <= short_step_max) {
      out_ += static_cast<char>(step << 4 | code);
    } else {
      out_ += static_cast<char>(code);
      zigzag(field);
    }
    last_.back() = field;
  }
  void zigzag(int64_t value) {
    append_varint(out_, static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
  }
  std::string out_;
  std::vector<int16_t> last_;  // the last field number of each open structure
};

}  // namespace fvm::lake::thrift
