#pragma once
// Choosing the device that trains: by wish, or by measuring a training step on each.
//
//   const auto step = training_step_of(experiment, data);                        // 1. what to measure
//   const ChosenDevice chosen = choose_device(DeviceWish::kAuto, offscreen, settings, step);  // 2. on the trainer's
//   thread Trainer trainer(experiment, data, *chosen.device);                           // 3. chosen.why; // 4. for the
//   viewer

#include "core/data/dataset.h"
#include "core/device/chosen_device.h"
#include "core/gpu/gl_device.h"
#include "core/train/experiment.h"

namespace lab {

/// A context of OpenGL 4.3, current; throws Error where there is none. A window has another than the offscreen one.
using MakeContext = std::function<std::unique_ptr<GlContext>()>;
std::unique_ptr<GlContext> make_offscreen_context();

/// Does one step of the work on a device.
using WorkOn = std::function<std::function<void()>(Device&)>;
/// A training step of all lanes.
WorkOn training_step_of(const Experiment& experiment, DatasetPtr data);

/// kAuto never throws: what is wrong with the GPU is the reason to take the CPU. kGl throws Error where there is no
/// OpenGL 4.3, and takes the CPU where the GPU cannot do the work; that is not measured for it, and may be empty.
ChosenDevice choose_device(DeviceWish wish, const MakeContext& make_context, const GlSettings& settings,
                           const WorkOn& work);

}  // namespace lab
