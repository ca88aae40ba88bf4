#include "tests/reference/device_under_test.h"

#include "tests/core/gpu/gpu.h"

namespace lab {

Device& device_under_test() { return gpu(); }

}  // namespace lab
