#include "core/data/decode_picture.h"

#include <climits>
#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/data/jpeg_tables.h"

// What one picture may take at a time: stb_image itself would follow a PNG of a few kilobytes to gigabytes.
namespace {
thread_local size_t largest_block = 0;
void* take(size_t bytes) { return bytes <= largest_block ? std::malloc(bytes) : nullptr; }
void* take_again(void* block, size_t bytes) { return bytes <= largest_block ? std::realloc(block, bytes) : nullptr; }
}  // namespace

// Debian's stb_image 2.27 has known holes in the formats switched off here (GIF, PIC, TGA …), and the copy
// inside its library has them all on: so this one file compiles the two others, under names of its own.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 8192
#define STBI_MALLOC take
#define STBI_REALLOC take_again
#define STBI_FREE std::free
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace lab {

namespace {

constexpr int64_t kMostPixels = 36'000'000;
constexpr int kChannels = 4;

struct Free {
  void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

struct Size {
  int width = 0, height = 0;
};

Size check_size(std::string_view bytes, const std::string& where) {
  Size size;
  int channels = 0;
  if (!stbi_info_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()), static_cast<int>(bytes.size()),
                             &size.width, &size.height, &channels)) {
    if (stbi_failure_reason() == std::string_view("too large"))
      throw Error("{} is more than {} pixels a side; make it smaller first.", where, STBI_MAX_DIMENSIONS);
    throw Error("{} is not a PNG or JPEG picture; convert it to one of these.", where);
  }
  if (size.width < 1 || size.height < 1 || size.width > STBI_MAX_DIMENSIONS || size.height > STBI_MAX_DIMENSIONS)
    throw Error("{} has {} × {} pixels; 1 to {} a side are accepted.", where, size.width, size.height,
                STBI_MAX_DIMENSIONS);
  if (int64_t{size.width} * size.height > kMostPixels)
    throw Error("{} has {} × {} pixels, more than {} million in all; make it smaller first.", where, size.width,
                size.height, kMostPixels / 1'000'000);
  return size;
}

// Enough for any honest picture of that size: 16 bits a channel while decoding, twice (a PNG's rows may need a
// second, larger block), and the whole blocks of a JPEG.
size_t block_for(Size size, size_t file_bytes) {
  constexpr size_t kPixelBytes = 16, kEdge = 64, kTables = size_t{1} << 20;
  return (size.width + kEdge) * (size.height + kEdge) * kPixelBytes + 2 * file_bytes + kTables;
}

}  // namespace

ColourPicture decode_picture(std::string_view bytes, const std::string& where) {
  if (bytes.size() > INT_MAX)
    throw Error("{} is larger than any picture that is accepted; make it smaller first.", where);
  largest_block = size_t{1} << 20;  // what reading a header may take
  if (!has_sound_huffman_tables(bytes))
    throw Error("{} is a damaged picture (bad Huffman table); save it again.", where);
  const Size size = check_size(bytes, where);
  largest_block = block_for(size, bytes.size());
  ColourPicture picture;
  int channels = 0;
  const std::unique_ptr<stbi_uc, Free> rgba(stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()),
                                                                  static_cast<int>(bytes.size()), &picture.width,
                                                                  &picture.height, &channels, kChannels));
  if (!rgba) throw Error("{} is a damaged picture ({}); save it again.", where, stbi_failure_reason());
  picture.rgba.assign(rgba.get(), rgba.get() + static_cast<size_t>(picture.width) * picture.height * kChannels);
  return picture;
}

}  // namespace lab
