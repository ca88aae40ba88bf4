#pragma once
// What OpenGL says went wrong, as DeviceLost: a device that failed once is not asked again.

#include <string>

namespace lab {

/// Throws DeviceLost when OpenGL has an error waiting, its context was reset, or its debug output spoke of an
/// error since the last call. `doing`: "reading numbers back".
void check_gl(const char* doing);

/// What is waiting was expected, as from a shader that was refused: it is no failure of the device.
void forget_gl_errors();

/// From now on the driver's error messages on this thread's context count as errors (see EglContext::Kind::kDebug).
void listen_to_debug_output();

/// For tests of failures: the next check_gl on this thread finds this error (GL_OUT_OF_MEMORY, GL_CONTEXT_LOST …).
void pretend_gl_error(unsigned error);

}  // namespace lab
