#pragma once
// PNG and JPEG from memory, by stb_image. The only place that includes it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

struct ColourPicture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgba;  // [height, width, 4]
};

/// Throws Error, which names the picture as `where`, when the bytes are no PNG or JPEG, are damaged, or hold
/// more than 8192 pixels a side or 36 million in all.
ColourPicture decode_picture(std::string_view bytes, const std::string& where);

}  // namespace lab
