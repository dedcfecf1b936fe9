#include "runner/ingest_columns.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "crypto/identifier.hpp"

namespace fvm::runner {
namespace {

using catalogue::Class;
using catalogue::Type;
using duck::ColumnView;
using duck::FunctionState;
using duck::Kind;
using duck::VectorWriter;

// What stands in a vector for a value that could not be read: nothing that the parsers or the keeper ever
// give.
template <class T>
constexpr T broken_value = std::numeric_limits<T>::min();
template <>
constexpr double broken_value<double> = std::numeric_limits<double>::quiet_NaN();

template <class T>
bool is_broken(T value) {
  return value == broken_value<T>;
}
template <>
bool is_broken(double value) {
  return std::isnan(value);
}

struct IdentifierState : FunctionState {
  PseudonymCache cache;
  std::vector<uint64_t> asked, packed;
  std::vector<size_t> rows;
};

// A function that reads each text by `parse` (giving an optional of T).
template <class T, class Parse>
duck::ScalarFunction reading_function(Kind kind, const ColumnReader& reader, Parse parse) {
  duck::ScalarFunction function;
  function.parameters = {Kind::varchar};
  function.result = kind;
  function.is_volatile = true;  // so that the optimiser neither moves nor repeats it
  function.call = [reader, parse](FunctionState*, std::span<const ColumnView> arguments,
                                  VectorWriter& out) -> Result<void> {
    const ColumnView& texts = arguments[0];
    const auto values = out.values<T>();
    for (size_t row = 0; row < texts.rows(); ++row) {
      if (!texts.valid(row)) continue;
      const std::string_view text = texts.text(row);
      if (const auto value = parse(text)) {
        values[row] = *value;
      } else if (reader.is_empty(text)) {
        out.set_null(row);
      } else {
        values[row] = broken_value<T>;
      }
    }
    return {};
  };
  return function;
}

template <class T>
void count_broken(const ColumnView& column, bool required, std::span<uint8_t> keep) {
  const auto values = column.values<T>();
  for (size_t row = 0; row < keep.size(); ++row) {
    const bool valid = column.valid(row);
    if (valid ? is_broken(values[row]) : required) keep[row] = 0;
  }
}

void check_column(const ColumnView& column, const KeptColumn& rule, std::span<uint8_t> keep) {
  switch (rule.kind) {
    case Kind::bigint:
    case Kind::timestamp:
      return count_broken<int64_t>(column, rule.required, keep);
    case Kind::date:
      return count_broken<int32_t>(column, rule.required, keep);
    case Kind::double_:
      return count_broken<double>(column, rule.required, keep);
    default:
      if (!rule.required || column.all_valid()) return;
      for (size_t row = 0; row < keep.size(); ++row)
        if (!column.valid(row)) keep[row] = 0;
  }
}

}  // namespace

Result<ColumnReader> ColumnReader::of(const IngestColumn& column, char decimal) {
  return ColumnReader(column, TRY(DateFormat::of(column.format)), decimal);
}

std::optional<uint64_t> ColumnReader::pack(std::string_view text) const {
  return column_.what == Class::provider ? crypto::pack_provider(trimmed(text))
                                         : crypto::pack_person(trimmed(text));
}

bool ColumnReader::is_empty(std::string_view text) const {
  if (!needs_function()) return text.empty();
  text = trimmed(text);
  // CPR writes a parent that it does not know as ten zeros.
  const bool unknown_relative =
      column_.what == Class::relative && text.find_first_not_of('0') == std::string_view::npos;
  return text.empty() || unknown_relative;
}

std::string ColumnReader::broken_rule(std::string_view text) const {
  if (is_empty(text)) return column_.required ? "finding.required_empty" : "";
  if (column_.what == Class::provider) return pack(text) ? "" : "finding.provider";
  if (column_.is_identifier()) return pack(text) ? "" : "finding.person";
  switch (column_.type) {
    case Type::integer:
      return parse_integer(text) ? "" : "finding.integer";
    case Type::decimal:
      return parse_decimal(text, decimal_) ? "" : "finding.decimal";
    case Type::date:
      return format_.date(text) ? "" : "finding.date";
    case Type::timestamp:
      return format_.timestamp(text) ? "" : "finding.timestamp";
    case Type::text:
      break;
  }
  return "";
}

Kind ColumnReader::kind() const {
  if (column_.is_identifier()) return Kind::bigint;
  switch (column_.type) {
    case Type::integer:
      return Kind::bigint;
    case Type::decimal:
      return Kind::double_;
    case Type::date:
      return Kind::date;
    case Type::timestamp:
      return Kind::timestamp;
    case Type::text:
      break;
  }
  return Kind::varchar;
}

duck::ScalarFunction ColumnReader::identifier_function(KeeperPool& keeper) const {
  duck::ScalarFunction function;
  function.parameters = {Kind::varchar};
  function.result = Kind::bigint;
  function.is_volatile = true;
  function.make_state = [] {
    return Result<std::unique_ptr<FunctionState>>(std::make_unique<IdentifierState>());
  };
  const auto kind = column_.what == Class::provider ? wire::Identifier::provider : wire::Identifier::person;
  function.call = [reader = *this, kind, &keeper](FunctionState* raw, std::span<const ColumnView> arguments,
                                                  VectorWriter& out) -> Result<void> {
    auto& state = *static_cast<IdentifierState*>(raw);
    const ColumnView& texts = arguments[0];
    const auto values = out.values<int64_t>();
    state.asked.clear(), state.packed.clear(), state.rows.clear();
    for (size_t row = 0; row < texts.rows(); ++row) {
      if (!texts.valid(row)) continue;
      const std::string_view text = texts.text(row);
      const auto packed = reader.pack(text);
      uint64_t pseudonym = 0;
      if (!packed || reader.is_empty(text)) {
        if (reader.is_empty(text)) out.set_null(row);
        values[row] = broken_value<int64_t>;
      } else if (state.cache.find(*packed, pseudonym)) {
        values[row] = static_cast<int64_t>(pseudonym);
      } else {
        state.packed.push_back(*packed);
        state.rows.push_back(row);
      }
    }
    state.asked = state.packed;
    TRY(keeper.pseudonymise("mirror", kind, state.asked));
    for (size_t i = 0; i < state.rows.size(); ++i) {
      values[state.rows[i]] = static_cast<int64_t>(state.asked[i]);
      state.cache.put(state.packed[i], state.asked[i]);
    }
    return {};
  };
  return function;
}

duck::ScalarFunction ColumnReader::function(const std::string& name, KeeperPool& keeper) const {
  const auto make = [&]() -> duck::ScalarFunction {
    if (column_.is_identifier()) return identifier_function(keeper);
    switch (column_.type) {
      case Type::integer:
        return reading_function<int64_t>(Kind::bigint, *this, parse_integer);
      case Type::decimal:
        return reading_function<double>(Kind::double_, *this, [separator = decimal_](std::string_view text) {
          return parse_decimal(text, separator);
        });
      case Type::date:
        return reading_function<int32_t>(
            Kind::date, *this, [format = format_](std::string_view text) { return format.date(text); });
      default:
        return reading_function<int64_t>(Kind::timestamp, *this, [format = format_](std::string_view text) {
          return format.timestamp(text);
        });
    }
  };
  duck::ScalarFunction function = make();
  function.name = name;
  return function;
}

duck::ScalarFunction keep_function(const std::string& name, std::vector<KeptColumn> columns,
                                   IngestCounts& counts) {
  duck::ScalarFunction function;
  function.name = name;
  for (const KeptColumn& column : columns) function.parameters.push_back(column.kind);
  function.result = Kind::boolean;
  function.sees_null = true;
  function.is_volatile = true;
  function.call = [columns = std::move(columns), &counts](FunctionState*,
                                                          std::span<const ColumnView> arguments,
                                                          VectorWriter& out) -> Result<void> {
    const auto keep = out.values<uint8_t>();
    std::fill(keep.begin(), keep.end(), uint8_t{1});
    for (size_t i = 0; i < columns.size(); ++i) {
      check_column(arguments[i], columns[i], keep);
      if (columns[i].persons != nullptr) count_persons(arguments[i], *columns[i].persons);
    }
    const auto kept = static_cast<uint64_t>(std::count(keep.begin(), keep.end(), uint8_t{1}));
    counts.rows += keep.size();
    counts.broken += keep.size() - kept;
    return {};
  };
  return function;
}

}  // namespace fvm::runner
