// The ops that stand alone, forward and backward.

#include "core/base/error.h"
#include "core/ops/layer_norm.h"
#include "core/ops/losses.h"
#include "core/verify/checks.h"

namespace lab {

void check_layer_norm(ReferenceCase& reference) {
  const Shape shape = reference.shape("x"), width{shape.columns()}, rows{shape.rows()};
  const Tensor x = reference.tensor("x", shape), d_out = reference.tensor("grad_out", shape);
  const Tensor weight = reference.tensor("weight", width), bias = reference.tensor("bias", width);
  const float epsilon = reference.number("eps", 0, 1000);
  const Tensor out = reference.zeros(shape), dx = reference.zeros(shape);
  const Tensor mean = reference.zeros(rows), rstd = reference.zeros(rows);
  const Tensor d_weight = reference.zeros(width), d_bias = reference.zeros(width);
  const Tensor partial = reference.zeros({kLayerNormTasks, 2, width[0]});
  Device& device = reference.device();
  device.layer_norm_forward(out, mean, rstd, x, weight, bias, epsilon);
  device.layer_norm_backward(dx, Into::kOverwrite, d_weight, d_bias, Into::kOverwrite, d_out, x, mean, rstd, weight,
                             partial);
  reference.compare("out", out, kTolerance);
  reference.compare("dx", dx, kTolerance);
  reference.compare("dweight", d_weight, kTolerance);
  reference.compare("dbias", d_bias, kTolerance);
}

void check_gelu(ReferenceCase& reference) {
  const std::string form = reference.text("form", "erf");
  if (form != "erf") throw Error("The GELU form {} is not supported yet; only erf is.", form);
  const Shape shape = reference.shape("x");
  const Tensor x = reference.tensor("x", shape), d_out = reference.tensor("grad_out", shape);
  const Tensor out = reference.zeros(shape), dx = reference.zeros(shape);
  reference.device().gelu_forward(out, x);
  reference.device().gelu_backward(dx, Into::kOverwrite, d_out, x);
  reference.compare("out", out, kTolerance);
  reference.compare("dx", dx, kTolerance);
}

void check_cross_entropy(ReferenceCase& reference) {
  const Tensor logits = reference.tensor("logits", 2);
  const std::vector<int> targets = reference.integers("targets", {logits.shape[0]}, 0, logits.shape[1] - 1);
  const float smoothing = reference.number("label_smoothing", 0, 1);
  const Tensor probabilities = reference.zeros(logits.shape), d_logits = reference.zeros(logits.shape);
  const Tensor loss = reference.zeros({1});
  reference.device().cross_entropy_forward(loss, probabilities, logits, targets, smoothing);
  reference.device().cross_entropy_backward(d_logits, probabilities, targets, smoothing);
  reference.compare("loss", loss, kTolerance);
  reference.compare("dlogits", d_logits, kTolerance);
}

void check_mse(ReferenceCase& reference) {
  const Shape shape = reference.shape("prediction");
  const Tensor prediction = reference.tensor("prediction", shape), target = reference.tensor("target", shape);
  const Tensor loss = reference.zeros({1}), d_prediction = reference.zeros(shape);
  loss[0] = mse_forward(prediction, target);
  mse_backward(d_prediction, prediction, target);
  reference.compare("loss", loss, kTolerance);
  reference.compare("dprediction", d_prediction, kTolerance);
}

}  // namespace lab
