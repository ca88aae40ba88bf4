#pragma once
// The workloads that `bench` times, of the sizes that other frameworks are timed with:
//   W1  Fashion-MNIST vision transformer: 28 × 28, patch 4, width 64, 4 heads, 2 layers, MLP 128, batch 64, Adam.
//   W2  character language model: context 128, width 128, 4 heads, 4 layers, MLP 512, 96 characters, causal,
//       batch 16, AdamW.
// The third, W3, is attention alone (attention_cost.h): batch · heads 8, head width 32, n tokens in a sequence.
// Every time is the median of several runs, in milliseconds; each run ends when the device is done.

#include <cstdint>

#include "core/device/device.h"

namespace lab {

/// Multiply-adds of plain vector arithmetic on all compute threads, in GFLOP/s (two operations each).
double measure_peak_gflops();

/// One training step of W1; one forward of it on a single picture.
double measure_w1_step(Device& device);
double measure_w1_single_picture(Device& device);

/// One training step of W2.
double measure_w2_step(Device& device);

/// Multiply-adds of one training step of W1 and W2: the linear layers', forward and twice on the way back, and
/// attention's.
int64_t w1_multiply_adds();
int64_t w2_multiply_adds();

}  // namespace lab
