// Cases that make no sense are errors with one sentence, never a pass; sensible ones that no golden file has pass.

#include "core/verify/verify.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/verify/edited_case.h"
#include "tests/reference/complex_step.h"
#include "tests/reference/ops.h"

namespace lab {
namespace {

struct Nonsense {
  const char* golden;
  const char* what;
  std::function<void(EditedCase&)> edit;
  const char* sentence;  // part of it
};

const Nonsense kNonsense[] = {
    {"attention_dot_local", "a window of −1", [](auto& c) { c.set("window", "-1"); }, "window is -1"},
    {"attention_dot_dense", "a window of −1 that is not used", [](auto& c) { c.set("window", "-1"); }, "window is -1"},
    {"attention_dot_local", "no window", [](auto& c) { c.drop_setting("window"); }, "lacks the setting window"},
    {"attention_dot_block", "another pattern's window of −1", [](auto& c) { c.set("window", "-1"); }, "window is -1"},
    {"attention_dot_local", "strides of −1 that are not used", [](auto& c) { c.set("stride", "-1"); }, "stride is -1"},
    {"attention_dot_dense", "a painted pattern", [](auto& c) { c.set("pattern", "painted"); }, "no pairs yet"},
    {"attention_dot_local", "a window in words", [](auto& c) { c.set("window", "two"); }, "\"two\""},
    {"attention_dot_local", "a window and a half", [](auto& c) { c.set("window", "1.5"); }, "whole number"},
    {"attention_dot_local", "a window beyond all", [](auto& c) { c.set("window", "99999999999999999999"); }, "window"},
    {"attention_dot_local", "an empty window", [](auto& c) { c.set("window", ""); }, "window"},
    {"attention_dot_block", "blocks of 0", [](auto& c) { c.set("block", "0"); }, "block is 0"},
    {"attention_dot_block", "blocks of −4", [](auto& c) { c.set("block", "-4"); }, "block is -4"},
    {"attention_block_global", "−1 global tokens", [](auto& c) { c.set("global_tokens", "-1"); },
     "global_tokens is -1"},
    {"attention_dot_dense", "a spiral", [](auto& c) { c.set("pattern", "spiral"); }, "spiral"},
    {"attention_dot_dense", "no pattern", [](auto& c) { c.drop_setting("pattern"); }, "lacks the setting pattern"},
    {"attention_dot_dense", "causal: maybe", [](auto& c) { c.set("causal", "maybe"); }, "true or false"},
    {"attention_dot_dense", "no score", [](auto& c) { c.drop_setting("score"); }, "lacks the setting score"},
    {"attention_dot_dense", "an unknown score", [](auto& c) { c.set("score", "loudest"); }, "loudest"},
    {"attention_dot_dense", "no op", [](auto& c) { c.drop_setting("op"); }, "lacks the setting op"},
    {"attention_dot_dense", "an unknown op", [](auto& c) { c.set("op", "pretention"); }, "pretention"},
    {"attention_dot_dense", "another op", [](auto& c) { c.set("op", "gelu"); }, "\"x\""},
    {"attention_dot_dense", "an unknown setting", [](auto& c) { c.set("temperature", "2"); }, "temperature"},
    {"attention_dot_dense", "an unknown tensor", [](auto& c) { c["bias"] = c["q"]; }, "bias"},
    {"attention_dot_dense", "no k", [](auto& c) { c.drop("k"); }, "\"k\""},
    {"attention_dot_dense", "nothing to compare dq with", [](auto& c) { c.drop("dq"); }, "\"dq\""},
    {"attention_dot_dense", "whole numbers for q", [](auto& c) { c["q"].dtype = "I32"; }, "q is I32"},
    {"attention_dot_dense", "k of another width", [](auto& c) { c.reshape("k", 2, 2, 18, 4); }, "k is [2, 2, 18, 4]"},
    {"attention_dot_dense", "k of another batch", [](auto& c) { c.reshape("k", 4, 1, 9, 8); }, "k is [4, 1, 9, 8]"},
    {"attention_dot_cross", "v shorter than k", [](auto& c) { c["v"] = c["q"]; }, "v is [2, 2, 7, 8]"},
    {"attention_dot_dense", "q without heads", [](auto& c) { c.reshape("q", 4, 9, 8); }, "4 axes"},
    {"attention_dot_dense", "q with five axes", [](auto& c) { c.reshape("q", 1, 2, 2, 9, 8); }, "5 axes"},
    {"attention_dot_dense", "an empty q", [](auto& c) { c.replace("q", "F32", 0, 2, 2, 0, 8); }, "q is empty"},
    {"attention_dot_dense", "weights of another shape", [](auto& c) { c.reshape("weights", 4, 1, 9, 9); }, "weights"},
    {"attention_dot_dense", "NaN in v", [](auto& c) { c["v"].floats()[3] = std::numeric_limits<float>::quiet_NaN(); },
     "v is nan"},
    {"attention_dot_dense", "infinity in q",
     [](auto& c) { c["q"].floats()[3] = std::numeric_limits<float>::infinity(); }, "q is inf"},
    {"attention_dot_dense", "NaN expected",
     [](auto& c) { c["out"].floats()[0] = std::numeric_limits<float>::quiet_NaN(); }, "out is nan"},
    {"attention_padding", "a length of −1", [](auto& c) { c["key_lengths"].integers()[1] = -1; }, "holds -1"},
    {"attention_padding", "more keys than there are", [](auto& c) { c["key_lengths"].integers()[1] = 10; }, "holds 10"},
    {"attention_padding", "a length for one of two", [](auto& c) { c.replace("key_lengths", "I64", 8, 1); },
     "key_lengths is [1]"},
    {"attention_padding", "lengths that are no whole numbers", [](auto& c) { c.replace("key_lengths", "F32", 8, 2); },
     "key_lengths"},
    {"linear_attention", "unknown features", [](auto& c) { c.set("feature_map", "relu"); }, "relu"},
    {"linear_attention", "causal: perhaps", [](auto& c) { c.set("causal", "perhaps"); }, "true or false"},
    {"linear_attention", "k of another width",
     [](auto& c) {
       c["k"].shape = {2, 2, 26, 4};
     },
     "k is [2, 2, 26, 4]"},
    {"rollout", "the loudest head", [](auto& c) { c.set("heads", "max"); }, "max"},
    {"rollout", "a residual of 1.5", [](auto& c) { c.set("residual", "1.5"); }, "residual is 1.5"},
    {"rollout", "weights that are not square",
     [](auto& c) {
       c["weights"].shape = {3, 2, 4, 16};
     },
     "[3, 2, 4, 16]"},
    {"layer_norm", "a negative eps", [](auto& c) { c.set("eps", "-1e-5"); }, "eps"},
    {"layer_norm", "an infinite eps", [](auto& c) { c.set("eps", "inf"); }, "eps"},
    {"layer_norm", "an eps that is NaN", [](auto& c) { c.set("eps", "nan"); }, "eps"},
    {"layer_norm", "a weight too short", [](auto& c) { c.replace("weight", "F32", 48, 12); }, "weight"},
    {"gelu", "another form", [](auto& c) { c.set("form", "tanh"); }, "tanh"},
    {"gelu", "a gradient of another shape", [](auto& c) { c.reshape("grad_out", 11, 7); }, "grad_out"},
    {"cross_entropy", "a class too many", [](auto& c) { c["targets"].integers()[0] = 10; }, "holds 10"},
    {"cross_entropy", "a class of −100", [](auto& c) { c["targets"].integers()[0] = -100; }, "holds -100"},
    {"cross_entropy", "smoothing of 1.5", [](auto& c) { c.set("label_smoothing", "1.5"); }, "label_smoothing is 1.5"},
    {"cross_entropy", "targets of another count", [](auto& c) { c.replace("targets", "I64", 56, 7); }, "targets"},
    {"mse", "a target of another shape", [](auto& c) { c.reshape("target", 4, 5); }, "target"},
    {"optimizer_sgd", "an unknown kind", [](auto& c) { c.set("kind", "lion"); }, "lion"},
    {"optimizer_sgd", "no learning rate", [](auto& c) { c.drop_setting("lr"); }, "lacks the setting lr"},
    {"optimizer_sgd", "a setting of Adam", [](auto& c) { c.set("beta1", "0.9"); }, "beta1"},
    {"optimizer_sgd", "Nesterov", [](auto& c) { c.set("nesterov", "true"); }, "nesterov"},
    {"optimizer_adam", "a beta of 1", [](auto& c) { c.set("beta2", "1"); }, "beta2 is 1"},
    {"optimizer_adam", "gradients for another parameter", [](auto& c) { c.reshape("gradients", 17, 12); }, "gradients"},
    {"optimizer_adam", "gradients without steps", [](auto& c) { c.reshape("gradients", 204); }, "gradients"},
    {"train_vit_local", "a window of −1", [](auto& c) { c.set("window", "-1"); }, "window is -1"},
    {"train_vit_block", "blocks of 0", [](auto& c) { c.set("block", "0"); }, "block is 0"},
    {"train_vit_dense", "0 heads", [](auto& c) { c.set("heads", "0"); }, "heads is 0"},
    {"train_vit_dense", "heads that do not share the width", [](auto& c) { c.set("heads", "5"); }, "5 heads"},
    {"train_vit_dense", "0 layers", [](auto& c) { c.set("layers", "0"); }, "layers is 0"},
    {"train_vit_dense", "a layer too many", [](auto& c) { c.set("layers", "3"); }, "layers.2"},
    {"train_vit_dense", "a layer too few", [](auto& c) { c.set("layers", "1"); }, "layers.1"},
    {"train_vit_dense", "a billion layers", [](auto& c) { c.set("layers", "1000000000"); }, "layers is 1000000000"},
    {"train_vit_dense", "a width that is not the weights'", [](auto& c) { c.set("width", "65536"); }, "[65536"},
    {"train_vit_dense", "patches that do not fit", [](auto& c) { c.set("patch", "5"); }, "patches of 5"},
    {"train_vit_dense", "another patch", [](auto& c) { c.set("patch", "7"); }, "patch_embed"},
    {"train_vit_dense", "steps that are not there", [](auto& c) { c.set("steps", "21"); }, "steps is 21"},
    {"train_vit_dense", "0 steps", [](auto& c) { c.set("steps", "0"); }, "steps is 0"},
    {"train_vit_dense", "a model without a name", [](auto& c) { c.drop_setting("model"); }, "model"},
    {"train_vit_dense", "causal attention to patches", [](auto& c) { c.set("causal", "true"); }, "ausal"},
    {"train_vit_dense", "a class too many", [](auto& c) { c["labels"].integers()[9] = 10; }, "holds 10"},
    {"train_vit_dense", "images in floats", [](auto& c) { c["images"].dtype = "F32", c["images"].shape[3] = 7; },
     "images"},
    {"train_vit_dense", "a weight that is not there", [](auto& c) { c.drop("init.head.bias"); }, "init.head.bias"},
    {"train_vit_dense", "an expected weight that is not there", [](auto& c) { c.drop("final.head.bias"); },
     "final.head.bias"},
    {"train_vit_dense", "an unknown weight", [](auto& c) { c["init.extra"] = c["init.head.bias"]; }, "init.extra"},
    {"train_vit_dense", "an unknown model", [](auto& c) { c.set("model", "oracle"); }, "oracle"},
    {"train_lm", "a token too many", [](auto& c) { c["tokens"].integers()[9] = 40; }, "holds 40"},
    {"train_lm", "a token of −1", [](auto& c) { c["tokens"].integers()[9] = -1; }, "holds -1"},
    {"train_lm", "a vocabulary that is not the weights'", [](auto& c) { c.set("vocab", "41"); }, "token_embed"},
    {"train_lm", "a context that is not the texts'", [](auto& c) { c.set("context", "25"); }, "context of 25"},
    {"train_lm", "steps that are not there", [](auto& c) { c.set("steps", "19"); }, "steps is 19"},
    {"train_lm", "texts without steps", [](auto& c) { c.reshape("tokens", 160, 25); }, "[steps, B, context + 1]"},
};

TEST(Verify, NonsenseIsAnErrorWithOneSentence) {
  const TemporaryFolder folder;
  for (const Nonsense& nonsense : kNonsense) {
    EditedCase edited(nonsense.golden);
    nonsense.edit(edited);
    const Verdict verdict = verify_file(folder.write("nonsense.safetensors", edited.bytes()));
    SCOPED_TRACE(std::string(nonsense.golden) + " with " + nonsense.what + ": " + verdict.error);
    EXPECT_FALSE(verdict.passed());
    EXPECT_TRUE(verdict.comparisons.empty());
    ASSERT_FALSE(verdict.error.empty());
    EXPECT_NE(verdict.error.find(nonsense.sentence), std::string::npos);
    EXPECT_EQ(verdict.error.back(), '.');
    EXPECT_EQ(verdict.error.find('\n'), std::string::npos);
  }
}

TEST(Verify, FilesThatAreNoCasesAreErrors) {
  const TemporaryFolder folder;
  for (const std::string& path :
       {folder.path("missing"), folder.path(), folder.write("empty", ""), folder.write("text", "This is no case."),
        folder.write("bare", raw_file("{}")), folder.write("cut", EditedCase("gelu").bytes().substr(0, 700))}) {
    const Verdict verdict = verify_file(path);
    EXPECT_FALSE(verdict.passed()) << path;
    EXPECT_FALSE(verdict.error.empty()) << path;
  }
}

TEST(Verify, AnUnchangedCopyPasses) {
  const TemporaryFolder folder;
  for (const char* name : {"attention_block_global", "layer_norm", "optimizer_adamw"})
    EXPECT_TRUE(verify_file(folder.write(name, EditedCase(name).bytes())).passed()) << name;
}

TEST(Verify, SettingsThatAreNotNeededMayBeMissing) {
  const TemporaryFolder folder;
  EditedCase edited("attention_dot_dense");
  for (const char* key : {"window", "block", "global_tokens", "causal"}) edited.drop_setting(key);
  edited.set("format", "pt");
  const Verdict verdict = verify_file(folder.write("bare.safetensors", edited.bytes()));
  EXPECT_TRUE(verdict.passed()) << verdict.error;
}

TEST(Verify, TheWrongPatternIsNoticed) {
  const TemporaryFolder folder;
  const auto passes = [&](const char* name, const char* key, const char* value) {
    EditedCase edited(name);
    edited.set(key, value);
    return verify_file(folder.write("other.safetensors", edited.bytes())).passed();
  };
  EXPECT_FALSE(passes("attention_dot_local", "window", "3"));
  EXPECT_FALSE(passes("attention_dot_local", "causal", "true"));
  EXPECT_FALSE(passes("attention_dot_block", "block", "5"));
  EXPECT_FALSE(passes("attention_block_global", "global_tokens", "1"));
  EXPECT_FALSE(passes("attention_dot_dense", "score", "scaled_dot"));
  EXPECT_FALSE(passes("train_vit_local", "window", "2"));
  EXPECT_FALSE(passes("train_vit_local", "lr", "0.0011"));
  EXPECT_FALSE(passes("train_lm", "lr", "0.0011"));
  EXPECT_FALSE(passes("linear_attention", "causal", "true"));
  EXPECT_FALSE(passes("rollout", "residual", "0.4"));
  EXPECT_FALSE(passes("train_vit_dense", "pixel_scale", "0.0039"));
  EXPECT_FALSE(passes("optimizer_adamw", "weight_decay", "0.06"));
  EXPECT_FALSE(passes("optimizer_adam", "eps", "1e-2"));
  EXPECT_FALSE(passes("cross_entropy", "label_smoothing", "0.11"));
  EXPECT_FALSE(passes("layer_norm", "eps", "1e-3"));
}

// A case of our own making, as the reference computes it.
struct OwnCase {
  std::string pattern;  // dense, local or block
  int window = 2, block = 3, global_tokens = 0;
  bool causal = false;
  int queries = 6, keys = 6, width = 3;
  std::vector<int> lengths = {};  // two, or none
  bool linear = false;            // attention; then the pattern is dense

  // As the README defines it.
  bool exists(int batch, int i, int j) const {
    const bool near = pattern == "dense" || (pattern == "local" && std::abs(i - j) <= window) ||
                      (pattern == "block" && i / block == j / block);
    return (near || i < global_tokens || j < global_tokens) && (!causal || j <= i) &&
           (lengths.empty() || j < lengths[batch]);
  }
};

using Numbers = std::vector<double>;
using Complexes = std::vector<reference::Complex>;

void append(Numbers& to, const Numbers& part) { to.insert(to.end(), part.begin(), part.end()); }

// Two batches of one head, written over a golden file.
std::string bytes_of(const OwnCase& own, uint64_t seed) {
  EditedCase edited(own.linear ? "linear_attention" : "attention_dot_dense");
  for (const std::string& name : edited.names()) edited.drop(name);
  Rng rng(seed, stream::kTests);
  // Uniform: where a far-out score takes nearly all weight, gradients are differences of nearly equal numbers.
  const auto draw = [&](int rows) {
    Numbers values(static_cast<size_t>(rows) * own.width);
    for (double& value : values) value = rng.uniform(-1, 1);
    return values;
  };
  std::map<std::string, Numbers> tensors;
  for (int batch = 0; batch < 2; ++batch) {
    const Numbers q = draw(own.queries), k = draw(own.keys), v = draw(own.keys), d_out = draw(own.queries);
    const auto attend = [&](const auto& a, const auto& b, const auto& c) {
      const auto exists = [&](int i, int j) { return own.exists(batch, i, j); };
      return own.linear ? reference::linear_attention(a, b, c, own.width, exists)
                        : reference::attention(a, b, c, own.width, 1, exists);
    };
    const auto expected = attend(q, k, v);
    const Complexes cq = reference::as_complex(q), ck = reference::as_complex(k), cv = reference::as_complex(v);
    using reference::pull_back;
    const std::pair<const char*, Numbers> parts[] = {
        {"q", q},
        {"k", k},
        {"v", v},
        {"grad_out", d_out},
        {"weights", expected.weights},
        {"out", expected.out},
        {"dq", pull_back([&](const Complexes& x) { return attend(x, ck, cv).out; }, q, d_out)},
        {"dk", pull_back([&](const Complexes& x) { return attend(cq, x, cv).out; }, k, d_out)},
        {"dv", pull_back([&](const Complexes& x) { return attend(cq, ck, x).out; }, v, d_out)}};
    for (const auto& [name, values] : parts) append(tensors[name], values);
  }
  if (own.linear) tensors.erase("weights");  // it has none
  for (const auto& [name, values] : tensors) {
    const std::vector<float> floats(values.begin(), values.end());
    const bool of_keys = name == "k" || name == "v" || name == "dk" || name == "dv";
    edited[name] = {"F32",
                    {2, 1, of_keys ? own.keys : own.queries, name == "weights" ? own.keys : own.width},
                    std::string(reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float))};
  }
  if (!own.lengths.empty()) {
    const std::vector<int64_t> lengths(own.lengths.begin(), own.lengths.end());
    edited["key_lengths"] = {"I64", {2}, std::string(reinterpret_cast<const char*>(lengths.data()), 16)};
  }
  edited.set("causal", own.causal ? "true" : "false");
  if (own.linear) return edited.bytes();
  edited.set("pattern", own.pattern).set("window", std::to_string(own.window)).set("block", std::to_string(own.block));
  edited.set("global_tokens", std::to_string(own.global_tokens));
  return edited.bytes();
}

class OwnCases : public testing::TestWithParam<const char*> {};

TEST_P(OwnCases, EveryCombinationOfSettingsAndSizesPasses) {
  const TemporaryFolder folder;
  const std::pair<int, int> sizes[] = {{1, 1}, {5, 5}, {8, 3}, {3, 8}};
  uint64_t seed = 0;
  for (const auto& [queries, keys] : sizes)
    for (int setting : {1, 2, 100})
      for (int global : {0, 1, 4})
        for (bool causal : {false, true})
          for (const auto& lengths : {std::vector<int>{}, std::vector<int>{keys, keys / 2}}) {
            const OwnCase own{GetParam(), setting, setting, global, causal, queries, keys, 3, lengths};
            const Verdict verdict = verify_file(folder.write("own.safetensors", bytes_of(own, ++seed)));
            SCOPED_TRACE(fmt::format("{} × {}, setting {}, global {}, causal {}, lengths {}", queries, keys, setting,
                                     global, causal, lengths.size()));
            EXPECT_EQ(verdict.error, "");
            for (const Comparison& c : verdict.comparisons) EXPECT_TRUE(c.passed()) << c.tensor << " " << c.error;
          }
}
INSTANTIATE_TEST_SUITE_P(Patterns, OwnCases, testing::Values("dense", "local", "block"),
                         [](const auto& kind) { return std::string(kind.param); });

// Causal with other numbers of queries and keys is as for attention: key j ≤ query i.
TEST(Verify, LinearAttentionOfEveryShapePasses) {
  const TemporaryFolder folder;
  const std::pair<int, int> sizes[] = {{1, 1}, {5, 5}, {40, 7}, {7, 40}};
  uint64_t seed = 0;
  for (const auto& [queries, keys] : sizes)
    for (bool causal : {false, true})
      for (const auto& lengths : {std::vector<int>{}, std::vector<int>{keys, keys / 2}, std::vector<int>{0, 1}}) {
        const OwnCase own{"dense", 0, 0, 0, causal, queries, keys, 3, lengths, true};
        const Verdict verdict = verify_file(folder.write("own.safetensors", bytes_of(own, ++seed)));
        SCOPED_TRACE(fmt::format("{} × {}, causal {}, lengths {}", queries, keys, causal, lengths.size()));
        EXPECT_EQ(verdict.error, "");
        EXPECT_EQ(verdict.comparisons.size(), 4u);
        for (const Comparison& c : verdict.comparisons) EXPECT_TRUE(c.passed()) << c.tensor << " " << c.error;
      }
}

TEST(Verify, LengthsOfLinearAttentionCountAndMustMakeSense) {
  const TemporaryFolder folder;
  OwnCase own{"dense", 0, 0, 0, true, 9, 9, 3, {9, 4}, true};
  ASSERT_TRUE(verify_file(folder.write("own.safetensors", bytes_of(own, 1))).passed());
  own.lengths = {9, 10};
  EXPECT_NE(verify_file(folder.write("own.safetensors", bytes_of(own, 1))).error.find("holds 10"), std::string::npos);
  EditedCase without("linear_attention");
  without["key_lengths"] = {"I64", {2}, std::string(16, 0)};
  const Verdict verdict = verify_file(folder.write("own.safetensors", without.bytes()));
  EXPECT_EQ(verdict.error, "");
  EXPECT_FALSE(verdict.passed());  // without keys all is 0
}

TEST(Verify, TheWrongPatternIsNoticedInOwnCases) {
  const TemporaryFolder folder;
  const OwnCase own{"local", 1, 3, 1, true, 9, 9, 3, {9, 4}};
  ASSERT_TRUE(verify_file(folder.write("own.safetensors", bytes_of(own, 1))).passed());
  std::string bytes = bytes_of(own, 1);
  bytes.replace(bytes.find("\"window\":\"1\""), 12, "\"window\":\"2\"");
  EXPECT_FALSE(verify_file(folder.write("own.safetensors", bytes)).passed());
}

}  // namespace
}  // namespace lab
