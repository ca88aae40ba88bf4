#pragma once
// Learner: a model at work on batches of samples of one size. The one place where the trainer meets pictures and texts:
// what a sample is for a model, and what is right.
//
// Add a kind of model: 1. a row in ModelKind (data/dataset.h); 2. its Learner in learner.cpp, and its case in each of
// the three functions below.

#include <memory>

#include "core/data/dataset.h"
#include "core/model/language_model.h"
#include "core/model/text_classifier.h"
#include "core/model/translator.h"
#include "core/train/batches.h"
#include "core/train/experiment.h"

namespace lab {

/// What a model made of samples: sums over the places where it had to say something, one a picture or a text to be told
/// apart, one a token of an answer.
struct Judgement {
  double loss = 0;  // Σ −log of the probability of what is right
  int64_t right = 0, places = 0;
};

class Learner {
 public:
  virtual ~Learner() = default;
  /// Puts a sample into the batch, in place `slot`. It must not be larger than the size the learner is for.
  virtual void put(int slot, const Sample& sample) = 0;
  /// Once all slots are filled.
  virtual void start_forward() = 0;
  virtual void backward() = 0;
  virtual float loss() = 0;
  virtual Tensor probabilities() = 0;  // [B, K], or [B, N, V]
  /// Of the sample in that slot, after a forward.
  virtual Judgement judge(int slot, const Sample& sample) = 0;
  virtual const Encoder& encoder() const = 0;
  /// What writes a translator's answers; null of the others.
  virtual const Decoder* decoder() const { return nullptr; }
  /// Any attention of the model, [L] layers of it; a translator alone has another than that of tokens.
  const std::vector<LayerMaps>& maps(Attending attending) const;
  const AttentionKernel& attention(Attending attending, int layer) const;
  /// Of all its attention, after a training forward.
  AttentionMeans means() const {
    AttentionMeans all = encoder().rules().means();
    if (decoder()) all += decoder()->means();
    return all;
  }
  virtual const Tape& tape() const = 0;
};

/// How a model is made for a data set: its sizes come from both.
struct LearnerShape {
  const Dataset& data;
  const ModelSettings& model;
  const Allocation& attention;
};

/// The room a sample takes in a batch, a little more than it needs, so that there are not too many sizes; or exactly.
SampleSize size_of(const Dataset& data, const Sample& sample, bool exactly = false);
/// Of the tokens that attend to each other.
Geometry geometry_of(const LearnerShape& shape, const SampleSize& size);
/// Of a classifier of texts of so many tokens, of a writer, and of a translator for batches of that size. The writer's
/// is of its whole context, or of fewer tokens.
TextClassifierShape classifier_shape(const LearnerShape& shape, int tokens);
LanguageModelShape writer_shape(const LearnerShape& shape, int tokens = 0);
TranslatorShape translator_shape(const LearnerShape& shape, const SampleSize& size);
/// The same whatever the size.
std::vector<ParameterSpec> parameter_specs(const LearnerShape& shape);
/// Throws Error when a pattern does not fit. `parameters` and what `setup` points to must outlive it.
std::unique_ptr<Learner> make_learner(const LearnerShape& shape, const SampleSize& size, Device& device,
                                      ModelSetup setup, ParameterSet& parameters);

}  // namespace lab
