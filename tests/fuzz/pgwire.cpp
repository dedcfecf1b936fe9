// rooms: pgwire
// The first byte chooses: 0 a whole conversation over a toy engine, 1 single messages, 2 COPY text, 3 COPY
// CSV, 4 binary parameters.
#include <cstddef>
#include <cstdint>
#include <string>

#include "pgwire/toy_engine.hpp"

namespace {

using namespace fvm::pgwire;

void converse(std::string_view bytes) {
  ToyEngine engine;
  ToySurroundings surroundings;
  MemoryChannel channel{std::string(bytes)};
  channel.output_bytes_max = 1 << 20;
  Conversation(channel, engine, surroundings).run();
}

void copy(std::string_view bytes, CopyOptions::Format format) {
  CopyOptions options;
  options.format = format;
  if (format == CopyOptions::Format::csv) options.delimiter = ',';
  CopyParser parser(options, 2, [](std::span<const CopyField>) { return fvm::Result<void>{}; });
  for (size_t at = 0; at < bytes.size(); at += 5)
    if (!parser.add(bytes.substr(at, 5)).ok()) return;
  (void)parser.finish();
}

void decode(std::string_view bytes) {
  if (bytes.empty()) return;
  (void)parse_first(bytes);
  (void)parse_message(bytes[0], bytes.substr(1));
}

void binary(std::string_view bytes) {
  if (bytes.empty()) return;
  constexpr uint32_t types[] = {oid::boolean, oid::int2, oid::int4, oid::int8,      oid::float4, oid::float8,
                                oid::numeric, oid::date, oid::time, oid::timestamp, oid::uuid,   oid::text};
  (void)binary_to_text(types[static_cast<uint8_t>(bytes[0]) % std::size(types)], bytes.substr(1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      converse(bytes);
      break;
    case 1:
      decode(bytes);
      break;
    case 2:
      copy(bytes, CopyOptions::Format::text);
      break;
    case 3:
      copy(bytes, CopyOptions::Format::csv);
      break;
    default:
      binary(bytes);
      break;
  }
  return 0;
}
