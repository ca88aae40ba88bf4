#include "core/gpu/gl_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/gpu/gl_attention.h"
#include "core/gpu/gl_engine.h"
#include "core/gpu/gl_error.h"

namespace lab {

namespace {

const gl::Defines kLongRows = gl::row_sizes(true);

gl::Defines adam(int decoupled) { return {{"THREADS", gl::kThreads}, {"DECOUPLED", decoupled}}; }

bool adds(Into into) { return into == Into::kAdd; }

}  // namespace

struct GlDevice::Programs {
  GlEngine& engine;
  Program& layer_norm = engine.program("layer_norm", gl::row_sizes());
  Program& layer_norm_backward = engine.program("layer_norm_backward", gl::row_sizes());
  Program& layer_norm_parameters = engine.program("layer_norm_parameters");
  Program &gelu = engine.program("gelu"), &gelu_backward = engine.program("gelu_backward");
  Program &add = engine.program("add"), &dropout = engine.program("dropout");
  Program& cut_patches = engine.program("cut_patches");
  Program &place_tokens = engine.program("place_tokens"),
          &place_tokens_backward = engine.program("place_tokens_backward");
  Program &class_token = engine.program("class_token"), &class_token_backward = engine.program("class_token_backward");
  Program &embed = engine.program("embed"), &embed_backward = engine.program("embed_backward");
  Program& cross_entropy = engine.program("cross_entropy", gl::row_sizes());
  Program& cross_entropy_backward = engine.program("cross_entropy_backward");
  Program &norm_parts = engine.program("norm_parts", kLongRows), &norm = engine.program("norm", kLongRows),
          &clip = engine.program("clip");
  Program& momentum = engine.program("update_momentum");
  Program &adam_coupled = engine.program("update_adam", adam(0)),
          &adam_decoupled = engine.program("update_adam", adam(1));
};

std::string model(const std::string& renderer) {
  std::string name = renderer.substr(0, renderer.find('/'));
  if (const size_t details = name.find(" ("); details != std::string::npos) name.resize(details);
  return name;
}

bool is_software(const std::string& renderer) {
  constexpr std::array kNames = {"llvmpipe", "softpipe", "SwiftShader", "Software Rasterizer", "swrast"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](const char* name) { return renderer.find(name) != std::string::npos; });
}

GlDevice::GlDevice(std::unique_ptr<GlContext> context, const GlSettings& settings)
    : engine_(
          std::make_unique<GlEngine>(std::move(context), settings.shaders,
                                     settings.watch_shaders ? ShaderFolder::Watch::kYes : ShaderFolder::Watch::kNo)),
      programs_(new Programs{*engine_}) {
  if (settings.debug) listen_to_debug_output();
}

GlDevice::~GlDevice() = default;

std::string GlDevice::name() const {
  return fmt::format("{}, {}", is_software(renderer()) ? "OpenGL on the CPU" : "GPU", model(renderer()));
}
std::string GlDevice::renderer() const { return engine_->context->renderer(); }
std::string GlDevice::complaint() const { return engine_->shaders.complaint(); }
int64_t GlDevice::bytes() const { return engine_->memory.bytes(); }

void GlDevice::block_added(const float* block, size_t bytes) {
  engine_->memory.block_added(block, static_cast<int64_t>(bytes));
}
void GlDevice::block_removed(const float* block) { engine_->memory.block_removed(block); }
void GlDevice::upload(Tensor tensor) { engine_->memory.upload(tensor); }
void GlDevice::download(Tensor tensor) { engine_->memory.download(tensor); }
uint64_t GlDevice::mark() { return engine_->clock.mark(); }
double GlDevice::seconds(uint64_t from, uint64_t to) { return engine_->clock.seconds(from, to); }

// ---- linear, layer norm, gelu, add, dropout

// y = x · wᵀ + b
void GlDevice::linear_forward(Tensor y, Tensor x, Tensor w, Tensor b, Tensor) {
  const int64_t rows = x.shape.rows(), in = w.shape[1], out = w.shape[0];
  const GlMemory& m = engine_->memory;
  engine_->product(Into::kOverwrite, GlMatrices::rows(m.range(y), out), GlMatrices::rows(m.range(x), in),
                   GlMatrices::transposed(m.slice(w), in), {rows, out, in}, b);
}

// dx = dy · w, dw = dyᵀ · x, db = the column sums of dy
void GlDevice::linear_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                               Tensor w) {
  const int64_t rows = x.shape.rows(), in = w.shape[1], out = w.shape[0];
  const GlMemory& m = engine_->memory;
  if (dx)
    engine_->product(into_dx, GlMatrices::rows(m.range(dx), in), GlMatrices::rows(m.range(dy), out),
                     GlMatrices::rows(m.slice(w), in), {rows, in, out});
  if (!dw) return;
  engine_->product(into_dw, GlMatrices::rows(m.slice(dw), in), GlMatrices::transposed(m.range(dy), out),
                   GlMatrices::rows(m.range(x), in), {out, in, rows});
  if (!db) return;
  const GlSlice to = m.slice(db);
  engine_->sum_rows(to.range, into_dw, m.range(dy), rows, out, out, 0, 1, to.at);
}

void GlDevice::layer_norm_forward(Tensor y, Tensor mean, Tensor rstd, Tensor x, Tensor w, Tensor b, float epsilon) {
  const GlMemory& m = engine_->memory;
  const int64_t rows = x.shape.rows(), width = x.shape.columns();
  programs_->layer_norm.run(row_groups(rows),
                            {m.range(y), m.range(mean), m.range(rstd), m.range(x), m.range(w), m.range(b)},
                            {rows, width, epsilon});
}

void GlDevice::layer_norm_backward(Tensor dx, Into into_dx, Tensor dw, Tensor db, Into into_dw, Tensor dy, Tensor x,
                                   Tensor mean, Tensor rstd, Tensor w, Tensor) {
  constexpr int64_t kRowsPerPart = 64;
  GlMemory& m = engine_->memory;
  const int64_t rows = x.shape.rows(), width = x.shape.columns(), parts = (rows + kRowsPerPart - 1) / kRowsPerPart;
  programs_->layer_norm_backward.run(row_groups(rows),
                                     {m.range(dx), m.range(dy), m.range(x), m.range(mean), m.range(rstd), m.range(w)},
                                     {rows, width, adds(into_dx)});
  const GlRange partial = m.scratch(1, parts * 2 * width);
  programs_->layer_norm_parameters.run(groups_for(parts * width),
                                       {partial, m.range(dy), m.range(x), m.range(mean), m.range(rstd)},
                                       {rows, width, kRowsPerPart});
  engine_->sum_rows(m.range(dw), into_dw, partial, parts, width, 2 * width);
  engine_->sum_rows(m.range(db), into_dw, partial, parts, width, 2 * width, width);
}

void GlDevice::gelu_forward(Tensor y, Tensor x) {
  const GlMemory& m = engine_->memory;
  programs_->gelu.run(groups_for(x.count()), {m.range(y), m.range(x)}, {x.count()});
}

void GlDevice::gelu_backward(Tensor dx, Into into_dx, Tensor dy, Tensor x) {
  const GlMemory& m = engine_->memory;
  programs_->gelu_backward.run(groups_for(x.count()), {m.range(dx), m.range(dy), m.range(x)},
                               {x.count(), adds(into_dx)});
}

void GlDevice::add_forward(Tensor y, Tensor a, Tensor b) {
  const GlMemory& m = engine_->memory;
  programs_->add.run(groups_for(y.count()), {m.range(y), m.range(a), m.range(b)}, {y.count()});
}

void GlDevice::drop(Tensor y, Into into, Tensor x, float p, const Rng& rng, uint64_t step) {
  const GlMemory& m = engine_->memory;
  const auto [key0, key1, stream_low, stream_high] = rng.identity();
  programs_->dropout.run(groups_for((x.count() + 3) / 4), {m.range(y), m.range(x)},
                         {x.count(), adds(into), p, static_cast<uint32_t>(step), key0, key1, stream_low, stream_high});
}

void GlDevice::dropout_forward(Tensor y, Tensor x, float p, const Rng& rng, uint64_t step) {
  drop(y, Into::kOverwrite, x, p, rng, step);
}

void GlDevice::dropout_backward(Tensor dx, Into into_dx, Tensor dy, float p, const Rng& rng, uint64_t step) {
  drop(dx, into_dx, dy, p, rng, step);
}

// ---- tokens

void GlDevice::cut_patches(Tensor patches, Tensor pixels, int side) {
  const GlMemory& m = engine_->memory;
  programs_->cut_patches.run(groups_for(pixels.count()), {m.range(patches), m.range(pixels)},
                             {pixels.count(), pixels.shape[1], pixels.shape[2], side});
}

void GlDevice::place_tokens_forward(Tensor x, Tensor embedded, Tensor class_token, Tensor position) {
  const GlMemory& m = engine_->memory;
  programs_->place_tokens.run(groups_for(x.count()),
                              {m.range(x), m.range(embedded), m.range(class_token), m.range(position)},
                              {x.count(), x.shape[1], x.shape[2]});
}

// d_position = the sum of dx over the batch; the class token is the same sum at token 0
void GlDevice::place_tokens_backward(Tensor d_embedded, Tensor d_class_token, Tensor d_position, Into into, Tensor dx) {
  const GlMemory& m = engine_->memory;
  const int64_t batch = dx.shape[0], tokens = dx.shape[1], width = dx.shape[2], picture = tokens * width;
  programs_->place_tokens_backward.run(groups_for(d_embedded.count()), {m.range(d_embedded), m.range(dx)},
                                       {d_embedded.count(), tokens, width});
  engine_->sum_rows(m.range(d_position), into, m.range(dx), batch, picture, picture);
  engine_->sum_rows(m.range(d_class_token), into, m.range(dx), batch, width, picture);
}

void GlDevice::class_token_forward(Tensor y, Tensor x) {
  const GlMemory& m = engine_->memory;
  programs_->class_token.run(groups_for(y.count()), {m.range(y), m.range(x)}, {y.count(), x.shape[1], x.shape[2]});
}

void GlDevice::class_token_backward(Tensor dx, Tensor dy) {
  const GlMemory& m = engine_->memory;
  programs_->class_token_backward.run(groups_for(dx.count()), {m.range(dx), m.range(dy)},
                                      {dx.count(), dx.shape[1], dx.shape[2]});
}

void GlDevice::embed_forward(Tensor x, std::span<const int> tokens, Tensor table, Tensor position) {
  GlMemory& m = engine_->memory;
  programs_->embed.run(groups_for(x.count()), {m.range(x), m.integers(tokens), m.range(table), m.range(position)},
                       {x.count(), x.shape[1], x.shape[2]});
}

void GlDevice::embed_backward(Tensor d_table, Tensor d_position, Into into, Tensor dx, std::span<const int> tokens) {
  GlMemory& m = engine_->memory;
  const int64_t vocabulary = d_table.shape[0], width = d_table.shape[1], text = dx.shape[1] * width;
  // The places of each token, by counting: first where each token's end, then, filled from behind, where they begin.
  places_.assign(vocabulary + 1 + tokens.size(), 0);
  for (int token : tokens) ++places_[token];
  std::partial_sum(places_.begin(), places_.begin() + vocabulary, places_.begin());
  for (int64_t place = static_cast<int64_t>(tokens.size()) - 1; place >= 0; --place)
    places_[vocabulary + 1 + --places_[tokens[place]]] = static_cast<int>(place);
  places_[vocabulary] = static_cast<int>(tokens.size());
  programs_->embed_backward.run(groups_for(d_table.count()), {m.range(d_table), m.range(dx), m.integers(places_)},
                                {vocabulary, width, adds(into)});
  engine_->sum_rows(m.range(d_position), into, m.range(dx), dx.shape[0], text, text);
}

// ---- the loss, and after the way back

void GlDevice::cross_entropy_forward(Tensor loss, Tensor probabilities, Tensor logits, std::span<const int> targets,
                                     float smoothing) {
  GlMemory& m = engine_->memory;
  const int64_t rows = logits.shape.rows(), classes = logits.shape.columns();
  const GlRange losses = m.scratch(1, rows);
  programs_->cross_entropy.run(row_groups(rows), {losses, m.range(probabilities), m.range(logits), m.integers(targets)},
                               {rows, classes, smoothing});
  engine_->sum_rows(m.range(loss), Into::kOverwrite, losses, rows, 1, 1, 0, 1 / static_cast<float>(rows));
}

void GlDevice::cross_entropy_backward(Tensor d_logits, Tensor probabilities, std::span<const int> targets,
                                      float smoothing) {
  GlMemory& m = engine_->memory;
  programs_->cross_entropy_backward.run(groups_for(d_logits.count()),
                                        {m.range(d_logits), m.range(probabilities), m.integers(targets)},
                                        {d_logits.shape.rows(), d_logits.shape.columns(), smoothing});
}

void GlDevice::clip_gradient(Tensor norm, Tensor gradients, float largest) {
  constexpr int64_t kMostParts = 1024;
  GlMemory& m = engine_->memory;
  const int64_t count = gradients.count(), parts = std::min(kMostParts, groups_for(count));
  const GlRange partial = m.scratch(1, parts);
  programs_->norm_parts.run(parts, {partial, m.range(gradients)}, {count, parts});
  programs_->norm.run(1, {m.range(norm), partial}, {parts});
  if (largest > 0) programs_->clip.run(groups_for(count), {m.range(gradients), m.range(norm)}, {count, largest});
}

void GlDevice::update(const Update& u, Tensor values, Tensor gradients, Tensor first, Tensor second, Tensor norm) {
  const GlMemory& m = engine_->memory;
  const int64_t count = values.count(), groups = groups_for(count);
  if (u.rule == Update::Rule::kMomentum)
    return programs_->momentum.run(groups, {m.range(values), m.range(gradients), m.range(first), m.range(norm)},
                                   {count, bool(norm), u.rate, u.weight_decay, u.momentum});
  Program& adam = u.rule == Update::Rule::kAdam ? programs_->adam_coupled : programs_->adam_decoupled;
  adam.run(groups, {m.range(values), m.range(gradients), m.range(first), m.range(second), m.range(norm)},
           {count, bool(norm), u.rate, u.weight_decay, u.beta1, u.beta2, u.epsilon, u.first_so_far, u.second_so_far});
}

std::unique_ptr<AttentionKernel> GlDevice::make_attention(std::string_view score, const Strategy& strategy,
                                                          const AttentionProblem& problem,
                                                          std::span<const ScoreTensor> learned, Arena&, Kernel kernel) {
  if (strategy.kind != Strategy{}.kind)
    throw Error("The GPU does not know the strategy {}; the CPU does.", strategy.kind);
  if (problem.lengths_change) throw Error("The GPU does not know texts of different lengths; the CPU does.");
  return make_gl_attention(*engine_, score, problem, learned, kernel);
}

}  // namespace lab
