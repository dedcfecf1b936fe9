// Pictures drawn anew: libpng reads the points, libpng writes them. Texts, profiles and what hangs behind are
// left behind.
#include <png.h>

#include <vector>

#include "disclosure/file_type.hpp"
#include "runner/show.hpp"

namespace fvm::runner {
namespace {

constexpr uint64_t points_max = 16u << 20;

struct Image {
  png_image image{};
  Image() { image.version = PNG_IMAGE_VERSION; }
  ~Image() { png_image_free(&image); }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
};

}  // namespace

std::optional<std::string> drawn_anew(std::string_view bytes) {
  if (disclosure::content_of(bytes) != disclosure::Content::png) return std::nullopt;
  Image read;
  if (png_image_begin_read_from_memory(&read.image, bytes.data(), bytes.size()) == 0) return std::nullopt;
  if (uint64_t{read.image.width} * read.image.height > points_max) return std::nullopt;
  read.image.format = PNG_FORMAT_RGBA;
  std::vector<png_byte> points(PNG_IMAGE_SIZE(read.image));
  if (png_image_finish_read(&read.image, nullptr, points.data(), 0, nullptr) == 0) return std::nullopt;
  Image write;
  write.image.width = read.image.width, write.image.height = read.image.height;
  write.image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = 0;
  if (png_image_write_get_memory_size(write.image, size, 0, points.data(), 0, nullptr) == 0 ||
      size > shown_picture_bytes_max)
    return std::nullopt;
  std::string png(size, '\0');
  if (png_image_write_to_memory(&write.image, png.data(), &size, 0, points.data(), 0, nullptr) == 0)
    return std::nullopt;
  png.resize(size);
  return png;
}

}  // namespace fvm::runner
