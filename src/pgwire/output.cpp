#include "pgwire/output.hpp"

#include "base/messages.hpp"
#include "pgwire/protocol.hpp"

namespace fvm::pgwire {
namespace {

void add_two(std::string& to, size_t value) {
  char bytes[2];
  put_two(bytes, static_cast<uint16_t>(value));
  to.append(bytes, 2);
}
void add_four(std::string& to, uint32_t value) {
  char bytes[4];
  put_four(bytes, value);
  to.append(bytes, 4);
}
void add_text(std::string& to, std::string_view text) {
  to += text.substr(0, text.find('\0'));
  to += '\0';
}

bool is_binary(const std::vector<bool>& formats, size_t column) {
  if (formats.empty()) return false;
  return formats.size() == 1 ? formats[0] : column < formats.size() && formats[column];
}

std::string copy_formats(size_t columns) {
  std::string content(1, '\0');  // text as a whole
  add_two(content, columns);
  content.append(columns * 2, '\0');
  return content;
}

}  // namespace

void Output::flush() {
  if (used_ > 0 && !broken_) broken_ = !channel_.write({buffer_.data(), used_});
  used_ = 0;
}

void Output::make_room(size_t bytes) {
  flush();
  if (buffer_.size() < bytes) buffer_.resize(bytes);
}

void Output::message(char type, std::string_view content) {
  char* at = reserve(content.size() + 5);
  *at++ = type;
  at = put_four(at, static_cast<uint32_t>(content.size() + 4));
  if (!content.empty()) std::memcpy(at, content.data(), content.size());
  advance(at + content.size());
}

void Output::authentication_ok() {
  message('R', std::string_view("\0\0\0\0", 4));
}

void Output::parameter_status(std::string_view name, std::string_view value) {
  std::string content;
  add_text(content, name);
  add_text(content, value);
  message('S', content);
}

void Output::backend_key(int32_t process, int32_t secret) {
  std::string content;
  add_four(content, static_cast<uint32_t>(process));
  add_four(content, static_cast<uint32_t>(secret));
  message('K', content);
}

void Output::ready(Transaction state) {
  const char letter = static_cast<char>(state);
  message('Z', {&letter, 1});
  flush();
}

void Output::row_description(std::span<const Column> columns, const std::vector<bool>& binary) {
  std::string content;
  add_two(content, columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    add_text(content, columns[i].name);
    add_four(content, 0);  // no table
    add_two(content, 0);
    add_four(content, columns[i].type);
    add_two(content, static_cast<uint16_t>(columns[i].bytes));
    add_four(content, static_cast<uint32_t>(columns[i].modifier));
    add_two(content, is_binary(binary, i) ? 1 : 0);
  }
  message('T', content);
}

void Output::parameter_description(std::span<const uint32_t> types) {
  std::string content;
  add_two(content, types.size());
  for (const uint32_t type : types) add_four(content, type);
  message('t', content);
}

void Output::command_complete(std::string_view tag) {
  std::string content;
  add_text(content, tag);
  message('C', content);
}

// Fields of ErrorResponse; the sentence of errors that are not from SQL comes from the message texts.
void Output::report(std::string_view severity, const Error& error) {
  std::string content;
  const auto field = [&](char name, std::string_view value) {
    if (value.empty()) return;
    content += name;
    add_text(content, value);
  };
  field('S', severity);
  field('V', severity);
  field('C', sqlstate_of(error));
  field('M', describe(Language::english, error));
  field('D', error.argument("detail"));
  field('H', error.argument("hint"));
  field('P', error.argument("position"));
  content += '\0';
  message('E', content);
}

void Output::error(const Error& error) {
  report("ERROR", error);
}
void Output::fatal(const Error& error) {
  report("FATAL", error);
  flush();
}

void Output::notice(std::string_view severity, std::string_view sqlstate, std::string_view text) {
  std::string content;
  for (const auto& [name, value] :
       {std::pair{'S', severity}, {'V', severity}, {'C', sqlstate}, {'M', text}}) {
    content += name;
    add_text(content, value);
  }
  content += '\0';
  message('N', content);
}

void Output::copy_out(size_t columns) {
  message('H', copy_formats(columns));
}
void Output::copy_in(size_t columns) {
  message('G', copy_formats(columns));
  flush();
}
void Output::copy_data(std::string_view bytes) {
  message('d', bytes);
}
void Output::simple(char type) {
  message(type, {});
}
void Output::encryption_refused() {
  char* at = reserve(1);
  *at = 'N';
  advance(at + 1);
  flush();
}

}  // namespace fvm::pgwire
