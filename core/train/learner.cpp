#include "core/train/learner.h"

#include <algorithm>
#include <cmath>

#include "core/model/vision_transformer.h"

namespace lab {

namespace {

constexpr int kRoom = 8;  // texts are padded to a multiple of so many tokens
constexpr float kPixelScale = 1.0f / 255.0f;

EncoderShape encoder_shape(const LearnerShape& s) {
  return {s.model.width, s.model.heads, s.model.layers, s.model.mlp, s.attention};
}

VisionTransformerShape picture_shape(const LearnerShape& s) {
  return {s.data.train.height, s.data.train.width, s.model.patch, static_cast<int>(s.data.classes.size()),
          encoder_shape(s)};
}

Judgement judge_place(const float* probabilities, int64_t count, int truth) {
  return {-std::log(std::max(double{probabilities[truth]}, 1e-30)),
          std::max_element(probabilities, probabilities + count) - probabilities == truth, 1};
}

// The `places` places of one slot, each with what is right there.
Judgement judge_places(Tensor probabilities, int slot, std::span<const int> truths) {
  const int64_t places = probabilities.shape[1], count = probabilities.shape[2];
  Judgement all;
  for (size_t place = 0; place < truths.size(); ++place) {
    const Judgement one =
        judge_place(probabilities.data + (slot * places + static_cast<int64_t>(place)) * count, count, truths[place]);
    all.loss += one.loss;
    all.right += one.right;
    ++all.places;
  }
  return all;
}

// What all have in common.
template <class Network>
class LearnerWith : public Learner {
 public:
  template <class Shape>
  LearnerWith(Device& device, const Shape& shape, const ModelSetup& setup, ParameterSet& parameters)
      : network_(device, shape, setup, parameters) {}

  void start_forward() override { network_.start_forward(); }
  void backward() override { network_.backward(); }
  float loss() override { return network_.loss(); }
  Tensor probabilities() override { return network_.probabilities(); }
  const Encoder& encoder() const override { return network_.encoder(); }
  const Tape& tape() const override { return network_.tape(); }

 protected:
  // Fills a slot's row of a side with `size` places; the rest is padding.
  static void fill(std::span<int> side, int slot, size_t places, std::span<const int> tokens) {
    const auto row = side.subspan(static_cast<size_t>(slot) * places, places);
    const auto end = std::copy(tokens.begin(), tokens.end(), row.begin());
    std::fill(end, row.end(), Tokenizer::kEnd);
  }

  Network network_;
};

class PictureLearner final : public LearnerWith<VisionTransformer> {
 public:
  using LearnerWith::LearnerWith;
  void put(int slot, const Sample& sample) override {
    float* to = network_.pixels().data + slot * static_cast<int64_t>(sample.pixels.size());
    for (size_t i = 0; i < sample.pixels.size(); ++i) to[i] = static_cast<float>(sample.pixels[i]) * kPixelScale;
    network_.targets()[slot] = std::max(sample.label, 0);
  }
  Judgement judge(int slot, const Sample& sample) override {
    const Tensor p = probabilities();
    return judge_place(p.data + slot * p.shape[1], p.shape[1], sample.label);
  }
};

class TextLearner final : public LearnerWith<TextClassifier> {
 public:
  using LearnerWith::LearnerWith;
  void put(int slot, const Sample& sample) override {
    fill(network_.tokens(), slot, network_.tokens().size() / network_.lengths().size(), sample.tokens);
    network_.lengths()[slot] = static_cast<int>(sample.tokens.size());
    network_.targets()[slot] = std::max(sample.label, 0);
  }
  Judgement judge(int slot, const Sample& sample) override {
    const Tensor p = probabilities();
    return judge_place(p.data + slot * p.shape[1], p.shape[1], sample.label);
  }
};

class Writer final : public LearnerWith<LanguageModel> {
 public:
  Writer(Device& device, const LanguageModelShape& shape, const ModelSetup& setup, ParameterSet& parameters)
      : LearnerWith(device, shape, setup, parameters), places_(shape.length()) {}
  void put(int slot, const Sample& sample) override {
    fill(network_.tokens(), slot, places_, sample.tokens);
    fill(network_.targets(), slot, places_, sample.answer);
  }
  Judgement judge(int slot, const Sample& sample) override {
    return judge_places(probabilities(), slot, sample.answer);
  }

 private:
  size_t places_;
};

class TranslatorLearner final : public LearnerWith<Translator> {
 public:
  TranslatorLearner(Device& device, const TranslatorShape& shape, const ModelSetup& setup, ParameterSet& parameters)
      : LearnerWith(device, shape, setup, parameters), shape_(shape) {}
  void put(int slot, const Sample& sample) override {
    fill(network_.source(), slot, shape_.source_tokens, sample.tokens);
    network_.source_lengths()[slot] = static_cast<int>(sample.tokens.size());
    fill(network_.target(), slot, shape_.target_tokens, sample.answer.first(sample.answer.size() - 1));
    fill(network_.expected(), slot, shape_.target_tokens, sample.answer.subspan(1));
  }
  Judgement judge(int slot, const Sample& sample) override {
    return judge_places(probabilities(), slot, sample.answer.subspan(1));
  }
  const Decoder* decoder() const override { return &network_.decoder(); }

 private:
  TranslatorShape shape_;
};

int padded(size_t tokens, int context) {
  return std::min((static_cast<int>(tokens) + kRoom - 1) / kRoom * kRoom, context);
}

}  // namespace

const std::vector<LayerMaps>& Learner::maps(Attending attending) const {
  if (attending == Attending::kTokens) return encoder().maps();
  return attending == Attending::kAnswer ? decoder()->maps() : decoder()->cross_maps();
}

const AttentionKernel& Learner::attention(Attending attending, int layer) const {
  if (attending == Attending::kTokens) return encoder().attention(layer);
  return attending == Attending::kAnswer ? decoder()->attention_to_self(layer) : decoder()->attention_to_memory(layer);
}

SampleSize size_of(const Dataset& data, const Sample& sample, bool exactly) {
  if (data.kind == ModelKind::kPictureClassifier) return {};
  if (data.kind == ModelKind::kWriter) return {exactly ? static_cast<int>(sample.tokens.size()) : data.context, 0};
  const int tokens = exactly ? static_cast<int>(sample.tokens.size()) : padded(sample.tokens.size(), data.context);
  return {tokens, data.kind == ModelKind::kTranslator ? static_cast<int>(sample.answer.size()) - 1 : 0};
}

TextClassifierShape classifier_shape(const LearnerShape& s, int tokens) {
  return {s.data.context,
          tokens,
          s.data.tokenizer.size(),
          static_cast<int>(s.data.classes.size()),
          s.data.class_token_sees_all,
          encoder_shape(s)};
}

LanguageModelShape writer_shape(const LearnerShape& s, int tokens) {
  return {s.data.context, s.data.tokenizer.size(), causal(encoder_shape(s)), tokens};
}

TranslatorShape translator_shape(const LearnerShape& s, const SampleSize& size) {
  return {s.data.context,  size.tokens, size.answer, s.data.tokenizer.size(), s.data.answer_tokenizer.size(),
          encoder_shape(s)};
}

Geometry geometry_of(const LearnerShape& shape, const SampleSize& size) {
  switch (shape.data.kind) {
    case ModelKind::kPictureClassifier:
      return picture_shape(shape).geometry();
    case ModelKind::kTextClassifier:
      return classifier_shape(shape, size.tokens).geometry();
    case ModelKind::kWriter:
      return writer_shape(shape, size.tokens).geometry();
    case ModelKind::kTranslator:
      break;
  }
  return Geometry::sequence(size.tokens);
}

std::vector<ParameterSpec> parameter_specs(const LearnerShape& shape) {
  switch (shape.data.kind) {
    case ModelKind::kPictureClassifier:
      return parameter_specs(picture_shape(shape));
    case ModelKind::kTextClassifier:
      return parameter_specs(classifier_shape(shape, shape.data.context));
    case ModelKind::kWriter:
      return parameter_specs(writer_shape(shape));
    case ModelKind::kTranslator:
      break;
  }
  return parameter_specs(translator_shape(shape, {shape.data.context, shape.data.context}));
}

std::unique_ptr<Learner> make_learner(const LearnerShape& shape, const SampleSize& size, Device& device,
                                      ModelSetup setup, ParameterSet& parameters) {
  setup.padded = setup.batch > 1;
  switch (shape.data.kind) {
    case ModelKind::kPictureClassifier:
      return std::make_unique<PictureLearner>(device, picture_shape(shape), setup, parameters);
    case ModelKind::kTextClassifier:
      return std::make_unique<TextLearner>(device, classifier_shape(shape, size.tokens), setup, parameters);
    case ModelKind::kWriter:
      return std::make_unique<Writer>(device, writer_shape(shape, size.tokens), setup, parameters);
    case ModelKind::kTranslator:
      break;
  }
  return std::make_unique<TranslatorLearner>(device, translator_shape(shape, size), setup, parameters);
}

}  // namespace lab
