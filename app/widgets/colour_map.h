#pragma once
// Heat: a number between 0 and 1 as a colour. Both maps are uniform to the eye; cividis looks
// the same to people with red–green colour blindness.

#include <cstdint>

namespace lab {

enum class ColourMap { kViridis, kCividis };

/// A pixel as uploaded to a texture: red in the lowest byte, alpha in the highest.
using Rgba = uint32_t;

/// `value` is clamped to 0 … 1; NaN is magenta, so that it is seen.
Rgba heat(ColourMap map, float value);

/// A difference, −1 … 1 (clamped), as blue, through white at 0, to red; NaN is magenta. Its two ends differ for people
/// with red–green colour blindness too.
Rgba diverging(float value);

/// The colour `share` of the way from `from` to `to`, opaque.
Rgba mix(Rgba from, Rgba to, float share);
Rgba grey(uint8_t level);

/// Whether white reads better on it than black: the luminance of WCAG 2.2 (contrast ratio) decides.
bool is_dark(Rgba colour);

}  // namespace lab
