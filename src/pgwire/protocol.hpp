// PostgreSQL protocol 3.0 as data: limits, type numbers, and the messages a frontend sends, parsed.
// Source: PostgreSQL 15 documentation, chapter 55 "Frontend/Backend Protocol". Pure: no sockets, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace fvm::pgwire {

// Limits, whose unit is the last word.
inline constexpr uint32_t startup_bytes_max = 10'000;       // PostgreSQL's own limit
inline constexpr uint32_t message_bytes_max = 64u << 20;    // one frontend message
inline constexpr uint32_t bound_parameters_max = 65'535;    // a 16-bit count in the protocol
inline constexpr uint32_t result_columns_max = 1'664;       // PostgreSQL's MaxTupleAttributeNumber
inline constexpr uint32_t prepared_statements_max = 1'000;  // named statements and portals of a connection

// Type numbers (pg_type.oid) of the types that results and parameters have.
namespace oid {
inline constexpr uint32_t boolean = 16, bytea = 17, character_name = 19, int8 = 20, int2 = 21, int4 = 23,
                          text = 25, object = 26, float4 = 700, float8 = 701, unknown = 705, bpchar = 1042,
                          varchar = 1043, date = 1082, time = 1083, timestamp = 1114, timestamptz = 1184,
                          interval = 1186, numeric = 1700, uuid = 2950;
}

// What a new connection says first.
struct Startup {
  std::vector<std::pair<std::string, std::string>> parameters;  // user, database, application_name ...
  std::string_view parameter(std::string_view name) const;      // empty when not given
};
struct EncryptionRequest {};  // SSLRequest or GSSENCRequest: answered 'N'
struct CancelRequest {
  int32_t process = 0, secret = 0;
};
using FirstMessage = std::variant<Startup, EncryptionRequest, CancelRequest>;

// `body` is the message without its length. "pgwire.broken_message", or "pgwire.protocol_version".
Result<FirstMessage> parse_first(std::string_view body);

// One value that a frontend binds: empty optional is NULL.
struct BoundValue {
  std::optional<std::string_view> bytes;
  bool binary = false;
};

struct Query {
  std::string_view sql;
};
struct Parse {
  std::string_view statement, sql;
  std::vector<uint32_t> types;  // 0: unspecified
};
struct Bind {
  std::string_view portal, statement;
  std::vector<BoundValue> values;
  std::vector<bool> binary_results;  // none: all text; one: for all columns; else one per column
};
struct Describe {
  bool portal = false;  // else a statement
  std::string_view name;
};
struct Execute {
  std::string_view portal;
  uint64_t rows_max = 0;  // 0: all
};
struct Close {
  bool portal = false;
  std::string_view name;
};
struct Sync {};
struct Flush {};
struct Terminate {};
struct CopyData {
  std::string_view bytes;
};
struct CopyDone {};
struct CopyFail {
  std::string_view reason;
};
struct Password {};      // never asked for
struct FunctionCall {};  // refused
using FrontendMessage = std::variant<Query, Parse, Bind, Describe, Execute, Close, Sync, Flush, Terminate,
                                     CopyData, CopyDone, CopyFail, Password, FunctionCall>;

// The message of type `type` whose content is `body`; the result points into `body`. "pgwire.broken_message".
Result<FrontendMessage> parse_message(char type, std::string_view body);

// An error for the SQL user: code "pgwire.sql" with SQLSTATE (five characters) and an English sentence. More
// fields that ErrorResponse knows may be added with .with(): "detail", "hint", "position" (in characters from
// 1).
Error sql_error(std::string_view sqlstate, std::string message);
// The SQLSTATE that an Error carries; XX000 (internal error) if it carries none.
std::string_view sqlstate_of(const Error& error);

}  // namespace fvm::pgwire
