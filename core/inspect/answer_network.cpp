#include "core/inspect/answer_network.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/inspect/gradient_attention.h"
#include "core/inspect/read_out.h"

namespace lab {

namespace {

ModelSetup setup_of(int batch, Tape::Mode mode) {
  ModelSetup setup;
  setup.batch = batch;
  setup.mode = mode;
  return setup;
}

// Which parameters hold the text's embeddings, and after which layers and norm the answer is read.
struct Names {
  const char *embedding, *position, *norm, *last;
};
constexpr Names kEncoderAlone = {"token_embed.weight", "position", "encoder.norm", ".residual2"};
constexpr Names kTranslator = {"source_embed.weight", "source_position", "decoder.norm", ".residual3"};
const Names& names_of(const AnsweringShape& shape) { return shape.translates ? kTranslator : kEncoderAlone; }

// A row of a table [V, C].
std::span<const float> row_of(const Tensor& table, int number) {
  if (number < 0 || number >= table.shape[0])
    throw Error("A text to explain has token {}; the model knows {}.", number, table.shape[0]);
  return {table.data + number * table.shape[1], static_cast<size_t>(table.shape[1])};
}

// An embedding [C], faded to a share, and its position's [C].
void place(std::span<const float> embedding, float share, const float* position, float* to) {
  for (size_t c = 0; c < embedding.size(); ++c) to[c] = embedding[c] * share + position[c];
}

}  // namespace

AnsweringShape answering(const TextClassifierShape& shape) {
  return {shape.encoder, shape.classes, 1, shape.first_sees_all ? 1 : 0, false};
}
AnsweringShape answering(const LanguageModelShape& shape) { return {shape.encoder, shape.vocabulary, 0, 0, false}; }
AnsweringShape answering(const TranslatorShape& shape) { return {shape.layers, shape.target_vocabulary, 0, 0, true}; }

AnswerNetwork::AnswerNetwork(const AnsweringShape& shape, const Size& size, int batch, Tape::Mode mode,
                             ParameterSet& parameters)
    : shape_(shape),
      size_(size),
      batch_(batch),
      parameters_(parameters),
      encoder_(shape.layers, shape.geometry(size.tokens), setup_of(batch, mode)),
      tape_(cpu_device(), mode),
      text_(tape_.variable("text", {batch, size.tokens, shape.layers.width})) {
  Variable x = encoder_.layers(tape_, parameters, text_);
  if (shape.translates) {
    decoder_ = std::make_unique<Decoder>(shape.layers, DecoderSetup{size.answered, size.tokens, setup_of(batch, mode)});
    answered_ = tape_.variable("answered", {batch, size.answered, shape.layers.width});
    x = token_that_answers("answering",
                           (*decoder_)(tape_, parameters, answered_, encoder_.final_norm(tape_, parameters, x)));
  } else {
    x = encoder_.final_norm(tape_, parameters, token_that_answers("answering", x));
  }
  probabilities_ = answer(linear_of(tape_, parameters, "head", x));
}

// tokens [B, N, C] → [B, C]: a classifier's first, else the last.
Variable AnswerNetwork::token_that_answers(const std::string& name, Variable tokens) {
  const int64_t count = tokens.value.shape[1], width = tokens.value.shape[2], batch = batch_;
  const int64_t place = shape_.first > 0 ? 0 : count - 1;
  Variable y = tape_.variable(name, {batch, width});
  const auto forward = [=] {
    for (int64_t b = 0; b < batch; ++b)
      std::copy_n(tokens.value.data + (b * count + place) * width, width, y.value.data + b * width);
  };
  const auto backward = [=] {
    tokens.gradient->claim();  // by nothing else yet: it is the last to read them
    std::fill(tokens.gradient->tensor.begin(), tokens.gradient->tensor.end(), 0.0f);
    for (int64_t b = 0; b < batch; ++b)
      std::copy_n(y.gradient->tensor.data + b * width, width,
                  tokens.gradient->tensor.data + (b * count + place) * width);
  };
  tape_.append(name, NodeKind::kOther, forward, backward);
  return y;
}

// logits [B, K] → p [B, K]; d(log p_a)/d(logit_k) = [k = a] − p_k.
Variable AnswerNetwork::answer(Variable logits) {
  const auto answers = static_cast<size_t>(shape_.answers);
  Variable p = tape_.variable("probabilities", logits.value.shape);
  const auto forward = [this, logits, p, answers] {
    for (size_t b = 0; b < static_cast<size_t>(batch_); ++b)
      softmax({logits.value.data + b * answers, answers}, {p.value.data + b * answers, answers});
  };
  const auto backward = [this, logits, p, answers] {
    logits.gradient->claim();
    Tensor d = logits.gradient->tensor;
    for (int64_t i = 0; i < d.count(); ++i) d[i] = -p.value[i];
    for (size_t b = 0; b < static_cast<size_t>(batch_); ++b) d.data[b * answers + answer_] += 1;
  };
  tape_.append("probabilities", NodeKind::kOther, forward, backward);
  return p;
}

std::span<const float> AnswerNetwork::row(Tensor tokens, int slot, int token) const {
  const int64_t width = shape_.layers.width;
  return {tokens.data + (slot * tokens.shape[1] + token) * width, static_cast<size_t>(width)};
}

std::span<const float> AnswerNetwork::embedding(int number) const {
  return row_of(parameters_[names_of(shape_).embedding].value, number);
}

void AnswerNetwork::put(int slot, const AskedText& text, std::span<const float> shares) {
  if (static_cast<int>(text.tokens.size()) != size_.tokens || static_cast<int>(text.answered.size()) != size_.answered)
    throw Error("A text of {} and {} tokens was given to a network for {} and {}.", text.tokens.size(),
                text.answered.size(), size_.tokens, size_.answered);
  const int64_t width = shape_.layers.width;
  const float* position = parameters_[names_of(shape_).position].value.data;
  for (int64_t t = 0; t < size_.tokens; ++t)
    place(embedding(text.tokens[t]), shares[t], position + t * width,
          text_.value.data + (slot * size_.tokens + t) * width);
  if (!shape_.translates) return;
  const Tensor table = parameters_["target_embed.weight"].value;
  position = parameters_["target_position"].value.data;
  for (int64_t t = 0; t < size_.answered; ++t)
    place(row_of(table, text.answered[t]), 1, position + t * width,
          answered_.value.data + (slot * size_.answered + t) * width);
}

void AnswerNetwork::backward(int answer) {
  if (answer < 0 || answer >= shape_.answers)
    throw Error("There is no answer {}; there are {}.", answer, shape_.answers);
  answer_ = answer;
  tape_.backward();
}

std::span<const float> AnswerNetwork::answering_token(int slot, int layer) const {
  const auto after = [&](int of) { return (shape_.translates ? decoder_layer(of) : encoder_layer(of)); };
  const Tensor tokens = layer < 0 ? (shape_.translates ? answered_ : text_).value
                                  : tape_.find(after(layer) + names_of(shape_).last).value;
  return row(tokens, slot, shape_.first > 0 ? 0 : static_cast<int>(tokens.shape[1]) - 1);
}

std::vector<float> AnswerNetwork::read_out(std::span<const float> token) const {
  return lab::read_out(parameters_, names_of(shape_).norm, token);
}

namespace {

// One attention among text and answer: its block's first row and column, [H, rows, columns] weights and gradients.
void put_block(AnswerNetwork::Attention& all, int64_t layer, const Tape& tape, const AttentionKernel& kernel,
               const std::string& name, const char* projection, int64_t first_row, int64_t first_column) {
  const Tensor mixed = tape.find(name).gradient->tensor, keys = tape.find(name + projection).value;
  const int64_t heads = all.shape[1], tokens = all.shape[2], rows = mixed.shape[1], columns = keys.shape[1];
  std::vector<float> weights(heads * rows * columns);
  kernel.weights({weights.data(), {1, heads, rows, columns}});
  const std::vector<float> gradients = attention_gradients(mixed, keys, static_cast<int>(heads));
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t from = (h * rows + i) * columns;
      const int64_t to = ((layer * heads + h) * tokens + first_row + i) * tokens;
      all.weights[to + first_row + i] = 0;  // it looks elsewhere than at itself
      std::copy_n(weights.data() + from, columns, all.weights.data() + to + first_column);
      std::copy_n(gradients.data() + from, columns, all.gradients.data() + to + first_column);
    }
}

}  // namespace

AnswerNetwork::Attention AnswerNetwork::attention() const {
  const int64_t layers = shape_.layers.layers, heads = shape_.layers.heads, text = size_.tokens,
                tokens = text + size_.answered, all_layers = shape_.translates ? 3 * layers : layers;
  Attention all;
  all.shape = {all_layers, heads, tokens, tokens};
  all.answering = static_cast<int>(shape_.first > 0 ? 0 : tokens - 1);
  all.weights.resize(all.shape.count());
  all.gradients.resize(all.shape.count());
  for (int64_t map = 0; map < all_layers * heads; ++map)
    for (int64_t i = 0; i < tokens; ++i) all.weights[(map * tokens + i) * tokens + i] = 1;
  for (int layer = 0; layer < layers; ++layer)
    put_block(all, layer, tape_, encoder_.attention(layer), encoder_layer(layer) + ".self_attn", ".in_proj", 0, 0);
  for (int layer = 0; decoder_ && layer < layers; ++layer) {
    const std::string name = decoder_layer(layer);
    const int64_t at = layers + 2 * layer;
    put_block(all, at, tape_, decoder_->attention_to_self(layer), name + ".self_attn", ".in_proj", text, text);
    put_block(all, at + 1, tape_, decoder_->attention_to_memory(layer), name + ".multihead_attn", ".kv_proj", text, 0);
  }
  return all;
}

}  // namespace lab
