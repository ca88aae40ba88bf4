#pragma once
// Textures: where widgets put pictures. The window keeps them in GL; panel tests need no backend.

#include <imgui.h>

#include <span>
#include <string_view>
#include <vector>

#include "app/widgets/colour_map.h"

namespace lab {

struct TexturePixels {
  int width = 0, height = 0;
  std::vector<Rgba> pixels = {};  // [height, width]
};

class TextureStore {
 public:
  virtual ~TextureStore() = default;
  /// The texture of this name, now showing `pixels` [height, width]; made the first time, updated later.
  virtual ImTextureID upload(std::string_view name, int width, int height, std::span<const Rgba> pixels) = 0;
  /// What a texture of this store shows; nothing where the store does not know it.
  virtual TexturePixels read(ImTextureID) const { return {}; }
};

/// Keeps nothing: for drawing without a backend.
class NoTextures : public TextureStore {
 public:
  ImTextureID upload(std::string_view, int, int, std::span<const Rgba>) override { return ImTextureID(1); }
};

}  // namespace lab
