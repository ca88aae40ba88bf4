#include "app/window/gl_textures.h"

#include <epoxy/gl.h>

#include <cstdint>

namespace lab {
namespace {

unsigned make_texture() {
  unsigned id = 0;
  glGenTextures(1, &id);
  glBindTexture(GL_TEXTURE_2D, id);
  for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    glTexParameteri(GL_TEXTURE_2D, filter, GL_NEAREST);
  for (const GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
    glTexParameteri(GL_TEXTURE_2D, wrap, GL_CLAMP_TO_EDGE);
  return id;
}

}  // namespace

GlTextures::~GlTextures() {
  for (const auto& [name, texture] : textures_) glDeleteTextures(1, &texture.id);
}

ImTextureID GlTextures::upload(std::string_view name, int width, int height, std::span<const Rgba> pixels) {
  auto found = textures_.find(name);
  if (found == textures_.end()) found = textures_.emplace(std::string(name), Texture{make_texture()}).first;
  Texture& texture = found->second;
  glBindTexture(GL_TEXTURE_2D, texture.id);
  if (width == texture.width && height == texture.height)
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  else
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  texture.width = width, texture.height = height;
  return (ImTextureID)(intptr_t)texture.id;  // NOLINT: a pointer in older ImGui, a number in newer
}

TexturePixels GlTextures::read(ImTextureID wanted) const {
  const auto id = static_cast<unsigned>((intptr_t)wanted);  // NOLINT
  for (const auto& [name, texture] : textures_) {
    if (texture.id != id) continue;
    TexturePixels result = {texture.width, texture.height};
    result.pixels.resize(static_cast<size_t>(texture.width) * texture.height);
    glBindTexture(GL_TEXTURE_2D, texture.id);
    glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, result.pixels.data());
    return result;
  }
  return {};
}

}  // namespace lab
