#include "core/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/train/early_stopping.h"
#include "core/train/guide.h"
#include "core/train/lane_state.h"

namespace lab {

namespace {

constexpr int64_t kStepsBetweenCopies = 64;  // steps that are done again at most when a device fails

std::vector<SampleSize> sizes_of(const Dataset& data, std::span<const uint32_t> samples) {
  std::vector<SampleSize> sizes;
  for (uint32_t sample : samples) sizes.push_back(size_of(data, data.train.sample(static_cast<int>(sample))));
  return sizes;
}

int room_of(const SampleSize& size) { return size.tokens + size.answer; }

// What a training network is built with, beside its shape.
auto parts(const TrainingKnobs& k) {
  const Guidance& g = k.guidance;
  return std::tuple(k.dropout > 0, k.attention_dropout > 0, k.squares_penalty != 0 || k.entropy_penalty != 0, g.on(),
                    g.layers, g.heads, g.of_source);
}

}  // namespace

Trainer::Trainer(const Experiment& experiment, DatasetPtr data, Device& device)
    : device_(&device), experiment_(experiment), data_(std::move(data)) {
  validate(experiment_, data_->train.height, data_->train.width);
  check_guidance(experiment_, *data_);
  HeldOut held_out = hold_out(data_->train, experiment_.early_stopping, experiment_.seed);
  trained_on_ = std::move(held_out.rest);
  held_out_ = std::move(held_out.pictures);
  batches_ = std::make_unique<Batches>(sizes_of(*data_, trained_on_), experiment_.batch);
  if (batches_->per_epoch() == 0)
    throw Error("A batch of {} {} is more than the {} that {} has to train on; choose a smaller batch.",
                experiment_.batch, of_pictures() ? "pictures" : "texts", training_pictures(), data_->title);
  for (int lane = 0; lane < static_cast<int>(experiment_.lanes.size()); ++lane)
    lanes_.push_back(std::make_unique<LaneState>(shape_of(lane), experiment_.seed));
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
  guidance_ = guidance_of(experiment_, guided_tokens({data_->context, data_->context}));
  for (size_t lane = 0; lane < lanes_.size(); ++lane) set_knobs(*lanes_[lane], experiment_.lanes[lane]);
}

void Trainer::set_knobs(LaneState& state, const Lane& lane) const {
  const Experiment own = with_own(experiment_, lane.own);
  state.optimising = own.optimiser;
  state.knobs = {.dropout = own.model.dropout,
                 .label_smoothing = own.label_smoothing,
                 .attention_dropout = own.model.attention_dropout,
                 .squares_penalty = own.penalties.squares,
                 .entropy_penalty = own.penalties.entropy,
                 .guidance = guidance_,
                 .step = state.knobs.step};
}

// The grid; of texts, an answer's places by what they look at.
Geometry Trainer::guided_tokens(const SampleSize& size) const {
  return of_pictures() ? shape().geometry() : Geometry::sequence(std::max(size.answer, 1), std::max(size.tokens, 1));
}

std::vector<uint8_t> Trainer::target_of(int test_picture) const {
  if (!of_pictures()) return {};
  return target_in(data_->test, test_picture, experiment_, shape().geometry());
}

LearnerShape Trainer::shape_of(int lane) const { return {*data_, experiment_.model, experiment_.lanes[lane]}; }

Geometry Trainer::geometry(const Sample& sample) const {
  return geometry_of(shape_of(0), size_of(*data_, sample, true));
}

// The largest first, so that the others fit into what it takes.
Trainer::TrainingLearners Trainer::training_learners(const Lane& lane, LaneState& state) {
  const std::vector<SampleSize>& sizes = batches_->sizes();
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return room_of(sizes[a]) > room_of(sizes[b]); });
  TrainingLearners learners{std::make_unique<Arena>(), {}};
  learners.of_size.resize(sizes.size());
  ModelSetup setup = {experiment_.batch, Tape::Mode::kTraining, experiment_.seed, &state.knobs};
  setup.keep_stages = steps_open_;
  setup.room = learners.room.get();
  for (size_t size : order)
    learners.of_size[size] =
        make_learner({*data_, experiment_.model, lane}, sizes[size], *device_, setup, state.parameters);
  return learners;
}

// All or, where one does not fit, none.
void Trainer::build_training_networks() {
  std::vector<TrainingLearners> fresh;
  for (int lane = 0; lane < lanes(); ++lane) fresh.push_back(training_learners(experiment_.lanes[lane], *lanes_[lane]));
  for (size_t lane = 0; lane < lanes_.size(); ++lane) lanes_[lane]->training = std::move(fresh[lane]);
}

void Trainer::change(const Experiment& experiment) {
  validate(experiment, data_->train.height, data_->train.width);
  if (needs_restart(experiment_, experiment)) throw Error("These changes need a restart from step 0.");
  if (device_ != &cpu_device()) surviving([&] { keep(); });  // steps done again are done with the settings they had
  check_guidance(experiment, *data_);
  const auto built_with = [&] {
    std::vector<decltype(parts({}))> all;
    for (const auto& lane : lanes_) all.push_back(parts(lane->knobs));
    return all;
  };
  const auto before_it = built_with();
  const Experiment before = std::exchange(experiment_, experiment);
  set_knobs();
  if (built_with() == before_it) return;
  try {
    surviving([&] { build_training_networks(); });
  } catch (const Error&) {
    experiment_ = before;
    set_knobs();
    throw;
  }
}

int64_t Trainer::steps_per_epoch() const { return batches_->per_epoch(); }

void Trainer::take_batch(int64_t step) {
  const Batch batch = batches_->at(step, experiment_.seed);
  batch_size_ = batch.size;
  for (size_t slot = 0; slot < batch_.size(); ++slot) batch_[slot] = trained_on_[batch.samples[slot]];
  step_ = step;
  for (auto& lane : lanes_) lane->knobs.step = static_cast<uint64_t>(step);
  if (!guidance_.on()) return;
  point(guidance_, experiment_, guided_tokens(batches_->sizes()[batch.size]), data_->train, batch_);
  for (auto& lane : lanes_) lane->knobs.guidance.targets = guidance_.targets;  // as many as before
}

void Trainer::step() {
  if (finished()) return;
  surviving([&] {
    if (device_ != &cpu_device() && since_kept_ >= kStepsBetweenCopies) keep();
    step_on_device();
  });
  record_slot_ = -1;
  if (experiment_.early_stopping.patience == 0) return;
  const int64_t done = step_ + 1;
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
  for (auto& lane : lanes_)
    if (lane->steps == step) lane->stopping.stopped ? void(++lane->steps) : train(*lane);
  ++since_kept_;
}

void Trainer::train(LaneState& lane) {
  const auto start = std::chrono::steady_clock::now();
  const OptimiserSettings& settings = lane.optimising;
  lane.in_training = batch_size_;
  Learner& network = *lane.training.of_size[batch_size_];
  for (int slot = 0; slot < experiment_.batch; ++slot)
    network.put(slot, data_->train.sample(static_cast<int>(batch_[slot])));
  std::optional<StepRecorder> recorder;
  if (record_slot_ >= 0)
    recorder.emplace(network.tape(), *device_, lane.parameters, record_slot_ % experiment_.batch, experiment_.batch);
  // Nothing is waited for until the whole step is on its way: so the update itself looks at the norm.
  network.start_forward();
  // A smaller size reaches fewer positions than the one before: what it does not reach has no gradient.
  if (batches_->sizes().size() > 1) std::ranges::fill(lane.parameters.gradients(), 0.0f);
  network.backward();
  device_->clip_gradient(lane.norm, LaneState::tensor(lane.parameters.gradients()), settings.clip_norm);
  if (recorder) recorder->before_update(lane.optimiser.first(), lane.optimiser.second());
  lane.optimiser.step(settings, scheduled_rate(settings, lane.steps), lane.parameters.values(),
                      lane.parameters.gradients(), lane.norm);
  device_->clip_gradient(lane.weights_norm, LaneState::tensor(lane.parameters.values()), 0);  // measured, not clipped
  lane.loss = network.loss();
  device_->download(lane.norm);
  device_->download(lane.weights_norm);
  lane.gradient_norm = lane.norm[0];
  if (!std::isfinite(lane.loss) || !std::isfinite(lane.gradient_norm))
    throw Error(
        "Training broke down at step {}: the loss or its gradient is no longer a finite number; restart with a "
        "smaller learning rate than {:g}.",
        lane.steps + 1, settings.learning_rate);
  ++lane.steps;
  if (recorder) lane.record = finish_record(lane, *recorder);
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
  const AttentionMeans means = training_network(lane).means();
  const TrainingKnobs& knobs = lanes_[lane]->knobs;
  return {static_cast<float>(knobs.squares_penalty * means.squares + knobs.entropy_penalty * means.entropy),
          static_cast<float>(means.divergence), static_cast<float>(means.on_target)};
}
bool Trainer::penalised(int lane) const {
  return lanes_[lane]->knobs.squares_penalty != 0 || lanes_[lane]->knobs.entropy_penalty != 0;
}
std::vector<uint8_t> Trainer::dropped(int lane) const { return training_network(lane).encoder().rules().dropped(); }
float Trainer::gradient_norm(int lane) const { return lanes_[lane]->gradient_norm; }
float Trainer::weights_norm(int lane) const { return lanes_[lane]->weights_norm[0]; }
double Trainer::step_seconds(int lane) const { return lanes_[lane]->step_seconds; }
double Trainer::attention_seconds(int lane) const {
  return training_network(lane).tape().seconds(NodeKind::kAttention);
}
ParameterSet& Trainer::parameters(int lane) {
  surviving([&] { device_->download(LaneState::tensor(lanes_[lane]->parameters.values())); });
  return lanes_[lane]->parameters;
}
ParameterSet& Trainer::parameters_with_gradients(int lane) {
  surviving([&] { device_->download(LaneState::tensor(lanes_[lane]->parameters.gradients())); });
  return parameters(lane);
}
const std::vector<LayerMaps>& Trainer::maps(int lane) const { return training_network(lane).encoder().maps(); }
const Learner& Trainer::training_network(int lane) const {
  return *lanes_[lane]->training.of_size[lanes_[lane]->in_training];
}

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

const std::vector<Intervention>& Trainer::changes(int lane) const { return lanes_[lane]->changes; }

void Trainer::set_changes(int lane, std::vector<Intervention> changes) {
  if (lanes_[lane]->changes == changes) return;
  lanes_[lane]->changes = std::move(changes);
  lanes_[lane]->reading.reset();
}

bool Trainer::stages(const StagesPlace& place, AttentionStages& to) {
  const auto& network = lanes_[place.lane]->reading;
  return network && network->encoder().attention(place.layer).stages(0, place.head, to);
}

Evaluation Trainer::evaluate_on_device(int lane, const SampleSet& set, int samples) {
  const auto learner_of = [&](const SampleSize& size) -> Learner& { return evaluation_learner(lane, size); };
  return lab::evaluate(*data_, set, samples, learner_of);
}

Learner& Trainer::evaluation_learner(int lane, const SampleSize& size) {
  std::unique_ptr<Learner>& learner = lanes_[lane]->evaluation[size];
  if (!learner)
    learner = make_learner(shape_of(lane), size, *device_,
                           {.batch = evaluation_batch(size), .room = &lanes_[lane]->evaluation_room},
                           lanes_[lane]->parameters);
  return *learner;
}

Reading Trainer::read_on_device(int lane, const Sample& sample) {
  LaneState& state = *lanes_[lane];
  const SampleSize size = size_of(*data_, sample, true);
  const bool changed = !state.changes.empty();  // only the processor's kernels can be
  if (changed) device_->download(LaneState::tensor(state.parameters.values()));
  if (!state.reading || state.reading_size != size) {
    state.reading.reset();
    state.reading = make_learner(shape_of(lane), size, changed ? cpu_device() : *device_,
                                 {.keep_stages = true, .changes = state.changes}, state.parameters);
    state.reading_size = size;
  }
  Learner& network = *state.reading;
  network.put(0, sample);
  network.start_forward();
  return reading_of(network);
}

}  // namespace lab
