#include "app/widgets/colour_map.h"

#include <algorithm>
#include <cmath>

namespace lab {
namespace {

#include "app/widgets/colour_tables.inc"

constexpr Rgba kOpaque = 0xFF000000u;
constexpr Rgba kNotANumber = 0xFFFF00FFu;

Rgba from_hex(uint32_t hex) { return kOpaque | (hex & 0xFF) << 16 | (hex & 0xFF00) | (hex >> 16 & 0xFF); }

}  // namespace

Rgba heat(ColourMap map, float value) {
  if (value != value) return kNotANumber;
  const uint32_t* table = map == ColourMap::kViridis ? kViridis : kCividis;
  return from_hex(table[static_cast<int>(std::clamp(value, 0.0f, 1.0f) * 255 + 0.5f)]);
}

Rgba diverging(float value) {
  if (value != value) return kNotANumber;
  static const Rgba kLess = from_hex(0x0B559F), kNone = from_hex(0xFFFFFF), kMore = from_hex(0xC4420B);
  return mix(kNone, value < 0 ? kLess : kMore, std::min(value < 0 ? -value : value, 1.0f));
}

Rgba mix(Rgba from, Rgba to, float share) {
  Rgba result = kOpaque;
  for (int shift = 0; shift < 24; shift += 8) {
    const float a = static_cast<float>(from >> shift & 0xFF), b = static_cast<float>(to >> shift & 0xFF);
    result |= static_cast<Rgba>(a + (b - a) * share + 0.5f) << shift;
  }
  return result;
}

Rgba grey(uint8_t level) { return kOpaque | level * 0x010101u; }

bool is_dark(Rgba colour) {
  const auto linear = [&](int shift) {
    const float share = static_cast<float>(colour >> shift & 0xFF) / 255;
    return share <= 0.04045f ? share / 12.92f : std::pow((share + 0.055f) / 1.055f, 2.4f);
  };
  const float luminance = 0.2126f * linear(0) + 0.7152f * linear(8) + 0.0722f * linear(16);
  return (1.05f / (luminance + 0.05f)) > (luminance + 0.05f) / 0.05f;
}

}  // namespace lab
