#include "app/widgets/colour_map.h"

#include <algorithm>

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

Rgba mix(Rgba from, Rgba to, float share) {
  Rgba result = kOpaque;
  for (int shift = 0; shift < 24; shift += 8) {
    const float a = static_cast<float>(from >> shift & 0xFF), b = static_cast<float>(to >> shift & 0xFF);
    result |= static_cast<Rgba>(a + (b - a) * share + 0.5f) << shift;
  }
  return result;
}

Rgba grey(uint8_t level) { return kOpaque | level * 0x010101u; }

}  // namespace lab
