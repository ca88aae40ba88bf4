#pragma once
// Mistakes: what a model takes for what, class by class, and where it is most wrong.
//
//   Mistakes mistakes(classes, of);                    // 1. 0 classes: the answer is a text
//   for (…) mistakes.add({index, label, answer, …});   // 2. one judged sample after the other
//   mistakes.count(truth, answer); mistakes.worst      // 3.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lab {

/// One sample of the test set, judged.
struct Judged {
  int index = 0;
  int label = -1, answer = -1;    // the right class and the model's; −1: the answer is a text
  float probability = 0;          // of the model's answer
  double loss = 0;                // −log of the probability of what is right; of a text, the mean of its places
  int64_t right = 0, places = 1;  // of the places where it had to say something, those that it got right
};

struct Mistakes {
  static constexpr size_t kWorst = 24;

  int classes = 0;
  int samples = 0, of = 0;  // judged, and how many there are to judge
  int64_t right = 0, places = 0;
  double loss = 0;             // summed over samples
  std::vector<int> confusion;  // [K, K] samples of a class (row) that were taken for a class (column)
  std::vector<Judged> worst;   // those with a mistake whose loss is highest, the worst first

  Mistakes(int classes, int of);
  void add(const Judged& judged);

  int count(int truth, int answer) const { return confusion[static_cast<size_t>(truth) * classes + answer]; }
  int of_class(int truth) const;
  double accuracy() const { return places > 0 ? static_cast<double>(right) / static_cast<double>(places) : 0; }
  /// Of the samples of a class; 0 where there are none.
  double accuracy(int truth) const;
};

}  // namespace lab
