// Runs of texts in files: they read texts as they were taught to, whether or not their data are here, and go to
// PyTorch.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/history/export.h"
#include "core/history/saved_model.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

constexpr int kSteps = 3;

// A trainer that has learned a little, and the file of its run.
struct Saved {
  Saved(const TemporaryFolder& folder, const Experiment& experiment) : trainer(experiment, load_data(experiment)) {
    for (int step = 0; step < kSteps; ++step) trainer.step();
    save_run(folder.path("run"), trainer, std::vector<LaneRecord>(trainer.lanes()));
  }
  Trainer trainer;
};

TEST(SavedTexts, KeepTheirTokenizers) {
  const TemporaryFolder folder;
  const Saved dates(folder, small_experiment("dates", {"dense"}));
  const RunFile run = RunFile::load(folder.path("run"));
  const Dataset& now = dates.trainer.data();
  EXPECT_EQ(run.data().kind, ModelKind::kTranslator);
  EXPECT_EQ(run.data().title, now.title);
  EXPECT_EQ(run.data().context, now.context);
  EXPECT_TRUE(run.data().tokenizer == now.tokenizer);
  EXPECT_TRUE(run.data().answer_tokenizer == now.answer_tokenizer);
  EXPECT_EQ(run.data().train.count(), 0);
}

TEST(SavedTexts, AnswerAsTheTrainerDoesWithoutTheData) {
  const TemporaryFolder folder;
  for (const char* task : {"dates", "sentences", "needle"}) {
    Saved saved(folder, small_experiment(task, {"dense", "local:window=1"}));
    const RunFile run = RunFile::load(folder.path("run"));
    for (int lane : {0, 1}) {
      SavedModel model(run, lane);
      const std::string text = saved.trainer.data().test.texts[0];
      EXPECT_EQ(reply(model.shape(), model.parameters(), text),
                reply(saved.trainer.shape_of(lane), saved.trainer.parameters(lane), text))
          << task;
    }
  }
  const RunFile run = RunFile::load(folder.path("run"));
  EXPECT_NE(message_of<Error>([&] { SavedModel(run, 2); }).find("no lane 3"), std::string::npos);
}

TEST(SavedTexts, AWriterGoesOnWhenItsTextIsGone) {
  const TemporaryFolder folder;
  Experiment e = small_writer(folder, {"dense"});
  e.tokens = "pairs";
  Saved saved(folder, e);
  EXPECT_EQ(saved.trainer.data().tokenizer.kind(), Tokenizer::Kind::kPairs);
  const std::string before = go_on(saved.trainer, 0, "the cat", 20, {}, 3);
  folder.write("text", "other");
  const RunFile run = RunFile::load(folder.path("run"));
  SavedModel model(run, 0);
  EXPECT_EQ(go_on(model.shape(), model.parameters(), "the cat", 20, {}, 3), before);
  EXPECT_NE(message_of<Error>([&] { reply(model.shape(), model.parameters(), "the"); }), "");
}

TEST(SavedTexts, ADamagedTokenizerIsRefused) {
  const TemporaryFolder folder;
  const Saved saved(folder, small_experiment("sentences", {"dense"}));
  const SafetensorsFile file = SafetensorsFile::load(folder.path("run"));
  for (const char* texts :
       {"{}", "[1]", "{\"kind\": \"poet\", \"context\": 3}", "{\"kind\": \"writer\", \"context\": -3}"}) {
    SafetensorsFile::Metadata metadata = file.metadata();
    metadata["texts"] = texts;
    Arena arena;
    std::vector<NamedTensor> tensors;
    for (const auto& [name, entry] : file.entries()) {
      tensors.push_back({name, arena.allocate(Shape(std::span(entry.shape)))});
      const std::vector<float> numbers = file.floats(name);
      std::copy(numbers.begin(), numbers.end(), tensors.back().tensor.begin());
    }
    save_safetensors(folder.path("damaged"), tensors, metadata);
    EXPECT_NE(message_of<Error>([&] { RunFile::load(folder.path("damaged")); }), "") << texts;
  }
}

// What PyTorch makes of it is tried with PyTorch; here, that all is there that its modules ask for.
TEST(SavedTexts, AreExportedWithTheirTokensAndPairs) {
  const TemporaryFolder folder;
  const auto exported = [&](const Experiment& e, const char* module) {
    const Saved saved(folder, e);
    const RunFile run = RunFile::load(folder.path("run"));
    const SafetensorsFile file = SafetensorsFile::parse(pytorch_model(run, 0), "export");
    EXPECT_TRUE(file.metadata().contains(module)) << module;
    EXPECT_EQ(file.entries().size(), parameter_specs(saved.trainer.shape_of(0)).size());  // they load strictly
    return nlohmann::json::parse(file.metadata().at(module));
  };
  const auto sentences = exported(small_experiment("sentences", {"local:window=1"}), "text_classifier");
  EXPECT_EQ(sentences["classes"], (std::vector<std::string>{"work", "books", "films", "travel"}));
  EXPECT_EQ(sentences["tokenizer"]["kind"], "characters");
  EXPECT_EQ(sentences["patterns"][0].size(), 16u);
  EXPECT_EQ(sentences["patterns"][0][3], nlohmann::json::parse("[[0, 1], [2, 5]]"));  // the first token, and ±1

  const auto writer = exported(small_writer(folder, {"local:window=2"}), "language_model");
  EXPECT_EQ(writer["patterns"][0][5], nlohmann::json::parse("[[3, 6]]"));  // and nothing later

  const auto dates = exported(small_experiment("dates", {"local:window=2"}), "translator");
  EXPECT_EQ(dates["patterns"][0][5], nlohmann::json::parse("[[3, 8]]"));
  EXPECT_EQ(dates["answer_patterns"][0][5], nlohmann::json::parse("[[3, 6]]"));
  EXPECT_EQ(dates["answer_tokenizer"]["tokens"].size(), 11u);  // ten digits and a hyphen
}

}  // namespace
}  // namespace lab
