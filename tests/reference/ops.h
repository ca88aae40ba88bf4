#pragma once
// The oracle: every op as plain loops, written for reading, in any number type. In double it says what the
// fast ops should give; in std::complex<double> complex_step.h takes its exact derivative.
// Vectors are row-major; shapes stand beside each function.

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace lab::reference {

template <class T>
using Numbers = std::vector<T>;

inline double real(double x) { return x; }
inline double real(float x) { return x; }
inline double real(const std::complex<double>& x) { return x.real(); }

/// x [R, in], w [out, in], b [out] → [R, out]
template <class T>
Numbers<T> linear(const Numbers<T>& x, const Numbers<T>& w, const Numbers<T>& b) {
  const size_t out = b.size(), in = w.size() / out, rows = x.size() / in;
  Numbers<T> y(rows * out);
  for (size_t r = 0; r < rows; ++r)
    for (size_t o = 0; o < out; ++o) {
      y[r * out + o] = b[o];
      for (size_t i = 0; i < in; ++i) y[r * out + o] += x[r * in + i] * w[o * in + i];
    }
  return y;
}

/// x [R, C], w [C], b [C] → [R, C]
template <class T>
Numbers<T> layer_norm(const Numbers<T>& x, const Numbers<T>& w, const Numbers<T>& b, double epsilon) {
  const size_t width = w.size();
  const double share = 1.0 / static_cast<double>(width);
  Numbers<T> y(x.size());
  for (size_t row = 0; row < x.size(); row += width) {
    T mean{}, variance{};
    for (size_t c = 0; c < width; ++c) mean += x[row + c] * T(share);
    for (size_t c = 0; c < width; ++c) variance += (x[row + c] - mean) * (x[row + c] - mean) * T(share);
    for (size_t c = 0; c < width; ++c)
      y[row + c] = (x[row + c] - mean) / std::sqrt(variance + T(epsilon)) * w[c] + b[c];
  }
  return y;
}

/// The error function of any number type: erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)), whose terms
/// never cancel (Abramowitz and Stegun 7.1.6).
template <class T>
T erf(T z) {
  if (std::abs(real(z)) > 6) return T(real(z) > 0 ? 1 : -1);  // to the last bit
  T term = z, total = z;
  for (int n = 1; n < 200; ++n) total += term *= T(2) * z * z / T(2 * n + 1);
  return T(2 / std::sqrt(std::numbers::pi)) * std::exp(-z * z) * total;
}

template <class T>
Numbers<T> gelu(const Numbers<T>& x) {
  Numbers<T> y;
  for (const T& number : x) y.push_back(number * T(0.5) * (T(1) + erf(number * T(std::numbers::sqrt2 / 2))));
  return y;
}

/// One row → its softmax; −∞ is a place that does not exist, a row of nothing else gives zeros.
template <class T>
Numbers<T> softmax(const Numbers<T>& row) {
  double largest = -INFINITY;
  for (const T& x : row) largest = std::max(largest, real(x));
  Numbers<T> y(row.size());
  if (largest == -INFINITY) return y;
  T total{};
  for (size_t i = 0; i < row.size(); ++i)
    if (real(row[i]) != -INFINITY) total += y[i] = std::exp(row[i] - T(largest));
  for (T& x : y) x /= total;
  return y;
}

/// logits [R, K], targets [R] → the mean loss
template <class T>
T cross_entropy(const Numbers<T>& logits, std::span<const int> targets, double smoothing) {
  const size_t rows = targets.size(), classes = logits.size() / rows;
  T loss{};
  for (size_t r = 0; r < rows; ++r) {
    const Numbers<T> p = softmax(Numbers<T>(logits.begin() + r * classes, logits.begin() + (r + 1) * classes));
    for (size_t k = 0; k < classes; ++k) {
      const double truth = smoothing / classes + (static_cast<int>(k) == targets[r] ? 1 - smoothing : 0);
      loss -= T(truth / rows) * std::log(p[k]);
    }
  }
  return loss;
}

template <class T>
T mse(const Numbers<T>& prediction, const Numbers<T>& target) {
  T total{};
  for (size_t i = 0; i < prediction.size(); ++i)
    total += (prediction[i] - target[i]) * (prediction[i] - target[i]) / T(static_cast<double>(prediction.size()));
  return total;
}

template <class T>
struct Attended {
  Numbers<T> weights;  // [N, M]
  Numbers<T> out;      // [N, D]
};

/// One head: q [N, D], k [M, D], v [M, D]; exists(i, j) says which pairs there are.
template <class T, class Exists>
Attended<T> attention(const Numbers<T>& q, const Numbers<T>& k, const Numbers<T>& v, size_t width, double scale,
                      const Exists& exists) {
  const size_t queries = q.size() / width, keys = k.size() / width;
  Attended<T> result{{}, Numbers<T>(q.size())};
  for (size_t i = 0; i < queries; ++i) {
    Numbers<T> scores(keys, T(-INFINITY));
    for (size_t j = 0; j < keys; ++j) {
      if (!exists(static_cast<int>(i), static_cast<int>(j))) continue;
      scores[j] = T{};
      for (size_t d = 0; d < width; ++d) scores[j] += q[i * width + d] * k[j * width + d] * T(scale);
    }
    const Numbers<T> weights = softmax(scores);
    for (size_t j = 0; j < keys; ++j)
      for (size_t d = 0; d < width; ++d) result.out[i * width + d] += weights[j] * v[j * width + d];
    result.weights.insert(result.weights.end(), weights.begin(), weights.end());
  }
  return result;
}

/// One head of linear attention with the features elu + 1: as attention() above.
template <class T, class Exists>
Attended<T> linear_attention(const Numbers<T>& q, const Numbers<T>& k, const Numbers<T>& v, size_t width,
                             const Exists& exists) {
  const auto feature = [](const T& x) { return real(x) > 0 ? x + T(1) : std::exp(x); };
  const size_t queries = q.size() / width, keys = k.size() / width;
  Attended<T> result{Numbers<T>(queries * keys), Numbers<T>(q.size())};
  for (size_t i = 0; i < queries; ++i) {
    T* weights = result.weights.data() + i * keys;
    T total{};
    for (size_t j = 0; j < keys; ++j) {
      if (!exists(static_cast<int>(i), static_cast<int>(j))) continue;
      for (size_t d = 0; d < width; ++d) weights[j] += feature(q[i * width + d]) * feature(k[j * width + d]);
      total += weights[j];
    }
    if (real(total) == 0) continue;
    for (size_t j = 0; j < keys; ++j) {
      weights[j] /= total;
      for (size_t d = 0; d < width; ++d) result.out[i * width + d] += weights[j] * v[j * width + d];
    }
  }
  return result;
}

/// One head of hierarchical attention: as attention() above, over the keys of a few blocks. block_of(token) says where
/// a token is, −1: nowhere; block 0 is seen by all where `all_see_first`; `causal`: only blocks before the query's own.
template <class T, class BlockOf, class Exists>
Attended<T> hierarchical_attention(const Numbers<T>& q, const Numbers<T>& k, const Numbers<T>& v, size_t width,
                                   double scale, int chosen, bool all_see_first, bool causal, const BlockOf& block_of,
                                   const Exists& exists) {
  const int queries = static_cast<int>(q.size() / width), keys = static_cast<int>(k.size() / width);
  const auto looks_into = [&](int i) {
    std::vector<int> into;
    if (all_see_first) into.push_back(0);
    std::vector<std::pair<double, int>> others;  // −score and block
    const int own = block_of(i), last = block_of(keys - 1);
    bool own_exists = false;
    for (int j = 0; j < keys; ++j) own_exists = own_exists || (block_of(j) == own && exists(i, j));
    if (own_exists && !(all_see_first && own == 0)) into.push_back(own);
    for (int b = all_see_first; b <= last; ++b) {
      if (b == own || (causal && own >= 0 && b > own)) continue;
      double score = 0, count = 0;
      for (int j = 0; j < keys; ++j) {
        if (block_of(j) != b || !exists(i, j)) continue;
        ++count;
        for (size_t d = 0; d < width; ++d) score += real(q[i * width + d]) * real(k[j * width + d]);
      }
      if (count > 0) others.push_back({-score / count, b});
    }
    std::stable_sort(others.begin(), others.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [score, b] : others)
      if (static_cast<int>(into.size()) < chosen + all_see_first) into.push_back(b);
    return into;
  };
  std::vector<std::vector<int>> into;
  for (int i = 0; i < queries; ++i) into.push_back(looks_into(i));
  return attention(q, k, v, width, scale, [&](int i, int j) {
    return exists(i, j) && std::find(into[i].begin(), into[i].end(), block_of(j)) != into[i].end();
  });
}

/// pixels [B, height, width] → [B, patches, side²]: patches row by row, pixels of each row by row
template <class T>
Numbers<T> cut_patches(const Numbers<T>& pixels, size_t height, size_t width, size_t side) {
  Numbers<T> patches;
  for (size_t picture = 0; picture < pixels.size(); picture += height * width)
    for (size_t row = 0; row < height; row += side)
      for (size_t column = 0; column < width; column += side)
        for (size_t y = row; y < row + side; ++y)
          for (size_t x = column; x < column + side; ++x) patches.push_back(pixels[picture + y * width + x]);
  return patches;
}

/// embedded [B, N−1, C], class_token [C], position [N, C] → [B, N, C]
template <class T>
Numbers<T> place_tokens(const Numbers<T>& embedded, const Numbers<T>& class_token, const Numbers<T>& position) {
  const size_t width = class_token.size(), patches = position.size() - width;
  Numbers<T> x;
  for (size_t picture = 0; picture < embedded.size(); picture += patches)
    for (size_t at = 0; at < position.size(); ++at)
      x.push_back(position[at] + (at < width ? class_token[at] : embedded[picture + at - width]));
  return x;
}

/// tokens [B·N], table [V, C], position [N, C] → [B, N, C]
template <class T>
Numbers<T> embed(std::span<const int> tokens, const Numbers<T>& table, const Numbers<T>& position, size_t width) {
  Numbers<T> x;
  for (size_t row = 0; row < tokens.size(); ++row)
    for (size_t c = 0; c < width; ++c)
      x.push_back(table[tokens[row] * width + c] + position[(row * width + c) % position.size()]);
  return x;
}

}  // namespace lab::reference
