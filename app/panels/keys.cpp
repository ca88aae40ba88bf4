#include "app/panels/keys.h"

#include <algorithm>

namespace lab {
namespace {

using Act = void(const Snapshot&, View&, Commands&);

template <class C>
void send(const Snapshot&, View&, Commands& commands) {
  commands.send(C{});
}

template <int by>
void other_sample(const Snapshot& snapshot, View&, Commands& commands) {
  look_at_sample(snapshot, std::max(snapshot.probe.index, -1) + by, commands);
}

template <int lane>
void highlight(const Snapshot& snapshot, View& view, Commands&) {
  const bool exists = lane < static_cast<int>(snapshot.lanes.size());
  view.selection.lane = exists && view.selection.lane != lane ? lane : -1;
}

void next_layer(const Snapshot& snapshot, View& view, Commands&) {
  const int layers = std::max(snapshot.experiment.model.layers, 1);
  view.selection.layer = (resolve(view.selection, snapshot).layer + 1) % layers;
}

void next_head(const Snapshot& snapshot, View& view, Commands&) {
  const int head = resolve(view.selection, snapshot).head + 1;
  view.selection.head = head < snapshot.experiment.model.heads ? head : -1;  // after the last: the mean
}

void class_token(const Snapshot& snapshot, View& view, Commands&) {
  if (snapshot.geometry.prefix > 0) view.selection.query = view.selection.query == 0 ? -1 : 0;
}

void open_picture(const Snapshot&, View& view, Commands&) { view.picture.asked = true; }
void shared_scale(const Snapshot&, View& view, Commands&) { view.lanes.style.shared = !view.lanes.style.shared; }
void present(const Snapshot&, View& view, Commands&) { view.presenting = !view.presenting; }
void help(const Snapshot&, View& view, Commands&) { view.help = !view.help; }

void close(const Snapshot&, View& view, Commands&) {
  const bool sheet = view.help || view.picture.asked;
  view.help = view.picture.asked = false;
  if (!sheet) view.presenting = false;
}

void quit(const Snapshot&, View& view, Commands&) { view.quit = true; }

constexpr KeyBinding kBindings[] = {
    {"space", "", "Train, or pause", train_or_pause},
    {"→", "", "Step a batch: one training step of every lane, then pause", send<command::StepBatch>},
    {"R", "", "Restart from step 0 with the same seed", send<command::Restart>},
    {"↑", "[", "The previous picture of the test set", other_sample<-1>},
    {"↓", "]", "The next picture of the test set", other_sample<1>},
    {"L", "", "The next layer", next_layer},
    {"H", "", "The next head; after the last, the mean of all heads", next_head},
    {"C", "", "Ask where the class token looks, or the middle patch again", class_token},
    {"S", "", "One colour scale for all lanes, or each picture its own", shared_scale},
    {"1", "", "Highlight the first lane, or none", highlight<0>},
    {"2", "", "Highlight the second lane", highlight<1>},
    {"3", "", "Highlight the third lane", highlight<2>},
    {"4", "", "Highlight the fourth lane", highlight<3>},
    {"Ctrl+O", "", "Open a picture of your own; or drop the file on the window", open_picture},
    {"F11", "", "Present: bigger text, one panel at a time", present},
    {"?", "F1", "This list of keys", help},
    {"Esc", "", "Close this list or the dialog; end presenting", close},
    {"Ctrl+Q", "", "Quit", quit},
};

}  // namespace

std::span<const KeyBinding> key_bindings() { return kBindings; }

void press(std::string_view key, const Snapshot& snapshot, View& view, Commands& commands) {
  for (const KeyBinding& binding : kBindings)
    if (binding.key == key || binding.other == key) return binding.act(snapshot, view, commands);
}

void train_or_pause(const Snapshot& snapshot, View&, Commands& commands) {
  if (snapshot.phase == Phase::kRunning)
    commands.send(command::Pause{});
  else
    commands.send(command::Play{});
}

void look_at_sample(const Snapshot& snapshot, int index, Commands& commands) {
  if (!snapshot.data) return;
  const int count = snapshot.data->test.count();
  if (count > 0) commands.send(command::SetProbe{(index % count + count) % count});
}

}  // namespace lab
