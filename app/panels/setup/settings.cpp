#include "app/panels/setup/settings.h"

#include <algorithm>
#include <cmath>

#include "core/data/tasks.h"
#include "core/train/optimiser.h"

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

const std::vector<NamedChoice> kOptimisers = [] {
  std::vector<NamedChoice> all;
  for (const OptimiserKind& kind : optimiser_kinds()) all.push_back({kind.name, kind.title, kind.explanation});
  return all;
}();

bool sgd(const Experiment& experiment) { return experiment.optimiser.kind == "sgd"; }

constexpr NamedChoice kTargets[] = {
    {"none", "Nothing", "The task alone decides where attention goes."},
    {"painted", "Painting", "The patches that you paint below, the same in every picture."},
    {"objects", "Objects", "The patches that show the object; the data set has to know them, as the shapes do."},
    {"alignment", "Alignment",
     "Each letter of the answer looks at the letters it comes from, where letters are copied, reversed or sorted or "
     "dates are written."},
};
constexpr NamedChoice kGuided[] = {
    {"class", "Class", "The attention of the class token, from which the answer is read."},
    {"all", "All", "The attention of every patch and of the class token."},
};

ModelKind kind_of(const Experiment& experiment) { return find_task(experiment.task).kind; }
bool of_pictures(const Experiment& experiment) { return kind_of(experiment) == ModelKind::kPictureClassifier; }
bool can_be_guided(const Experiment& experiment) {
  return of_pictures(experiment) || kind_of(experiment) == ModelKind::kTranslator;
}
bool guided(const Experiment& experiment) { return can_be_guided(experiment) && experiment.guidance.target != "none"; }
bool guided_in_pictures(const Experiment& experiment) {
  return guided(experiment) && experiment.guidance.target != "alignment";
}
bool stops_early(const Experiment& experiment) { return experiment.early_stopping.patience > 0; }

constexpr const char* kTraining = "Training";
constexpr const char* kAttention = "Attention in training";
constexpr const char* kFurther = "More training";
constexpr const char* kModel = "Model";

const Setting kSettings[] = {
    {kTraining, "Optimiser", "How the gradient becomes a step.",
     Choose{[](Experiment& e) -> std::string& { return e.optimiser.kind; }, kOptimisers}},
    {kTraining, "Batch", "Pictures or texts in one training step.",
     Pick{[](Experiment& e) -> int& { return e.batch; }, batches}},
    {kTraining, "Learning rate", "How far a step goes.",
     Drag{[](const Experiment& e) { return e.optimiser.learning_rate; },
          [](Experiment& e, float value) { e.optimiser.learning_rate = value; }, 1e-5f, 1, 0, 0}},
    {kTraining, "Momentum", "How much of the last step goes on.",
     Drag{[](const Experiment& e) { return e.optimiser.momentum; },
          [](Experiment& e, float value) { e.optimiser.momentum = value; }, 0, 0.99f, 0.002f, 0.05f},
     sgd},
    {kTraining, "Dropout", "The share of values that is dropped in training.",
     Drag{[](const Experiment& e) { return e.model.dropout; },
          [](Experiment& e, float value) { e.model.dropout = value; }, 0, 0.8f, 0.002f, 0.05f}},
    {kTraining, "Weight decay", "How much weights are drawn to zero.",
     Drag{[](const Experiment& e) { return e.optimiser.weight_decay; },
          [](Experiment& e, float value) { e.optimiser.weight_decay = value; }, 0, 0.5f, 0.0005f, 0.01f}},
    {kTraining, "Label smoothing", "The share of the truth that is spread over all classes.",
     Drag{[](const Experiment& e) { return e.label_smoothing; },
          [](Experiment& e, float value) { e.label_smoothing = value; }, 0, 0.5f, 0.001f, 0.05f}},
    {kTraining, "Seed", "Decides the initial weights, the batches and the dropout.",
     Drag{[](const Experiment& e) { return static_cast<float>(e.seed); },
          [](Experiment& e, float value) { e.seed = static_cast<uint64_t>(value); }, 0, 99999, 0.05f, 1, true}},

    {kFurther, "Clip at norm", "The gradient's largest norm; 0: no clipping.",
     Drag{[](const Experiment& e) { return e.optimiser.clip_norm; },
          [](Experiment& e, float value) { e.optimiser.clip_norm = value; }, 0, 100, 0.02f, 0.5f}},
    {kFurther, "Warm-up steps", "The learning rate rises from 0 during these.",
     Drag{[](const Experiment& e) { return static_cast<float>(e.optimiser.warmup_steps); },
          [](Experiment& e, float value) { e.optimiser.warmup_steps = static_cast<int>(value); }, 0, 10000, 2, 100,
          true}},
    {kFurther, "Cosine steps", "The step at which the learning rate reaches 0 along a cosine; 0: it stays.",
     Drag{[](const Experiment& e) { return static_cast<float>(e.optimiser.cosine_steps); },
          [](Experiment& e, float value) { e.optimiser.cosine_steps = static_cast<int>(value); }, 0, 100000, 10, 500,
          true}},

    {kFurther, "Patience",
     "Early stopping: a lane ends at its best weights after so many evaluations on held-out training pictures or texts "
     "without a new best; 0: never.",
     Drag{[](const Experiment& e) { return static_cast<float>(e.early_stopping.patience); },
          [](Experiment& e, float value) { e.early_stopping.patience = static_cast<int>(value); }, 0, 50, 0.05f, 1,
          true}},
    {kFurther, "Held out", "The share of the training pictures that is only evaluated, for early stopping.",
     Drag{[](const Experiment& e) { return e.early_stopping.held_out; },
          [](Experiment& e, float value) { e.early_stopping.held_out = value; }, 0.01f, 0.5f, 0.001f, 0.05f},
     stops_early},
    {kFurther, "Evaluate every", "Steps between these evaluations.",
     Drag{[](const Experiment& e) { return static_cast<float>(e.early_stopping.every); },
          [](Experiment& e, float value) { e.early_stopping.every = static_cast<int>(value); }, 10, 5000, 2, 50, true},
     stops_early},

    {kAttention, "Attn. dropout", "The share of attention weights that is dropped, others at every step.",
     Drag{[](const Experiment& e) { return e.model.attention_dropout; },
          [](Experiment& e, float value) { e.model.attention_dropout = value; }, 0, 0.8f, 0.002f, 0.05f}},
    {kAttention, "L2 on weights", "A penalty on the squares of attention weights: spreads attention.",
     Drag{[](const Experiment& e) { return e.penalties.squares; },
          [](Experiment& e, float value) { e.penalties.squares = value; }, 0, 10, 0.01f, 0.1f}},
    {kAttention, "Entropy term",
     "Above 0 a penalty on the entropy of attention: sharpens it. Below 0 a bonus: spreads it.",
     Drag{[](const Experiment& e) { return e.penalties.entropy; },
          [](Experiment& e, float value) { e.penalties.entropy = value; }, -5, 5, 0.005f, 0.05f}},
    {kAttention, "Guided to", "Where attention is told to look, beside the task.",
     Choose{[](Experiment& e) -> std::string& { return e.guidance.target; }, kTargets}, can_be_guided},
    {kAttention, "Guidance", "How much guidance counts beside the task's loss.",
     Drag{[](const Experiment& e) { return e.guidance.weight; },
          [](Experiment& e, float value) { e.guidance.weight = value; }, 0, 10, 0.01f, 0.1f},
     guided},
    {kAttention, "Guided query", "Whose attention is guided.",
     Choose{[](Experiment& e) -> std::string& { return e.guidance.queries; }, kGuided}, guided_in_pictures},
    {kAttention, "Guided layers", "In which layers attention is guided.",
     Some{[](Experiment& e) -> Range& { return e.guidance.layers; },
          [](const Experiment& e) { return e.model.layers; }},
     guided},
    {kAttention, "Guided heads", "Which heads are guided, in each of these layers.",
     Some{[](Experiment& e) -> Range& { return e.guidance.heads; }, [](const Experiment& e) { return e.model.heads; }},
     guided},

    {kModel, "Width", "How many numbers describe a patch or token.",
     Pick{[](Experiment& e) -> int& { return e.model.width; }, widths}},
    {kModel, "Heads", "Into how many the width is split, each with attention of its own.",
     Pick{[](Experiment& e) -> int& { return e.model.heads; }, head_counts}},
    {kModel, "Layers", "How often attention and feed-forward follow each other.",
     Pick{[](Experiment& e) -> int& { return e.model.layers; }, layer_counts}},
    {kModel, "Feed-forward", "The hidden width of the feed-forward part.",
     Pick{[](Experiment& e) -> int& { return e.model.mlp; }, hidden_widths}},
    {kModel, "Patch", "Pixels a side of a patch; smaller patches are more tokens.",
     Pick{[](Experiment& e) -> int& { return e.model.patch; }, patches}, of_pictures},
};

// The options' places: where `value` is in them, or would be, moved by `by` and kept within.
size_t moved(size_t place, int by, size_t count) {
  return static_cast<size_t>(std::clamp<long>(static_cast<long>(place) + by, 0, static_cast<long>(count) - 1));
}

// 0.001 → 0.002 → 0.005 → 0.01, and back.
float next_round(float value, int by) {
  constexpr float kRound[] = {1, 2, 5, 10};
  const float decade = std::pow(10.0f, std::floor(std::log10(value) + 1e-4f));
  if (by > 0) {
    for (const float round : kRound)
      if (round * decade > value * 1.001f) return round * decade;
  } else {
    for (int i = 2; i >= 0; --i)
      if (kRound[i] * decade < value * 0.999f) return kRound[i] * decade;
  }
  return by > 0 ? 10 * decade : decade / 2;
}

struct Change {
  Experiment& experiment;
  const Snapshot& snapshot;
  int by;

  void operator()(const Choose& choose) const {
    std::string& value = choose.value(experiment);
    size_t place = 0;
    while (place < choose.options.size() && choose.options[place].name != value) ++place;
    value = choose.options[moved(place, by, choose.options.size())].name;
  }
  void operator()(const Pick& pick) const {
    const Numbers options = pick.options(experiment, snapshot);
    int& value = pick.value(experiment);
    const auto at = std::lower_bound(options.begin(), options.end(), value);
    const bool between = at == options.end() || *at != value;  // then one step up is the option just above
    if (!options.empty())
      value = options[moved(static_cast<size_t>(at - options.begin()), between && by > 0 ? 0 : by, options.size())];
  }
  void operator()(const Some& some) const {
    const std::vector<Range> all = ranges_of(some.count(experiment));
    Range& value = some.value(experiment);
    const auto at = std::find(all.begin(), all.end(), value);  // none: of layers or heads that are gone
    value = all[at == all.end() ? 0 : moved(static_cast<size_t>(at - all.begin()), by, all.size())];
  }
  void operator()(const Drag& drag) const {
    const float value = drag.get(experiment);
    const float next = drag.logarithmic() ? next_round(std::max(value, drag.low), by)
                                          : std::round(value / drag.step + static_cast<float>(by)) * drag.step;
    drag.set(experiment, std::clamp(next, drag.low, drag.high));
  }
};

}  // namespace

const char* const kSeldom = kFurther;
const char* const kGuidance = kAttention;

std::span<const Setting> settings() { return kSettings; }

std::vector<Range> ranges_of(int count) {
  std::vector<Range> all = {Range{}};
  for (int length = 1; length < count; ++length)
    for (int first = 1; first + length - 1 <= count; ++first) all.push_back({first, first + length - 1});
  return all;
}

void change(const Setting& setting, Experiment& experiment, const Snapshot& snapshot, int by) {
  std::visit(Change{experiment, snapshot, by}, setting.control);
}

}  // namespace lab
