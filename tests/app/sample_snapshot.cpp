#include "tests/app/sample_snapshot.h"

#include <algorithm>
#include <cmath>

#include "core/base/rng.h"

namespace lab::testing {
namespace {

constexpr int kSide = 28, kClasses = 10, kPictures = 12;

DatasetPtr sample_data() {
  auto data = std::make_shared<Dataset>();
  data->task = "fashion-mnist", data->title = "Fashion-MNIST", data->source = "made up";
  data->classes = {"T-shirt", "Trouser", "Pullover", "Dress", "Coat",
                   "Sandal",  "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  for (ImageSet* set : {&data->train, &data->test}) {
    set->height = set->width = kSide;
    for (int i = 0; i < kPictures; ++i) {
      set->labels.push_back(static_cast<uint8_t>(i % kClasses));
      for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) set->pixels.push_back(std::hypot(x - 13.5, y - 13.5) < 5 + i ? 40 + 7 * x : 0);
    }
  }
  return data;
}

/// [L, H, N, N]: random, over the pairs that exist.
std::vector<float> sample_attention(const std::vector<LayerMaps>& maps, Rng& rng) {
  std::vector<float> weights;
  for (const LayerMaps& layer : maps)
    for (const TileMapPtr& map : layer.heads)
      for (int query = 0; query < map->queries(); ++query) {
        const size_t row = weights.size();
        weights.resize(row + map->keys());
        float sum = 0;
        for (const KeyRun& run : map->runs(query))
          for (int key = run.begin; key < run.end; ++key) sum += weights[row + key] = std::exp(rng.normal());
        for (size_t at = row; at < weights.size(); ++at) weights[at] /= sum > 0 ? sum : 1;
      }
  return weights;
}

Curve sample_curve(int step, int every, float from, float to, float noise, Rng& rng) {
  Curve curve;
  for (int at = 0; at <= step; at += every) {
    curve.step.push_back(static_cast<float>(at));
    curve.value.push_back(to + (from - to) * std::exp(-static_cast<float>(at) / 90) + noise * rng.normal());
  }
  return curve;
}

std::vector<float> sample_probabilities(int best, Rng& rng) {
  std::vector<float> probabilities(kClasses);
  float sum = 0;
  for (int i = 0; i < kClasses; ++i) sum += probabilities[i] = std::exp(rng.normal() + (i == best ? 5.0f : 0.0f));
  for (float& probability : probabilities) probability /= sum;
  return probabilities;
}

LaneSnapshot sample_lane(const Snapshot& snapshot, int index, Rng& rng) {
  LaneSnapshot lane;
  lane.lane = snapshot.experiment.lanes[index];
  lane.title = lane_title(lane.lane);
  lane.steps = snapshot.step;
  const ModelSettings& model = snapshot.experiment.model;
  lane.maps = make_layer_maps(lane.lane, snapshot.geometry, model.layers, model.heads);
  lane.attention = sample_attention(lane.maps, rng);
  lane.probabilities = sample_probabilities(index == 1 ? 5 : 7, rng);
  lane.train_loss = sample_curve(400, 1, 2.4f, 0.55f + 0.03f * index, 0.06f, rng);
  lane.test_loss = sample_curve(400, 50, 2.3f, 0.6f + 0.03f * index, 0.01f, rng);
  lane.test_accuracy = sample_curve(400, 50, 0.1f, 0.79f - 0.02f * index, 0.005f, rng);
  lane.last_train_loss = lane.train_loss.value.back();
  lane.last_test_loss = lane.test_loss.value.back();
  lane.last_test_accuracy = lane.test_accuracy.value.back();
  const int64_t dense = lane.maps[0].any->dense_pairs(), pairs = lane.maps[0].any->pairs();
  lane.cost = {8.4 - index, 2.1 - 0.6 * index, pairs * 32768, pairs * 2048, pairs, dense};
  return lane;
}

}  // namespace

Snapshot sample_snapshot(int lanes) {
  Snapshot snapshot;
  Rng rng(1, stream::kTests);
  snapshot.serial = 1;
  snapshot.phase = Phase::kPaused;
  snapshot.data = sample_data();
  snapshot.device = "CPU, 2 threads";
  snapshot.geometry = Geometry::grid(7, 7, 1);
  while (static_cast<int>(snapshot.experiment.lanes.size()) < lanes) snapshot.experiment.lanes.push_back(Lane{});
  snapshot.experiment.lanes.resize(lanes);
  snapshot.step = 400, snapshot.epoch = 0.43, snapshot.test_pictures = 1000;
  const auto picture = snapshot.data->test.picture(7);
  snapshot.probe = {7, {picture.begin(), picture.end()}, kSide, kSide, 7, ""};
  for (int lane = 0; lane < lanes; ++lane) snapshot.lanes.push_back(sample_lane(snapshot, lane, rng));
  return snapshot;
}

}  // namespace lab::testing
