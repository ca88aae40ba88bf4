#pragma once
// EglContext: OpenGL without a window or a display server, current on the thread that made it.
//
//   EglContext gl(3, 3);         // 1. a context of at least this version; throws Error where there is none
//   glGenFramebuffers(…);        // 2. draw into framebuffers of one's own: there is no default one
//   gl.renderer();               // 3. "llvmpipe (…)", for people

#include <string>

namespace lab {

class EglContext {
 public:
  /// A core profile. The platforms tried: the devices EGL lists (a GPU's comes first), then Mesa's surfaceless one.
  EglContext(int major, int minor);
  ~EglContext();
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;

  std::string renderer() const;

 private:
  bool open(void* display, int major, int minor);

  void* display_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace lab
