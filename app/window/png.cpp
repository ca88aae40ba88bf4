#include "app/window/png.h"

#include "core/base/error.h"
#include "core/base/file.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace lab {

std::string png_of(int width, int height, std::span<const uint8_t> pixels) {
  std::string bytes;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<size_t>(size));
  };
  if (stbi_write_png_to_func(append, &bytes, width, height, 3, pixels.data(), width * 3) == 0)
    throw Error("Cannot make a PNG of {} × {} pixels: out of memory; choose a smaller size.", width, height);
  return bytes;
}

void write_png(const std::string& path, int width, int height, std::span<const uint8_t> pixels) {
  write_file_atomically(path, png_of(width, height, pixels));
}

}  // namespace lab
