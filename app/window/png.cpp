#include "app/window/png.h"

#include <vector>

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
void write_png(const std::string& path, int width, int height, std::span<const uint8_t> pixels) {
  std::vector<uint8_t> bytes;
  const auto append = [](void* to, void* data, int size) {
    const auto* from = static_cast<const uint8_t*>(data);
    static_cast<std::vector<uint8_t>*>(to)->insert(static_cast<std::vector<uint8_t>*>(to)->end(), from, from + size);
  };
  if (stbi_write_png_to_func(append, &bytes, width, height, 3, pixels.data(), width * 3) == 0)
    throw Error("Cannot make a PNG of {} × {} pixels for {}: out of memory; choose a smaller size.", width, height,
                path);
  write_file_atomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace lab
