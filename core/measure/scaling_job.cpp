#include "core/measure/scaling_job.h"

#include <exception>

namespace lab {

ScalingJob::ScalingJob(const ScalingSettings& settings, std::function<void()> published)
    : published_(std::move(published)) {
  auto begun = std::make_shared<ScalingResult>();
  begun->settings = settings;
  mailbox_.post(std::move(begun));
  thread_ = std::thread([this, settings] { run(settings); });
}

ScalingJob::~ScalingJob() {
  stop();
  thread_.join();
}

void ScalingJob::run(const ScalingSettings& settings) {
  const auto report = [this](const ScalingResult& result) {
    post(result);
    return true;
  };
  try {
    measure_scaling(settings, report, [this] { return !stop_; });
  } catch (const std::exception& error) {
    ScalingResult ended = *latest();
    ended.stopped = true;
    ended.trouble = error.what();
    post(std::move(ended));
  }
}

void ScalingJob::post(ScalingResult result) {
  mailbox_.post(std::make_shared<const ScalingResult>(std::move(result)));
  if (published_) published_();
}

}  // namespace lab
