#include "app/widgets/axis.h"

#include <cmath>

namespace lab {

constexpr int kMostTries = 8;

Axis::Axis(float low, float high, float from, float to, bool logarithmic)
    : low_(low), high_(high), from_(from), to_(to), logarithmic_(logarithmic) {
  if (logarithmic_) low_ = std::log10(low_), high_ = std::log10(high_);
  if (!(high_ > low_)) high_ = low_ + 1;
}

float Axis::pixel(float value) const {
  const float place = logarithmic_ ? std::log10(std::fmax(value, 1e-30f)) : value;
  return from_ + (to_ - from_) * (place - low_) / (high_ - low_);
}

float Axis::value(float pixel) const {
  const float place = low_ + (high_ - low_) * (pixel - from_) / (to_ - from_);
  return logarithmic_ ? std::pow(10.0f, place) : place;
}

float round_step(float rough) {
  const float power = std::pow(10.0f, std::floor(std::log10(rough)));
  for (const float factor : {1.0f, 2.0f, 5.0f})
    if (rough <= factor * power * 1.0001f) return factor * power;
  return 10 * power;
}

std::vector<float> Axis::ticks(int count) const {
  std::vector<float> result;
  if (logarithmic_) {
    for (int decade = static_cast<int>(std::floor(low_)); decade <= static_cast<int>(std::ceil(high_)); ++decade)
      for (const float factor : {1.0f, 2.0f, 5.0f}) {
        const float place = static_cast<float>(decade) + std::log10(factor);
        if (place >= low_ - 1e-4f && place <= high_ + 1e-4f) result.push_back(std::pow(10.0f, place));
      }
    return result;
  }
  const float step = round_step((high_ - low_) / static_cast<float>(count));
  for (int i = static_cast<int>(std::ceil(low_ / step - 1e-4f)); static_cast<float>(i) * step <= high_ + step * 1e-4f;
       ++i)
    result.push_back(i == 0 ? 0.0f : static_cast<float>(i) * step);  // no −0
  return result.size() < 2 && count < kMostTries ? ticks(count + 1) : result;
}

}  // namespace lab
