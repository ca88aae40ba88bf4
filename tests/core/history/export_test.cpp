// What is exported is the lane's weights and pairs, and only what stock modules can do.

#include "core/history/export.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/train/small_data.h"

namespace lab {
namespace {

RunFile saved(const TemporaryFolder& folder, std::initializer_list<const char*> lanes) {
  Experiment e;
  e.model = {.width = 16, .heads = 2, .layers = 2, .mlp = 32, .patch = 2, .dropout = 0};
  e.batch = 16;
  e.lanes.clear();
  for (const char* lane : lanes) e.lanes.push_back(parse_lane(lane));
  Trainer trainer(e, small_data());
  trainer.step();
  save_run(folder.path("run"), trainer, std::vector<LaneRecord>(trainer.lanes()));
  return RunFile::load(folder.path("run"));
}

TEST(Export, HoldsTheLanesWeightsUnderStockNamesAndItsPairs) {
  const TemporaryFolder folder;
  const RunFile run = saved(folder, {"dense", "dense+local:window=1,heads=2"});
  const SafetensorsFile file = SafetensorsFile::parse(pytorch_model(run, 1), "export");
  const SafetensorsFile whole = SafetensorsFile::load(folder.path("run"));
  size_t weights = 0;
  for (const auto& [name, entry] : whole.entries()) {
    if (name.rfind("lanes.1.", 0) != 0) continue;
    ++weights;
    EXPECT_EQ(file.floats(name.substr(8)), whole.floats(name)) << name;
  }
  EXPECT_GT(weights, 20u);
  EXPECT_EQ(file.entries().size(), weights);  // nothing else: they load strictly

  const auto model = nlohmann::json::parse(file.metadata().find("vision_transformer")->second);
  EXPECT_EQ(model["patch"], 2);
  EXPECT_EQ(model["classes"], (std::vector<std::string>{"left", "right"}));
  EXPECT_EQ(model["layer_patterns"], nlohmann::json::parse("[[0, 1], [0, 1]]"));
  const TileMap local(parse_lane("local:window=1").pattern, Geometry::grid(4, 4, 1));
  for (int query = 0; query < 17; ++query) {
    EXPECT_EQ(model["patterns"][0][query], nlohmann::json::parse("[[0, 17]]"));
    for (int key = 0; key < 17; ++key) {
      bool listed = false;
      for (const auto& run_of_keys : model["patterns"][1][query])
        listed |= key >= run_of_keys[0] && key < run_of_keys[1];
      EXPECT_EQ(listed, local.exists(query, key));
    }
  }
}

TEST(Export, SaysWhatStockModulesCannotDo) {
  const TemporaryFolder folder;
  const RunFile run = saved(folder, {"dense:score=cosine", "dense+dense:strategy=temperature,layers=2", "dense"});
  EXPECT_NE(message_of<Error>([&] { pytorch_model(run, 0); }).find("cosine"), std::string::npos);
  EXPECT_NE(message_of<Error>([&] { pytorch_model(run, 1); }).find("temperature"), std::string::npos);
  EXPECT_NO_THROW(pytorch_model(run, 2));
  EXPECT_NE(message_of<Error>([&] { pytorch_model(run, 3); }).find("no lane 4"), std::string::npos);
}

}  // namespace
}  // namespace lab
