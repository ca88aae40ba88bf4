#pragma once
// Dataset: what is learned, held in memory, immutable once loaded: labelled pictures, as bytes, or texts, as tokens.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/attention/pattern.h"
#include "core/text/tokenizer.h"

namespace lab {

/// `count` grey pictures of height × width bytes (0 black … 255 white), one label each.
struct ImageSet {
  int height = 0;
  int width = 0;
  std::vector<uint8_t> pixels;  // [count, height, width]
  std::vector<uint8_t> labels;  // [count]

  std::vector<uint8_t> objects;  // [count, height, width] 1 where the object is; empty where that is not known

  bool knows_objects() const { return !objects.empty(); }
  int count() const { return static_cast<int>(labels.size()); }
  std::span<const uint8_t> picture(int index) const {
    const size_t size = static_cast<size_t>(height) * width;
    return {pixels.data() + index * size, size};
  }
  std::span<const uint8_t> object(int index) const {
    const size_t size = static_cast<size_t>(height) * width;
    return {objects.data() + index * size, size};
  }
};

/// What is learned from one at a time, as a view: a picture or tokens; what is to be said of it is a label or tokens.
struct Sample {
  std::span<const uint8_t> pixels = {};  // [height, width], or none
  std::span<const int> tokens = {};
  std::span<const int> answer = {};
  int label = -1;
  std::span<const KeyRun> alignment = {};  // see SampleSet; none where it is not known
};

/// Many runs of tokens in one memory; runs may overlap.
class TokenRuns {
 public:
  void add(std::span<const int> tokens) {
    runs_.push_back({static_cast<int64_t>(tokens_.size()), static_cast<int64_t>(tokens.size())});
    tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  }
  /// As many windows of `length` as begin every `stride` tokens of `tokens` and end within it.
  static TokenRuns windows(std::vector<int> tokens, int64_t first, int64_t length, int64_t stride) {
    TokenRuns all;
    all.tokens_ = std::move(tokens);
    for (int64_t at = first; at + length <= static_cast<int64_t>(all.tokens_.size()); at += stride)
      all.runs_.push_back({at, length});
    return all;
  }
  int count() const { return static_cast<int>(runs_.size()); }
  std::span<const int> operator[](int index) const {
    return {tokens_.data() + runs_[index].begin, static_cast<size_t>(runs_[index].length)};
  }
  std::span<const int> all() const { return tokens_; }

 private:
  struct Run {
    int64_t begin, length;
  };
  std::vector<int> tokens_;
  std::vector<Run> runs_;
};

/// Pictures with labels, or texts with labels or with texts to answer.
struct SampleSet : ImageSet {
  std::vector<std::string> texts, answers;  // as they are read; none of pictures
  TokenRuns tokens, answer_tokens;          // what the model reads of them
  /// Of each sample, for each token of the answer after the first: the tokens of the text that it comes from, or an
  /// empty run where it comes from none. Empty where that is not known.
  std::vector<std::vector<KeyRun>> alignments;

  SampleSet() = default;
  SampleSet(ImageSet pictures) : ImageSet(std::move(pictures)) {}

  bool has_pictures() const { return height > 0; }
  bool knows_alignments() const { return !alignments.empty(); }
  int count() const { return has_pictures() ? ImageSet::count() : tokens.count(); }
  Sample sample(int index) const {
    Sample sample;
    if (has_pictures()) sample.pixels = picture(index);
    if (tokens.count() > 0) sample.tokens = tokens[index];
    if (answer_tokens.count() > 0) sample.answer = answer_tokens[index];
    if (!labels.empty()) sample.label = labels[index];
    if (knows_alignments()) sample.alignment = alignments[index];
    return sample;
  }
};

/// What kind of model learns it.
enum class ModelKind { kPictureClassifier, kTextClassifier, kWriter, kTranslator };

struct Dataset {
  std::string task;                  // "fashion-mnist", as the command line names it
  std::string title;                 // "Fashion-MNIST"
  std::string source;                // where it was read from, or "generated"
  std::string notice;                // for the viewer, when something was replaced; else empty
  std::vector<std::string> classes;  // [K] names; none where the answer is a text
  SampleSet train;
  SampleSet test;

  ModelKind kind = ModelKind::kPictureClassifier;
  // Of texts:
  Tokenizer tokenizer, answer_tokenizer;  // of what is read and of what is to be answered
  int context = 0;                        // the most tokens of a sample, of either side
  std::vector<std::string>
      unseen;  // that nothing is trained or tested on and no answer is known of: what is made of them?
  bool class_token_sees_all = true;  // a classifier's first token is no word and stands beside all of them
};

using DatasetPtr = std::shared_ptr<const Dataset>;

}  // namespace lab
