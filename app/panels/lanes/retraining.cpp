#include "app/panels/lanes/retraining.h"

#include <fmt/format.h>

#include "app/panels/lanes/pair_canvas.h"
#include "core/base/error.h"

namespace lab {
namespace {

using What = Intervention::What;

Range range_of(int index) { return index < 0 ? Range{} : Range{index + 1, index + 1}; }

void add_exception(const Intervention& change, const Spending& spending, Lane& lane) {
  lane.exceptions.push_back({range_of(change.layer), range_of(change.head), spending});
}

/// What the heads of a change do instead, by their places alone.
void take_strategy(const char* kind, const Intervention& change, Lane& lane) {
  Spending spending{lane.pattern};
  spending.strategy.kind = kind;
  add_exception(change, spending, lane);
}

/// The heads go on as they do, at another temperature.
void take_temperature(const Intervention& change, const ModelSettings& model, Lane& lane) {
  std::optional<Spending> now;
  for (int layer = 0; layer < model.layers; ++layer)
    for (int head = 0; head < model.heads; ++head) {
      if (!change.touches(layer, head)) continue;
      const Spending& spending = spending_of(lane, layer, head);
      if (now && *now != spending)
        throw Error("These heads spend attention in different ways; set the temperature of those that do it alike.");
      now = spending;
    }
  Strategy& strategy = now->strategy;
  const float before = strategy.kind == "fixed_temperature" ? strategy.temperature : 1;
  if (before == 1 && strategy.kind != Strategy{}.kind)
    throw Error("These heads weigh their keys by a strategy of their own, which knows no temperature beside it.");
  strategy = usual_strategy(find_strategy("fixed_temperature"));
  strategy.temperature = before * change.amount;
  add_exception(change, *now, lane);
}

/// No query sees that patch, in any picture.
void take_patch_away(const Intervention& change, const Snapshot& snapshot, Lane& lane) {
  if (!snapshot.data || !snapshot.data->train.has_pictures())
    throw Error("In every other text another token stands there, so there is nothing to train without.");
  if (!lane.exceptions.empty())
    throw Error("Some heads of this lane have a pattern of their own, from each of which the patch would have to go.");
  PairMask pairs = painting_of(lane.pattern, snapshot.geometry);
  if (pairs.tokens() == 0) throw Error("There are too many patches to leave one out.");
  for (int query = 0; query < pairs.tokens(); ++query) pairs.set(query, change.key, false);
  lane.pattern = Pattern{};
  lane.pattern.kind = "painted";
  lane.pattern.mask = pairs;
  lane.name = fmt::format("{}, one patch less", snapshot.lanes[change.lane].title);  // a painting has no words
}

void take(const Intervention& change, const Snapshot& snapshot, Lane& lane) {
  if (!change.active()) throw Error("The latest change takes another one back, so nothing would be trained otherwise.");
  if (change.attending != Attending::kTokens)
    throw Error("A lane is a way to read the text; the heads that write its answer cannot be left out of training.");
  switch (change.what) {
    case What::kTemperature:
      return take_temperature(change, snapshot.experiment.model, lane);
    case What::kUniform:
      return take_strategy("uniform", change, lane);
    case What::kOff:
      return take_strategy("off", change, lane);
    case What::kMask:
      return take_patch_away(change, snapshot, lane);
    case What::kWeight:
      throw Error("One weight of one sample is moved; training sees other samples, to which it means nothing.");
  }
}

}  // namespace

Retraining retraining_of(const Intervention& change, const Snapshot& snapshot) {
  try {
    Lane lane = snapshot.lanes[change.lane].lane;
    lane.name.clear();
    take(change, snapshot, lane);
    Experiment wider = snapshot.experiment;
    wider.lanes.push_back(lane);
    validate(wider, snapshot.probe.height, snapshot.probe.width);
    return {lane};
  } catch (const Error& cannot) {
    return {std::nullopt, cannot.what()};
  }
}

}  // namespace lab
