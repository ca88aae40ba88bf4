#include "app/panels/step/glossary.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr GlossaryTerm kTerms[] = {
    {"attention", "Every token takes in what it needs from other tokens: a weighted mean of what they tell."},
    {"backpropagation", "The chain rule, from the loss back through every step: what each number had to do with it."},
    {"backward", "The way back from the loss, in which every number gets its gradient."},
    {"batch", "The samples that one training step learns from together."},
    {"bias", "A learned number that is added, whatever comes in."},
    {"class token", "A token of its own that no picture has: attention gathers in it what the answer needs."},
    {"cross-entropy", "The loss of classifiers: minus the logarithm of the probability given to what is right."},
    {"deviation", "The standard deviation: how far numbers lie from their mean, typically."},
    {"dot product", "Two lists of numbers, multiplied number by number and added up: large where they agree."},
    {"dropout", "In training, random numbers are set to 0, so that nothing relies on a single one."},
    {"embedding", "A vector that stands for a patch or a word; alike things get alike vectors."},
    {"gelu", "A smooth bend: about the number itself where it is positive, about 0 where it is negative."},
    {"gradient", "How much the loss would grow if a number grew a little. Training steps against it."},
    {"head", "One of several attentions side by side, with queries, keys and values of its own."},
    {"jacobian", "All the slopes between what goes into a function and what comes out, as a matrix."},
    {"key", "A token's vector that queries are compared with: what it offers."},
    {"layer norm", "Shifts and scales a token's numbers to mean 0 and deviation 1, then by learned numbers."},
    {"linear layer", "Weighted sums: each number that comes out has a learned weight for each that goes in."},
    {"logit", "A number for a class before the softmax: the larger, the likelier."},
    {"loss", "One number for how wrong the model is. Training makes it small."},
    {"mask", "Says which pairs of query and key exist; the others get no weight."},
    {"moment", "A running mean: of the gradients (first), of their squares (second)."},
    {"optimiser", "The rule by which weights are changed, given their gradients."},
    {"patch", "A small square of the picture."},
    {"pattern", "Which pairs of query and key exist: all, near ones, or those of a block."},
    {"probability", "A share of 1: how likely the model takes a class to be."},
    {"probabilities", "Shares of 1: how likely the model takes each class to be."},
    {"query", "A token's vector that is compared with keys: what it looks for."},
    {"queries", "Tokens' vectors that are compared with keys: what each looks for."},
    {"residual connection", "A way past a layer: its output is added to what went in."},
    {"score", "How alike a query and a key are. The softmax turns a query's scores into weights."},
    {"softmax", "Turns any numbers into shares of 1: e to the power of each, divided by the sum of all."},
    {"token", "What attention works on: a patch of the picture or a piece of text, as a vector."},
    {"value", "A token's vector that is mixed into others: what it tells."},
    {"vector", "A list of numbers."},
    {"weight", "How much something counts: in attention a share of 1, in a layer a learned number."},
};

struct Word {
  std::string text;  // with what stands after it
  const GlossaryTerm* term = nullptr;
};

std::string plain(std::string_view word) {
  std::string text;
  for (const char c : word)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == ' ') text += static_cast<char>(std::tolower(c));
  return text;
}

/// Two words that are one term stay together.
std::vector<Word> words_of_sentence(std::string_view sentence) {
  std::vector<std::string> split;
  for (size_t at = 0; at < sentence.size();) {
    const size_t end = std::min(sentence.find(' ', at), sentence.size());
    split.emplace_back(sentence.substr(at, end - at));
    at = end + 1;
  }
  std::vector<Word> words;
  for (size_t i = 0; i < split.size(); ++i) {
    if (i + 1 < split.size())
      if (const GlossaryTerm* term = find_term(split[i] + " " + split[i + 1])) {
        words.push_back({split[i] + " " + split[i + 1], term});
        ++i;
        continue;
      }
    words.push_back({split[i], find_term(split[i])});
  }
  return words;
}

}  // namespace

std::span<const GlossaryTerm> glossary() { return kTerms; }

const GlossaryTerm* find_term(std::string_view word) {
  const std::string text = plain(word);
  const auto is = [&](const GlossaryTerm& term) {
    return text == term.term || text == std::string(term.term) + "s" || text == std::string(term.term) + "es";
  };
  const auto found = std::find_if(std::begin(kTerms), std::end(kTerms), is);
  return found == std::end(kTerms) ? nullptr : found;
}

void draw_explained(std::string_view sentence, float width) {
  ImFont* const font = theme().title;
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float line = px(24), space = text_width(" ", font);
  ImVec2 at = start;
  int index = 0;
  for (const Word& word : words_of_sentence(sentence)) {
    const float taken = text_width(word.text, font);
    if (at.x > start.x && at.x + taken > start.x + width) at = {start.x, at.y + line};
    draw_text(at, word.text, font, word.term ? colour::kAccent : colour::kText);
    if (word.term) {
      ImGui::GetWindowDrawList()->AddLine({at.x, at.y + px(20)}, {at.x + taken, at.y + px(20)},
                                          colour::faded(colour::kAccent, 90), std::max(1.0f, px(1)));
      ImGui::SetCursorScreenPos(at);
      ImGui::PushID(index++);
      ImGui::InvisibleButton("term", {taken, line});
      ImGui::PopID();
      tooltip(Tip(word.term->meaning));
    }
    at.x += taken + space;
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, at.y + line - start.y});
}

}  // namespace lab
