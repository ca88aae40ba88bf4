#include "tests/reference/device_under_test.h"

#include "core/device/cpu_device.h"

namespace lab {

Device& device_under_test() { return cpu_device(); }

}  // namespace lab
