#pragma once
// HiddenContext: a second OpenGL context beside the window's, of a window that is never shown, for the trainer's
// thread. It shares nothing with the window's: the two meet only in snapshots.
//
//   HiddenContext hidden;                        // 1. on the main thread, before the trainer's is started
//   auto context = hidden.for_this_thread();     // 2. on the trainer's thread, as often as a device is made

#include <memory>
#include <string>

#include "core/gpu/gl_context.h"

struct GLFWwindow;

namespace lab {

class HiddenContext {
 public:
  /// Never throws: where there is no OpenGL 4.3, for_this_thread() does.
  HiddenContext();
  ~HiddenContext();  // on the main thread, when no thread uses it any more
  HiddenContext(const HiddenContext&) = delete;
  HiddenContext& operator=(const HiddenContext&) = delete;

  /// Made current on the calling thread, until what is returned goes. Throws Error where there is no OpenGL 4.3.
  std::unique_ptr<GlContext> for_this_thread();

 private:
  GLFWwindow* window_ = nullptr;
  std::string trouble_;
  int uses_ = 0;  // by devices at this moment, all on one thread
};

}  // namespace lab
