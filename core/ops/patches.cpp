#include "core/ops/patches.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace lab {

void cut_patches(Tensor patches, Tensor pixels, int side) {
  const int64_t height = pixels.shape[1], width = pixels.shape[2], columns = width / side, rows = height / side;
  parallel_for(pixels.shape[0], [&](int64_t b) {
    float* to = patches.data + b * height * width;
    const float* picture = pixels.data + b * height * width;
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column)
        for (int64_t y = 0; y < side; ++y, to += side)
          std::copy_n(picture + (row * side + y) * width + column * side, side, to);
  });
}

void place_tokens_forward(Tensor x, Tensor embedded, Tensor class_token, Tensor position) {
  const int64_t tokens = x.shape[1], width = x.shape[2];
  parallel_for(x.shape[0], [&](int64_t b) {
    for (int64_t n = 0; n < tokens; ++n) {
      const float* token = n == 0 ? class_token.data : embedded.data + (b * (tokens - 1) + n - 1) * width;
      float* to = x.data + (b * tokens + n) * width;
      // x = token + position
      for (int64_t c = 0; c < width; ++c) to[c] = token[c] + position[n * width + c];
    }
  });
}

void place_tokens_backward(Tensor d_embedded, Tensor d_class_token, Tensor d_position, Into into, Tensor dx) {
  const int64_t batch = dx.shape[0], tokens = dx.shape[1], width = dx.shape[2];
  parallel_for(tokens, [&](int64_t n) {
    // d_position = the sum of dx over the batch; the class token is the same sum at token 0
    float* position = d_position.data + n * width;
    if (into == Into::kOverwrite) std::fill_n(position, width, 0.0f);
    if (n == 0 && into == Into::kOverwrite) std::fill_n(d_class_token.data, width, 0.0f);
    for (int64_t b = 0; b < batch; ++b) {
      const float* from = dx.data + (b * tokens + n) * width;
      for (int64_t c = 0; c < width; ++c) position[c] += from[c];
      if (n == 0)
        for (int64_t c = 0; c < width; ++c) d_class_token[c] += from[c];
      else
        std::copy_n(from, width, d_embedded.data + (b * (tokens - 1) + n - 1) * width);
    }
  });
}

void class_token_forward(Tensor y, Tensor x) {
  const int64_t tokens = x.shape[1], width = x.shape[2];
  for (int64_t b = 0; b < x.shape[0]; ++b) std::copy_n(x.data + b * tokens * width, width, y.data + b * width);
}

void class_token_backward(Tensor dx, Tensor dy) {
  const int64_t tokens = dx.shape[1], width = dx.shape[2];
  parallel_for(dx.shape[0], [&](int64_t b) {
    float* to = dx.data + b * tokens * width;
    std::copy_n(dy.data + b * width, width, to);
    std::fill(to + width, to + tokens * width, 0.0f);
  });
}

}  // namespace lab
