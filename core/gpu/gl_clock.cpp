#include "core/gpu/gl_clock.h"

#include <epoxy/gl.h>

namespace lab {

GlClock::GlClock() { glGenQueries(kMarks, queries_.data()); }
GlClock::~GlClock() { glDeleteQueries(kMarks, queries_.data()); }

uint64_t GlClock::mark() {
  glQueryCounter(queries_[next_ % kMarks], GL_TIMESTAMP);
  return next_++;
}

uint64_t GlClock::when(uint64_t mark) {
  GLuint64 nanoseconds = 0;
  glGetQueryObjectui64v(queries_[mark % kMarks], GL_QUERY_RESULT, &nanoseconds);
  return nanoseconds;
}

double GlClock::seconds(uint64_t from, uint64_t to) {
  if (from == 0 || to < from || to >= next_ || next_ - from > kMarks) return 0;
  const uint64_t begin = when(from), end = when(to);
  return end < begin ? 0 : static_cast<double>(end - begin) * 1e-9;
}

}  // namespace lab
