#include "core/inspect/mistakes.h"

#include <algorithm>
#include <numeric>

namespace lab {

Mistakes::Mistakes(int class_count, int sample_count)
    : classes(class_count), of(sample_count), confusion(static_cast<size_t>(class_count) * class_count) {}

void Mistakes::add(const Judged& judged) {
  ++samples;
  right += judged.right, places += judged.places;
  loss += judged.loss;
  if (judged.label >= 0) ++confusion[static_cast<size_t>(judged.label) * classes + judged.answer];
  if (judged.right == judged.places) return;
  // Of equal losses the earlier sample comes first, in whatever order they are judged.
  const auto worse = [](const Judged& a, const Judged& b) {
    return a.loss != b.loss ? a.loss > b.loss : a.index < b.index;
  };
  worst.insert(std::upper_bound(worst.begin(), worst.end(), judged, worse), judged);
  if (worst.size() > kWorst) worst.pop_back();
}

int Mistakes::of_class(int truth) const {
  const auto row = confusion.begin() + static_cast<std::ptrdiff_t>(truth) * classes;
  return std::accumulate(row, row + classes, 0);
}

double Mistakes::accuracy(int truth) const {
  const int all = of_class(truth);
  return all > 0 ? static_cast<double>(count(truth, truth)) / all : 0;
}

}  // namespace lab
