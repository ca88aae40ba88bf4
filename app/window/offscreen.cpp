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
#include "core/text/utf8.h"

namespace lab {
namespace {

constexpr int kSmallest = 100, kLargest = 8192;
constexpr int kFrames = 3;         // sizes that depend on the frame before have settled by then
constexpr int kMostFrames = 2000;  // by which everything is found out

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

ExportFormat format_of(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension();
  return ending == ".svg" ? ExportFormat::kSvg : ending == ".csv" ? ExportFormat::kCsv : ExportFormat::kPng;
}

/// A page's title in its own letters; anything else as it is.
std::string panel_named(const std::string& name) {
  for (const PageRow& page : pages())
    if (lower_case(page.title) == lower_case(name)) return page.title;
  return name;
}

const OffscreenOptions& checked(const OffscreenOptions& options) {
  for (const int side : {options.width, options.height})
    if (side < kSmallest || side > kLargest)
      throw Error("A picture of {} × {} pixels cannot be drawn: each side must be {} to {}.", options.width,
                  options.height, kSmallest, kLargest);
  return options;
}

/// The window's screen, in memory.
class Screen {
 public:
  explicit Screen(const OffscreenOptions& options)
      : options_(checked(options)),
        panel_(panel_named(options.panel)),
        canvas_(options.width, options.height),
        gui_(options.scale) {
    view_.selection = options.selection;
    for (size_t page = 0; page < pages().size(); ++page)
      if (pages()[page].title == panel_ && !pages()[page].beside) view_.page = static_cast<Page>(page);
  }

  /// What the panels asked for.
  std::vector<Command> draw(const Snapshot& snapshot) {
    if (characters_.update(snapshot, view_)) gui_.set_characters(characters_.all());
    ImGui_ImplOpenGL3_NewFrame();
    draw_workspace_once(snapshot);
    gui_.render(options_.width, options_.height);
    return commands_.take();
  }

  void write(const Snapshot& snapshot, const std::string& path) {
    const auto draw_again = [&] {
      draw_workspace_once(snapshot);
      ImGui::Render();
    };
    write_panel({options_.width, options_.height, textures_, draw_again}, snapshot, view_, panel_, format_of(path),
                path);
  }

 private:
  void draw_workspace_once(const Snapshot& snapshot) {
    ImGui::GetIO().DisplaySize = {static_cast<float>(options_.width), static_cast<float>(options_.height)};
    ImGui::GetIO().DeltaTime = 1.0f / 60;
    ImGui::NewFrame();
    draw_workspace(snapshot, view_, commands_, textures_);
  }

  const OffscreenOptions options_;
  const std::string panel_;
  const EglContext gl_{3, 3};
  const Canvas canvas_;
  Gui gui_;
  GlTextures textures_;
  View view_;
  ShownCharacters characters_;
  Commands commands_;
};

}  // namespace

void draw_to_file(const Snapshot& snapshot, const OffscreenOptions& options, const std::string& path) {
  Screen screen(options);
  for (int frame = 0; frame < kFrames; ++frame) screen.draw(snapshot);
  screen.write(snapshot, path);
}

void draw_to_file(LiveRun& run, const OffscreenOptions& options, const std::string& path) {
  Screen screen(options);
  std::shared_ptr<Snapshot> snapshot = run.snapshot();
  for (int frame = 0, settled = 0; settled < kFrames && frame < kMostFrames; ++frame) {
    const std::vector<Command> asked = screen.draw(*snapshot);
    for (const Command& command : asked) run.apply(command);
    const bool more = !asked.empty() || run.finding_out();
    settled = more ? 0 : settled + 1;
    if (!more) continue;
    const uint64_t serial = snapshot->serial + 1;
    snapshot = run.snapshot();
    snapshot->serial = serial;
  }
  screen.write(*snapshot, path);
}

}  // namespace lab
