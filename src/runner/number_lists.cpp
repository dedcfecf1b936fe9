#include "runner/number_lists.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/descriptor.hpp"
#include "lake/number_list.hpp"

namespace fvm::runner {
namespace {

// The head is written last: a list that was left unfinished has none that fits.
class ListFile {
 public:
  explicit ListFile(std::string path)
      : path_(std::move(path)), out_(path_, std::ios::binary | std::ios::trunc) {
    write(head_);
  }
  void add(std::span<const uint64_t> numbers) {
    write(numbers);
    head_[1] += numbers.size();
  }
  Result<void> finish() {
    head_[0] = lake::number_list_magic;
    out_.seekp(0);
    write(head_);
    out_.close();
    if (!out_) return system_error("write " + path_, errno);
    return {};
  }

 private:
  void write(std::span<const uint64_t> numbers) {
    out_.write(reinterpret_cast<const char*>(numbers.data()),
               static_cast<std::streamsize>(numbers.size_bytes()));
  }
  std::string path_;
  std::ofstream out_;
  std::array<uint64_t, 2> head_{};
};

}  // namespace

NumberList::NumberList(void* mapped, size_t bytes)
    : mapped_(mapped),
      bytes_(bytes),
      numbers_(static_cast<const uint64_t*>(mapped) + lake::number_list_head_bytes / sizeof(uint64_t),
               (bytes - lake::number_list_head_bytes) / sizeof(uint64_t)) {}

NumberList::NumberList(NumberList&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)), bytes_(other.bytes_), numbers_(other.numbers_) {}

NumberList::~NumberList() {
  if (mapped_ != nullptr) ::munmap(mapped_, bytes_);
}

std::optional<NumberList> NumberList::of(const std::string& mirror_file, const std::string& column) {
  const std::filesystem::path file(mirror_file);
  const std::string name = lake::number_list_name(file.filename().string(), column);
  if (name.empty()) return std::nullopt;
  return open((file.parent_path() / lake::number_list_folder / name).string());
}

std::optional<NumberList> NumberList::open(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts{};
  if (!file || ::fstat(file.get(), &facts) != 0) return std::nullopt;
  const auto bytes = static_cast<size_t>(facts.st_size);
  if (bytes < lake::number_list_head_bytes || bytes % sizeof(uint64_t) != 0) return std::nullopt;
  void* mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) return std::nullopt;
  NumberList list(mapped, bytes);
  const auto* head = static_cast<const uint64_t*>(mapped);
  if (head[0] != lake::number_list_magic || head[1] != list.size()) return std::nullopt;
  return list;
}

// Both are ascending: from where the last one would stand it is looked further and further ahead, then
// between.
bool NumberList::has_any(std::span<const uint64_t> wanted) const {
  auto at = numbers_.begin();
  for (const uint64_t number : wanted) {
    ptrdiff_t step = 1;
    auto low = at;
    while (step < numbers_.end() - at && at[step] < number) low = at + step, step *= 2;
    at = std::lower_bound(low, at + std::min(step + 1, numbers_.end() - at), number);
    if (at == numbers_.end()) return false;
    if (*at == number) return true;
  }
  return false;
}

Result<void> write_number_list(duck::Connection& connection, const std::string& query,
                               const std::string& path) {
  ListFile file(path);
  auto result = TRY(connection.query(query, duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) file.add(chunk.column(0).values<uint64_t>());
  return file.finish();
}

Result<void> write_number_list(std::span<const uint64_t> numbers, const std::string& path) {
  ListFile file(path);
  file.add(numbers);
  return file.finish();
}

std::vector<std::string> FilesFound::all() const {
  std::vector<std::string> out = listed;
  out.insert(out.end(), unlisted.begin(), unlisted.end());
  return out;
}

FilesFound files_with_any(const std::vector<std::string>& files, const std::string& column,
                          std::span<const uint64_t> wanted) {
  FilesFound out;
  for (const std::string& file : files) {
    const auto list = column.empty() ? std::nullopt : NumberList::of(file, column);
    if (!list) {
      out.unlisted.push_back(file);
    } else if (list->has_any(wanted)) {
      out.listed.push_back(file);
    }
  }
  return out;
}

Result<std::vector<uint64_t>> sorted_numbers(duck::Connection& connection, const std::string& query) {
  std::vector<uint64_t> out;
  auto result = TRY(connection.query(query, duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) {
    for (const int64_t number : chunk.column(0).values<int64_t>())
      out.push_back(static_cast<uint64_t>(number));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<std::vector<uint64_t>> numbers_of(duck::Connection& connection, const std::string& query) {
  return sorted_numbers(connection, "SELECT DISTINCT number::BIGINT AS number FROM (" + query +
                                        ") q(number) WHERE number >= 0");
}

}  // namespace fvm::runner
