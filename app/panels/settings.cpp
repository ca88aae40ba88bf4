#include "app/panels/settings.h"

#include <algorithm>

namespace lab {
namespace {

using Numbers = std::vector<int>;

template <class Fits>
Numbers those(std::initializer_list<int> numbers, const Fits& fits) {
  Numbers result;
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(result), fits);
  return result;
}

Numbers widths(const Experiment& experiment, const Snapshot&) {
  return those({16, 24, 32, 48, 64, 96, 128, 192, 256}, [&](int width) { return width % experiment.model.heads == 0; });
}
Numbers head_counts(const Experiment& experiment, const Snapshot&) {
  return those({1, 2, 3, 4, 6, 8, 12, 16}, [&](int heads) { return experiment.model.width % heads == 0; });
}
Numbers layer_counts(const Experiment&, const Snapshot&) { return {1, 2, 3, 4, 6, 8}; }
Numbers hidden_widths(const Experiment&, const Snapshot&) { return {32, 64, 128, 192, 256, 384, 512}; }
Numbers batches(const Experiment&, const Snapshot&) { return {8, 16, 32, 64, 128, 256}; }

/// What divides the picture, and leaves at least two patches a side.
Numbers patches(const Experiment&, const Snapshot& snapshot) {
  const int height = snapshot.data ? snapshot.data->train.height : 28,
            width = snapshot.data ? snapshot.data->train.width : 28;
  return those({2, 4, 7, 8, 14, 16}, [&](int patch) {
    return height % patch == 0 && width % patch == 0 && height >= 2 * patch && width >= 2 * patch;
  });
}

constexpr PickSetting kModel[] = {
    {"Width", "How many numbers describe a patch.", [](Experiment& e) -> int& { return e.model.width; }, widths},
    {"Heads", "Into how many the width is split, each with attention of its own.",
     [](Experiment& e) -> int& { return e.model.heads; }, head_counts},
    {"Layers", "How often attention and feed-forward follow each other.",
     [](Experiment& e) -> int& { return e.model.layers; }, layer_counts},
    {"Feed-forward", "The hidden width of the feed-forward part.", [](Experiment& e) -> int& { return e.model.mlp; },
     hidden_widths},
    {"Patch", "Pixels a side of a patch; smaller patches are more tokens.",
     [](Experiment& e) -> int& { return e.model.patch; }, patches},
};

constexpr PickSetting kBatch[] = {
    {"Batch", "Pictures in one training step.", [](Experiment& e) -> int& { return e.batch; }, batches},
};

bool always(const Experiment&) { return true; }
bool sgd(const Experiment& experiment) { return experiment.optimiser.kind == "sgd"; }

constexpr DragSetting kTraining[] = {
    {"Learning rate", "How far a step goes.", [](const Experiment& e) { return e.optimiser.learning_rate; },
     [](Experiment& e, float value) { e.optimiser.learning_rate = value; }, 1e-5f, 1, 0, true, false, always},
    {"Momentum", "How much of the last step goes on.", [](const Experiment& e) { return e.optimiser.momentum; },
     [](Experiment& e, float value) { e.optimiser.momentum = value; }, 0, 0.99f, 0.002f, false, false, sgd},
    {"Dropout", "The share of values that is dropped in training.", [](const Experiment& e) { return e.model.dropout; },
     [](Experiment& e, float value) { e.model.dropout = value; }, 0, 0.8f, 0.002f, false, false, always},
    {"Weight decay", "How much weights are drawn to zero.",
     [](const Experiment& e) { return e.optimiser.weight_decay; },
     [](Experiment& e, float value) { e.optimiser.weight_decay = value; }, 0, 0.5f, 0.0005f, false, false, always},
    {"Label smoothing", "The share of the truth that is spread over all classes.",
     [](const Experiment& e) { return e.label_smoothing; },
     [](Experiment& e, float value) { e.label_smoothing = value; }, 0, 0.5f, 0.001f, false, false, always},
    {"Seed", "Decides the initial weights, the batches and the dropout.",
     [](const Experiment& e) { return static_cast<float>(e.seed); },
     [](Experiment& e, float value) { e.seed = static_cast<uint64_t>(value); }, 0, 99999, 0.05f, false, true, always},
};

constexpr DragSetting kFurther[] = {
    {"Clip at norm", "The gradient's largest norm; 0: no clipping.",
     [](const Experiment& e) { return e.optimiser.clip_norm; },
     [](Experiment& e, float value) { e.optimiser.clip_norm = value; }, 0, 100, 0.02f, false, false, always},
    {"Warm-up steps", "The learning rate rises from 0 during these.",
     [](const Experiment& e) { return static_cast<float>(e.optimiser.warmup_steps); },
     [](Experiment& e, float value) { e.optimiser.warmup_steps = static_cast<int>(value); }, 0, 10000, 2, false, true,
     always},
    {"Cosine steps", "The step at which the learning rate reaches 0 along a cosine; 0: it stays.",
     [](const Experiment& e) { return static_cast<float>(e.optimiser.cosine_steps); },
     [](Experiment& e, float value) { e.optimiser.cosine_steps = static_cast<int>(value); }, 0, 100000, 10, false, true,
     always},
};

constexpr NamedChoice kOptimisers[] = {
    {"sgd", "SGD", "Gradient descent with momentum."},
    {"adam", "Adam", "Each weight has a step size of its own."},
    {"adamw", "AdamW", "Adam, with the weight decay apart from the gradient."},
};

}  // namespace

std::span<const PickSetting> model_settings() { return kModel; }
std::span<const PickSetting> batch_settings() { return kBatch; }
std::span<const DragSetting> training_settings() { return kTraining; }
std::span<const DragSetting> further_settings() { return kFurther; }
std::span<const NamedChoice> optimisers() { return kOptimisers; }

}  // namespace lab
