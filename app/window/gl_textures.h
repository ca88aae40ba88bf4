#pragma once
// GlTextures: the TextureStore of the window, in the GL context that is current.

#include <map>
#include <string>

#include "app/widgets/textures.h"

namespace lab {

class GlTextures : public TextureStore {
 public:
  GlTextures() = default;
  ~GlTextures() override;  // with the context current
  GlTextures(const GlTextures&) = delete;
  GlTextures& operator=(const GlTextures&) = delete;

  ImTextureID upload(std::string_view name, int width, int height, std::span<const Rgba> pixels) override;
  TexturePixels read(ImTextureID texture) const override;

 private:
  struct Texture {
    unsigned id = 0;
    int width = 0, height = 0;
  };
  std::map<std::string, Texture, std::less<>> textures_;
};

}  // namespace lab
