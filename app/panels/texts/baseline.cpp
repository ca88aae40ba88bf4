#include "app/panels/texts/baseline.h"

#include "core/text/utf8.h"

namespace lab {
namespace {

/// A writer's is a loss for each character; the lanes' are for each token.
double tokens_share(const Dataset& data) {
  const std::string& text = data.test.texts.front();
  return static_cast<double>(count_characters(text)) / static_cast<double>(data.tokenizer.encode(text).size());
}

void count(const DatasetPtr& data, JobControl<std::optional<Baseline>>& job) {
  std::optional<Baseline> baseline = baseline_of(*data);
  if (baseline && data->kind == ModelKind::kWriter) baseline->value *= tokens_share(*data);
  job.post(std::move(baseline));
}

}  // namespace

void follow_baseline(const Snapshot& snapshot, View& view) {
  BaselineState& state = view.baseline;
  if (!view.wake || !snapshot.data || snapshot.data == state.data.lock()) return;
  state.data = snapshot.data;
  std::erase_if(state.counted, [](const auto& job) { return !job || job->ended(); });
  if (snapshot.data->kind == ModelKind::kPictureClassifier) return state.counted.push_back(nullptr);
  state.counted.push_back(std::make_unique<BaselineState::Counting>(
      std::nullopt, [data = snapshot.data](auto& job) { count(data, job); }, view.wake));
}

std::optional<Baseline> known_baseline(const View& view) {
  const auto& counted = view.baseline.counted;
  return counted.empty() || !counted.back() ? std::nullopt : *counted.back()->latest();
}

}  // namespace lab
