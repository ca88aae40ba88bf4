#include "app/window/glfw_window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace lab {
namespace {

constexpr const char* kName = "attention-lab";

std::string last_trouble() {
  const char* description = nullptr;
  glfwGetError(&description);
  return description != nullptr ? description : "no reason given";
}

/// The system's own way to a context first (GLX), then EGL.
GLFWwindow* make_window(const std::string& title, int width, int height) {
  for (const int api : {GLFW_NATIVE_CONTEXT_API, GLFW_EGL_CONTEXT_API}) {
    glfwWindowHint(GLFW_CONTEXT_CREATION_API, api);
    if (GLFWwindow* window = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr)) return window;
  }
  return nullptr;
}

void set_hints() {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, kName);
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, kName);
}

int overlap(int a, int a_size, int b, int b_size) {
  return std::max(0, std::min(a + a_size, b + b_size) - std::max(a, b));
}

/// By a monitor's lines those of full HD are 1, and so on in quarters: words are as large for the back row on any
/// projector.
float scale_on(GLFWmonitor* monitor) {
  constexpr float kLines = 1080;
  if (monitor == nullptr) return 1;
  float x = 1, y = 1;
  glfwGetMonitorContentScale(monitor, &x, &y);
  const GLFWvidmode* mode = glfwGetVideoMode(monitor);
  if (std::max(x, y) != 1 || mode == nullptr) return std::max(x, y);
  return std::max(1.0f, std::floor(static_cast<float>(std::min(mode->width, mode->height)) / kLines * 4) / 4);
}

/// That shows most of the window.
GLFWmonitor* monitor_under(const GlfwWindow::Place& place) {
  int count = 0, most = -1;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  GLFWmonitor* shown_on = nullptr;
  for (int i = 0; i < count; ++i) {
    int x = 0, y = 0;
    glfwGetMonitorPos(monitors[i], &x, &y);
    const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
    if (mode == nullptr) continue;
    const int shared = overlap(place.x, place.width, x, mode->width) * overlap(place.y, place.height, y, mode->height);
    if (shared > most) most = shared, shown_on = monitors[i];
  }
  return shown_on;
}

}  // namespace

GlfwLibrary::GlfwLibrary() {
  if (!glfwInit())
    throw Error("The window cannot open: {}. On a machine without a display, run `attention-lab demo` instead.",
                last_trouble());
}

GlfwLibrary::~GlfwLibrary() { glfwTerminate(); }

GlfwWindow::GlfwWindow(const std::string& title, int width, int height, float ui_scale) {
  set_hints();
  const float scale = ui_scale > 0 ? ui_scale : scale_on(glfwGetPrimaryMonitor());
  int x = 0, y = 0, most_wide = 16384, most_high = 16384;
  if (GLFWmonitor* monitor = glfwGetPrimaryMonitor()) glfwGetMonitorWorkarea(monitor, &x, &y, &most_wide, &most_high);
  const auto fit = [scale](int logical, int most) {
    return std::min(static_cast<int>(static_cast<float>(logical) * scale), most);
  };
  window_ = make_window(title, fit(width, most_wide), fit(height, most_high));
  if (window_ == nullptr) throw Error("The window needs OpenGL 3.3, which is not here: {}.", last_trouble());
  glfwSetWindowSizeLimits(window_, 320, 240, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(0);  // the frame clock keeps the pace, so that a hidden window never blocks
}

GlfwWindow::~GlfwWindow() { glfwDestroyWindow(window_); }

float GlfwWindow::content_scale() const {
  const Place now = place();
  if (scale_ == 0 || now != scaled_at_) scale_ = std::clamp(scale_on(monitor_under(now)), 0.5f, 4.0f);
  scaled_at_ = now;
  return scale_;
}

GlfwWindow::Place GlfwWindow::place() const {
  Place place;
  glfwGetWindowPos(window_, &place.x, &place.y);
  glfwGetWindowSize(window_, &place.width, &place.height);
  return place;
}

void GlfwWindow::set_full_screen(bool full) {
  if (full == full_) return;
  full_ = full;
  if (!full) {
    glfwSetWindowMonitor(window_, nullptr, before_.x, before_.y, before_.width, before_.height, GLFW_DONT_CARE);
    return;
  }
  before_ = place();
  GLFWmonitor* shown_on = monitor_under(before_);
  if (shown_on == nullptr) return;
  const GLFWvidmode* mode = glfwGetVideoMode(shown_on);
  glfwSetWindowMonitor(window_, shown_on, 0, 0, mode->width, mode->height, mode->refreshRate);
}

}  // namespace lab
