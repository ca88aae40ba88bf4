#pragma once
// GlfwLibrary and GlfwWindow: GLFW's library and one window with an OpenGL 3.3 context, as values that clean up.

#include <string>

struct GLFWwindow;

namespace lab {

class GlfwLibrary {
 public:
  GlfwLibrary();  // throws Error where there is no display
  ~GlfwLibrary();
  GlfwLibrary(const GlfwLibrary&) = delete;
  GlfwLibrary& operator=(const GlfwLibrary&) = delete;
};

class GlfwWindow {
 public:
  /// `width` × `height` logical pixels, made larger by the monitor's scale, at most the monitor. Throws Error.
  GlfwWindow(const std::string& title, int width, int height, float ui_scale);
  ~GlfwWindow();
  GlfwWindow(const GlfwWindow&) = delete;
  GlfwWindow& operator=(const GlfwWindow&) = delete;

  GLFWwindow* handle() const { return window_; }
  /// What the monitor that shows most of it asks for: 1, 1.5, 2 …; where the system calls it 1, as many do of every
  /// monitor, by its lines.
  float content_scale() const;
  /// Over the whole monitor that shows most of the window, or as it was before.
  void set_full_screen(bool full);

  struct Place {
    int x = 0, y = 0, width = 0, height = 0;
    bool operator==(const Place&) const = default;
  };
  Place place() const;

 private:
  GLFWwindow* window_ = nullptr;
  bool full_ = false;
  Place before_;
  mutable Place scaled_at_;  // where scale_ was looked up
  mutable float scale_ = 0;
};

}  // namespace lab
