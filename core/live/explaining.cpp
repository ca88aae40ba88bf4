#include "core/live/explaining.h"

#include <algorithm>
#include <optional>

#include "core/inspect/explainer.h"
#include "core/inspect/text_explainer.h"

namespace lab {

namespace {

constexpr auto kBetween = std::chrono::milliseconds(250);
// Seconds of work in one look: at most while playing, and before there is anything to show; paused; for what is newly
// asked for.
constexpr double kMostCredit = 0.05, kMostAtFirst = 0.3, kAtRest = 0.06, kInAdvance = 0.1;

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
      : data_(trainer.data_ptr()), model_(trainer.experiment().model), lane_(trainer.experiment().lanes[lane]) {
    if (data_->train.has_pictures()) {
      VisionTransformerShape shape = trainer.shape();
      shape.encoder.attention = lane_;
      pictures_.emplace(shape);
    } else {
      texts_.emplace(answering_shape(trainer.shape_of(lane)), parameter_specs(trainer.shape_of(lane)));
    }
  }
  bool is_of(const Trainer& trainer, int lane) const {
    return data_ == trainer.data_ptr() && model_ == trainer.experiment().model &&
           lane_ == trainer.experiment().lanes[lane];
  }
  void begin(const ParameterSet& weights, const Subject& subject) {
    if (pictures_)
      pictures_->take(weights);
    else
      texts_->take(weights), texts_->begin(subject.text, subject.asked.answer);
  }
  /// False: that was the last portion, and all is in `to`. A picture is one portion.
  bool go_on(const Subject& subject, Explanation& to) {
    if (texts_ && texts_->go_on()) return true;
    to = texts_ ? texts_->explanation() : pictures_->explain(subject.pixels, subject.asked.answer);
    return false;
  }

 private:
  DatasetPtr data_;
  ModelSettings model_;
  Lane lane_;
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

void Explaining::begin(Trainer& trainer, int64_t step) {
  next_ = {asked.lane, step, static_cast<int>(subject_.text.answered.size()), {}};
  begun_ = Clock::now();
  model_->begin(trainer.parameters(asked.lane), subject_);
  working_ = true;
}

void Explaining::go_on() {
  if (model_->go_on(subject_, next_.explanation)) return;
  latest_ = std::move(next_);
  working_ = false;
}

// What is begun is paid for too; a portion costs what it costs, and what is too much is waited for before the next.
void Explaining::work(Trainer& trainer, const Moment& now) {
  const Clock::time_point start = Clock::now();
  const auto since = [](Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); };
  const bool first = latest_.lane < 0;
  const double earned = (first ? kFirstShare : kShare) * since(looked_), most = first ? kMostAtFirst : kMostCredit;
  credit_ = now.playing ? std::max(credit_, std::min(credit_ + earned, most)) : kAtRest;
  looked_ = start;
  if (credit_ > 0 && outdated(now)) begin(trainer, now.step);
  while (working_ && since(start) < credit_) go_on();
  credit_ -= since(start);
}

const ExplanationSnapshot& Explaining::look(Trainer& trainer, const Probe& probe, const std::vector<int>& fed,
                                            const Moment& now) {
  if (asked.lane < 0 || asked.lane >= trainer.lanes()) {
    forget();
    model_.reset();
    return latest_;
  }
  Subject subject = {asked, probe.pixels, {probe.tokens, before(fed, asked.place)}};
  const bool same_model = model_ && model_->is_of(trainer, asked.lane);
  if (!same_model || subject_ != subject) {
    forget();
    credit_ = kInAdvance;
    subject_ = std::move(subject);
  }
  if (!same_model) model_ = std::make_unique<Model>(trainer, asked.lane);
  work(trainer, now);
  return latest_;
}

}  // namespace lab
