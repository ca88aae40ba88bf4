#include "core/data/picture.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"

// Debian's stb_image 2.27 has known holes in the formats switched off here (GIF, PIC, TGA …), and the copy
// inside its library has them all on: so this one file compiles the two safe ones, under names of its own.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 8192
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace lab {

namespace {

constexpr size_t kMostFileBytes = size_t{64} << 20;
constexpr int64_t kMostPixels = int64_t{1} << 26;  // 256 MiB while decoding colour with transparency

struct Free {
  void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

void check_size(const std::string& path, const stbi_uc* bytes, int count) {
  int width = 0, height = 0, channels = 0;
  if (!stbi_info_from_memory(bytes, count, &width, &height, &channels)) {
    const std::string reason = stbi_failure_reason() ? stbi_failure_reason() : "unknown";
    if (reason == "too large")
      throw Error("{} is more than {} pixels a side; make it smaller first.", path, STBI_MAX_DIMENSIONS);
    throw Error("{} is not a PNG or JPEG picture; convert it to one of these.", path);
  }
  if (width < 1 || height < 1 || width > STBI_MAX_DIMENSIONS || height > STBI_MAX_DIMENSIONS)
    throw Error("{} has {} × {} pixels; 1 to {} a side are accepted.", path, width, height, STBI_MAX_DIMENSIONS);
  if (int64_t{width} * height > kMostPixels)
    throw Error("{} has {} × {} pixels, more than {} million in all; make it smaller first.", path, width, height,
                kMostPixels / 1000000);
}

// Grey over white, so that a transparent drawing looks as on paper.
uint8_t grey(const stbi_uc* rgba) {
  const float alpha = rgba[3] / 255.0f;
  const float luminance = 0.299f * rgba[0] + 0.587f * rgba[1] + 0.114f * rgba[2];
  return static_cast<uint8_t>(std::lround(luminance * alpha + 255.0f * (1 - alpha)));
}

// The mean of the picture's outermost pixels.
double border_mean(const Picture& p) {
  double total = 0;
  int count = 0;
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x)
      if (x == 0 || y == 0 || x == p.width - 1 || y == p.height - 1) {
        total += p.pixels[static_cast<size_t>(y) * p.width + x];
        ++count;
      }
  return total / count;
}

// The mean over the rectangle [x0, x1) × [y0, y1), edges counted by the part inside.
double area_mean(const Picture& p, double x0, double x1, double y0, double y1) {
  double total = 0, area = 0;
  for (int y = static_cast<int>(y0); y < std::min<double>(std::ceil(y1), p.height); ++y)
    for (int x = static_cast<int>(x0); x < std::min<double>(std::ceil(x1), p.width); ++x) {
      const double part = (std::min<double>(x + 1, x1) - std::max<double>(x, x0)) *
                          (std::min<double>(y + 1, y1) - std::max<double>(y, y0));
      total += part * p.pixels[static_cast<size_t>(y) * p.width + x];
      area += part;
    }
  return area > 0 ? total / area : 0;
}

}  // namespace

Picture read_picture(const std::string& path) {
  const std::string file = read_file(path, kMostFileBytes);
  const auto* bytes = reinterpret_cast<const stbi_uc*>(file.data());
  const int count = static_cast<int>(file.size());
  check_size(path, bytes, count);
  Picture picture;
  int channels = 0;
  const std::unique_ptr<stbi_uc, Free> rgba(
      stbi_load_from_memory(bytes, count, &picture.width, &picture.height, &channels, 4));
  if (!rgba) throw Error("{} is a damaged picture ({}); save it again.", path, stbi_failure_reason());
  picture.pixels.resize(static_cast<size_t>(picture.width) * picture.height);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = grey(rgba.get() + 4 * i);
  return picture;
}

Picture fit_picture(const Picture& picture, int width, int height) {
  const double scale = std::min(static_cast<double>(picture.width) / width, static_cast<double>(picture.height) / height);
  const double left = (picture.width - scale * width) / 2, top = (picture.height - scale * height) / 2;
  const bool light = border_mean(picture) > 127.5;
  Picture fitted{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double mean = area_mean(picture, left + x * scale, left + (x + 1) * scale, top + y * scale, top + (y + 1) * scale);
      fitted.pixels.push_back(static_cast<uint8_t>(std::lround(light ? 255 - mean : mean)));
    }
  return fitted;
}

}  // namespace lab
