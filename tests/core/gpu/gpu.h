#pragma once
// The GPU device of the tests: offscreen, with the driver's debug output on. Where there is no EGL these tests fail.

#include <memory>

#include "core/gpu/egl_context.h"
#include "core/gpu/gl_device.h"

namespace lab {

inline std::unique_ptr<GlDevice> make_gpu(const std::string& shaders = LAB_SOURCE_DIR "/shaders") {
  return std::make_unique<GlDevice>(std::make_unique<EglContext>(4, 3, EglContext::Kind::kDebug),
                                    GlSettings{.shaders = shaders, .watch_shaders = false, .debug = true});
}

/// One for all tests that do not break it: shaders are compiled once.
inline GlDevice& gpu() {
  static const std::unique_ptr<GlDevice> device = make_gpu();
  return *device;
}

}  // namespace lab
