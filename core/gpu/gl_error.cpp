#include "core/gpu/gl_error.h"

#include <epoxy/gl.h>

#include <utility>

#include "core/base/named.h"
#include "core/device/device.h"

namespace lab {

namespace {

thread_local unsigned pretended = GL_NO_ERROR;
thread_local std::string heard;  // the debug output's latest error

struct Row {
  unsigned error;
  const char* sentence;
};
constexpr Row kErrors[] = {
    {GL_OUT_OF_MEMORY, "the GPU's memory is full"},
    {GL_CONTEXT_LOST, "the GPU was reset"},
    {GL_INVALID_ENUM, "OpenGL refused a name"},
    {GL_INVALID_VALUE, "OpenGL refused a number"},
    {GL_INVALID_OPERATION, "OpenGL refused an operation"},
};

std::string sentence(unsigned error) {
  for (const Row& row : kErrors)
    if (row.error == error) return row.sentence;
  return fmt::format("OpenGL reported error {:#x}", error);
}

unsigned next_error() {
  if (pretended != GL_NO_ERROR) return std::exchange(pretended, GL_NO_ERROR);
  const unsigned error = glGetError();
  if (error != GL_NO_ERROR) return error;
  static const bool robust = epoxy_gl_version() >= 45;
  return robust && glGetGraphicsResetStatus() != GL_NO_ERROR ? GL_CONTEXT_LOST : GL_NO_ERROR;
}

void APIENTRY hear(GLenum, GLenum type, GLuint, GLenum, GLsizei, const GLchar* message, const void*) {
  if (type == GL_DEBUG_TYPE_ERROR) heard = message;
}

}  // namespace

void check_gl(const char* doing) {
  const unsigned error = next_error();
  const std::string said = std::exchange(heard, {});
  if (error != GL_NO_ERROR) throw DeviceLost("The GPU failed while {}: {}.", doing, sentence(error));
  if (!said.empty()) throw DeviceLost("The GPU failed while {}: {}.", doing, said);
}

void forget_gl_errors() {
  while (glGetError() != GL_NO_ERROR) {
  }
  heard.clear();
}

void listen_to_debug_output() {
  glEnable(GL_DEBUG_OUTPUT);
  glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
  glDebugMessageCallback(hear, nullptr);
}

void pretend_gl_error(unsigned error) { pretended = error; }

}  // namespace lab
