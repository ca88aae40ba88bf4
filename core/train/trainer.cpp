#include "core/train/trainer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/train/command.h"

namespace lab {

namespace {

constexpr int kEvaluationBatch = 100;
constexpr int64_t kStepsBetweenCopies = 64;  // steps that are done again at most when a device fails

std::vector<SampleSize> sizes_of(const Dataset& data, const SampleSet& set) {
  std::vector<SampleSize> sizes;
  for (int i = 0; i < set.count(); ++i) sizes.push_back(size_of(data, set.sample(i)));
  return sizes;
}

const char* name_of_samples(const Dataset& data) {
  return data.kind == ModelKind::kPictureClassifier ? "pictures" : "texts";
}

}  // namespace

struct Trainer::LaneState {
  ParameterSet parameters;
  Optimiser optimiser;
  Arena arena;
  Tensor norm;                                     // [1] the gradient's, before clipping
  std::vector<std::unique_ptr<Learner>> training;  // of each size of batches
  std::map<SampleSize, std::unique_ptr<Learner>> evaluation;
  int in_training = 0;  // the size that was trained last
  std::unique_ptr<Learner> reading;
  SampleSize reading_size;
  float loss = 0, gradient_norm = 0;
  double step_seconds = 0;

  LaneState(const LearnerShape& shape, uint64_t seed)
      : parameters(parameter_specs(shape)), optimiser(parameters.values().size()), norm(arena.allocate(Shape{1})) {
    parameters.initialise(parameter_specs(shape), seed);
  }
  // What is learned so far, one run of memory each.
  std::array<Tensor, 3> learned() { return {tensor(parameters.values()), optimiser.first(), optimiser.second()}; }
  static Tensor tensor(std::span<float> numbers) {
    return {numbers.data(), Shape{static_cast<int64_t>(numbers.size())}};
  }

  // The host's copy of a good step.
  struct Kept {
    std::array<std::vector<float>, 3> learned;
    int64_t optimiser_steps = 0;
  } kept;
  void keep() {
    const auto now = learned();
    for (size_t i = 0; i < now.size(); ++i) kept.learned[i].assign(now[i].begin(), now[i].end());
    kept.optimiser_steps = optimiser.steps();
  }
  void restore() {
    const auto now = learned();
    for (size_t i = 0; i < now.size(); ++i) std::copy(kept.learned[i].begin(), kept.learned[i].end(), now[i].begin());
  }

  // The host's numbers go there; networks are built anew when they are needed.
  void settle_on(Device& device, int64_t optimiser_steps) {
    training.clear();
    evaluation.clear();
    reading.reset();
    optimiser.resume(device, optimiser_steps);
    arena.attach(&device);
    parameters.attach(nullptr);
    parameters.attach(&device);
  }
};

Trainer::Trainer(const Experiment& experiment, DatasetPtr data, Device& device)
    : device_(&device),
      experiment_(experiment),
      data_(std::move(data)),
      batches_(sizes_of(*data_, data_->train), std::max(experiment.batch, 1)) {
  validate(experiment_, data_->train.height, data_->train.width);
  if (batches_.per_epoch() == 0)
    throw Error("A batch of {} {} is more than the {} that {} has to train on; choose a smaller batch.",
                experiment_.batch, name_of_samples(*data_), data_->train.count(), data_->title);
  for (int lane = 0; lane < static_cast<int>(experiment_.lanes.size()); ++lane)
    lanes_.push_back(std::make_unique<LaneState>(shape_of(lane), experiment_.seed));
  for (auto& lane : lanes_) lane->keep();
  settle_on(device);
}

Trainer::~Trainer() = default;

VisionTransformerShape Trainer::shape() const {
  const ModelSettings& m = experiment_.model;
  return {data_->train.height,
          data_->train.width,
          m.patch,
          static_cast<int>(data_->classes.size()),
          {m.width, m.heads, m.layers, m.mlp}};
}

LearnerShape Trainer::shape_of(int lane) const { return {*data_, experiment_.model, experiment_.lanes[lane]}; }

Geometry Trainer::geometry(const Sample& sample) const {
  return geometry_of(shape_of(0), size_of(*data_, sample, true));
}

void Trainer::build_training_networks() {
  knobs_.dropout = experiment_.model.dropout;
  knobs_.label_smoothing = experiment_.label_smoothing;
  for (int index = 0; index < lanes(); ++index) {
    LaneState& lane = *lanes_[index];
    lane.training.clear();
    for (const SampleSize& size : batches_.sizes())
      lane.training.push_back(make_learner(shape_of(index), size, *device_,
                                           {experiment_.batch, Tape::Mode::kTraining, experiment_.seed, &knobs_},
                                           lane.parameters));
  }
}

void Trainer::change(const Experiment& experiment) {
  validate(experiment, data_->train.height, data_->train.width);
  if (needs_restart(experiment_, experiment)) throw Error("These changes need a restart from step 0.");
  if (device_ != &cpu_device()) surviving([&] { keep(); });  // steps done again are done with the settings they had
  const bool had_dropout = experiment_.model.dropout > 0;
  experiment_ = experiment;
  knobs_.dropout = experiment.model.dropout;
  knobs_.label_smoothing = experiment.label_smoothing;
  if (had_dropout != (experiment.model.dropout > 0)) surviving([&] { build_training_networks(); });
}

void Trainer::settle_on(Device& device) {
  device_ = &device;
  for (auto& lane : lanes_) lane->settle_on(device, lane->kept.optimiser_steps);
  build_training_networks();
}

// All lanes' numbers reach the host before the first is copied: a device that fails in between spoils nothing.
void Trainer::keep() {
  for (auto& lane : lanes_)
    for (Tensor numbers : lane->learned()) device_->download(numbers);
  for (auto& lane : lanes_) lane->keep();
  kept_step_ = steps_;
}

void Trainer::move_to(Device& device) {
  surviving([&] { keep(); });
  Device& before = *device_;
  try {
    settle_on(device);
  } catch (...) {
    settle_on(before);
    throw;
  }
  setback_.clear();
}

void Trainer::fall_back(const std::string& reason) {
  const int64_t reached = steps_;
  for (auto& lane : lanes_) lane->restore();
  steps_ = kept_step_;
  settle_on(cpu_device());
  while (steps_ < reached) step_on_device();
  setback_ = fmt::format("{} Training goes on on the CPU from step {}.", reason, reached);
}

template <class Work>
void Trainer::surviving(const Work& work) {
  try {
    work();
  } catch (const DeviceLost& lost) {
    fall_back(lost.what());
    work();
  }
}

int64_t Trainer::steps_per_epoch() const { return batches_.per_epoch(); }

void Trainer::step() {
  surviving([&] {
    if (device_ != &cpu_device() && steps_ - kept_step_ >= kStepsBetweenCopies) keep();
    step_on_device();
  });
}

void Trainer::step_on_device() {
  batch_ = batches_.at(steps_, experiment_.seed);
  knobs_.step = static_cast<uint64_t>(steps_);
  for (auto& lane : lanes_) train(*lane);
  ++steps_;
}

void Trainer::train(LaneState& lane) {
  const auto start = std::chrono::steady_clock::now();
  lane.in_training = batch_.size;
  Learner& network = *lane.training[batch_.size];
  for (int slot = 0; slot < experiment_.batch; ++slot)
    network.put(slot, data_->train.sample(static_cast<int>(batch_.samples[slot])));
  // Nothing is waited for until the whole step is on its way: so the update itself looks at the norm.
  network.start_forward();
  // A smaller size reaches fewer positions than the one before: what it does not reach has no gradient.
  if (batches_.sizes().size() > 1) std::ranges::fill(lane.parameters.gradients(), 0.0f);
  network.backward();
  device_->clip_gradient(lane.norm, LaneState::tensor(lane.parameters.gradients()), experiment_.optimiser.clip_norm);
  lane.optimiser.step(experiment_.optimiser, scheduled_rate(experiment_.optimiser, steps_), lane.parameters.values(),
                      lane.parameters.gradients(), lane.norm);
  lane.loss = network.loss();
  device_->download(lane.norm);
  lane.gradient_norm = lane.norm[0];
  if (!std::isfinite(lane.loss) || !std::isfinite(lane.gradient_norm))
    throw Error(
        "Training broke down at step {}: the loss or its gradient is no longer a finite number; restart with a "
        "smaller learning rate than {:g}.",
        steps_ + 1, experiment_.optimiser.learning_rate);
  lane.step_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

float Trainer::loss(int lane) const { return lanes_[lane]->loss; }
float Trainer::gradient_norm(int lane) const { return lanes_[lane]->gradient_norm; }
double Trainer::step_seconds(int lane) const { return lanes_[lane]->step_seconds; }
double Trainer::attention_seconds(int lane) const {
  return training_network(lane).tape().seconds(NodeKind::kAttention);
}
ParameterSet& Trainer::parameters(int lane) {
  surviving([&] { device_->download(LaneState::tensor(lanes_[lane]->parameters.values())); });
  return lanes_[lane]->parameters;
}
const std::vector<LayerMaps>& Trainer::maps(int lane) const { return training_network(lane).encoder().maps(); }
const Learner& Trainer::training_network(int lane) const { return *lanes_[lane]->training[lanes_[lane]->in_training]; }

Evaluation Trainer::evaluate(int lane, const SampleSet& set, int samples) {
  Evaluation result;
  surviving([&] { result = evaluate_on_device(lane, set, samples); });
  return result;
}

Reading Trainer::read(int lane, const Sample& sample) {
  Reading reading;
  surviving([&] { reading = read_on_device(lane, sample); });
  return reading;
}

bool Trainer::stages(const StagesPlace& place, AttentionStages& to) {
  const auto& network = lanes_[place.lane]->reading;
  return network && network->encoder().attention(place.layer).stages(0, place.head, to);
}

// Samples of one size after the other, as many at a time as fit; what is left of an earlier batch stands in for those
// that lack in the last.
Evaluation Trainer::evaluate_on_device(int lane, const SampleSet& set, int samples) {
  samples = std::min(samples, set.count());
  std::map<SampleSize, std::vector<int>> of_size;
  for (int i = 0; i < samples; ++i) of_size[size_of(*data_, set.sample(i))].push_back(i);
  Judgement total;
  for (const auto& [size, members] : of_size) {
    Learner& learner = evaluation_learner(lane, size);
    for (size_t first = 0; first < members.size(); first += kEvaluationBatch) {
      const size_t count = std::min<size_t>(kEvaluationBatch, members.size() - first);
      for (size_t slot = 0; slot < count; ++slot)
        learner.put(static_cast<int>(slot), set.sample(members[first + slot]));
      learner.start_forward();
      for (size_t slot = 0; slot < count; ++slot) {
        const Judgement one = learner.judge(static_cast<int>(slot), set.sample(members[first + slot]));
        total.loss += one.loss, total.right += one.right, total.places += one.places;
      }
    }
  }
  const double places = static_cast<double>(std::max<int64_t>(total.places, 1));
  return {total.loss / places, static_cast<double>(total.right) / places, samples};
}

Learner& Trainer::evaluation_learner(int lane, const SampleSize& size) {
  std::unique_ptr<Learner>& learner = lanes_[lane]->evaluation[size];
  if (!learner)
    learner = make_learner(shape_of(lane), size, *device_, {.batch = kEvaluationBatch}, lanes_[lane]->parameters);
  return *learner;
}

Reading Trainer::read_on_device(int lane, const Sample& sample) {
  LaneState& state = *lanes_[lane];
  const SampleSize size = size_of(*data_, sample, true);
  if (!state.reading || state.reading_size != size)
    state.reading = make_learner(shape_of(lane), size, *device_, {.keep_stages = true}, state.parameters);
  state.reading_size = size;
  Learner& network = *state.reading;
  network.put(0, sample);
  network.start_forward();
  const Tensor probabilities = network.probabilities();
  Reading reading;
  reading.probabilities.assign(probabilities.begin(), probabilities.end());
  reading.maps = network.encoder().maps();
  const Geometry tokens = geometry(sample);
  const int64_t n = tokens.queries, heads = experiment_.model.heads, per_layer = heads * n * n;
  reading.attention.resize(experiment_.model.layers * per_layer);
  for (int layer = 0; layer < experiment_.model.layers; ++layer)
    network.encoder().attention(layer).weights({reading.attention.data() + layer * per_layer, {1, heads, n, n}});
  for (int layer = 0; layer < experiment_.model.layers; ++layer)
    for (int head = 0; head < heads; ++head)
      reading.figures.push_back(network.encoder().attention(layer).learned_figure(head));
  return reading;
}

}  // namespace lab
