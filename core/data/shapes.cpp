#include "core/data/shapes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"

namespace lab {

namespace {

constexpr int kSide = 28;
constexpr uint64_t kSeed = 28;

// A point relative to the shape's centre, in units of its size, turned with it.
struct Point {
  float x, y;
};

// Each shape is its signed distance: below 0 inside. `stroke` is half the thickness of lines.
using Distance = float (*)(Point p, float stroke);

float length(Point p) { return std::hypot(p.x, p.y); }
float box(Point p, float width, float height) { return std::max(std::fabs(p.x) - width, std::fabs(p.y) - height); }

float disc(Point p, float) { return length(p) - 0.9f; }
float ring(Point p, float stroke) { return std::fabs(length(p) - 0.8f) - stroke; }
float square(Point p, float) { return box(p, 0.8f, 0.8f); }
float frame(Point p, float stroke) { return std::fabs(box(p, 0.75f, 0.75f)) - stroke; }
float triangle(Point p, float) { return std::max(std::fabs(p.x) * 0.87f + p.y * 0.5f - 0.45f, -p.y - 0.6f); }
float cross(Point p, float stroke) { return std::min(box(p, 1, stroke), box(p, stroke, 1)); }
float bars(Point p, float stroke) {
  return std::min(box({p.x - 0.55f, p.y}, stroke, 0.9f), box({p.x + 0.55f, p.y}, stroke, 0.9f));
}
float corner(Point p, float stroke) {
  return std::min(box({p.x + 0.7f, p.y}, stroke, 0.9f), box({p.x, p.y - 0.7f}, 0.9f, stroke));
}

struct Shape {
  const char* name;
  Distance distance;
};
constexpr Shape kShapes[] = {{"Disc", disc},         {"Ring", ring},   {"Square", square}, {"Frame", frame},
                             {"Triangle", triangle}, {"Cross", cross}, {"Bars", bars},     {"Corner", corner}};

void draw(uint8_t* picture, uint8_t* object, Distance distance, Rng& rng) {
  const float size = rng.uniform(5, 10), stroke = rng.uniform(0.14f, 0.26f);
  const float turn = rng.uniform(-0.35f, 0.35f), bright = rng.uniform(110, 235), noise = rng.uniform(10, 50);
  const float centre_x = rng.uniform(size, kSide - size), centre_y = rng.uniform(size, kSide - size);
  const float cosine = std::cos(turn), sine = std::sin(turn);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const float dx = (x + 0.5f - centre_x) / size, dy = (y + 0.5f - centre_y) / size;
      const float outside = distance({cosine * dx + sine * dy, cosine * dy - sine * dx}, stroke) * size;
      const float cover = std::clamp(0.5f - outside, 0.0f, 1.0f);  // the edge is one pixel soft
      const float value = cover * bright + rng.uniform(0, noise);
      object[y * kSide + x] = cover >= 0.5f;
      picture[y * kSide + x] = static_cast<uint8_t>(std::clamp(value, 0.0f, 255.0f));
    }
}

ImageSet make_set(int count, Rng& rng) {
  ImageSet set;
  set.height = set.width = kSide;
  set.pixels.resize(static_cast<size_t>(count) * kSide * kSide);
  set.objects.resize(set.pixels.size());
  for (int i = 0; i < count; ++i) {
    set.labels.push_back(static_cast<uint8_t>(rng.below(std::size(kShapes))));
    const size_t first = static_cast<size_t>(i) * kSide * kSide;
    draw(set.pixels.data() + first, set.objects.data() + first, kShapes[set.labels.back()].distance, rng);
  }
  return set;
}

}  // namespace

Dataset make_shapes() {
  constexpr int kTrain = 12000, kTest = 2000;
  Dataset data;
  data.task = "shapes";
  data.title = "Shapes";
  data.source = "generated";
  for (const Shape& shape : kShapes) data.classes.push_back(shape.name);
  Rng rng(kSeed, stream::kShapes);
  data.train = make_set(kTrain, rng);
  data.test = make_set(kTest, rng);
  return data;
}

}  // namespace lab
