#include "app/window/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <optional>

#include "app/panels/cost/budget_control.h"
#include "app/panels/cost/sweep_store.h"
#include "app/panels/files/open_picture.h"
#include "app/panels/keys.h"
#include "app/panels/texts/shown_characters.h"
#include "app/panels/workspace.h"
#include "app/widgets/text.h"
#include "app/window/frame_clock.h"
#include "app/window/gl_textures.h"
#include "app/window/glfw_window.h"
#include "app/window/gui.h"
#include "app/window/hidden_context.h"
#include "app/window/input.h"
#include "app/window/write_exports.h"
#include "core/base/error.h"
#include "core/live/session.h"

namespace lab {
namespace {

constexpr float kPresenting = 1.35f;  // how much larger everything is
constexpr int kSettling = 2;          // further frames after input: sizes and hovers follow the frame before
constexpr double kIdle = 0.5, kTyping = 0.1, kFilm = 0.02;  // seconds between looks; the text cursor blinks

std::string window_title(const Snapshot& snapshot) {
  const char* state[] = {"loading", "paused", "training", "stopped"};
  return fmt::format("Attention Lab · {} · step {} · {}",
                     snapshot.data ? snapshot.data->title : snapshot.experiment.task, grouped(snapshot.step),
                     state[static_cast<int>(snapshot.phase)]);
}

/// While a list or a page is open over the others, the arrow keys walk through it, space takes and Esc closes.
void give_keys_to_popups(const View& view) {
  const bool open = !view.help && ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
  ImGuiConfigFlags& flags = ImGui::GetIO().ConfigFlags;
  flags = open ? flags | ImGuiConfigFlags_NavEnableKeyboard : flags & ~ImGuiConfigFlags_NavEnableKeyboard;
}

class LabWindow {
 public:
  explicit LabWindow(const WindowOptions& options)
      : options_(options),
        session_(
            options.experiment, [] { glfwPostEmptyEvent(); }, chooser(), options.device),
        window_("Attention Lab", options.width, options.height, options.ui_scale),
        input_(window_.handle()),
        gui_(wanted_scale()) {
    ImGui_ImplGlfw_InitForOpenGL(window_.handle(), true);
    view_.wake = [this] {
      woken_ = true;
      glfwPostEmptyEvent();
    };
    view_.budget.folder = sweep_folder();
    find_sweep(view_);
    if (!options.run.empty()) session_.send(command::OpenRun{options.run});
    if (options.start_playing) session_.send(command::Play{});
  }
  ~LabWindow() { ImGui_ImplGlfw_Shutdown(); }

  void run() {
    while (!glfwWindowShouldClose(window_.handle()) && !view_.quit) {
      wait();
      if (should_draw()) draw();
    }
    if (options_.frames_report) std::fprintf(stderr, "%s\n", clock_.report().c_str());
  }

 private:
  // Called on the trainer's thread.
  DeviceChooser chooser() {
    return [this](DeviceWish wish, const Experiment& experiment, const DatasetPtr& data) {
      return choose_device(
          wish, [this] { return hidden_.for_this_thread(); }, options_.gpu, training_step_of(experiment, data));
    };
  }

  float wanted_scale() const {
    const float scale = options_.ui_scale > 0 ? options_.ui_scale : window_.content_scale();
    return view_.presenting ? scale * kPresenting : scale;
  }

  void wait() {
    clock_.wait();
    if (settling_ > 0 || view_.exporting.request || options_.frames_report)
      glfwPollEvents();
    else
      glfwWaitEventsTimeout(view_.history.film ? kFilm : typing_ ? kTyping : kIdle);
  }

  bool should_draw() {
    const SnapshotPtr latest = session_.latest();
    const bool news = latest != snapshot_ || woken_.exchange(false);
    snapshot_ = latest;
    if (input_.take_activity()) settling_ = kSettling + 1;
    const bool settling = settling_ > 0;
    if (settling) --settling_;
    return news || settling || typing_ || view_.history.film || view_.exporting.request || options_.frames_report;
  }

  void draw() {
    clock_.begin();
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_.handle(), &width, &height);
    gui_.set_scale(wanted_scale());
    if (characters_.update(*snapshot_, view_)) gui_.set_characters(characters_.all());
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    give_keys_to_popups(view_);
    ImGui::NewFrame();
    obey_input();
    draw_workspace(*snapshot_, view_, commands_, textures_);
    gui_.render(width, height);
    if (export_due(view_)) export_asked(width, height);
    glfwSwapBuffers(window_.handle());
    for (Command& command : commands_.take()) session_.send(std::move(command));
    window_.set_full_screen(view_.presenting);
    show_title();
    clock_.end();
  }

  void export_asked(int width, int height) {
    const auto draw_again = [this] {
      ImGui::NewFrame();
      draw_workspace(*snapshot_, view_, commands_, textures_);
      ImGui::Render();
    };
    write_exports({width, height, textures_, draw_again}, *snapshot_, view_);
    settling_ = kSettling;  // it says how that went
  }

  void obey_input() {
    typing_ = ImGui::GetIO().WantTextInput;
    for (const Input::Press& key : input_.take_keys(typing_ || ImGui::GetIO().NavActive))
      press(key.key, *snapshot_, view_, commands_, key.held);
    for (const std::string& file : input_.take_files()) look_at(file);
  }

  void look_at(const std::string& file) {
    try {
      open_file(file, *snapshot_, commands_);
    } catch (const Error& error) {
      view_.trouble = error.what();
    }
  }

  void show_title() {
    const std::string title = window_title(*snapshot_);
    if (title == title_) return;
    title_ = title;
    glfwSetWindowTitle(window_.handle(), title.c_str());
  }

  const WindowOptions options_;
  HiddenContext hidden_;  // outlives the session, whose thread may use it
  Session session_;
  GlfwWindow window_;
  Input input_;
  std::atomic<bool> woken_ = false;  // by work on another thread
  View view_;
  ShownCharacters characters_;
  Gui gui_;
  GlTextures textures_;
  Commands commands_;
  SnapshotPtr snapshot_;
  FrameClock clock_;
  std::string title_;
  int settling_ = 0;
  bool typing_ = false;
};

}  // namespace

int open_window(const WindowOptions& options) {
  const GlfwLibrary library;
  LabWindow(options).run();
  return 0;
}

}  // namespace lab
