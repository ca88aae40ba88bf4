#include "core/data/picture.h"

#include <algorithm>
#include <cmath>

#include "core/base/file.h"
#include "core/data/decode_picture.h"

namespace lab {

namespace {

constexpr size_t kMostFileBytes = size_t{64} << 20;

// Grey over white, so that a transparent drawing looks as on paper.
uint8_t grey(const uint8_t* rgba) {
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
  const ColourPicture colour = decode_picture(read_file(path, kMostFileBytes), path);
  Picture picture{colour.width, colour.height, {}};
  picture.pixels.resize(colour.rgba.size() / 4);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = grey(colour.rgba.data() + 4 * i);
  return picture;
}

Picture fit_picture(const Picture& picture, int width, int height) {
  const double scale =
      std::min(static_cast<double>(picture.width) / width, static_cast<double>(picture.height) / height);
  const double left = (picture.width - scale * width) / 2, top = (picture.height - scale * height) / 2;
  const bool light = border_mean(picture) > 127.5;
  Picture fitted{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double mean =
          area_mean(picture, left + x * scale, left + (x + 1) * scale, top + y * scale, top + (y + 1) * scale);
      fitted.pixels.push_back(static_cast<uint8_t>(std::lround(light ? 255 - mean : mean)));
    }
  return fitted;
}

}  // namespace lab
