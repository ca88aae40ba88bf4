#include "core/data/fingerprint.h"

#include <fmt/format.h>

#include <cstring>

namespace lab {

namespace {

class Digest {
 public:
  void add(uint64_t word) { state_ = (state_ ^ word) * 0x100000001b3u; }
  void add(std::span<const uint8_t> bytes) {
    add(bytes.size());
    for (; bytes.size() >= sizeof(uint64_t); bytes = bytes.subspan(sizeof(uint64_t))) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof word);
      add(word);
    }
    for (const uint8_t byte : bytes) add(byte);
  }
  void add(const ImageSet& set) {
    add(static_cast<uint64_t>(set.height));
    add(static_cast<uint64_t>(set.width));
    add(set.pixels);
    add(set.labels);
  }
  void add(const SampleSet& set) {
    add(static_cast<const ImageSet&>(set));
    for (const TokenRuns* runs : {&set.tokens, &set.answer_tokens})
      for (int run = 0; run < runs->count(); ++run)
        for (int token : (*runs)[run]) add(static_cast<uint64_t>(token));
  }
  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0xcbf29ce484222325u;
};

}  // namespace

std::string fingerprint(const Dataset& data) {
  Digest digest;
  digest.add(data.classes.size());
  digest.add(data.train);
  digest.add(data.test);
  return fmt::format("{:016x}", digest.value());
}

}  // namespace lab
