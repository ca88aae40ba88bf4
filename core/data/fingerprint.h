#pragma once
// Fingerprint: which data a run was trained on, in a few letters; two data sets with the same one hold the same.

#include <string>

#include "core/data/dataset.h"

namespace lab {

/// 16 hexadecimal digits over the pictures and labels to train and to test on (64-bit FNV-1a over words).
std::string fingerprint(const Dataset& data);

}  // namespace lab
