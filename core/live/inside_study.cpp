#include "core/live/inside_study.h"

#include <algorithm>
#include <numeric>

namespace lab {

namespace {

constexpr int kHeadSamples = 64;                      // that heads are judged by
constexpr int kCloudTokens = 1500;                    // about as many queries, and as many keys
constexpr int kFewestClouded = 4, kMostClouded = 48;  // samples they are of
constexpr int kMostJudged = 10000;                    // samples of the test set

/// So many samples, spread over the whole test set.
std::vector<int> spread(int count, int of) {
  std::vector<int> indices(std::min(count, of));
  for (size_t i = 0; i < indices.size(); ++i)
    indices[i] = static_cast<int>(static_cast<int64_t>(i) * of / static_cast<int64_t>(indices.size()));
  return indices;
}

/// A study that reads batch after batch of samples.
class ReadingStudy : public InsideStudy {
 public:
  ReadingStudy(LaneReader& reader, const std::vector<int>& indices)
      : reader_(reader), batches_(reader.batches(indices)) {}

  bool go_on() final {
    if (next_ == batches_.size()) return false;
    const SampleBatch& batch = batches_[next_++];
    Learner& learner = reader_.read(batch);
    for (size_t slot = 0; slot < batch.indices.size(); ++slot)
      take(learner, static_cast<int>(slot), batch.indices[slot]);
    taken(learner, static_cast<int>(batch.indices.size()));
    if (next_ == batches_.size()) finish();
    return next_ < batches_.size();
  }
  float progress() const final {
    return static_cast<float>(next_) / static_cast<float>(std::max<size_t>(batches_.size(), 1));
  }

 protected:
  virtual void take(Learner& learner, int slot, int index) = 0;
  virtual void taken(Learner&, int /*samples*/) {}
  virtual void finish() {}
  int heads() const { return reader_.model().heads; }
  int layers() const { return reader_.model().layers; }

  LaneReader& reader_;

 private:
  std::vector<SampleBatch> batches_;
  size_t next_ = 0;
};

/// What heads do, by the tally of attention to the same tokens, or to those of another text.
template <class Tally>
class HeadsStudy final : public ReadingStudy {
 public:
  HeadsStudy(const InsidePlace& place, LaneReader& reader, bool)
      : ReadingStudy(reader, spread(kHeadSamples, reader.data().test.count())),
        attending_(place.attending),
        tallies_(static_cast<size_t>(layers()) * heads()),
        even_(tallies_.size()) {}

  void show(InsideSnapshot& to) const override {
    auto found = std::make_shared<HeadsInside>();
    found->samples = samples_;
    for (const Tally& tally : tallies_) found->heads.push_back(tally.mean());
    for (const Tally& tally : even_) found->even.push_back(tally.mean());
    to.heads = std::move(found);
  }

 private:
  void take(Learner&, int, int index) override { indices_.push_back(index); }

  // Layer by layer: the weights of a whole batch are fetched at once.
  void taken(Learner& learner, int samples) override {
    const std::vector<LayerMaps>& maps = learner.maps(attending_);
    for (int layer = 0; layer < layers(); ++layer) {
      const int64_t pairs = maps[layer].of(0).dense_pairs();
      const int64_t slots = learner.probabilities().shape[0];
      weights_.resize(static_cast<size_t>(slots * heads() * pairs));
      const TileMap& any = maps[layer].of(0);
      learner.attention(attending_, layer).weights({weights_.data(), {slots, heads(), any.queries(), any.keys()}});
      for (int slot = 0; slot < samples; ++slot)
        for (int head = 0; head < heads(); ++head) {
          const TileMap& map = maps[layer].of(head);
          const int keys = reader_.counts(reader_.sample(indices_[slot]), attending_).keys;
          const size_t at = static_cast<size_t>(layer) * heads() + head;
          tallies_[at].add(std::span(weights_).subspan((int64_t{slot} * heads() + head) * pairs, pairs), map, keys);
          even_[at].add_even(map, keys);
        }
    }
    samples_ += samples;
    indices_.clear();
  }

  Attending attending_;
  std::vector<Tally> tallies_, even_;
  std::vector<float> weights_;
  std::vector<int> indices_;  // of the batch
  int samples_ = 0;
};

class CloudStudy final : public ReadingStudy {
 public:
  CloudStudy(const InsidePlace& place, LaneReader& reader, bool)
      : ReadingStudy(reader, indices(reader, place.attending)), place_(place) {}

  void show(InsideSnapshot& to) const override {
    to.missing = missing_;
    to.pairs = missing_.empty() ? cloud_ : nullptr;
  }

 private:
  /// The sample looked at, and as many of the test set as give a cloud that can still be read.
  static std::vector<int> indices(const LaneReader& reader, Attending attending) {
    const LaneReader::Counts counts = reader.counts(reader.sample(-1), attending);
    const int tokens = std::max({counts.queries, counts.keys, 1});
    const int samples = std::clamp(kCloudTokens / tokens, kFewestClouded, kMostClouded);
    std::vector<int> all = spread(samples - 1, reader.data().test.count());
    all.insert(all.begin(), -1);
    return all;
  }

  void take(Learner& learner, int slot, int index) override {
    AttentionStages stages;
    if (!learner.attention(place_.attending, place_.layer).stages(slot, place_.head, stages)) {
      missing_ = "This head compares no queries with keys, pair by pair, so there are none to show.";
      return;
    }
    const LayerMaps& maps = learner.maps(place_.attending)[place_.layer];
    const LaneReader::Counts counts = reader_.counts(reader_.sample(index), place_.attending);
    cloud_->add(index, counts.queries, counts.keys, stages, maps.heads[place_.head]);
  }
  void finish() override {
    if (missing_.empty()) cloud_->lay_out();
  }

  InsidePlace place_;
  std::shared_ptr<QueryKeyCloud> cloud_ = std::make_shared<QueryKeyCloud>();
  std::string missing_;
};

class MistakesStudy final : public ReadingStudy {
 public:
  MistakesStudy(const InsidePlace&, LaneReader& reader, bool)
      : ReadingStudy(reader, spread(kMostJudged, reader.data().test.count())),
        mistakes_(static_cast<int>(reader.data().classes.size()), std::min(kMostJudged, reader.data().test.count())) {}

  void show(InsideSnapshot& to) const override { to.mistakes = std::make_shared<Mistakes>(mistakes_); }
  bool shows_parts() const override { return true; }

 private:
  void take(Learner& learner, int slot, int index) override {
    const Sample sample = reader_.sample(index);
    const Judgement judgement = learner.judge(slot, sample);
    const double places = static_cast<double>(std::max<int64_t>(judgement.places, 1));
    Judged judged = {index, -1, -1, 0, judgement.loss / places, judgement.right, judgement.places};
    if (mistakes_.classes > 0) {
      const float* p = learner.probabilities().data + int64_t{slot} * mistakes_.classes;
      const float* best = std::max_element(p, p + mistakes_.classes);
      judged.label = sample.label, judged.answer = static_cast<int>(best - p), judged.probability = *best;
    }
    mistakes_.add(judged);
  }

  Mistakes mistakes_;
};

class WeightsStudy final : public InsideStudy {
 public:
  WeightsStudy(const InsidePlace&, LaneReader& reader, bool gradients) : reader_(reader) {
    found_->gradients = gradients;
  }
  bool go_on() override {
    const std::span<Parameter> all = reader_.parameters().all();
    if (next_ == all.size()) return false;
    const Parameter& one = all[next_++];
    const Tensor gradient = one.gradient.tensor;
    found_->parameters.push_back(
        {one.name, one.value.shape, histogram_of({one.value.data, static_cast<size_t>(one.value.count())}),
         found_->gradients ? histogram_of({gradient.data, static_cast<size_t>(gradient.count())}) : Histogram{}});
    return next_ < all.size();
  }
  void show(InsideSnapshot& to) const override { to.weights = found_; }
  float progress() const override {
    return static_cast<float>(next_) / static_cast<float>(reader_.parameters().all().size());
  }

 private:
  LaneReader& reader_;
  std::shared_ptr<WeightsInside> found_ = std::make_shared<WeightsInside>();
  size_t next_ = 0;
};

template <class Study>
std::unique_ptr<InsideStudy> make(const InsidePlace& place, LaneReader& reader, bool gradients) {
  return std::make_unique<Study>(place, reader, gradients);
}

std::unique_ptr<InsideStudy> make_heads(const InsidePlace& place, LaneReader& reader, bool gradients) {
  const bool cross = place.attending == Attending::kCross;
  return (cross ? make<HeadsStudy<CrossTally>> : make<HeadsStudy<HeadTally>>)(place, reader, gradients);
}

struct StudyRow {
  std::unique_ptr<InsideStudy> (*make)(const InsidePlace&, LaneReader&, bool gradients);
  bool stages = false;
};
constexpr StudyRow kStudies[] = {
    {make_heads}, {make<CloudStudy>, true}, {make<MistakesStudy>}, {make<WeightsStudy>}};  // as InsideView
static_assert(std::size(kStudies) == kInsideViews);

}  // namespace

std::unique_ptr<InsideStudy> begin_study(const InsidePlace& place, LaneReader& reader, bool gradients) {
  return kStudies[static_cast<int>(place.view)].make(place, reader, gradients);
}

bool studies_stages(InsideView view) { return kStudies[static_cast<int>(view)].stages; }

}  // namespace lab
