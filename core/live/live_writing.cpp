#include "core/live/live_writing.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/token_labels.h"
#include "core/train/answers.h"

namespace lab {

namespace {

constexpr int kPause = 40;  // so many times as long as a writing took, training goes on alone

std::vector<WrittenToken> write(Trainer& trainer, int lane, std::span<const int> tokens, const WritingSettings& how) {
  const Dataset& data = trainer.data();
  if (data.kind == ModelKind::kTranslator) return write_answer(trainer, lane, tokens);
  const std::vector<int> text =
      how.beginning.empty() ? std::vector<int>(tokens.begin(), tokens.end()) : data.tokenizer.encode(how.beginning);
  return write_on(trainer, lane, text, how.tokens, how.sampling, how.seed);
}

Writing written(Trainer& trainer, int lane, std::span<const int> tokens, const WritingSettings& how, int64_t step) {
  const Dataset& data = trainer.data();
  const Tokenizer& tokenizer = data.kind == ModelKind::kTranslator ? data.answer_tokenizer : data.tokenizer;
  Writing all;
  all.step = step;
  try {
    for (const WrittenToken& one : write(trainer, lane, tokens, how)) {
      all.tokens.push_back(one.token);
      all.probabilities.push_back(one.probability);
    }
  } catch (const Error& cannot) {
    all.missing = cannot.what();
  }
  all.text = tokenizer.decode(all.tokens);
  all.labels = token_labels(tokenizer, all.tokens);
  return all;
}

}  // namespace

const Writing& LiveWriting::look(Trainer& trainer, int lane, std::span<const int> tokens,
                                 const WritingSettings& settings, int64_t step, bool hurry) {
  lanes_.resize(trainer.lanes());
  Latest& latest = lanes_[lane];
  const ModelKind kind = trainer.data().kind;
  if (kind != ModelKind::kWriter && kind != ModelKind::kTranslator) return latest.writing = {};
  const bool same = latest.written && std::ranges::equal(tokens, latest.tokens) && settings == latest.settings &&
                    trainer.changes(lane) == latest.changes;
  const Clock::time_point start = Clock::now();
  if (same && (latest.writing.step == step || (!hurry && start - latest.when < kPause * latest.took)))
    return latest.writing;
  latest.writing = written(trainer, lane, tokens, settings, step);
  latest.tokens.assign(tokens.begin(), tokens.end());
  latest.settings = settings;
  latest.changes = trainer.changes(lane);
  latest.written = true;
  latest.when = Clock::now();
  latest.took = latest.when - start;
  return latest.writing;
}

}  // namespace lab
