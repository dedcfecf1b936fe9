#include "lake/parquet.hpp"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <cstring>

#include "lake/thrift.hpp"

static_assert(std::endian::native == std::endian::little, "Parquet's numbers are little-endian");

namespace fvm::lake::parquet {
namespace {

namespace json = boost::json;

// Numbers from parquet.thrift.
enum Physical : int32_t { physical_boolean = 0, physical_int32 = 1, physical_int64 = 2, physical_bytes = 6 };
enum Repetition : int32_t { required = 0, optional = 1, repeated = 2 };
enum Converted : int32_t { converted_utf8 = 0, converted_map = 1, converted_list = 3 };
constexpr int32_t encoding_plain = 0, encoding_rle = 3, codec_none = 0, page_type_data = 0;
constexpr size_t row_group_rows_max = 50'000;
constexpr std::string_view magic = "PAR1";

template <class T>
void append_raw(std::string& out, T value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  out.append(raw, sizeof value);
}

// One leaf of the tree: its levels and values (the two numbers of Dremel's shredding).
struct Leaf {
  std::vector<std::string> path;
  Physical physical = physical_bytes;
  uint8_t definition_max = 0, repetition_max = 0;
  std::vector<uint8_t> definitions, repetitions;
  std::string values;
  std::vector<bool> flags;  // values of a boolean, packed at the end

  void null(uint8_t definition, uint8_t repetition) {
    definitions.push_back(definition);
    repetitions.push_back(repetition);
  }
  void value(const json::value& value, uint8_t repetition) {
    null(definition_max, repetition);
    switch (physical) {
      case physical_boolean:
        flags.push_back(value.is_bool() && value.as_bool());
        break;
      case physical_int32:
        append_raw(values, static_cast<int32_t>(number(value)));
        break;
      case physical_int64:
        append_raw(values, number(value));
        break;
      case physical_bytes:
        text(value.as_string());
        break;
    }
  }
  void text(std::string_view text) {
    append_raw(values, static_cast<uint32_t>(text.size()));
    values += text;
  }

 private:
  static int64_t number(const json::value& value) {
    boost::system::error_code error;
    const auto number = value.to_number<int64_t>(error);
    return error ? 0 : number;
  }
};

Physical physical_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::int64:
      return physical_int64;
    case Node::Kind::int32:
      return physical_int32;
    case Node::Kind::boolean:
      return physical_boolean;
    default:
      return physical_bytes;
  }
}

// The leaves of the tree in order; `definition` is the level above the node.
void add_leaves(const Node& node, std::vector<std::string> path, int definition, std::vector<Leaf>& out) {
  path.push_back(node.name);
  const auto add = [&](std::vector<std::string> more, Physical physical, int definition_max,
                       int repetition_max) {
    Leaf leaf{.path = path, .physical = physical};
    leaf.path.insert(leaf.path.end(), more.begin(), more.end());
    leaf.definition_max = static_cast<uint8_t>(definition_max);
    leaf.repetition_max = static_cast<uint8_t>(repetition_max);
    out.push_back(std::move(leaf));
  };
  switch (node.kind) {
    case Node::Kind::group:
      for (const Node& child : node.children) add_leaves(child, path, definition + 1, out);
      break;
    case Node::Kind::map:
      add({"key_value", "key"}, physical_bytes, definition + 2, 1);
      add({"key_value", "value"}, physical_bytes, definition + 3, 1);
      break;
    case Node::Kind::list:
      add({"list", "element"}, physical_bytes, definition + 3, 1);
      break;
    default:
      add({}, physical_of(node.kind), definition + 1, 0);
  }
}

size_t leaf_count(const Node& node) {
  std::vector<Leaf> leaves;
  add_leaves(node, {}, 0, leaves);
  return leaves.size();
}

bool is_null(const json::value* value) {
  return value == nullptr || value->is_null();
}

const json::value* member(const json::value& object, const std::string& name) {
  return object.is_object() ? object.as_object().if_contains(name) : nullptr;
}

// Writes one value of `node` into its leaves, which start at `leaf`. Outermost repetition is always zero:
// only maps and lists repeat, and none stands inside another.
void shred_map(const json::object& map, uint8_t definition, Leaf* leaf) {
  if (map.empty()) {
    for (int i = 0; i < 2; ++i) leaf[i].null(static_cast<uint8_t>(definition + 1), 0);
  }
  uint8_t repetition = 0;
  for (const auto& [key, value] : map) {
    leaf[0].value(json::value(key), repetition);
    if (value.is_string()) {
      leaf[1].value(value, repetition);
    } else {
      leaf[1].null(static_cast<uint8_t>(definition + 2), repetition);
    }
    repetition = 1;
  }
}

void shred_list(const json::array& list, uint8_t definition, Leaf* leaf) {
  if (list.empty()) leaf->null(static_cast<uint8_t>(definition + 1), 0);
  uint8_t repetition = 0;
  for (const json::value& value : list) {
    leaf->value(value, repetition);
    repetition = 1;
  }
}

void shred(const Node& node, const json::value* value, uint8_t definition, Leaf* leaf) {
  if (is_null(value)) {
    const size_t count = leaf_count(node);
    for (size_t i = 0; i < count; ++i) leaf[i].null(definition, 0);
  } else if (node.kind == Node::Kind::group) {
    for (const Node& child : node.children) {
      shred(child, member(*value, child.name), static_cast<uint8_t>(definition + 1), leaf);
      leaf += leaf_count(child);
    }
  } else if (node.kind == Node::Kind::map) {
    shred_map(value->as_object(), definition, leaf);
  } else if (node.kind == Node::Kind::list) {
    shred_list(value->as_array(), definition, leaf);
  } else {
    leaf->value(*value, 0);
  }
}

// Levels as runs: length, then the value in one byte; in front of all the length in bytes.
void append_levels(std::string& out, const std::vector<uint8_t>& levels) {
  std::string runs;
  for (size_t at = 0; at < levels.size();) {
    size_t end = at;
    while (end < levels.size() && levels[end] == levels[at]) ++end;
    thrift::append_varint(runs, (end - at) << 1);
    runs += static_cast<char>(levels[at]);
    at = end;
  }
  append_raw(out, static_cast<uint32_t>(runs.size()));
  out += runs;
}

std::string packed(const std::vector<bool>& flags) {
  std::string out((flags.size() + 7) / 8, '\0');
  for (size_t i = 0; i < flags.size(); ++i) {
    if (flags[i]) out[i / 8] = static_cast<char>(out[i / 8] | 1 << (i % 8));
  }
  return out;
}

std::string page_of(const Leaf& leaf) {
  std::string body;
  if (leaf.repetition_max > 0) append_levels(body, leaf.repetitions);
  append_levels(body, leaf.definitions);
  body += leaf.physical == physical_boolean ? packed(leaf.flags) : leaf.values;
  thrift::Writer header;
  header.begin();
  header.i32(1, page_type_data);
  header.i32(2, static_cast<int32_t>(body.size()));
  header.i32(3, static_cast<int32_t>(body.size()));
  header.begin_structure(5);
  header.i32(1, static_cast<int32_t>(leaf.definitions.size()));
  header.i32(2, encoding_plain);
  header.i32(3, encoding_rle);
  header.i32(4, encoding_rle);
  header.end();
  header.end();
  return header.take() + body;
}

// The schema, flattened depth first.
class SchemaWriter {
 public:
  explicit SchemaWriter(thrift::Writer& out) : out_(out) {}
  void element(const std::string& name, int repetition, int physical, int children, int converted) {
    out_.begin();
    if (physical >= 0) out_.i32(1, physical);
    if (repetition >= 0) out_.i32(3, repetition);
    out_.text(4, name);
    if (children > 0) out_.i32(5, children);
    if (converted >= 0) out_.i32(6, converted);
    out_.end();
  }
  void node(const Node& node) {
    switch (node.kind) {
      case Node::Kind::group:
        element(node.name, optional, -1, static_cast<int>(node.children.size()), -1);
        for (const Node& child : node.children) this->node(child);
        break;
      case Node::Kind::map:
        element(node.name, optional, -1, 1, converted_map);
        element("key_value", repeated, -1, 2, -1);
        element("key", required, physical_bytes, 0, converted_utf8);
        element("value", optional, physical_bytes, 0, converted_utf8);
        break;
      case Node::Kind::list:
        element(node.name, optional, -1, 1, converted_list);
        element("list", repeated, -1, 1, -1);
        element("element", optional, physical_bytes, 0, converted_utf8);
        break;
      default:
        element(node.name, optional, physical_of(node.kind), 0,
                node.kind == Node::Kind::text ? static_cast<int>(converted_utf8) : -1);
    }
  }
  static size_t count(const Node& node) {
    size_t sum = node.kind == Node::Kind::map ? 4 : node.kind == Node::Kind::list ? 3 : 1;
    for (const Node& child : node.children) sum += count(child);
    return sum;
  }

 private:
  thrift::Writer& out_;
};

struct ColumnChunk {
  size_t leaf = 0;
  int64_t offset = 0, bytes = 0, values = 0;
};
struct RowGroup {
  std::vector<ColumnChunk> chunks;
  int64_t rows = 0, bytes = 0;
};

void write_chunk(thrift::Writer& out, const ColumnChunk& chunk, const Leaf& leaf) {
  out.begin();
  out.i64(2, chunk.offset);
  out.begin_structure(3);
  out.i32(1, leaf.physical);
  out.begin_list(2, thrift::Type::i32, 2);
  out.raw_i32(encoding_plain);
  out.raw_i32(encoding_rle);
  out.begin_list(3, thrift::Type::binary, leaf.path.size());
  for (const std::string& part : leaf.path) out.raw_text(part);
  out.i32(4, codec_none);
  out.i64(5, chunk.values);
  out.i64(6, chunk.bytes);
  out.i64(7, chunk.bytes);
  out.i64(9, chunk.offset);
  out.end();
  out.end();
}

std::string footer(const std::vector<Node>& columns, const std::vector<Leaf>& leaves,
                   const std::vector<RowGroup>& groups, size_t rows) {
  thrift::Writer out;
  out.begin();
  out.i32(1, 1);
  size_t elements = 1;
  for (const Node& column : columns) elements += SchemaWriter::count(column);
  out.begin_list(2, thrift::Type::structure, elements);
  SchemaWriter schema(out);
  schema.element("checkpoint", -1, -1, static_cast<int>(columns.size()), -1);
  for (const Node& column : columns) schema.node(column);
  out.i64(3, static_cast<int64_t>(rows));
  out.begin_list(4, thrift::Type::structure, groups.size());
  for (const RowGroup& group : groups) {
    out.begin();
    out.begin_list(1, thrift::Type::structure, group.chunks.size());
    for (const ColumnChunk& chunk : group.chunks) write_chunk(out, chunk, leaves[chunk.leaf]);
    out.i64(2, group.bytes);
    out.i64(3, group.rows);
    out.end();
  }
  out.text(6, "Forvaltningsmaskinen");
  out.end();
  return out.take();
}

std::vector<Leaf> leaves_of(const std::vector<Node>& columns) {
  std::vector<Leaf> leaves;
  for (const Node& column : columns) add_leaves(column, {}, 0, leaves);
  return leaves;
}

std::vector<Leaf> shred_rows(const std::vector<Node>& columns, const json::object* rows, size_t count) {
  std::vector<Leaf> leaves = leaves_of(columns);
  for (size_t row = 0; row < count; ++row) {
    Leaf* leaf = leaves.data();
    for (const Node& column : columns) {
      shred(column, rows[row].if_contains(column.name), 0, leaf);
      leaf += leaf_count(column);
    }
  }
  return leaves;
}

}  // namespace

std::string write(const std::vector<Node>& columns, const std::vector<json::object>& rows) {
  std::string out(magic);
  std::vector<RowGroup> groups;
  for (size_t at = 0; at < rows.size(); at += row_group_rows_max) {
    const size_t count = std::min(row_group_rows_max, rows.size() - at);
    const std::vector<Leaf> leaves = shred_rows(columns, rows.data() + at, count);
    RowGroup& group = groups.emplace_back();
    group.rows = static_cast<int64_t>(count);
    for (size_t i = 0; i < leaves.size(); ++i) {
      const std::string page = page_of(leaves[i]);
      group.chunks.push_back({i, static_cast<int64_t>(out.size()), static_cast<int64_t>(page.size()),
                              static_cast<int64_t>(leaves[i].definitions.size())});
      group.bytes += static_cast<int64_t>(page.size());
      out += page;
    }
  }
  const std::string end = footer(columns, leaves_of(columns), groups, rows.size());
  out += end;
  append_raw(out, static_cast<uint32_t>(end.size()));
  return out += magic;
}

}  // namespace fvm::lake::parquet
