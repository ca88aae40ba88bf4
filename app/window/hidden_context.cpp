#include "app/window/hidden_context.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <epoxy/gl.h>

#include "core/base/error.h"

namespace lab {
namespace {

/// One thread's use of the hidden window's context.
class CurrentContext final : public GlContext {
 public:
  CurrentContext(GLFWwindow* window, int& uses) : window_(window), uses_(uses) {
    ++uses_;
    make_current();
  }
  ~CurrentContext() override {
    if (--uses_ == 0) glfwMakeContextCurrent(nullptr);  // a device may be made before the one it follows goes
  }

  void make_current() override { glfwMakeContextCurrent(window_); }
  std::string renderer() const override { return reinterpret_cast<const char*>(glGetString(GL_RENDERER)); }

 private:
  GLFWwindow* window_;
  int& uses_;
};

}  // namespace

HiddenContext::HiddenContext() {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  for (const int api : {GLFW_NATIVE_CONTEXT_API, GLFW_EGL_CONTEXT_API}) {
    glfwWindowHint(GLFW_CONTEXT_CREATION_API, api);
    window_ = glfwCreateWindow(16, 16, "", nullptr, nullptr);
    if (window_ != nullptr) return;
  }
  const char* description = nullptr;
  glfwGetError(&description);
  trouble_ = description != nullptr ? description : "no reason given";
}

HiddenContext::~HiddenContext() {
  if (window_ != nullptr) glfwDestroyWindow(window_);
}

std::unique_ptr<GlContext> HiddenContext::for_this_thread() {
  if (window_ == nullptr) throw Error("There is no OpenGL 4.3 here: {}.", trouble_);
  return std::make_unique<CurrentContext>(window_, uses_);
}

}  // namespace lab
