#include "pgwire/protocol.hpp"

#include <cstring>

namespace fvm::pgwire {
namespace {

constexpr int32_t protocol_three = 3 << 16;
constexpr int32_t cancel_code = (1234 << 16) | 5678, ssl_code = (1234 << 16) | 5679,
                  gss_code = (1234 << 16) | 5680;

// Reads big-endian numbers and zero-terminated texts; once anything is missing, everything reads as zero.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  uint8_t byte() { return static_cast<uint8_t>(number(1)); }
  uint16_t two() { return static_cast<uint16_t>(number(2)); }
  int32_t four() { return static_cast<int32_t>(number(4)); }
  std::string_view text() {
    const size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return broken_ = true, std::string_view{};
    const auto value = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return value;
  }
  std::string_view bytes(size_t count) {
    if (count > rest_.size()) return broken_ = true, std::string_view{};
    const auto value = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return value;
  }
  std::string_view rest() { return bytes(rest_.size()); }
  size_t left() const { return rest_.size(); }
  bool broken() const { return broken_; }
  bool whole() const { return !broken_ && rest_.empty(); }

 private:
  uint32_t number(size_t count) {
    uint32_t value = 0;
    for (const char c : bytes(count)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  std::string_view rest_;
  bool broken_ = false;
};

Error broken(std::string_view message) {
  return refused("pgwire.broken_message", {{"sqlstate", "08P01"}, {"message", std::string(message)}});
}

Result<FirstMessage> parse_startup(Reader& in) {
  Startup startup;
  while (!in.broken() && in.left() > 1) {
    const auto name = in.text();
    const auto value = in.text();
    startup.parameters.emplace_back(name, value);
  }
  if (in.byte() != 0 || !in.whole()) return broken("StartupMessage");
  return FirstMessage(std::move(startup));
}

std::vector<bool> read_formats(Reader& in) {
  std::vector<bool> formats;
  const size_t count = in.two();
  for (size_t i = 0; i < count && !in.broken(); ++i) formats.push_back(in.two() == 1);
  return formats;
}

Result<FrontendMessage> parse_parse(Reader& in) {
  Parse parse{in.text(), in.text(), {}};
  const size_t count = in.two();
  if (count * 4 != in.left()) return broken("Parse");
  for (size_t i = 0; i < count; ++i) parse.types.push_back(static_cast<uint32_t>(in.four()));
  if (!in.whole()) return broken("Parse");
  return FrontendMessage(std::move(parse));
}

Result<FrontendMessage> parse_bind(Reader& in) {
  Bind bind{in.text(), in.text(), {}, {}};
  const auto formats = read_formats(in);
  const size_t count = in.two();
  if (in.broken() || (formats.size() > 1 && formats.size() != count)) return broken("Bind");
  for (size_t i = 0; i < count && !in.broken(); ++i) {
    BoundValue value;
    value.binary = !formats.empty() && formats[formats.size() == 1 ? 0 : i];
    const int32_t bytes = in.four();
    if (bytes < -1) return broken("Bind");
    if (bytes >= 0) value.bytes = in.bytes(static_cast<size_t>(bytes));
    bind.values.push_back(value);
  }
  bind.binary_results = read_formats(in);
  if (!in.whole()) return broken("Bind");
  return FrontendMessage(std::move(bind));
}

template <class Message>
Result<FrontendMessage> parse_target(Reader& in, std::string_view what) {
  const auto kind = in.byte();
  const auto name = in.text();
  if (!in.whole() || (kind != 'S' && kind != 'P')) return broken(what);
  return FrontendMessage(Message{kind == 'P', name});
}

Result<FrontendMessage> whole(const Reader& in, FrontendMessage message, std::string_view what) {
  if (!in.whole()) return broken(what);
  return message;
}

Result<FrontendMessage> parse_execute(Reader& in) {
  Execute execute{in.text(), 0};
  const int32_t rows = in.four();
  execute.rows_max = rows > 0 ? static_cast<uint64_t>(rows) : 0;
  return whole(in, execute, "Execute");
}

}  // namespace

std::string_view Startup::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

Result<FirstMessage> parse_first(std::string_view body) {
  Reader in(body);
  const int32_t code = in.four();
  if (in.broken()) return broken("StartupMessage");
  if (code == ssl_code || code == gss_code) {
    if (!in.whole()) return broken("SSLRequest");
    return FirstMessage(EncryptionRequest{});
  }
  if (code == cancel_code) {
    CancelRequest cancel{in.four(), in.four()};
    if (!in.whole()) return broken("CancelRequest");
    return FirstMessage(cancel);
  }
  if (code >> 16 != protocol_three >> 16) return refused("pgwire.protocol_version", {{"sqlstate", "08P01"}});
  return parse_startup(in);
}

Result<FrontendMessage> parse_message(char type, std::string_view body) {
  Reader in(body);
  switch (type) {
    case 'Q': {
      const Query query{in.text()};
      return whole(in, query, "Query");
    }
    case 'P':
      return parse_parse(in);
    case 'B':
      return parse_bind(in);
    case 'D':
      return parse_target<Describe>(in, "Describe");
    case 'C':
      return parse_target<Close>(in, "Close");
    case 'E':
      return parse_execute(in);
    case 'S':
      return whole(in, Sync{}, "Sync");
    case 'H':
      return whole(in, Flush{}, "Flush");
    case 'X':
      return whole(in, Terminate{}, "Terminate");
    case 'd':
      return FrontendMessage(CopyData{in.rest()});
    case 'c':
      return whole(in, CopyDone{}, "CopyDone");
    case 'f': {
      const CopyFail fail{in.text()};
      return whole(in, fail, "CopyFail");
    }
    case 'p':
      return FrontendMessage(Password{});
    case 'F':
      return FrontendMessage(FunctionCall{});
    default:
      return broken("message type");
  }
}

Error sql_error(std::string_view sqlstate, std::string message) {
  return refused("pgwire.sql", {{"sqlstate", std::string(sqlstate)}, {"message", std::move(message)}});
}

std::string_view sqlstate_of(const Error& error) {
  const auto state = error.argument("sqlstate");
  return state.size() == 5 ? state : "XX000";
}

}  // namespace fvm::pgwire
