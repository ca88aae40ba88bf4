#include "core/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <tuple>
#include <utility>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/train/command.h"
#include "core/train/early_stopping.h"
#include "core/train/guide.h"
#include "core/train/lane_state.h"

namespace lab {

namespace {

constexpr int kEvaluationBatch = 100;
constexpr int64_t kStepsBetweenCopies = 64;  // steps that are done again at most when a device fails
constexpr float kPixelScale = 1.0f / 255.0f;

void fill_picture(Tensor pixels, int64_t slot, std::span<const uint8_t> picture) {
  float* to = pixels.data + slot * static_cast<int64_t>(picture.size());
  for (size_t i = 0; i < picture.size(); ++i) to[i] = static_cast<float>(picture[i]) * kPixelScale;
}

// What a training network is built with, beside its shape.
auto parts(const TrainingKnobs& k) {
  return std::tuple(k.dropout > 0, k.attention_dropout > 0, k.squares_penalty != 0 || k.entropy_penalty != 0,
                    k.guidance.on(), k.guidance.layers, k.guidance.heads);
}

}  // namespace

Trainer::Trainer(const Experiment& experiment, DatasetPtr data, Device& device)
    : device_(&device), experiment_(experiment), data_(std::move(data)) {
  validate(experiment_, data_->train.height, data_->train.width);
  check_guidance(experiment_, *data_);
  HeldOut held_out = hold_out(data_->train, experiment_.early_stopping, experiment_.seed);
  trained_on_ = std::move(held_out.rest);
  held_out_ = std::move(held_out.pictures);
  if (experiment_.batch > training_pictures())
    throw Error("A batch of {} pictures is more than the {} that {} has to train on; choose a smaller batch.",
                experiment_.batch, training_pictures(), data_->title);
  for (const Lane& lane : experiment_.lanes)
    lanes_.push_back(std::make_unique<LaneState>(lane, shape(), experiment_.seed));
  order_.resize(trained_on_.size());
  batch_.resize(experiment_.batch);
  for (auto& lane : lanes_) lane->keep();
  set_knobs();
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

void Trainer::set_knobs() {
  knobs_.dropout = experiment_.model.dropout;
  knobs_.label_smoothing = experiment_.label_smoothing;
  knobs_.attention_dropout = experiment_.model.attention_dropout;
  knobs_.squares_penalty = experiment_.penalties.squares;
  knobs_.entropy_penalty = experiment_.penalties.entropy;
  knobs_.guidance = guidance_of(experiment_, shape().geometry());
}

std::vector<uint8_t> Trainer::target_of(int test_picture) const {
  return target_in(data_->test, test_picture, experiment_, shape().geometry());
}

// All or, where one does not fit, none.
void Trainer::build_training_networks() {
  std::vector<std::unique_ptr<VisionTransformer>> fresh;
  for (auto& lane : lanes_)
    fresh.push_back(lane->network(*device_, {experiment_.batch, Tape::Mode::kTraining, experiment_.seed, &knobs_}));
  for (size_t lane = 0; lane < lanes_.size(); ++lane) lanes_[lane]->training = std::move(fresh[lane]);
}

void Trainer::change(const Experiment& experiment) {
  validate(experiment, data_->train.height, data_->train.width);
  if (needs_restart(experiment_, experiment)) throw Error("These changes need a restart from step 0.");
  if (device_ != &cpu_device()) surviving([&] { keep(); });  // steps done again are done with the settings they had
  check_guidance(experiment, *data_);
  const auto built_with = parts(knobs_);
  const Experiment before = std::exchange(experiment_, experiment);
  set_knobs();
  if (parts(knobs_) == built_with) return;
  try {
    surviving([&] { build_training_networks(); });
  } catch (const Error&) {
    experiment_ = before;
    set_knobs();
    throw;
  }
}

void Trainer::settle_on(Device& device) {
  device_ = &device;
  for (auto& lane : lanes_) lane->settle_on(device);
  build_training_networks();
}

// All lanes' numbers reach the host before the first is copied: a device that fails in between spoils nothing.
void Trainer::keep() {
  for (auto& lane : lanes_)
    for (Tensor numbers : lane->learned()) device_->download(numbers);
  for (auto& lane : lanes_) lane->keep();
  since_kept_ = 0;
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
  const int64_t again = std::exchange(since_kept_, 0);
  for (auto& lane : lanes_) lane->restore();
  settle_on(cpu_device());
  while (since_kept_ < again) step_on_device();
  setback_ = fmt::format("{} Training goes on on the CPU from step {}.", reason, steps());
}

TrainingState Trainer::state() {
  TrainingState state{experiment_, {}};
  for (int lane = 0; lane < lanes(); ++lane) state.lanes.push_back(learned(lane));
  return state;
}

LearnedLane Trainer::learned(int lane, bool whole) {
  LearnedLane copy;
  surviving([&] {
    const auto now = lanes_[lane]->learned();
    for (size_t i = 0; i < (whole ? now.size() : 1); ++i) device_->download(now[i]);
  });
  lanes_[lane]->copy_learned(copy, whole);
  return copy;
}

void Trainer::restore(const TrainingState& state) {
  validate(state.experiment, data_->train.height, data_->train.width);
  bool fits = !needs_restart(experiment_, state.experiment) && state.lanes.size() == lanes_.size();
  for (size_t lane = 0; fits && lane < lanes_.size(); ++lane) fits = lanes_[lane]->fits(state.lanes[lane]);
  if (!fits) throw Error("That training was of another experiment; start that one to go on with it.");
  experiment_ = state.experiment;
  set_knobs();
  for (size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane]->kept = state.lanes[lane];
    lanes_[lane]->restore();
  }
  since_kept_ = 0;
  surviving([&] { settle_on(*device_); });
}

void Trainer::branch(int from, const LearnedLane& then, const Lane& lane) {
  Experiment wider = experiment_;
  wider.lanes.push_back(lane);
  validate(wider, data_->train.height, data_->train.width);
  if (!lanes_[from]->fits(then)) throw Error("A lane goes on from a checkpoint only; choose one.");
  auto fresh = std::make_unique<LaneState>(lane, shape(), experiment_.seed);
  fresh->take_over(then, lanes_[from]->parameters);
  surviving([&] { keep(); });
  fresh->settle_on(*device_);
  fresh->training = fresh->network(*device_, {experiment_.batch, Tape::Mode::kTraining, experiment_.seed, &knobs_});
  lanes_.push_back(std::move(fresh));
  experiment_ = std::move(wider);
}

void Trainer::take_weights(int lane, std::span<const float> values) {
  const std::span<float> now = lanes_[lane]->parameters.values();
  std::copy(values.begin(), values.end(), now.begin());
  surviving([&] { device_->upload(LaneState::tensor(now)); });
}

// A device that fails meanwhile leaves the lanes as they were kept, on the CPU, which does not fail: so look again.
void Trainer::visit(std::span<const LearnedLane* const> then, const std::function<void()>& look) {
  surviving([&] { keep(); });
  const auto put_back = [&] {
    for (int lane = 0; lane < static_cast<int>(then.size()); ++lane) take_weights(lane, lanes_[lane]->kept.values);
  };
  try {
    const Device* before = nullptr;
    while (std::exchange(before, device_) != device_) {
      for (int lane = 0; lane < static_cast<int>(then.size()); ++lane) take_weights(lane, then[lane]->values);
      look();
    }
  } catch (...) {
    put_back();
    throw;
  }
  put_back();
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

int64_t Trainer::steps_per_epoch() const { return training_pictures() / experiment_.batch; }

// Every epoch has its own order; what is left over at its end, less than a batch, waits for another epoch.
void Trainer::take_batch(int64_t step) {
  const int64_t within = step % steps_per_epoch(), epoch = step / steps_per_epoch();
  if (epoch != epoch_) Rng(experiment_.seed, stream::kBatches + (static_cast<uint64_t>(epoch) << 8)).permute(order_);
  epoch_ = epoch;
  for (int slot = 0; slot < experiment_.batch; ++slot)
    batch_[slot] = trained_on_[order_[within * experiment_.batch + slot]];
  point_at_objects(knobs_.guidance, experiment_, shape().geometry(), data_->train, batch_);
}

void Trainer::step() {
  if (finished()) return;
  surviving([&] {
    if (device_ != &cpu_device() && since_kept_ >= kStepsBetweenCopies) keep();
    step_on_device();
  });
  if (experiment_.early_stopping.patience == 0) return;
  const int64_t done = static_cast<int64_t>(knobs_.step) + 1;
  if (done % experiment_.early_stopping.every != 0) return;
  for (int lane = 0; lane < lanes(); ++lane)
    if (lanes_[lane]->steps == done && !lanes_[lane]->stopping.stopped) judge(lane);
  if (device_ != &cpu_device()) surviving([&] { keep(); });  // steps done again must not be judged again
}

// A device that fails meanwhile sets the lane back to where it was kept: so its state is put in place at the end.
void Trainer::judge(int lane) {
  const Evaluation now = evaluate(lane, held_out_, held_out_.count());
  std::vector<float> weights = learned(lane, false).values;
  Stopping next = lanes_[lane]->stopping;
  const Verdict verdict = lab::judge(next, lanes_[lane]->steps, now.loss, experiment_.early_stopping.patience);
  if (verdict == Verdict::kBetter) next.best = std::move(weights);
  if (verdict == Verdict::kStop && next.best_step > 0) {  // else no evaluation gave a number: nothing is better
    next.stopped = true;
    const Device* before = nullptr;
    while (std::exchange(before, device_) != device_) take_weights(lane, next.best);
  }
  lanes_[lane]->stopping = std::move(next);
}

const Stopping& Trainer::stopping(int lane) const { return lanes_[lane]->stopping; }

bool Trainer::at_rest(int lane) const {
  const LaneState& state = *lanes_[lane];
  return state.stopping.stopped && state.steps > state.stopping.evaluated;
}

bool Trainer::finished() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->stopping.stopped; });
}

// The lanes that are furthest behind; usually all.
void Trainer::step_on_device() {
  int64_t step = lanes_.front()->steps;
  for (const auto& lane : lanes_) step = std::min(step, lane->steps);
  take_batch(step);
  knobs_.step = static_cast<uint64_t>(step);
  for (auto& lane : lanes_)
    if (lane->steps == step) lane->stopping.stopped ? void(++lane->steps) : train(*lane);
  ++since_kept_;
}

void Trainer::train(LaneState& lane) {
  const auto start = std::chrono::steady_clock::now();
  VisionTransformer& network = *lane.training;
  for (int slot = 0; slot < experiment_.batch; ++slot) {
    fill_picture(network.pixels(), slot, data_->train.picture(static_cast<int>(batch_[slot])));
    network.targets()[slot] = data_->train.labels[batch_[slot]];
  }
  // Nothing is waited for until the whole step is on its way: so the update itself looks at the norm.
  network.start_forward();
  network.backward();
  device_->clip_gradient(lane.norm, LaneState::tensor(lane.parameters.gradients()), experiment_.optimiser.clip_norm);
  lane.optimiser.step(experiment_.optimiser, scheduled_rate(experiment_.optimiser, lane.steps),
                      lane.parameters.values(), lane.parameters.gradients(), lane.norm);
  lane.loss = network.loss();
  device_->download(lane.norm);
  lane.gradient_norm = lane.norm[0];
  if (!std::isfinite(lane.loss) || !std::isfinite(lane.gradient_norm))
    throw Error(
        "Training broke down at step {}: the loss or its gradient is no longer a finite number; restart with a "
        "smaller learning rate than {:g}.",
        lane.steps + 1, experiment_.optimiser.learning_rate);
  ++lane.steps;
  lane.step_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int64_t Trainer::steps() const {
  int64_t most = 0;
  for (const auto& lane : lanes_) most = std::max(most, lane->steps);
  return most;
}
int64_t Trainer::steps(int lane) const { return lanes_[lane]->steps; }
float Trainer::loss(int lane) const { return lanes_[lane]->loss; }
LossTerms Trainer::terms(int lane) const {
  const AttentionMeans means = training_network(lane).encoder().rules().means();
  return {static_cast<float>(knobs_.squares_penalty * means.squares + knobs_.entropy_penalty * means.entropy),
          static_cast<float>(means.divergence), static_cast<float>(means.on_target)};
}
std::vector<uint8_t> Trainer::dropped(int lane) const { return training_network(lane).encoder().rules().dropped(); }
float Trainer::gradient_norm(int lane) const { return lanes_[lane]->gradient_norm; }
double Trainer::step_seconds(int lane) const { return lanes_[lane]->step_seconds; }
double Trainer::attention_seconds(int lane) const {
  return lanes_[lane]->training->tape().seconds(NodeKind::kAttention);
}
ParameterSet& Trainer::parameters(int lane) {
  surviving([&] { device_->download(LaneState::tensor(lanes_[lane]->parameters.values())); });
  return lanes_[lane]->parameters;
}
const std::vector<LayerMaps>& Trainer::maps(int lane) const { return training_network(lane).encoder().maps(); }
const VisionTransformer& Trainer::training_network(int lane) const { return *lanes_[lane]->training; }

Evaluation Trainer::evaluate(int lane, const ImageSet& set, int pictures) {
  Evaluation result;
  surviving([&] { result = evaluate_on_device(lane, set, pictures); });
  return result;
}

Reading Trainer::read(int lane, std::span<const uint8_t> picture) {
  Reading reading;
  surviving([&] { reading = read_on_device(lane, picture); });
  return reading;
}

bool Trainer::stages(const StagesPlace& place, AttentionStages& to) {
  const auto& network = lanes_[place.lane]->reading;
  return network && network->encoder().attention(place.layer).stages(0, place.head, to);
}

Evaluation Trainer::evaluate_on_device(int lane, const ImageSet& set, int pictures) {
  LaneState& state = *lanes_[lane];
  if (!state.evaluation) state.evaluation = state.network(*device_, {.batch = kEvaluationBatch});
  VisionTransformer& network = *state.evaluation;
  Evaluation result;
  result.pictures = std::min(pictures, set.count());
  for (int first = 0; first < result.pictures; first += kEvaluationBatch) {
    const int count = std::min(kEvaluationBatch, result.pictures - first);
    for (int slot = 0; slot < count; ++slot) {
      fill_picture(network.pixels(), slot, set.picture(first + slot));
      network.targets()[slot] = set.labels[first + slot];
    }
    network.start_forward();
    const Tensor probabilities = network.probabilities();
    const int64_t classes = probabilities.shape[1];
    for (int slot = 0; slot < count; ++slot) {
      const float* p = probabilities.data + slot * classes;
      const int truth = set.labels[first + slot];
      result.loss -= std::log(std::max(p[truth], 1e-30f));
      result.accuracy += std::max_element(p, p + classes) - p == truth;
    }
  }
  result.loss /= result.pictures;
  result.accuracy /= result.pictures;
  return result;
}

Reading Trainer::read_on_device(int lane, std::span<const uint8_t> picture) {
  LaneState& state = *lanes_[lane];
  if (!state.reading) state.reading = state.network(*device_, {.keep_stages = true});
  VisionTransformer& network = *state.reading;
  fill_picture(network.pixels(), 0, picture);
  network.targets()[0] = 0;  // the loss is not read
  network.start_forward();
  const Tensor probabilities = network.probabilities();
  Reading reading;
  reading.probabilities.assign(probabilities.begin(), probabilities.end());
  const int64_t n = shape().tokens(), heads = experiment_.model.heads, per_layer = heads * n * n;
  reading.attention.resize(experiment_.model.layers * per_layer);
  for (int layer = 0; layer < experiment_.model.layers; ++layer)
    network.encoder().attention(layer).weights({reading.attention.data() + layer * per_layer, {1, heads, n, n}});
  for (int layer = 0; layer < experiment_.model.layers; ++layer)
    for (int head = 0; head < heads; ++head)
      reading.figures.push_back(network.encoder().attention(layer).learned_figure(head));
  return reading;
}

}  // namespace lab
