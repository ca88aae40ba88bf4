#pragma once
// What a GPU can do at best, measured by shaders that do nothing else: the yardstick for everything in `bench`.

#include "core/gpu/gl_device.h"

namespace lab {

struct GlLimits {
  double gflops = 0;                // of independent multiply-adds in single precision, two operations each
  double gigabytes_per_second = 0;  // read and written, of a copy far larger than any cache
};

GlLimits measure_limits(GlDevice& device);

}  // namespace lab
