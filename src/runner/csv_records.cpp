#include "runner/csv_records.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"

namespace fvm::runner {
namespace {

constexpr size_t piece_bytes = 1u << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Result<size_t> read_some(int fd, char* into, size_t most) {
  while (true) {
    const ssize_t got = ::read(fd, into, most);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return system_error("read a delivered file", errno);
  }
}

}  // namespace

RecordReader::RecordReader(Source source, const Dialect& dialect)
    : source_(std::move(source)), dialect_(dialect) {
  while (buffer_.size() < byte_order_mark.size() && fill()) {
  }
  if (buffer_.starts_with(byte_order_mark)) {
    at_ = byte_order_mark.size();
    offset_ = byte_order_mark.size();
  }
}

RecordReader RecordReader::over(std::string_view text, const Dialect& dialect) {
  auto rest = std::make_shared<std::string_view>(text);
  return RecordReader(
      [rest](char* into, size_t most) -> Result<size_t> {
        const size_t count = std::min(most, rest->size());
        std::memcpy(into, rest->data(), count);
        rest->remove_prefix(count);
        return count;
      },
      dialect);
}

Result<RecordReader> RecordReader::of_file(const Path& file, const Dialect& dialect) {
  auto opened = std::make_shared<Descriptor>(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!*opened) return usage("file.missing", {{"file", file.filename().string()}});
  return RecordReader([opened](char* into, size_t most) { return read_some(opened->get(), into, most); },
                      dialect);
}

bool RecordReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t before = buffer_.size();
  buffer_.resize(before + piece_bytes);
  auto got = source_(buffer_.data() + before, piece_bytes);
  if (!got.ok()) outcome_ = got.error();
  buffer_.resize(before + (got.ok() ? *got : 0));
  ended_ = !got.ok() || *got == 0;
  return !ended_;
}

const Record* RecordReader::next() {
  while (outcome_.ok()) {
    if (at_ == buffer_.size() && !fill()) return nullptr;
    if (scan() == Scan::more) {
      if (buffer_.size() - at_ > record_bytes_max) {
        skip_rest_of_line();
        return &record_;
      }
      fill();  // at the end this only sets ended_, and scan() then takes what there is
      continue;
    }
    if (record_.broken == Broken::no && record_.raw.empty()) continue;  // an empty line
    return &record_;
  }
  return nullptr;
}

std::string_view RecordReader::unquoted(std::string_view inner) {
  if (inner.find(dialect_.quote) == std::string_view::npos) return inner;
  auto text = std::make_unique<std::string>();
  for (size_t i = 0; i < inner.size(); ++i) {
    *text += inner[i];
    if (inner[i] == dialect_.quote) ++i;  // only doubled quotes are inside
  }
  unescaped_.push_back(std::move(text));
  return *unescaped_.back();
}

// Ends the record before buffer_[end] and moves on behind its line end.
bool RecordReader::finish(size_t end, size_t line_end_bytes) {
  record_.raw = std::string_view(buffer_).substr(at_, end - at_);
  record_.line = line_;
  record_.offset = offset_;
  const std::string_view taken = std::string_view(buffer_).substr(at_, end + line_end_bytes - at_);
  line_ += static_cast<uint64_t>(
      std::count(taken.begin(), taken.end(), dialect_.line_end == LineEnd::cr ? '\r' : '\n'));
  offset_ += taken.size();
  at_ = end + line_end_bytes;
  if (record_.raw.size() > record_bytes_max) {
    record_.broken = Broken::too_long;
    record_.raw = record_.raw.substr(0, record_bytes_max);
    record_.fields.clear();
  }
  return true;
}

// A record without an end in sight: kept is its beginning, thrown away what follows up to the next line end.
void RecordReader::skip_rest_of_line() {
  unescaped_.push_back(std::make_unique<std::string>(buffer_.substr(at_, record_bytes_max)));
  const auto begin = unescaped_.back().get();
  const uint64_t line = line_, offset = offset_;
  const char ending = dialect_.line_end == LineEnd::cr ? '\r' : '\n';
  size_t from = at_ + record_bytes_max;
  size_t end = buffer_.find(ending, from);
  while (end == std::string::npos) {
    finish(buffer_.size(), 0);
    if (!fill()) break;
    end = buffer_.find(ending);
  }
  if (end != std::string::npos) finish(end, 1);
  record_ = Record{.line = line, .offset = offset, .raw = *begin, .fields = {}, .broken = Broken::too_long};
}

// Reads the record at at_. `more`: the buffer ends inside it and there may be more to come.
RecordReader::Scan RecordReader::scan() {
  enum class In { start, plain, quoted, closed, broken } state = In::start;
  record_.fields.clear();
  record_.broken = Broken::no;
  unescaped_.clear();
  size_t field = at_;
  size_t quote_end = 0;
  const auto close_field = [&](size_t end) {
    const std::string_view text(buffer_);
    record_.fields.push_back(state == In::closed ? unquoted(text.substr(field + 1, quote_end - field - 1))
                                                 : text.substr(field, end - field));
    field = end + 1;
    state = In::start;
  };
  for (size_t i = at_; i < buffer_.size(); ++i) {
    const char c = buffer_[i];
    if (state == In::quoted) {
      if (c != dialect_.quote) continue;
      if (i + 1 == buffer_.size() && !ended_) return Scan::more;
      if (i + 1 < buffer_.size() && buffer_[i + 1] == dialect_.quote) {
        ++i;
      } else {
        state = In::closed;
        quote_end = i;
      }
      continue;
    }
    if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 == buffer_.size() && !ended_) return Scan::more;
      const bool pair = c == '\r' && i + 1 < buffer_.size() && buffer_[i + 1] == '\n';
      const LineEnd seen = c == '\n' ? LineEnd::lf : (pair ? LineEnd::crlf : LineEnd::cr);
      if (state != In::broken) close_field(i);
      if (seen != dialect_.line_end) record_.broken = Broken::line_end;
      finish(i, pair ? 2 : 1);
      return Scan::record;
    }
    if (state == In::broken) continue;
    if (c == dialect_.delimiter) {
      close_field(i);
    } else if (state == In::closed) {
      if (c == ' ') continue;  // spaces between a closing quote and the delimiter do no harm
      state = In::broken;
      record_.broken = Broken::quote;
      record_.fields.clear();
    } else if (state == In::start && c == dialect_.quote) {
      state = In::quoted;
      field =
          i;  // one space before it does not count; after two, DuckDB reads the quote as text, and so do we
    } else if (state == In::start && (c != ' ' || i > field)) {
      state = In::plain;
    }
  }
  if (!ended_) return Scan::more;
  if (state == In::quoted) {
    record_.broken = Broken::open;
    record_.fields.clear();
  } else if (state != In::broken) {
    close_field(buffer_.size());
  }
  finish(buffer_.size(), 0);
  return Scan::record;
}

}  // namespace fvm::runner
