#pragma once
// Export for PyTorch: one lane of a saved run, whose tensors load into stock torch modules with
// load_state_dict(strict=True). What its pattern leaves out goes with them as lists of keys, of which assets/model.py
// makes the modules' masks.

#include <string>

#include "core/history/run_file.h"

namespace lab {

/// The bytes of model.safetensors; `lane` counts from 0. Throws Error, saying why, where stock modules cannot do what
/// the lane does: only scaled dot products and weights from the data are known to them.
std::string pytorch_model(const RunFile& run, int lane);

}  // namespace lab
