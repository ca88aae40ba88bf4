#include "app/panels/texts/token_steps.h"

#include <algorithm>

#include "app/panels/texts/text_field.h"
#include "app/widgets/token_bars.h"

namespace lab {
namespace {

/// The text to go on from: what was asked for last, even if the lanes have not answered yet.
const std::string& latest_text(const Snapshot& snapshot, const View& view) {
  const TextField& field = view.lanes.field;
  return field.text.empty() ? snapshot.probe.text : field.sent;
}

void look_at_text(const std::string& text, View& view, Commands& commands) {
  view.selection.query = -1;  // the last token
  type_text(view.lanes.field, text, commands);
}

}  // namespace

bool writes(const Snapshot& snapshot) {
  return snapshot.data && snapshot.data->kind == ModelKind::kWriter && !snapshot.lanes.empty();
}

bool writes_by_hand(const Snapshot& snapshot, const View& view) {
  return writes(snapshot) && view.lanes.tokens.stepping && view.page == Page::kLanes;
}

std::span<const float> next_probabilities(const Snapshot& snapshot, const LaneSnapshot& lane) {
  if (!writes(snapshot)) return {};
  const size_t vocabulary = static_cast<size_t>(snapshot.data->tokenizer.size());
  if (lane.probabilities.size() < vocabulary) return {};
  return std::span(lane.probabilities).last(vocabulary);
}

std::vector<int> next_tokens(const Snapshot& snapshot, const LaneSnapshot& lane, int most) {
  std::vector<int> tokens = likeliest(next_probabilities(snapshot, lane), most + Tokenizer::kFirstOwn);
  std::erase_if(tokens, [](int token) { return token < Tokenizer::kFirstOwn; });
  if (std::ssize(tokens) > most) tokens.resize(static_cast<size_t>(most));
  return tokens;
}

std::string with_token(const Tokenizer& tokenizer, const std::string& text, int token) {
  const bool word = tokenizer.kind() == Tokenizer::Kind::kWords && !text.empty();
  return text + (word ? " " : "") + tokenizer.token(token);
}

std::string without_last_token(const Tokenizer& tokenizer, const std::string& text) {
  const std::vector<std::string_view> pieces = tokenizer.pieces(text);
  if (pieces.empty()) return {};
  std::string rest = text.substr(0, static_cast<size_t>(pieces.back().data() - text.data()));
  if (tokenizer.kind() == Tokenizer::Kind::kWords)
    while (rest.ends_with(' ')) rest.pop_back();
  return rest;
}

const LaneSnapshot& writing_lane(const Snapshot& snapshot, const View& view) {
  return snapshot.lanes[std::clamp(view.selection.lane, 0, static_cast<int>(snapshot.lanes.size()) - 1)];
}

void write_likeliest(const Snapshot& snapshot, View& view, Commands& commands) {
  if (!writes(snapshot)) return;
  const std::vector<int> next = next_tokens(snapshot, writing_lane(snapshot, view), 1);
  if (next.empty()) return;
  look_at_text(with_token(snapshot.data->tokenizer, latest_text(snapshot, view), next.front()), view, commands);
}

void take_token_back(const Snapshot& snapshot, View& view, Commands& commands) {
  if (!writes(snapshot)) return;
  const std::string rest = without_last_token(snapshot.data->tokenizer, latest_text(snapshot, view));
  if (!rest.empty()) look_at_text(rest, view, commands);
}

}  // namespace lab
