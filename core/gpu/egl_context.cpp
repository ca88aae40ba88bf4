#include "core/gpu/egl_context.h"

#include <epoxy/egl.h>
#include <epoxy/gl.h>

#include <array>
#include <vector>

#include "core/base/error.h"

namespace lab {
namespace {

bool has(EGLDisplay display, const char* extension) { return epoxy_has_egl_extension(display, extension); }

/// Displays that need no display server, the likeliest first.
std::vector<EGLDisplay> offscreen_displays() {
  std::vector<EGLDisplay> displays;
  if (has(EGL_NO_DISPLAY, "EGL_EXT_platform_device") && has(EGL_NO_DISPLAY, "EGL_EXT_device_enumeration")) {
    std::array<EGLDeviceEXT, 16> devices;
    EGLint count = 0;
    eglQueryDevicesEXT(devices.size(), devices.data(), &count);
    for (EGLint i = 0; i < count; ++i)
      displays.push_back(eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, devices[i], nullptr));
  }
  if (has(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless"))
    displays.push_back(eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr));
  return displays;
}

}  // namespace

EglContext::EglContext(int major, int minor, Kind kind)
    : display_before_(eglGetCurrentDisplay()), context_before_(eglGetCurrentContext()) {
  for (EGLDisplay display : offscreen_displays())
    if (display != EGL_NO_DISPLAY && open(display, major, minor, kind)) return;
  throw Error(
      "There is no OpenGL {}.{} without a window here: install Mesa's EGL (Debian package libegl1) or a GPU driver.",
      major, minor);
}

// A display is never terminated: it is the process's, and other contexts of it may be at work.
bool EglContext::open(void* display, int major, int minor, Kind kind) {
  EGLint egl_major = 0, egl_minor = 0;
  if (!eglInitialize(display, &egl_major, &egl_minor)) return false;
  std::vector<EGLint> wanted = {EGL_CONTEXT_MAJOR_VERSION,       major,
                                EGL_CONTEXT_MINOR_VERSION,       minor,
                                EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT};
  const bool modern = egl_major > 1 || egl_minor >= 5;
  if (modern && kind == Kind::kDebug) wanted.insert(wanted.end(), {EGL_CONTEXT_OPENGL_DEBUG, EGL_TRUE});
  wanted.push_back(EGL_NONE);
  const EGLint surfaceless[] = {EGL_SURFACE_TYPE, EGL_DONT_CARE, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  eglBindAPI(EGL_OPENGL_API);
  eglChooseConfig(display, surfaceless, &config, 1, &count);
  display_ = display;
  context_ = eglCreateContext(display, count > 0 ? config : nullptr, EGL_NO_CONTEXT, wanted.data());
  if (context_ != EGL_NO_CONTEXT && eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context_)) return true;
  if (context_ != EGL_NO_CONTEXT) eglDestroyContext(display, context_);
  context_ = EGL_NO_CONTEXT;
  return false;
}

EglContext::~EglContext() {
  if (context_before_ != EGL_NO_CONTEXT)
    eglMakeCurrent(display_before_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_before_);
  else
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  eglDestroyContext(display_, context_);
}

void EglContext::make_current() { eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_); }

std::string EglContext::renderer() const { return reinterpret_cast<const char*>(glGetString(GL_RENDERER)); }

}  // namespace lab
