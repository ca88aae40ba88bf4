#pragma once
// EglContext: OpenGL without a window or a display server, current on the thread that made it.
//
//   EglContext gl(3, 3);         // 1. a context of at least this version; throws Error where there is none
//   glGenFramebuffers(…);        // 2. draw into framebuffers of one's own: there is no default one
//   gl.renderer();               // 3. "llvmpipe (…)", for people
//
// When it goes, the context that was current before it on that thread is so again.

#include "core/gpu/gl_context.h"

namespace lab {

class EglContext : public GlContext {
 public:
  /// With kDebug the driver says what it thinks of each call (GL_DEBUG_OUTPUT).
  enum class Kind { kPlain, kDebug };

  /// A core profile. The platforms tried: the devices EGL lists (a GPU's comes first), then Mesa's surfaceless one.
  EglContext(int major, int minor, Kind kind = Kind::kPlain);
  ~EglContext() override;
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;

  void make_current() override;
  std::string renderer() const override;

 private:
  bool open(void* display, int major, int minor, Kind kind);

  void* display_ = nullptr;
  void* context_ = nullptr;
  void *display_before_, *context_before_;  // current when this was made
};

}  // namespace lab
