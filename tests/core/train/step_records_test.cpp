// A step opened up: every number shown follows from the numbers that it is said to follow from, the gradient of a score
// is that of the loss, and training goes on as if nobody had looked, to the last bit.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/inspect/step_stages.h"
#include "core/train/trainer.h"
#include "tests/core/train/small_data.h"
#include "tests/core/train/small_texts.h"
#include "tests/reference/encoder.h"

namespace lab {
namespace {

Experiment halves_experiment(std::vector<const char*> lanes, uint64_t seed = 1) {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2};
  e.batch = 16;
  e.seed = seed;
  e.lanes.clear();
  for (const char* lane : lanes) e.lanes.push_back(parse_lane(lane));
  return e;
}

// Another model each time: its sizes, what is learned, what is dropped, and how it is updated.
Experiment random_experiment(Rng& rng, uint64_t seed) {
  constexpr const char* kLanes[] = {"dense",
                                    "local:window=1",
                                    "block:block=2,score=cosine",
                                    "dense:score=additive",
                                    "local:window=1,score=dot",
                                    "dense:strategy=top_k,k=3",
                                    "dense+local:window=1,heads=2",
                                    "dense:score=general"};
  constexpr const char* kOptimisers[] = {"sgd", "adam", "adamw"};
  Experiment e = halves_experiment({kLanes[rng.below(std::size(kLanes))]}, seed);
  e.model.width = rng.below(2) == 0 ? 16 : 24;
  e.model.layers = 1 + static_cast<int>(rng.below(2));
  e.model.mlp = rng.below(2) == 0 ? 20 : 32;
  e.model.dropout = rng.below(2) == 0 ? 0.0f : 0.3f;
  e.model.attention_dropout = rng.below(2) == 0 ? 0.0f : 0.25f;
  e.label_smoothing = rng.below(2) == 0 ? 0.0f : 0.1f;
  e.optimiser.kind = kOptimisers[rng.below(std::size(kOptimisers))];
  return e;
}

StepRecordPtr record_of(Trainer& trainer, int steps, int slot) {
  trainer.open_steps(true);
  for (int step = 0; step < steps; ++step) {
    if (step == steps - 1) trainer.record_next(slot);
    trainer.step();
  }
  return trainer.record(0);
}

// 1e-5 of the largest number beside it; what an update changes is itself small.
double tolerance(const StepMatrix& m, StageKind kind) {
  double largest = 0;
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c)
      if (std::isfinite(m.at(r, c))) largest = std::max(largest, std::abs(double{m.at(r, c)}));
  return (kind == StageKind::kUpdate ? 1e-6 : 1e-5) * largest;
}

void expect_worked_out(const StepRecord& record, const StepStage& stage, int head, Rng& rng) {
  SCOPED_TRACE(stage.group + ", " + stage.title);
  const StageView view{record, stage, head};
  const std::vector<StepMatrix> all = matrices(view);
  EXPECT_FALSE(sentence(view).empty());
  EXPECT_EQ(sentence(view).find('{'), std::string::npos);
  for (int m = 0; m < static_cast<int>(all.size()); ++m) {
    if (!all[m].result) continue;
    const StepCell cell{m, static_cast<int>(rng.below(all[m].rows)), static_cast<int>(rng.below(all[m].columns))};
    const Arithmetic sum = arithmetic(view, cell);
    ASSERT_FALSE(sum.terms.empty());
    for (const StepTerm& term : sum.terms)
      if (term.cell.matrix >= 0) {
        ASSERT_LT(term.cell.row, all[term.cell.matrix].rows);
        ASSERT_LT(term.cell.column, all[term.cell.matrix].columns);
      }
    if (std::isinf(sum.shown) && sum.value == sum.shown) continue;
    EXPECT_TRUE(std::abs(sum.value - sum.shown) <= tolerance(all[m], stage.kind)) << sum.value << " " << sum.shown;
  }
}

TEST(StepRecords, AnyNumberFollowsFromThoseItIsSaidToComeFrom) {
  Rng rng(11, stream::kTests);
  for (uint64_t model = 0; model < 10; ++model) {
    const Experiment e = random_experiment(rng, model + 1);
    SCOPED_TRACE(e.lanes[0].pattern.kind + " " + e.lanes[0].score + " " + e.optimiser.kind);
    Trainer trainer(e, small_data());
    const StepRecordPtr record = record_of(trainer, 3, static_cast<int>(rng.below(e.batch)));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->step, 3);
    const std::vector<StepStage> stages = list_stages(*record);
    for (int i = 0; i < 12; ++i)
      expect_worked_out(*record, stages[rng.below(stages.size())], static_cast<int>(rng.below(2)), rng);
  }
}

TEST(StepRecords, EveryStageOfOneStepIsWorkedOut) {
  Rng rng(5, stream::kTests);
  Experiment e = halves_experiment({"local:window=1"});
  e.model.dropout = e.model.attention_dropout = 0.2f;
  Trainer trainer(e, small_data());
  const StepRecordPtr record = record_of(trainer, 2, 3);
  ASSERT_TRUE(record);
  std::vector<std::string> titles;
  for (const StepStage& stage : list_stages(*record)) {
    titles.push_back(stage.title);
    for (int head = 0; head < 2; ++head) expect_worked_out(*record, stage, head, rng);
  }
  const char* const kOrder[] = {"Pixels",     "Patches",           "Embedding",         "Position",
                                "Norm",       "Q, K, V",           "Scores QKᵀ",        "Scale",
                                "Mask",       "Softmax",           "Attention dropout", "Mix with V",
                                "Join heads", "Output projection", "Dropout",           "Add back"};
  for (size_t i = 0; i < std::size(kOrder); ++i) EXPECT_EQ(titles[i], kOrder[i]);
}

// The step again in double, from the parameters before it: what one picture adds to the batch's loss, with one score
// changed by `change`, and the tensors on the way.
struct InDouble {
  using Numbers = reference::Numbers<double>;
  const StepRecord& record;
  const std::vector<LayerMaps>& maps;
  std::map<std::string, Numbers> parameters, tensors;

  InDouble(const StepRecord& of, const std::vector<LayerMaps>& which) : record(of), maps(which) {
    for (const StepParameter& p : record.parameters) {
      const auto first = record.update.before.begin() + p.first;
      parameters[p.name] = {first, first + int64_t{p.rows} * p.columns};
    }
  }
  Numbers norm(const std::string& name, const Numbers& x) {
    return tensors[name] = reference::layer_norm(x, parameters[name + ".weight"], parameters[name + ".bias"], 1e-5);
  }
  Numbers linear(const std::string& name, const Numbers& x) {
    return tensors[name] = reference::linear(x, parameters[name + ".weight"], parameters[name + ".bias"]);
  }
  Numbers sum(const std::string& name, Numbers a, const Numbers& b) {
    for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return tensors[name] = a;
  }

  struct Change {
    int layer = -1, head = 0, query = 0, key = 0;
    double by = 0;
  };
  Numbers attend(int layer, const std::string& name, const Numbers& x, const Change& change) {
    const size_t width = parameters["class_token"].size(), heads = record.heads, each = width / heads;
    const Numbers joint = tensors[name + ".in_proj"] =
        reference::linear(x, parameters[name + ".in_proj_weight"], parameters[name + ".in_proj_bias"]);
    const int tokens = static_cast<int>(x.size() / width);
    Numbers mixed(x.size());
    for (size_t head = 0; head < heads; ++head)
      for (int i = 0; i < tokens; ++i) {
        Numbers scores(tokens, -INFINITY);
        for (int j = 0; j < tokens; ++j) {
          if (!maps[layer].of(static_cast<int>(head)).exists(i, j)) continue;
          scores[j] =
              layer == change.layer && static_cast<int>(head) == change.head && i == change.query && j == change.key
                  ? change.by
                  : 0;
          for (size_t d = head * each; d < (head + 1) * each; ++d)
            scores[j] += joint[i * 3 * width + d] * joint[j * 3 * width + width + d] / std::sqrt(double(each));
        }
        const Numbers weights = reference::softmax(scores);
        for (int j = 0; j < tokens; ++j)
          for (size_t d = head * each; d < (head + 1) * each; ++d)
            mixed[i * width + d] += weights[j] * joint[j * 3 * width + 2 * width + d];
      }
    tensors[name] = mixed;
    return linear(name + ".out_proj", mixed);
  }

  double loss(const Numbers& pixels, const Change& change) {
    Numbers x = linear("patch_embed", tensors["patches"] = reference::cut_patches(pixels, 8, 8, 2));
    x = tensors["tokens"] = reference::place_tokens(x, parameters["class_token"], parameters["position"]);
    for (int layer = 0; layer < static_cast<int>(maps.size()); ++layer) {
      const std::string name = "encoder.layers." + std::to_string(layer);
      x = sum(name + ".residual1", x, attend(layer, name + ".self_attn", norm(name + ".norm1", x), change));
      const Numbers wide = linear(name + ".linear1", norm(name + ".norm2", x));
      x = sum(name + ".residual2", x, linear(name + ".linear2", tensors[name + ".gelu"] = reference::gelu(wide)));
    }
    x.resize(parameters["class_token"].size());
    const Numbers logits = linear("head", norm("encoder.norm", tensors["class_token"] = x));
    tensors["probabilities"] = reference::softmax(logits);
    const int label[] = {record.label};
    return reference::cross_entropy(logits, label, 0) / record.batch;
  }
};

const StepTensor* find(const StepRecord& record, const std::string& name) {
  for (const StepTensor& tensor : record.tensors)
    if (tensor.name == name && tensor.parameter < 0) return &tensor;
  return nullptr;
}

TEST(StepRecords, TensorsAreThoseOfTheWholeModelInDouble) {
  for (const char* lane : {"dense", "local:window=1"}) {
    Trainer trainer(halves_experiment({lane}), small_data());
    const StepRecordPtr record = record_of(trainer, 4, 6);
    ASSERT_TRUE(record);
    const std::vector<float>& pixels = find(*record, "pixels")->value;
    InDouble again(*record, trainer.maps(0));
    again.loss({pixels.begin(), pixels.end()}, {});
    EXPECT_GE(again.tensors.size(), 20u);
    for (const auto& [name, expected] : again.tensors) {
      SCOPED_TRACE(name);
      const StepTensor* tensor = find(*record, name);
      ASSERT_TRUE(tensor);
      ASSERT_EQ(tensor->value.size(), expected.size());
      for (size_t i = 0; i < expected.size(); ++i)
        ASSERT_TRUE(std::abs(tensor->value[i] - expected[i]) <= 1e-5) << i << ": " << expected[i];
    }
  }
}

TEST(StepRecords, TheGradientOfAScoreIsThatOfTheLoss) {
  Rng rng(3, stream::kTests);
  for (const char* lane : {"dense", "local:window=1"}) {
    Trainer trainer(halves_experiment({lane}), small_data());
    const StepRecordPtr record = record_of(trainer, 5, 2);
    ASSERT_TRUE(record);
    const std::vector<float>& pixels = find(*record, "pixels")->value;
    const InDouble::Numbers picture(pixels.begin(), pixels.end());
    InDouble again(*record, trainer.maps(0));
    double largest = 0;
    for (int i = 0; i < 24; ++i) {
      InDouble::Change change{static_cast<int>(rng.below(2)), static_cast<int>(rng.below(2)),
                              i % 4 == 0 ? 0 : static_cast<int>(rng.below(17)), static_cast<int>(rng.below(17)), 0};
      const auto at = [&](double by) {
        change.by = by;
        return again.loss(picture, change);
      };
      constexpr double kStep = 1e-4;
      const double difference = (at(kStep) - at(-kStep)) / (2 * kStep);
      const StepAttention& attention = record->attentions[change.layer];
      const double shown = attention.gradients[change.head].d_scores[change.query * 17 + change.key];
      EXPECT_TRUE(std::abs(shown - difference) <= 1e-10 + 1e-4 * std::abs(difference)) << shown << " " << difference;
      largest = std::max(largest, std::abs(shown));
    }
    EXPECT_GT(largest, 1e-5) << "there was something to compare";
  }
}

TEST(StepRecords, LookingChangesNothing) {
  Experiment e =
      halves_experiment({"dense", "local:window=1", "block:block=2,score=cosine", "dense:strategy=top_k,k=3"});
  e.model.dropout = e.model.attention_dropout = 0.2f;
  e.penalties.entropy = 0.01f;
  Trainer alone(e, small_data()), watched(e, small_data());
  for (int step = 0; step < 6; ++step) {
    if (step == 1) watched.open_steps(true);
    if (step == 2 || step == 3) watched.record_next(step);
    if (step == 4) {
      EXPECT_TRUE(watched.rehearse(1));
      EXPECT_EQ(watched.record(0)->step, 5);
      EXPECT_TRUE(watched.record(0)->ahead);
      EXPECT_EQ(watched.steps(), 4);
    }
    if (step == 5) watched.open_steps(false);
    alone.step();
    watched.step();
    if (step == 3) {
      EXPECT_EQ(watched.record(3)->step, 4);
      EXPECT_EQ(watched.record(3)->slot, 3);
    }
  }
  for (int lane = 0; lane < 4; ++lane) {
    const LearnedLane expected = alone.learned(lane), now = watched.learned(lane);
    EXPECT_EQ(expected.values, now.values);
    EXPECT_EQ(expected.first, now.first);
    EXPECT_EQ(expected.second, now.second);
    ASSERT_TRUE(watched.record(lane));
    EXPECT_EQ(watched.record(lane)->step, 5);
    EXPECT_EQ(watched.record(lane)->slot, 1);
    EXPECT_FALSE(alone.record(lane));
  }
}

TEST(StepRecords, TheUpdateIsTheStepsOwn) {
  Trainer trainer(halves_experiment({"dense"}), small_data());
  trainer.open_steps(true);
  trainer.step();
  const std::vector<float> before = trainer.learned(0).values;
  trainer.record_next(0);
  trainer.step();
  const LearnedLane after = trainer.learned(0);
  const StepUpdate& update = trainer.record(0)->update;
  EXPECT_EQ(update.before, before);
  EXPECT_EQ(update.after, after.values);
  EXPECT_EQ(update.first, after.first);
  EXPECT_EQ(update.second, after.second);
  EXPECT_EQ(update.norm, trainer.gradient_norm(0));
}

TEST(StepRecords, TextsAreOpenedUpAsPicturesAre) {
  Rng rng(7, stream::kTests);
  TemporaryFolder folder;
  for (const Experiment& e : {small_writer(folder, {"local:window=2"}), small_experiment("reverse", {"dense"}),
                              small_experiment("sentences", {"dense"})}) {
    SCOPED_TRACE(e.task);
    Trainer trainer(e, load_task(e.task, e.data_dir));
    const StepRecordPtr record = record_of(trainer, 3, 5);
    ASSERT_TRUE(record);
    EXPECT_FALSE(record->tokens.empty());
    const StepStage first = list_stages(*record).front();
    ASSERT_EQ(first.kind, StageKind::kTokens);
    const StepMatrix numbers = matrices({*record, first}).at(0);
    EXPECT_EQ(std::vector<int>(numbers.data, numbers.data + numbers.rows), record->tokens);
    int softmaxes = 0;
    for (const StepStage& stage : list_stages(*record)) {
      softmaxes += stage.kind == StageKind::kSoftmax;
      if (stage.kind != StageKind::kUpdate) expect_worked_out(*record, stage, 1, rng);
    }
    EXPECT_GE(softmaxes, 1);
  }
}

TEST(StepRecords, EveryDecoderLayerGivesTheTextItsShareOfTheGradient) {
  Rng rng(9, stream::kTests);
  Experiment e = small_experiment("reverse", {"dense"});
  e.model.layers = 3;
  e.model.dropout = 0.2f;
  Trainer trainer(e, load_task(e.task, e.data_dir));
  const StepRecordPtr record = record_of(trainer, 2, 1);
  ASSERT_TRUE(record);
  std::vector<std::string> groups;
  std::vector<double> sum;
  int dropouts = 0, of_both = 0;
  for (const StepStage& stage : list_stages(*record)) {
    if (stage.kind == StageKind::kDropout || stage.kind == StageKind::kBackDropout) {
      ++dropouts;
      expect_worked_out(*record, stage, 0, rng);
    }
    of_both += stage.group == "What was read" || stage.group == "Back: what was read";
    if (stage.kind != StageKind::kBackMemory) continue;
    groups.push_back(stage.group);
    for (int i = 0; i < 20; ++i) expect_worked_out(*record, stage, 0, rng);
    const std::vector<StepMatrix> all = matrices({*record, stage, 0});
    const StepMatrix &d_out = all[0], &weights = all[1];
    sum.resize(static_cast<size_t>(d_out.rows) * weights.columns);
    for (int token = 0; token < d_out.rows; ++token)
      for (int c = 0; c < weights.columns; ++c)
        for (int k = 0; k < d_out.columns; ++k)
          sum[token * weights.columns + c] += double{d_out.at(token, k)} * weights.at(k, c);
  }
  EXPECT_EQ(groups,
            (std::vector<std::string>{"Back: decoder layer 3", "Back: decoder layer 2", "Back: decoder layer 1"}));
  EXPECT_EQ(dropouts, 2 * 3 * (3 + 4)) << "there and back, three in each layer of the encoder, four in the decoder's";
  EXPECT_EQ(of_both, 2) << "the encoder's last norm, there and back";
  const std::vector<float>& text = find(*record, "encoder.norm")->gradient;
  ASSERT_EQ(sum.size(), record->tokens.size() * e.model.width);
  ASSERT_GT(text.size(), sum.size()) << "this text is shorter than the longest of its batch";
  double largest = 0;
  for (const double x : sum) largest = std::max(largest, std::abs(x));
  EXPECT_GT(largest, 1e-6) << "there was something to compare";
  for (size_t i = 0; i < sum.size(); ++i) EXPECT_TRUE(std::abs(text[i] - sum[i]) <= 1e-5 * largest) << i;
  for (size_t i = sum.size(); i < text.size(); ++i) EXPECT_EQ(text[i], 0) << "padding";
}

TEST(StepRecords, PaddingIsNotShown) {
  Trainer trainer(small_experiment("reverse", {"dense"}), load_task("reverse"));
  const StepRecordPtr record = record_of(trainer, 2, 1);
  ASSERT_TRUE(record);
  int tokens = 0;
  for (const StepStage& stage : list_stages(*record))
    for (const StepMatrix& m : matrices({*record, stage, 0}))
      for (const auto& [along, count] : {std::pair(m.down, m.rows), {m.across, m.columns}}) {
        if (along != Along::kTokens && along != Along::kKeys) continue;
        ++tokens;
        EXPECT_EQ(count, (of_answer({*record, stage, 0}, along) ? record->answer : record->tokens).size())
            << stage.group << ": " << stage.title << ", " << m.name;
      }
  EXPECT_GT(tokens, 50);
}

TEST(StepRecords, AKernelThatKeepsNoPairsSaysSo) {
  Trainer trainer(halves_experiment({"dense:strategy=linear"}), small_data());
  const StepRecordPtr record = record_of(trainer, 1, 0);
  ASSERT_TRUE(record);
  int closed = 0;
  for (const StepStage& stage : list_stages(*record)) {
    closed += stage.kind == StageKind::kClosed;
    EXPECT_NE(stage.kind, StageKind::kSoftmax);
  }
  EXPECT_EQ(closed, 2);
}

}  // namespace
}  // namespace lab
