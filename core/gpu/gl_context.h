#pragma once
// GlContext: an OpenGL context that a GlDevice works in. Two kinds: offscreen (EglContext), and a window's
// hidden second one, for the trainer's thread.

#include <string>

namespace lab {

class GlContext {
 public:
  virtual ~GlContext() = default;
  /// On the calling thread. A context serves one thread at a time.
  virtual void make_current() = 0;
  /// "llvmpipe (…)", for people. The context is current.
  virtual std::string renderer() const = 0;
};

}  // namespace lab
