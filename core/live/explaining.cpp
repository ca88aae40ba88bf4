#include "core/live/explaining.h"

#include <algorithm>
#include <optional>

#include "core/inspect/explainer.h"
#include "core/inspect/text_explainer.h"

namespace lab {

namespace {

constexpr auto kBetween = std::chrono::milliseconds(250);
// Seconds of work in one look: for what there is nothing of yet, at least and at most; for what is only newer, at
// most, while steps go by; and paused.
constexpr double kAtFirst = 0.3, kMostAtFirst = 1, kMostCredit = 0.05, kAtRest = 0.06;

AnsweringShape answering_shape(const LearnerShape& shape) {
  switch (shape.data.kind) {
    case ModelKind::kWriter:
      return answering(writer_shape(shape));
    case ModelKind::kTranslator:
      return answering(translator_shape(shape, {shape.data.context, shape.data.context}));
    default:
      return answering(classifier_shape(shape, shape.data.context));
  }
}

// Of what a translator was fed, all before the token that is asked about.
std::vector<int> before(const std::vector<int>& fed, int place) {
  if (fed.empty()) return {};
  const int count = std::clamp(place, 1, static_cast<int>(fed.size()));
  return {fed.begin(), fed.begin() + count};
}

}  // namespace

class Explaining::Model {
 public:
  Model(const Trainer& trainer, int lane)
      : data_(trainer.data_ptr()),
        model_(trainer.experiment().model),
        lane_(trainer.experiment().lanes[lane]),
        changes_(trainer.changes(lane)) {
    if (data_->train.has_pictures()) {
      VisionTransformerShape shape = trainer.shape();
      shape.encoder.attention = lane_;
      pictures_.emplace(shape, changes_);
    } else {
      texts_.emplace(answering_shape(trainer.shape_of(lane)), parameter_specs(trainer.shape_of(lane)), changes_);
    }
  }
  bool is_of(const Trainer& trainer, int lane) const {
    return data_ == trainer.data_ptr() && model_ == trainer.experiment().model &&
           lane_ == trainer.experiment().lanes[lane] && changes_ == trainer.changes(lane);
  }
  /// In place in its attention.
  int changes() const {
    return static_cast<int>(std::count_if(changes_.begin(), changes_.end(), [](auto& one) { return one.active(); }));
  }
  /// What is there at once: of a picture nothing.
  Explanation begin(const ParameterSet& weights, const Subject& subject) {
    if (pictures_) {
      pictures_->take(weights);
      return {};
    }
    texts_->take(weights);
    texts_->begin(subject.text, subject.asked.answer);
    return texts_->explanation();
  }
  /// One more portion, and what is there then; a picture is one portion.
  Explanation go_on(const Subject& subject) {
    if (pictures_) return pictures_->explain(subject.pixels, subject.asked.answer);
    texts_->go_on();
    return texts_->explanation();
  }

 private:
  DatasetPtr data_;
  ModelSettings model_;
  Lane lane_;
  std::vector<Intervention> changes_;
  std::optional<Explainer> pictures_;
  std::optional<TextExplainer> texts_;
};

Explaining::Explaining() = default;
Explaining::~Explaining() = default;

void Explaining::forget() {
  latest_ = {};
  working_ = false;
}

bool Explaining::outdated(const Moment& now) const {
  if (working_) return next_.step != now.step && !now.playing;
  return latest_.lane < 0 || (latest_.step != now.step && (!now.playing || Clock::now() - begun_ >= kBetween));
}

// What is asked for is worked on by one set of weights, and a translator's answer as it was then.
void Explaining::begin(Trainer& trainer, const std::vector<int>& fed, int64_t step) {
  subject_.text.answered = before(fed, asked.place);
  next_ = {asked.lane, step, static_cast<int>(subject_.text.answered.size()), model_->changes(), {}};
  begun_ = Clock::now();
  next_.explanation = model_->begin(trainer.parameters(asked.lane), subject_);
  working_ = true;
}

void Explaining::go_on() {
  next_.explanation = model_->go_on(subject_);
  if (!next_.explanation.finished()) return;
  latest_ = std::move(next_);
  working_ = false;
}

// Seconds that may be worked now. What there is nothing of yet comes before training; what is only newer is paid for by
// the time that training had, and what was too much is waited for.
double Explaining::allowance(const Moment& now, double since_last) {
  if (latest_.lane < 0) return std::clamp(kFirstShare / (1 - kFirstShare) * since_last, kAtFirst, kMostAtFirst);
  if (!now.playing) return kAtRest;
  return credit_ = std::max(credit_, std::min(credit_ + kShare * since_last, kMostCredit));
}

// `start`: since when it has been looked at; a portion costs what it costs.
void Explaining::work(Trainer& trainer, const std::vector<int>& fed, const Moment& now, Clock::time_point start) {
  const auto since = [](Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); };
  const bool first = latest_.lane < 0;
  const double allowed = allowance(now, std::chrono::duration<double>(start - looked_).count());
  if (allowed > 0 && outdated(now)) begin(trainer, fed, now.step);
  while (working_ && since(start) < allowed) go_on();
  credit_ = first || !now.playing ? 0 : credit_ - since(start);
  looked_ = Clock::now();
}

const ExplanationSnapshot& Explaining::look(Trainer& trainer, const Probe& probe, const std::vector<int>& fed,
                                            const Moment& now) {
  if (asked.lane < 0 || asked.lane >= trainer.lanes()) {
    forget();
    model_.reset();
    return latest_;
  }
  const Clock::time_point start = Clock::now();
  if (!model_ || !model_->is_of(trainer, asked.lane)) {
    forget();
    model_ = std::make_unique<Model>(trainer, asked.lane);
    looked_ = start;
  }
  Subject subject = {asked, probe.pixels, {probe.tokens, subject_.text.answered}};
  if (subject_ != subject) {
    forget();
    subject_ = std::move(subject);
  }
  work(trainer, fed, now, start);
  const bool something = working_ && next_.explanation.answer >= 0;
  return latest_.lane < 0 && something ? next_ : latest_;
}

}  // namespace lab
