#pragma once
// What attention alone costs at one length: its memory and multiply-adds computed beforehand, its time and
// memory measured. One picture or sentence, all layers and heads; no projections, no feed-forward part.
//
//   const AttentionSubject local = subject_of("local:window=32");            // 1. which attention
//   needs_of(local, sizes, 16384).bytes;                                     // 2. what it would take
//   measure_attention(local, sizes, 16384, {}).forward_backward_ms;          // 3. what it took

#include <cstdint>
#include <string>

#include "core/attention/spending.h"
#include "core/device/cpu_device.h"
#include "core/measure/stopwatch.h"
#include "core/train/experiment.h"

namespace lab {

/// One way of spending attention.
struct AttentionSubject {
  std::string title;
  Allocation allocation = {};
  bool beside = false;     // shown beside the lanes of an experiment
  bool keeps_map = false;  // every weight kept from the way there to the way back, however many
  bool operator==(const AttentionSubject&) const = default;
};
/// `grid`: whether the title should speak of two dimensions.
AttentionSubject subject_of(const Lane& lane, bool grid);
AttentionSubject kept_map_subject();
/// As on the command line: a lane, or "dense:kept". Throws Error on anything else.
AttentionSubject parse_subject(const std::string& text, bool grid);

struct AttentionSizes {
  int layers = 1;
  int heads = 8;        // H, of each layer
  int head_width = 32;  // D
  bool grid = false;    // tokens lie as the patches of a picture, about square; else one after the other
  bool operator==(const AttentionSizes&) const = default;
};
/// Where the tokens lie; a grid has no class token.
Geometry geometry_of(const AttentionSizes& sizes, int tokens);

struct AttentionNeeds {
  int64_t multiply_adds = 0;  // forward and backward
  int64_t pairs = 0;          // that exist, in all heads of all layers
  int64_t bytes = 0;          // the kernel's, and its lists of what exists
  int64_t around = 0;         // bytes of q, k, v, the result and their gradients
};
/// Computed without taking that memory. Throws Error, with the size, when already a map that is kept, or the list of
/// the pairs that exist, would not fit into `memory` bytes, and where the attention makes no sense at this length.
AttentionNeeds needs_of(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, int64_t memory);

struct AttentionCost {
  double forward_ms = 0, forward_backward_ms = 0;
  int64_t forward_multiply_adds = 0;  // scores and mix
  int64_t bytes = 0;                  // as AttentionNeeds::bytes, as they were taken
};
/// Throws Error where needs_of does.
AttentionCost measure_attention(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens,
                                const TimingBudget& budget, Device& device = cpu_device());

}  // namespace lab
