// The matrix product beside Eigen's, on the shapes of a small transformer's linear layers: forward, and the
// gradient of the weights.

#include "core/ops/matmul.h"

#include <benchmark/benchmark.h>

#include <Eigen/Dense>

#include <algorithm>

#include "core/ops/transpose.h"

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr int kRows = 3200;

struct Layer {
  explicit Layer(const benchmark::State& state)
      : x(Matrix::Random(kRows, state.range(0))),
        w(Matrix::Random(state.range(1), state.range(0))),
        y(Matrix::Random(kRows, state.range(1))),
        w_transposed(w.cols(), w.rows()) {}
  Matrix x, w, y, w_transposed;
};

void count(benchmark::State& state) {
  state.counters["flops"] = benchmark::Counter(2.0 * kRows * static_cast<double>(state.range(0) * state.range(1)),
                                               benchmark::Counter::kIsIterationInvariantRate);
}

void forward_ours(benchmark::State& state) {
  Layer l(state);
  const int in = static_cast<int>(l.x.cols()), out = static_cast<int>(l.y.cols());
  for (auto _ : state) {
    lab::transpose(l.w_transposed.data(), out, l.w.data(), in, out, in);
    lab::matmul(lab::Into::kOverwrite, l.y.data(), out, lab::MatrixView::rows(l.x.data(), in), l.w_transposed.data(),
                out, kRows, out, in);
    benchmark::DoNotOptimize(l.y.data());
  }
  count(state);
}

void forward_eigen(benchmark::State& state) {
  Layer l(state);
  for (auto _ : state) {
    l.y.noalias() = l.x * l.w.transpose();
    benchmark::DoNotOptimize(l.y.data());
  }
  count(state);
}

void weight_gradient_ours(benchmark::State& state) {
  Layer l(state);
  const int in = static_cast<int>(l.x.cols()), out = static_cast<int>(l.y.cols());
  for (auto _ : state) {
    for (int row = 0; row < kRows; row += 256)
      lab::matmul(row == 0 ? lab::Into::kOverwrite : lab::Into::kAdd, l.w.data(), in,
                  lab::MatrixView::transposed(l.y.data() + row * out, out), l.x.data() + row * in, in, out, in,
                  std::min(256, kRows - row));
    benchmark::DoNotOptimize(l.w.data());
  }
  count(state);
}

void weight_gradient_eigen(benchmark::State& state) {
  Layer l(state);
  for (auto _ : state) {
    l.w.noalias() = l.y.transpose() * l.x;
    benchmark::DoNotOptimize(l.w.data());
  }
  count(state);
}

void layers(benchmark::internal::Benchmark* bench) {
  for (const auto& [in, out] : {std::pair{64, 192}, {64, 64}, {64, 128}, {128, 64}, {128, 512}}) bench->Args({in, out});
}

BENCHMARK(forward_ours)->Apply(layers);
BENCHMARK(forward_eigen)->Apply(layers);
BENCHMARK(weight_gradient_ours)->Apply(layers);
BENCHMARK(weight_gradient_eigen)->Apply(layers);

}  // namespace
