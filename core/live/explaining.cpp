#include "core/live/explaining.h"

namespace lab {

namespace {
constexpr auto kBetween = std::chrono::milliseconds(250);
}

const ExplanationSnapshot& Explaining::look(Trainer& trainer, const Probe& probe, int64_t step, bool hurry) {
  if (lane < 0 || lane >= trainer.lanes() || !trainer.data().train.has_pictures()) return latest_ = {};
  VisionTransformerShape shape = trainer.shape();
  shape.encoder.attention = trainer.experiment().lanes[lane];
  const bool same_model = explainer_ && shape == shape_;
  const bool same = same_model && latest_.lane == lane && picture_ == probe.pixels;
  const auto now = std::chrono::steady_clock::now();
  if (same && (latest_.step == step || (!hurry && now - when_ < kBetween))) return latest_;
  if (!same_model) explainer_ = std::make_unique<Explainer>(shape);
  explainer_->take(trainer.parameters(lane));
  latest_ = {lane, step, explainer_->explain(probe.pixels)};
  shape_ = shape, picture_ = probe.pixels, when_ = now;
  return latest_;
}

}  // namespace lab
