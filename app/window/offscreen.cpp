#include "app/window/offscreen.h"

#include <backends/imgui_impl_opengl3.h>
#include <epoxy/gl.h>

#include <algorithm>
#include <vector>

#include "app/panels/shown_characters.h"
#include "app/panels/workspace.h"
#include "app/window/gl_textures.h"
#include "app/window/gui.h"
#include "app/window/png.h"
#include "core/base/error.h"
#include "core/gpu/egl_context.h"

namespace lab {
namespace {

constexpr int kSmallest = 100, kLargest = 8192;
constexpr int kFrames = 3;  // sizes that depend on the frame before have settled by then

/// A colour buffer to draw into, instead of a window.
class Canvas {
 public:
  Canvas(int width, int height) : width_(width), height_(height) {
    glGenRenderbuffers(1, &colours_);
    glBindRenderbuffer(GL_RENDERBUFFER, colours_);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
    glGenFramebuffers(1, &frame_);
    glBindFramebuffer(GL_FRAMEBUFFER, frame_);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colours_);
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
      throw Error("OpenGL cannot draw {} × {} pixels here: choose a smaller size.", width, height);
  }
  ~Canvas() {
    glDeleteFramebuffers(1, &frame_);
    glDeleteRenderbuffers(1, &colours_);
  }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  /// [height, width, 3], the top row first.
  std::vector<uint8_t> pixels() const {
    const size_t row = static_cast<size_t>(width_) * 3;
    std::vector<uint8_t> upwards(row * height_), result(row * height_);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width_, height_, GL_RGB, GL_UNSIGNED_BYTE, upwards.data());
    for (int y = 0; y < height_; ++y)
      std::copy_n(upwards.begin() + static_cast<ptrdiff_t>(row * (height_ - 1 - y)), row,
                  result.begin() + static_cast<ptrdiff_t>(row * y));
    return result;
  }

 private:
  int width_, height_;
  unsigned frame_ = 0, colours_ = 0;
};

void draw_frame(const Snapshot& snapshot, View& view, Gui& gui, TextureStore& textures,
                const OffscreenOptions& options) {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::GetIO().DisplaySize = {static_cast<float>(options.width), static_cast<float>(options.height)};
  ImGui::GetIO().DeltaTime = 1.0f / 60;
  ImGui::NewFrame();
  Commands ignored;
  draw_workspace(snapshot, view, ignored, textures);
  gui.render(options.width, options.height);
}

}  // namespace

void draw_to_png(const Snapshot& snapshot, const OffscreenOptions& options, const std::string& path) {
  for (const int side : {options.width, options.height})
    if (side < kSmallest || side > kLargest)
      throw Error("A picture of {} × {} pixels cannot be drawn: each side must be {} to {}.", options.width,
                  options.height, kSmallest, kLargest);
  EglContext gl(3, 3);
  const Canvas canvas(options.width, options.height);
  Gui gui(options.scale);
  GlTextures textures;
  View view;
  view.selection = options.selection;
  if (ShownCharacters characters; characters.update(snapshot, view)) gui.set_characters(characters.all());
  for (int frame = 0; frame < kFrames; ++frame) draw_frame(snapshot, view, gui, textures, options);
  write_png(path, options.width, options.height, canvas.pixels());
}

}  // namespace lab
