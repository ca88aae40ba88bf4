#include "core/inspect/answer_network.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/inspect/gradient_attention.h"
#include "core/inspect/read_out.h"

namespace lab {

namespace {

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

AnswerNetwork::AnswerNetwork(const AnsweringShape& shape, const Size& size, const ModelSetup& setup,
                             ParameterSet& parameters)
    : shape_(shape),
      size_(size),
      batch_(setup.batch),
      parameters_(parameters),
      encoder_(shape.layers, shape.geometry(size.tokens), setup),
      tape_(cpu_device(), setup.mode, setup.room),
      text_(tape_.variable("text", {setup.batch, size.tokens, shape.layers.width})) {
  if (shape.translates) {
    const Variable x = encoder_.layers(tape_, parameters, text_);
    decoder_ = std::make_unique<Decoder>(shape.layers, DecoderSetup{size.answered, size.tokens, setup});
    answered_ = tape_.variable("answered", {setup.batch, size.answered, shape.layers.width});
    const Variable read = encoder_.final_norm(tape_, parameters, x);
    const Variable y = token_that_answers("answering", (*decoder_)(tape_, parameters, answered_, read));
    probabilities_ = answer(linear_of(tape_, parameters, "head", y));
  } else {
    const auto answers = [this](const std::string& name, Variable x) { return token_that_answers(name, x); };
    const Variable y = encoder_.final_norm(tape_, parameters, encoder_.layers(tape_, parameters, text_, answers));
    probabilities_ = answer(linear_of(tape_, parameters, "head", y));
  }
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
    tokens.gradient->claim();  // by nothing else yet: it is the last to read them, and the first on the way back
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
  const int64_t width = shape_.layers.width, count = tokens.count() / (batch_ * width);
  return {tokens.data + (slot * count + token) * width, static_cast<size_t>(width)};
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
  const int count = static_cast<int>(tokens.count() / (batch_ * shape_.layers.width));  // 1: it alone went on
  return row(tokens, slot, shape_.first > 0 ? 0 : count - 1);
}

std::vector<float> AnswerNetwork::read_out(std::span<const float> token) const {
  return lab::read_out(parameters_, names_of(shape_).norm, token);
}

// One attention among text and answer: which layer of all it is, and its first row and column there.
struct AnswerNetwork::Block {
  int64_t layer;
  const AttentionKernel& kernel;
  std::string name;
  const char* projection;
  int64_t first_row, first_column;
};

std::vector<AnswerNetwork::Block> AnswerNetwork::blocks() const {
  const int64_t layers = shape_.layers.layers, text = size_.tokens;
  std::vector<Block> all;
  for (int layer = 0; layer < layers; ++layer)
    all.push_back({layer, encoder_.attention(layer), encoder_layer(layer) + ".self_attn", ".in_proj", 0, 0});
  for (int layer = 0; decoder_ && layer < layers; ++layer) {
    const std::string name = decoder_layer(layer);
    const int64_t at = layers + 2 * layer;
    all.push_back({at, decoder_->attention_to_self(layer), name + ".self_attn", ".in_proj", text, text});
    all.push_back({at + 1, decoder_->attention_to_memory(layer), name + ".multihead_attn", ".kv_proj", text, 0});
  }
  return all;
}

namespace {

// numbers [H, rows, columns] of one attention, to [layer, H, first row …, first column …] of all, [L', H, T, T].
void put_block(std::vector<float>& all, const Shape& shape, int64_t layer, int64_t first_row, int64_t first_column,
               const std::vector<float>& numbers, int64_t rows, int64_t columns) {
  for (int64_t h = 0; h < shape[1]; ++h)
    for (int64_t i = 0; i < rows; ++i)
      std::copy_n(numbers.data() + (h * rows + i) * columns, columns,
                  all.data() + ((layer * shape[1] + h) * shape[2] + first_row + i) * shape[3] + first_column);
}

}  // namespace

AnswerNetwork::Attention AnswerNetwork::attention() const {
  const int64_t heads = shape_.layers.heads, tokens = size_.tokens + size_.answered;
  const std::vector<Block> all_blocks = blocks();
  Attention all;
  all.shape = {static_cast<int64_t>(all_blocks.size()), heads, tokens, tokens};
  all.answering = static_cast<int>(shape_.first > 0 ? 0 : tokens - 1);
  all.weights.resize(all.shape.count());
  all.gradients.resize(all.shape.count());
  for (const Block& block : all_blocks) {
    const int64_t rows = tape_.find(block.name).value.shape[1],
                  columns = tape_.find(block.name + block.projection).value.shape[1];
    for (int64_t row = 0; row < heads * tokens; ++row) {
      const int64_t i = row % tokens;  // where it is not at work, it looks at itself
      if (i < block.first_row || i >= block.first_row + rows)
        all.weights[(block.layer * heads * tokens + row) * tokens + i] = 1;
    }
    std::vector<float> weights(heads * rows * columns);
    block.kernel.weights({weights.data(), {1, heads, rows, columns}});
    put_block(all.weights, all.shape, block.layer, block.first_row, block.first_column, weights, rows, columns);
  }
  return all;
}

void AnswerNetwork::take_gradients(Attention& of) const {
  for (const Block& block : blocks()) {
    const Tensor mixed = tape_.find(block.name).gradient->tensor;
    const Tensor projected = tape_.find(block.name + block.projection).value;
    put_block(of.gradients, of.shape, block.layer, block.first_row, block.first_column,
              attention_gradients(mixed, projected, shape_.layers.heads), mixed.shape[1], projected.shape[1]);
  }
}

}  // namespace lab
