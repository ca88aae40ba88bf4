#include "core/device/chosen_device.h"

#include "core/device/cpu_device.h"

namespace lab {

ChosenDevice cpu_because(std::string why) {
  return {std::shared_ptr<Device>(&cpu_device(), [](Device*) {}), std::move(why)};
}

}  // namespace lab
