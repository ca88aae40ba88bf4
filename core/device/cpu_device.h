#pragma once
// CpuDevice: every operation on the processor (core/ops, core/attention), on all compute threads. Always there.

#include "core/device/device.h"

namespace lab {

/// The one CpuDevice; it has no state.
Device& cpu_device();

}  // namespace lab
