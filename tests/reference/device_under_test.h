#pragma once
// The device that tests of operations run on. The same files are compiled twice: into core_tests, where it is the
// CPU, and into gpu_tests, where it is the GPU (tests/CMakeLists.txt).

#include "core/device/device.h"

namespace lab {

Device& device_under_test();

}  // namespace lab
