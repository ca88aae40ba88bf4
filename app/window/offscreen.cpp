#include "app/window/offscreen.h"

#include <backends/imgui_impl_opengl3.h>
#include <epoxy/gl.h>

#include <filesystem>

#include "app/panels/pages.h"
#include "app/panels/texts/shown_characters.h"
#include "app/panels/workspace.h"
#include "app/window/gl_textures.h"
#include "app/window/gui.h"
#include "app/window/write_exports.h"
#include "core/base/error.h"
#include "core/gpu/egl_context.h"

namespace lab {
namespace {

constexpr int kSmallest = 100, kLargest = 8192;
constexpr int kFrames = 3;  // sizes that depend on the frame before have settled by then

/// A colour buffer to draw into, instead of a window.
class Canvas {
 public:
  Canvas(int width, int height) {
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

 private:
  unsigned frame_ = 0, colours_ = 0;
};

void draw_frame(const Snapshot& snapshot, View& view, TextureStore& textures, const OffscreenOptions& options) {
  ImGui::GetIO().DisplaySize = {static_cast<float>(options.width), static_cast<float>(options.height)};
  ImGui::GetIO().DeltaTime = 1.0f / 60;
  ImGui::NewFrame();
  Commands ignored;
  draw_workspace(snapshot, view, ignored, textures);
}

void open_page_of(const std::string& panel, View& view) {
  for (size_t page = 0; page < pages().size(); ++page)
    if (pages()[page].title == panel && !pages()[page].beside) view.page = static_cast<Page>(page);
}

ExportFormat format_of(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension();
  return ending == ".svg" ? ExportFormat::kSvg : ending == ".csv" ? ExportFormat::kCsv : ExportFormat::kPng;
}

}  // namespace

void draw_to_file(const Snapshot& snapshot, const OffscreenOptions& options, const std::string& path) {
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
  open_page_of(options.panel, view);
  for (int frame = 0; frame < kFrames; ++frame) {
    ImGui_ImplOpenGL3_NewFrame();
    draw_frame(snapshot, view, textures, options);
    gui.render(options.width, options.height);
  }
  const auto draw_again = [&] {
    draw_frame(snapshot, view, textures, options);
    ImGui::Render();
  };
  write_panel({options.width, options.height, textures, draw_again}, snapshot, view, options.panel, format_of(path),
              path);
}

}  // namespace lab
