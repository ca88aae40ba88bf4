#pragma once
// Tape: a model's operations in order, recorded once and run at every step. An operation on variables
// (graph/layers.h) takes its memory and appends itself; forward() runs the list, backward() runs it in
// reverse. So a step allocates nothing, and every tensor has a name by which inspectors find it.
//
//   Tape tape(cpu_device(), Tape::Mode::kTraining);   // 1.
//   Variable x = tape.variable("input", {64, 16});    // 2. inputs
//   Variable y = linear(tape, "head", x, w, b);       // 3. operations append themselves
//   tape.forward(); … tape.backward();                // 4. each step (fill and upload x and y's gradient first)

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/arena.h"
#include "core/device/device.h"
#include "core/graph/parameters.h"

namespace lab {

/// A named tensor on a tape; without a gradient on a tape for inference.
struct Variable {
  Tensor value;
  Gradient* gradient = nullptr;
};

enum class NodeKind { kAttention, kOther };

class AttentionKernel;

/// What an operation does, by name.
enum class Operation {
  kOther,
  kPatches,
  kPlaceTokens,
  kEmbed,
  kLayerNorm,
  kLinear,
  kGelu,
  kDropout,
  kAttention,
  kResidual,
  kFirstToken,
  kCrossEntropy
};

/// What an operation says of itself, for those who read the tape: what it makes of what.
struct Account {
  Operation operation = Operation::kOther;
  Variable output = {};
  std::vector<Variable> inputs = {};           // in the order of the operation's arguments; parameters among them
  const AttentionKernel* attention = nullptr;  // that it runs, of so many heads
  int heads = 0;
};

class Tape {
 public:
  enum class Mode { kTraining, kInference };

  struct Node {
    std::string name;
    NodeKind kind;
    std::function<void()> forward, backward;
    Account account;
    uint64_t begin = 0, end = 0;            // marks around its latest forward
    uint64_t back_begin = 0, back_end = 0;  // and around the backward after it; equal: none yet
  };
  struct Named {
    std::string name;
    Variable variable;
  };

  /// In memory of its own, or from the front of a room that lies there for others too, of which one is at work at a
  /// time; the room must outlive the tape.
  Tape(Device& device, Mode mode, Arena* room = nullptr)
      : device_(device), mode_(mode), arena_(room ? *room : own_) {
    arena_.rewind();
    arena_.attach(&device);
  }
  Tape(const Tape&) = delete;

  Device& device() { return device_; }
  Arena& arena() { return arena_; }
  bool training() const { return mode_ == Mode::kTraining; }

  /// A new variable, zeroed where the memory is the tape's own, with a gradient when training.
  Variable variable(std::string name, Shape shape);
  /// Memory that no one else sees.
  Tensor scratch(Shape shape) { return arena_.allocate(shape); }
  /// A parameter as a variable. Its gradient is reset by backward() like the others.
  Variable parameter(Parameter& parameter);
  /// The numbers of a parameter from `first` on, as a variable of that shape with its own part of the gradient.
  /// What no part covers keeps the gradient 0, so the whole must not be used beside its parts.
  Variable part(Parameter& parameter, int64_t first, Shape shape);
  /// Appends an operation. On a tape for inference `backward` is never called.
  void append(std::string name, NodeKind kind, std::function<void()> forward, std::function<void()> backward,
              Account account = {});

  /// Tells `watcher` of every operation at work: after its forward, and before and after its backward, since gradients
  /// share memory and do not last. It may look and changes nothing; an empty one, and there is none at first, ends it.
  enum class Moment { kForward, kBeforeBackward, kBackward };
  using Watcher = std::function<void(const Node&, Moment)>;
  void watch(Watcher watcher) const { watcher_ = std::move(watcher); }

  void forward();
  void backward();

  std::span<const Node> nodes() const { return nodes_; }
  std::span<const Named> variables() const { return variables_; }
  /// The variable of that name; throws Error when there is none.
  Variable find(std::string_view name) const;
  /// Seconds that the latest forward and backward spent in one node; in all nodes of a kind.
  double seconds(const Node& node) const;
  double seconds(NodeKind kind) const;

 private:
  Device& device_;
  Mode mode_;
  Arena own_;
  Arena& arena_;
  std::vector<Node> nodes_;
  std::vector<Named> variables_;
  std::deque<Gradient> gradients_;        // of the variables made here; a deque, so that they never move
  std::vector<Gradient*> all_gradients_;  // these and the parameters'
  mutable Watcher watcher_;
};

}  // namespace lab
