// In which order a step is told: forward as the tape ran, backward in reverse, then every parameter.

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/inspect/step_stages.h"

namespace lab {

namespace {

/// What an operation of the tape is on the way there and back; kProject and what attention is inside are added to it.
struct OperationRow {
  Operation operation;
  StageKind there, back;
  const char* title;
};
constexpr OperationRow kOperations[] = {
    {Operation::kPatches, StageKind::kPatches, StageKind::kPatches, "Patches"},
    {Operation::kPlaceTokens, StageKind::kPlace, StageKind::kBackPlace, "Position"},
    {Operation::kEmbed, StageKind::kEmbed, StageKind::kEmbed, "Embedding + position"},
    {Operation::kLayerNorm, StageKind::kLayerNorm, StageKind::kBackLayerNorm, "Norm"},
    {Operation::kLinear, StageKind::kLinear, StageKind::kBackLinear, "Linear"},
    {Operation::kGelu, StageKind::kGelu, StageKind::kBackGelu, "GELU"},
    {Operation::kDropout, StageKind::kDropout, StageKind::kBackDropout, "Dropout"},
    {Operation::kResidual, StageKind::kResidual, StageKind::kBackResidual, "Add back"},
    {Operation::kFirstToken, StageKind::kFirstToken, StageKind::kBackFirstToken, "Class token"},
    {Operation::kCrossEntropy, StageKind::kProbabilities, StageKind::kBackLoss, "Probabilities"},
};

/// Linear layers by the ends of their names.
constexpr struct {
  std::string_view end;
  const char* title;
} kLinears[] = {{"patch_embed", "Embedding"},
                {"in_proj", "Q, K, V"},
                {"q_proj", "Queries"},
                {"kv_proj", "Keys, values"},
                {"out_proj", "Output projection"},
                {"linear1", "MLP: widen"},
                {"linear2", "MLP: narrow"},
                {"head", "Logits"}};

bool backward_is_told(StageKind kind) {
  return kind != StageKind::kPatches && kind != StageKind::kEmbed;  // pixels and tokens are given
}

class Teller {
 public:
  explicit Teller(const StepRecord& record) : r_(record) {}

  std::vector<StepStage> tell() {
    name_groups();
    for (int i = 0; i < count(); ++i) there(i);
    for (int i = count(); i-- > 0;) back(i);
    for (int i = 0; i < static_cast<int>(r_.parameters.size()); ++i)
      stages_.push_back({StageKind::kUpdate, "Update", r_.parameters[i].name, -1, i});
    return std::move(stages_);
  }

 private:
  int count() const { return static_cast<int>(r_.operations.size()); }

  // "encoder.layers.0.norm1" → "Layer 1"; what has no layer belongs to the input before the first, to the answer after
  // the last, and between encoder and decoder to what both have in common.
  void name_groups() {
    const bool both =
        std::ranges::any_of(r_.operations, [](const auto& op) { return op.name.starts_with("decoder."); });
    bool layers = false;
    for (const StepOperation& op : r_.operations) {
      const size_t at = op.name.find(".layers.");
      if (at == std::string::npos) {
        groups_.push_back(!layers || op.kind == Operation::kEmbed   ? "Input"
                          : both && op.name.starts_with("encoder.") ? "What was read"
                                                                    : "Answer");
        continue;
      }
      layers = true;
      const int layer = std::stoi(op.name.substr(at + 8)) + 1;
      const char* side = !both ? "Layer" : op.name.starts_with("decoder.") ? "Decoder layer" : "Encoder layer";
      groups_.push_back(fmt::format("{} {}", side, layer));
    }
  }

  void add(StageKind kind, int i, std::string title) {
    stages_.push_back({kind, back_ ? "Back: " + lower(groups_[i]) : groups_[i], std::move(title), i, -1});
  }
  static std::string lower(std::string text) {
    text[0] = static_cast<char>(std::tolower(text[0]));
    return text;
  }

  static std::string title(const StepOperation& op, const OperationRow& row) {
    if (op.kind == Operation::kLinear)
      for (const auto& [end, name] : kLinears)
        if (op.name.ends_with(end)) return name;
    return row.title;
  }

  void there(int i) {
    const StepOperation& op = r_.operations[i];
    if (op.kind == Operation::kAttention) return attend(i);
    for (const OperationRow& row : kOperations) {
      if (row.operation != op.kind) continue;
      if (op.kind == Operation::kPatches) add(StageKind::kPixels, i, "Pixels");
      if (op.kind == Operation::kEmbed) add(StageKind::kTokens, i, op.name == "target" ? "Answer so far" : "Tokens");
      add(op.name.ends_with("in_proj") ? StageKind::kProject : row.there, i, title(op, row));
      if (op.kind == Operation::kCrossEntropy) add(StageKind::kLoss, i, "Loss");
    }
  }

  void attend(int i) {
    const StepAttention& a = r_.attentions[r_.operations[i].attention];
    if (a.stages.empty()) return add(StageKind::kClosed, i, "Attention");
    const AttentionStages& s = a.stages[0];
    const bool scaled = s.additive.empty() && s.scale != 1;
    add(StageKind::kScores, i, s.additive.empty() ? "Scores QKᵀ" : "Scores");
    if (scaled) add(StageKind::kScale, i, "Scale");
    add(StageKind::kMask, i, "Mask");
    if (s.ruled_scores != s.scores && !s.ruled_scores.empty()) add(StageKind::kRule, i, "Strategy");
    add(StageKind::kSoftmax, i, "Softmax");
    if (r_.attention_dropout > 0 && !s.softmax.empty()) add(StageKind::kDropWeights, i, "Attention dropout");
    add(StageKind::kMix, i, "Mix with V");
    add(StageKind::kJoin, i, "Join heads");
  }

  void back(int i) {
    back_ = true;
    const StepOperation& op = r_.operations[i];
    if (op.kind == Operation::kAttention) return attend_back(i);
    if (op.kind == Operation::kLinear && r_.tensors[op.inputs[0]].gradient.empty()) return;
    for (const OperationRow& row : kOperations)
      if (row.operation == op.kind && backward_is_told(row.back))
        add(op.name.ends_with("kv_proj") ? StageKind::kBackMemory : row.back, i,
            op.kind == Operation::kCrossEntropy ? "Loss" : title(op, row));
  }

  void attend_back(int i) {
    const StepAttention& a = r_.attentions[r_.operations[i].attention];
    if (a.gradients.empty()) return;
    add(StageKind::kBackValues, i, "Mix, into V");
    add(StageKind::kBackWeights, i, "Mix, into weights");
    if (!a.gradients[0].d_softmax.empty() && a.gradients[0].d_softmax != a.gradients[0].d_weights)
      add(StageKind::kBackDropWeights, i, "Attention dropout");
    add(StageKind::kBackSoftmax, i, "Softmax");
    add(StageKind::kBackQueries, i, "Scores, into Q");
    add(StageKind::kBackKeys, i, "Scores, into K");
  }

  const StepRecord& r_;
  std::vector<std::string> groups_;  // of every operation
  std::vector<StepStage> stages_;
  bool back_ = false;
};

}  // namespace

std::vector<StepStage> list_stages(const StepRecord& record) { return Teller(record).tell(); }

}  // namespace lab
