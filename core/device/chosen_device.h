#pragma once
// Which device trains, and why: a sentence for the viewer. core/gpu/choose_device.h chooses.

#include <functional>
#include <memory>
#include <string>

#include "core/device/device.h"

namespace lab {

/// What was asked for: the faster one, or one of the two.
enum class DeviceWish { kAuto, kCpu, kGl };

struct ChosenDevice {
  std::shared_ptr<Device> device;
  std::string why;  // one sentence
};

/// The processor, for a reason.
ChosenDevice cpu_because(std::string why);

}  // namespace lab
