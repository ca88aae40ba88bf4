#include "core/train/experiment.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/live/command.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

Experiment unusual() {
  Experiment e;
  e.task = "shapes";
  e.model = {.width = 48, .heads = 3, .layers = 5, .mlp = 7, .patch = 7, .dropout = 0.125f};
  e.lanes = {parse_lane("local:window=2,global=3,score=dot"),
             parse_lane("dense+local:window=1,heads=1-2+block:block=2,score=cosine,layers=4"),
             parse_lane("dense:strategy=gaussian,sigma=0.7+dense:strategy=top_k,k=3,heads=2")};
  e.lanes[0].name = "mine";
  e.optimiser = {"adamw", 3e-4f, 0.5f, 0.8f, 0.99f, 1e-6f, 0.05f, 1.5f, 10, 1000};
  e.model.attention_dropout = 0.2f;
  e.penalties = {0.5f, -0.25f};
  e.guidance = {"painted", 0.5f, "all", {1, 2}, {2, 2}, PatchMask::parse("#./.#")};
  e.early_stopping = {4, 0.2f, 50};
  e.batch = 17;
  e.label_smoothing = 0.1f;
  e.seed = 18446744073709551615ull;
  return e;
}

TEST(Experiment, SurvivesJson) {
  EXPECT_EQ(from_json(to_json(unusual()), "test"), unusual());
  EXPECT_EQ(from_json(to_json(Experiment{}), "test"), Experiment{});
  EXPECT_EQ(from_json("{}", "test"), Experiment{});
  EXPECT_NE(to_json(Experiment{}).find("\"learning_rate\": 0.001"), std::string::npos);
}

TEST(Experiment, EveryPatternSurvivesJson) {
  for (const char* pattern : {"dilated:window=2,dilation=3", "shifted:block=5", "strided:stride=6,global=2",
                              "bigbird:window=0,random=4,seed=8", "painted:mask=0-2/0.2/-", "block:block=2"}) {
    Experiment e;
    e.lanes = {parse_lane(pattern)};
    EXPECT_EQ(from_json(to_json(e), "test"), e) << to_json(e);
  }
  Experiment left_over;  // a number that the kind does not have
  left_over.lanes[0].pattern.stride = 3;
  EXPECT_EQ(from_json(to_json(left_over), "test"), left_over);
  EXPECT_EQ(to_json(Experiment{}).find("stride"), std::string::npos);
}

TEST(Experiment, SurvivesAFile) {
  const TemporaryFolder folder;
  save_experiment(unusual(), folder.path("e.json"));
  EXPECT_EQ(load_experiment(folder.path("e.json")), unusual());
}

TEST(Experiment, TheLargestPaintingsSurviveAFile) {
  const TemporaryFolder folder;
  Pattern painted = parse_pattern("painted");
  painted.mask = PairMask(PairMask::kMostTokens);
  for (int i = 0; i < painted.mask.tokens(); ++i)
    for (int j = i % 2; j < painted.mask.tokens(); j += 2) painted.mask.set(i, j, true);  // as long as text can get
  Experiment e;
  e.lanes.assign(Experiment::kMaxLanes, Lane{});
  for (Lane& lane : e.lanes) {
    lane.pattern = painted;
    lane.exceptions.assign(Allocation::kMostExceptions, {{}, {1, 1}, {painted}});
  }
  save_experiment(e, folder.path("e.json"));
  EXPECT_EQ(load_experiment(folder.path("e.json")), e);
}

TEST(Experiment, LanesAreWrittenAndReadAsText) {
  for (const char* lane : {"dense", "local:window=1", "block:block=3,global=2", "dense:score=cosine",
                           "local:window=2,score=additive", "dense:causal,score=general",
                           "dense+local:window=1,heads=1-2", "dense+dense:score=dot,layers=2,heads=3+block:block=3"})
    EXPECT_EQ(text(parse_lane(lane)), lane);
  EXPECT_EQ(text(parse_lane("local:score=dot,window=2")), "local:window=2,score=dot");
  EXPECT_EQ(lane_title(parse_lane("local:window=1,score=cosine")), "Local 3×3, cosine");
  EXPECT_EQ(lane_title(parse_lane("dense+local:window=1,heads=1-2")), "Dense, heads 1–2 local 3×3");
  EXPECT_EQ(lane_title(parse_lane("dense+bigbird:layers=2,heads=3+block:block=3,score=dot,layers=1")),
            "Dense, layer 2 head 3 BigBird 3×3 + 3 random, layer 1 block 3×3, dot");
  for (const char* bad :
       {"dense:score=", "dense:score=loudest", "dense:score=dot,score=dot", "dense,score=dot,", ":", "", "score=dot",
        "local:window=1,,score=dot", "dense+", "+dense", "dense:heads=1", "dense:layers=2+dense", "dense+local:heads=0",
        "dense+local:heads=2-1", "dense+local:heads=", "dense+local:heads=1-", "dense+local:heads=x",
        "dense+local:heads=1,heads=2", "dense+local:layer=1"})
    EXPECT_NE(message_of<Error>([&] { parse_lane(bad); }), "") << bad;
}

TEST(Experiment, BadJsonIsRefusedByName) {
  const auto refusal = [](const std::string& text) { return message_of<Error>([&] { from_json(text, "e.json"); }); };
  for (const char* text : {"",
                           "[1]",
                           "{\"seed\": -1}",
                           "{\"seed\": \"7\"}",
                           "{\"batch\": 1.5}",
                           "{\"batch\": 1e30}",
                           "{\"sede\": 7}",
                           "{\"seed\": 7, \"seed\": 8}",
                           "{\"model\": 3}",
                           "{\"model\": {\"wdith\": 3}}",
                           "{\"lanes\": [1]}",
                           "{\"lanes\": [{\"learning_rate\": \"fast\"}]}",
                           "{\"lanes\": [{},{},{},{},{}]}",
                           "{\"optimiser\": {\"beta1\": null}}",
                           "{\"lanes\": [{\"pattern\": {\"causal\": 1}}]}",
                           "{\"task\": \"\xff\"}",
                           "{\"guidance\": {\"painting\": \"#x\"}}",
                           "{\"guidance\": {\"heads\": \"0\"}}",
                           "{\"early_stopping\": {\"patience\": 1.5}}",
                           "{\"lanes\": [{\"pattern\": {\"mask\": 1}}]}",
                           "{\"lanes\": [{\"exceptions\": [{\"heads\": \"0\"}]}]}",
                           "{\"lanes\": [{\"exceptions\": [{\"heads\": 1}]}]}",
                           "{\"lanes\": [{\"exceptions\": [{\"head\": \"1\"}]}]}",
                           "{\"lanes\": [{\"exceptions\": [{},{},{},{},{},{},{},{},{}]}]}",
                           "{\"lanes\": [{\"pattern\": {\"mask\": \"0-2/0\"}}]}",
                           "{\"lanes\": [{\"pattern\": {\"stride\": \"3\"}}]}",
                           "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"}) {
    EXPECT_NE(refusal(text), "") << text;
    EXPECT_NE(refusal(text).find("e.json"), std::string::npos) << refusal(text);
  }
  EXPECT_NE(refusal("{\"model\": {\"wdith\": 3}}").find("model.wdith"), std::string::npos);
  EXPECT_NE(refusal("{\"seed\": 7, \"seed\": 8}").find("twice"), std::string::npos);
}

TEST(Experiment, SettingsOutOfRangeAreRefused) {
  const auto refused = [](const auto& change) {
    Experiment e;
    change(e);
    return message_of<Error>([&] { validate(e, 28, 28); });
  };
  EXPECT_EQ(refused([](Experiment&) {}), "");
  EXPECT_NE(refused([](Experiment& e) { e.model.heads = 5; }).find("5 heads"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.model.patch = 5; }).find("do not tile"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.model.dropout = NAN; }).find("dropout"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.optimiser.learning_rate = -1; }).find("learning rate"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.optimiser.kind = "magic"; }).find("magic"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes.clear(); }).find("lanes"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes.resize(5); }).find("lanes"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes[0].score = "loudest"; }).find("loudest"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes[0].pattern.causal = true; }).find("Causal"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes[1].pattern.window = -1; }).find("window"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes[2].pattern.block = 0; }).find("block"), std::string::npos);
  const auto except = [](const char* lane) { return [lane](Experiment& e) { e.lanes[0] = parse_lane(lane); }; };
  EXPECT_EQ(refused(except("dense+local:heads=3-4,layers=2")), "");
  EXPECT_NE(refused(except("dense+local:heads=3-5")).find("heads 3-5; there are 4 heads"), std::string::npos);
  EXPECT_NE(refused(except("dense+local:layers=3")).find("layers 3; there are 2 layers"), std::string::npos);
  EXPECT_NE(refused(except("dense+dense:causal,heads=1")).find("Causal"), std::string::npos);
  EXPECT_NE(refused(except("dense+painted:mask=0,heads=1")).find("painted for 1 tokens"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.lanes[0].exceptions.resize(9); }).find("9 exceptions"), std::string::npos);
  const auto paint = [](int tokens) {
    return [tokens](Experiment& e) { e.lanes[0].pattern.kind = "painted", e.lanes[0].pattern.mask = PairMask(tokens); };
  };
  EXPECT_EQ(refused(paint(50)), "");
  EXPECT_NE(refused(paint(17)).find("painted for 17 tokens"), std::string::npos);
  EXPECT_NE(refused([&](Experiment& e) { paint(50)(e), e.model.patch = 7; }).find("painted for 50 tokens"),
            std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.model.attention_dropout = 1; }).find("attention dropout"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.penalties.squares = -1; }).find("L2"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.penalties.entropy = NAN; }).find("entropy"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.early_stopping.patience = -1; }).find("patience"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.early_stopping.held_out = 1; }).find("held-out"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.early_stopping.every = 0; }).find("evaluations"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.guidance.target = "me"; }).find("objects"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.guidance.queries = "some"; }).find("class, all"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.guidance.weight = -1; }).find("weight of guidance"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.guidance.layers = {2, 3}; }).find("there are 2 layers"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.batch = 0; }).find("batch"), std::string::npos);
  EXPECT_NE(refused([](Experiment& e) { e.task = "chess"; }).find("chess"), std::string::npos);
}

TEST(Experiment, OnlySomeChangesNeedARestart) {
  const auto restarts = [](const auto& change) {
    Experiment e;
    change(e);
    return needs_restart(Experiment{}, e);
  };
  EXPECT_FALSE(restarts([](Experiment&) {}));
  EXPECT_FALSE(restarts([](Experiment& e) { e.optimiser.learning_rate = 0.5f; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.optimiser.weight_decay = 0.5f; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.model.dropout = 0.5f; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.label_smoothing = 0.5f; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.model.attention_dropout = 0.5f; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.penalties.entropy = 0.5f; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.guidance.target = "painted"; }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.early_stopping.patience = 5; }));
  EXPECT_FALSE(restarts([](Experiment& e) { e.lanes[0].name = "mine"; }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.optimiser.kind = "sgd"; }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.batch = 8; }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.seed = 8; }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.lanes.pop_back(); }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.lanes[1].pattern.window = 2; }));
  EXPECT_TRUE(restarts([](Experiment& e) { e.model.layers = 1; }));
}

}  // namespace
}  // namespace lab
