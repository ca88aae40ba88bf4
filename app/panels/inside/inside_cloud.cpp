#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/panels/inside/inside_views.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/point_cloud.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 20, kBeside = 430, kPicture = 150, kFewestBars = 110, kBarsShare = 0.4f;  // logical pixels
constexpr ImU32 kQuery = colour::kLanes[0], kKey = colour::kLanes[1];

const QueryKeyCloud& cloud_of(const InsideScene& scene) { return *scene.inside.pairs; }

/// The sample that is looked at; samples lie in the order in which they were read.
const QueryKeyCloud::Sample& looked_at(const QueryKeyCloud& cloud) {
  const auto own = std::find_if(cloud.samples.begin(), cloud.samples.end(), [](const auto& s) { return s.index < 0; });
  return own == cloud.samples.end() ? cloud.samples.front() : *own;
}

/// Another cloud may have other points: what is joined begins again with the query that is looked at.
void settle(const InsideScene& scene) {
  CloudState& state = scene.view.inside.cloud;
  const QueryKeyCloud& cloud = cloud_of(scene);
  const bool same = state.of && state.of->query_count() == cloud.query_count() &&
                    state.of->key_count() == cloud.key_count() &&
                    looked_at(*state.of).queries.count == looked_at(cloud).queries.count;
  if (!same) state.held = -1;
  if (state.of != scene.inside.pairs) state.painted = -2;
  state.of = scene.inside.pairs;
  const QueryKeyCloud::Part& own = looked_at(cloud).queries;
  state.query = state.held >= 0 ? state.held : own.first + std::min(scene.query(), own.count - 1);
  state.key = cloud.best_key(state.query);
}

/// A query joins the key that it matches best; a key joins the query that is held, or where it cannot, its own best.
void join(const InsideScene& scene, const CloudMouse& mouse) {
  CloudState& state = scene.view.inside.cloud;
  const QueryKeyCloud& cloud = cloud_of(scene);
  if (!mouse.hovered) {
    if (mouse.clicked) state.held = -1;
    return;
  }
  if (mouse.hovered.kind == 0) {
    state.query = mouse.hovered.point;
    state.key = cloud.best_key(state.query);
  } else {
    state.key = mouse.hovered.point;
    if (!cloud.exists(state.query, state.key)) state.query = cloud.best_query(state.key);
  }
  if (mouse.clicked) state.held = state.query;
}

Sample sample_at(const InsideScene& scene, const QueryKeyCloud::Sample& sample) {
  return sample.index < 0 ? scene.snapshot.probe.sample() : scene.snapshot.data->test.sample(sample.index);
}

void draw_cloud(const InsideScene& scene, ImVec2 size) {
  CloudState& state = scene.view.inside.cloud;
  const QueryKeyCloud& cloud = cloud_of(scene);
  const auto& [index, queries, keys, map] = cloud.sample_of_query(std::max(state.query, 0));
  const CloudKind kinds[2] = {{"queries", kQuery, false, cloud.query_places, queries.first, queries.end()},
                              {"keys", kKey, true, cloud.key_places, keys.first, keys.end()}};
  const std::string across = fmt::format("first component, {:.0f} %", 100 * cloud.explained[0]);
  const std::string up = fmt::format("second component, {:.0f} %", 100 * cloud.explained[1]);
  CloudOptions options;
  options.size = size;
  options.joined = {state.query, state.key};
  options.axes = {across, up};
  join(scene, point_cloud("cloud", kinds, options));
}

void draw_sample(const InsideScene& scene) {
  CloudState& state = scene.view.inside.cloud;
  const QueryKeyCloud::Sample& at = cloud_of(scene).sample_of_query(state.query);
  const Sample sample = sample_at(scene, at);
  const int query = state.query - at.queries.first, key = state.key < 0 ? -1 : state.key - at.keys.first;
  const std::string whose =
      at.index < 0 ? "that is looked at" : fmt::format("{} of the test set", grouped(at.index + 1));
  if (sample.pixels.empty()) {
    small_print(fmt::format("Text {}: {}", whose,
                            shortened(words_of(scene.snapshot, sample), theme().caption, px(3 * kBeside))));
    return;
  }
  const Probe& probe = scene.snapshot.probe;
  if (state.painted != at.index) {
    state.painted = at.index;
    std::vector<Rgba> pixels;
    for (const uint8_t level : sample.pixels) pixels.push_back(grey(level));
    state.picture = scene.textures.upload("inside sample", probe.width, probe.height, pixels);
  }
  caption(fmt::format("Picture {}", whose));
  const Geometry& g = scene.snapshot.geometry;
  const Cells cells("sample", state.picture, {px(kPicture), px(kPicture)}, g.rows, g.columns);
  cells.grid();
  const auto cell = [&](int token) { return Cell{(token - g.prefix) / g.columns, (token - g.prefix) % g.columns}; };
  if (query >= g.prefix) cells.outline(cell(query));
  if (key >= g.prefix) cells.light(cell(key));
}

/// "row 3, column 4": with its mark before it.
void draw_partner(const char* what, const std::string& place, ImU32 ink) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  draw_text(from, what, theme().strong, ink);
  draw_text({from.x + px(52), from.y}, place, theme().body, colour::kText, width - px(52));
  ImGui::Dummy({width, px(22)});
}

void draw_product(const InsideScene& scene) {
  const CloudState& state = scene.view.inside.cloud;
  const QueryKeyCloud& cloud = cloud_of(scene);
  const std::vector<float> parts = cloud.contributions(state.query, state.key);
  const float sum = std::accumulate(parts.begin(), parts.end(), 0.0f);
  const bool dot = cloud.additive.empty();
  styled_text(fmt::format("{} = {}", dot ? "q · k" : "score", brief(sum)), theme().title, colour::kText);
  if (dot && cloud.scale != 1)
    caption(fmt::format("times {} is the score {}", brief(cloud.scale), brief(cloud.score(state.query, state.key))));
  const Allocation& lane = scene.lane().lane;
  if (scene.attending() != Attending::kCross &&
      spending_of(lane, scene.selection.layer, scene.selection.head).strategy.kind != "data")
    caption("before this lane's strategy changes it");
}

void bar_tip(const QueryKeyCloud& cloud, const CloudState& state, int d, float part) {
  const float q = cloud.queries[static_cast<size_t>(state.query) * cloud.width + d];
  const float k = cloud.keys[static_cast<size_t>(state.key) * cloud.width + d];
  const std::string sum = cloud.additive.empty() ? fmt::format("{} × {} = {}", brief(q), brief(k), brief(part))
                                                 : fmt::format("{} × tanh({} + {}) = {}", brief(cloud.additive[d]),
                                                               brief(q), brief(k), brief(part));
  tooltip(Tip(fmt::format("Number {} of {}: {}", d + 1, cloud.width, sum)));
}

/// A bar for each number of query and key, and at the right, apart, what they add up to, to the same scale.
void draw_contributions(const InsideScene& scene, ImVec2 size) {
  const CloudState& state = scene.view.inside.cloud;
  const QueryKeyCloud& cloud = cloud_of(scene);
  std::vector<float> bars = cloud.contributions(state.query, state.key);
  const float sum = std::accumulate(bars.begin(), bars.end(), 0.0f);
  float low = std::min(sum, 0.0f), high = std::max(sum, 0.0f);
  for (const float part : bars) low = std::min(low, part), high = std::max(high, part);
  const float range = std::max(high - low, 1e-9f), text = px(18);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float top = at.y + text, tall = size.y - 2 * text, zero = top + tall * high / range;
  const float step = size.x / (static_cast<float>(bars.size()) + 2.5f);  // the sum is twice as wide, and half one apart
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int d = 0; d < static_cast<int>(bars.size()); ++d) {
    const float x = at.x + step * static_cast<float>(d), y = zero - tall * bars[d] / range;
    list.AddRectFilled({x, std::min(y, zero)}, {x + std::max(step - px(2), 1.0f), std::max(y, zero)},
                       bars[d] < 0 ? colour::kLanes[3] : colour::kLanes[2]);
    ImGui::SetCursorScreenPos({x, top});
    ImGui::PushID(d);
    ImGui::InvisibleButton("bar", {std::max(step, 1.0f), tall});
    ImGui::PopID();
    bar_tip(cloud, state, d, bars[d]);
  }
  const float right = at.x + size.x, left = right - 2 * step, y = zero - tall * sum / range;
  list.AddRectFilled({left, std::min(y, zero)}, {right, std::max(y, zero)}, colour::kText);
  list.AddLine({at.x, zero}, {right, zero}, colour::kQuiet);
  draw_text_right({right, sum < 0 ? zero - text : y - text}, "sum", theme().caption, colour::kText);
  draw_text(
      {at.x, at.y + size.y - text},
      cloud.additive.empty() ? "each number of the query times that of the key" : "v · tanh(q + k), number by number",
      theme().caption, colour::kQuiet, size.x);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(size);
}

void draw_pair(const InsideScene& scene, ImVec2 room) {
  const CloudState& state = scene.view.inside.cloud;
  ImGui::BeginChild("pair", room, false, ImGuiWindowFlags_NoBackground);
  const QueryKeyCloud::Sample& of = cloud_of(scene).sample_of_query(state.query);
  const Sample sample = sample_at(scene, of);
  draw_partner("query", query_in_sample(scene, sample, state.query - of.queries.first), kQuery);
  if (state.key < 0) {
    caption("It looks at no key.");
  } else {
    draw_partner("key", key_in_sample(scene, sample, state.key - of.keys.first), kKey);
    draw_product(scene);
    const float left = ImGui::GetContentRegionAvail().y - px(kPicture + 60);
    draw_contributions(scene, {ImGui::GetContentRegionAvail().x,
                               std::clamp(left, px(kFewestBars), std::max(px(kFewestBars), room.y * kBarsShare))});
  }
  ImGui::Dummy({1, px(4)});
  draw_sample(scene);
  ImGui::EndChild();
}

/// Layer and head, without the mean of heads: queries are of one.
void draw_place(const InsideScene& scene) {
  const auto choose = [](const char* id, const char* what, int count, int now, const Tip& tip) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back(fmt::format("{} {} of {}", what, i + 1, count));
    return pick(id, names[now], names, now, pick_width(names.back()), tip, true);
  };
  if (const int layer = choose("layer", "layer", scene.layers(), scene.selection.layer, {"The layer looked at.", "L"});
      layer >= 0)
    scene.view.selection.layer = layer;
  ImGui::SameLine(0, px(8));
  if (const int head = choose("head", "head", scene.heads(), scene.selection.head, {"The head looked at.", "H"});
      head >= 0)
    scene.view.selection.head = head;
  const QueryKeyCloud& cloud = cloud_of(scene);
  ImGui::SameLine(0, px(14));
  ImGui::AlignTextToFramePadding();
  caption(shortened(
      fmt::format("{} queries and {} keys of {} {}{}, in the plane of their two principal components: {:.0f} % of "
                  "all differences",
                  grouped(cloud.query_count()), grouped(cloud.key_count()), cloud.samples.size(),
                  scene.snapshot.data->test.has_pictures() ? "pictures" : "texts", shown_step(scene),
                  100 * (cloud.explained[0] + cloud.explained[1])),
      theme().caption, ImGui::GetContentRegionAvail().x));
}

}  // namespace

void draw_inside_cloud(const InsideScene& scene) {
  if (!scene.inside.pairs) return caption("Queries and keys are on their way…");
  settle(scene);
  draw_place(scene);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool wide = room.x > px(2 * kBeside);
  const float hint = px(42), beside = wide ? std::max(px(kBeside), std::floor(room.x * 0.3f)) : room.x;
  const ImVec2 size = {wide ? room.x - beside - px(kGap) : room.x, wide ? room.y - hint : std::floor(room.y * 0.5f)};
  ImGui::BeginGroup();
  draw_cloud(scene, size);
  const std::string help = fmt::format(
      "The larger points are of one {}. Point at a query to join it with the key that it matches best, at a key to "
      "join it "
      "with the query; a click holds that query.",
      scene.snapshot.data->test.has_pictures() ? "picture" : "text");
  for (const std::string& line : wrapped(help, theme().caption, size.x)) caption(line);
  ImGui::EndGroup();
  if (wide) ImGui::SameLine(0, px(kGap));
  draw_pair(scene, wide ? ImVec2{beside, room.y} : ImVec2{room.x, 0});
}

}  // namespace lab
