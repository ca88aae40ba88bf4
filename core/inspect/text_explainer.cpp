#include "core/inspect/text_explainer.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/inspect/four_ways.h"

namespace lab {

namespace {
constexpr int kAtOnce = 8;                                  // steps of the path
constexpr int kPathPortions = kIntegrationSteps / kAtOnce;  // then the orders in which tokens are removed
static_assert(kIntegrationSteps % kAtOnce == 0);

// A step of the path: the share of every embedding that is there in its middle, and how far along the path it goes.
struct Fading {
  float share, length;
};
// The midpoint rule for share = t³ in equal steps of t. Where a norm comes first, embeddings take over from positions
// while they are as small as these, so that most of the answer changes near the blank text.
Fading fading(int step) {
  const float t = (static_cast<float>(step) + 0.5f) / kIntegrationSteps;
  return {t * t * t, 3 * t * t / kIntegrationSteps};
}
}  // namespace

struct TextExplainer::Networks {
  AnswerNetwork::Size size;
  AnswerNetwork whole;
  float left_of_all = 0, left_of_none = 0;  // the answer's probability with every token, and with none
  Arena room;                               // of the larger ones, of which one is at work at a time
  std::unique_ptr<AnswerNetwork> deletion, path;

  Networks(const AnsweringShape& shape, const AnswerNetwork::Size& of, std::span<const Intervention> changes,
           ParameterSet& parameters)
      : size(of), whole(shape, size, {.mode = Tape::Mode::kTraining, .changes = changes}, parameters) {}
  // Their memory takes longer to get than what the first one says of the answer.
  void build_larger(const AnsweringShape& shape, std::span<const Intervention> changes, ParameterSet& parameters) {
    const auto build = [&](int batch, Tape::Mode mode) {
      const ModelSetup setup = {.batch = batch, .mode = mode, .changes = changes, .room = &room};
      return std::make_unique<AnswerNetwork>(shape, size, setup, parameters);
    };
    deletion = build(kDeletions - 2, Tape::Mode::kInference);
    path = build(kAtOnce, Tape::Mode::kTraining);
  }

  AnswerNetwork::Attention look(const AskedText& text, int& answer);
  void look_at_blanks(const AskedText& text, int first, int answer);
  void integrate(const AskedText& text, int portion, int first, int answer, std::span<float> relevance);
  std::array<float, kDeletions> remaining(const AskedText& text, int first, std::span<const uint32_t> order,
                                          int answer);
  std::vector<float> by_layer(int layers) const;
};

// The whole text; −1 becomes the most probable answer.
AnswerNetwork::Attention TextExplainer::Networks::look(const AskedText& text, int& answer) {
  whole.put(0, text, std::vector<float>(text.tokens.size(), 1.0f));
  whole.forward();
  const Tensor p = whole.probabilities();
  if (answer < 0 || answer >= p.count()) answer = static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin());
  left_of_all = p[answer];
  AnswerNetwork::Attention seen = whole.attention();
  whole.backward(answer);
  whole.take_gradients(seen);
  return seen;
}

void TextExplainer::Networks::look_at_blanks(const AskedText& text, int first, int answer) {
  std::vector<float> shares(text.tokens.size());
  std::fill_n(shares.begin(), first, 1.0f);
  whole.put(0, text, shares);
  whole.forward();
  left_of_none = whole.probabilities()[answer];
}

// Σ over the path of d(log p)/d(embedding), times the embedding; along a straight line from blanks by the midpoint
// rule.
void TextExplainer::Networks::integrate(const AskedText& text, int portion, int first, int answer,
                                        std::span<float> relevance) {
  const int tokens = static_cast<int>(text.tokens.size()), begin = portion * kAtOnce;
  std::vector<float> shares(tokens, 1.0f);
  for (int slot = 0; slot < kAtOnce; ++slot) {
    std::fill(shares.begin() + first, shares.end(), fading(begin + slot).share);
    path->put(slot, text, shares);
  }
  path->forward();
  path->backward(answer);
  for (int slot = 0; slot < kAtOnce; ++slot)
    for (int token = first; token < tokens; ++token) {
      const std::span<const float> d = path->gradient(slot, token), e = path->embedding(text.tokens[token]);
      relevance[token - first] += std::inner_product(d.begin(), d.end(), e.begin(), 0.0f) * fading(begin + slot).length;
    }
}

std::array<float, kDeletions> TextExplainer::Networks::remaining(const AskedText& text, int first,
                                                                 std::span<const uint32_t> order, int answer) {
  for (int tenths = 1; tenths < kDeletions - 1; ++tenths) {
    std::vector<float> shares(text.tokens.size(), 1.0f);
    for (const uint32_t part : order.first(removed_parts(order.size(), tenths))) shares[first + part] = 0;
    deletion->put(tenths - 1, text, shares);
  }
  deletion->forward();
  const Tensor p = deletion->probabilities();
  std::array<float, kDeletions> result;
  for (int tenths = 1; tenths < kDeletions - 1; ++tenths) result[tenths] = p[(tenths - 1) * p.shape[1] + answer];
  result.front() = left_of_all, result.back() = left_of_none;
  return result;
}

std::vector<float> TextExplainer::Networks::by_layer(int layers) const {
  std::vector<float> rows;
  for (int layer = -1; layer < layers; ++layer) {
    const std::vector<float> row = whole.read_out(whole.answering_token(0, layer));
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

TextExplainer::TextExplainer(const AnsweringShape& shape, const std::vector<ParameterSpec>& specs,
                             std::vector<Intervention> changes)
    : shape_(shape), parameters_(specs), changes_(std::move(changes)) {
  parameters_.freeze();
}
TextExplainer::~TextExplainer() = default;

void TextExplainer::take(const ParameterSet& weights) {
  if (weights.values().size() != parameters_.values().size())
    throw Error("The model to explain has {} weights; this one has {}.", weights.count(), parameters_.count());
  std::copy(weights.values().begin(), weights.values().end(), parameters_.values().begin());
}

void TextExplainer::build_networks() {
  const AnswerNetwork::Size size = {static_cast<int>(text_.tokens.size()), static_cast<int>(text_.answered.size())};
  if (networks_ && networks_->size == size) return;
  networks_.reset();  // their memory goes before the next ones take theirs
  networks_ = std::make_unique<Networks>(shape_, size, changes_, parameters_);
}

void TextExplainer::begin(const AskedText& text, int answer) {
  if (static_cast<int>(text.tokens.size()) <= shape_.first || text.answered.empty() == shape_.translates)
    throw Error("There is no text to explain, or not what was answered so far.");
  text_ = text;
  build_networks();
  const int first = shape_.first, parts = static_cast<int>(text.tokens.size()) - first;
  const AnswerNetwork::Attention seen = networks_->look(text, answer);
  explanation_ =
      explain_in_four_ways({answer, seen.weights, seen.gradients, seen.shape, seen.answering, first, parts}, {});
  explanation_.by_layer = networks_->by_layer(shape_.layers.layers);
  networks_->look_at_blanks(text, first, answer);
  integrated_.assign(parts, 0.0f);
  portion_ = 0;
}

bool TextExplainer::go_on() {
  const int first = shape_.first, answer = explanation_.answer;
  if (!networks_->path) networks_->build_larger(shape_, changes_, parameters_);
  if (portion_ < kPathPortions) {
    networks_->integrate(text_, portion_, first, answer, integrated_);
    if (++portion_ == kPathPortions) explanation_.ways[kIntegratedGradients].relevance = integrated_;
  } else {
    const std::vector<uint32_t> order = removal_order(explanation_, explanation_.tested);
    add_remaining(explanation_, networks_->remaining(text_, first, order, answer));
  }
  return !explanation_.finished();
}

const Explanation& TextExplainer::explain(const AskedText& text, int answer) {
  begin(text, answer);
  while (go_on()) {
  }
  return explanation_;
}

}  // namespace lab
