#pragma once
// Derivatives without cancellation: f′(x) = Im f(x + ih) / h for tiny h (Squire and Trapp, "Using complex
// variables to estimate derivatives of real functions", 1998). Exact to the last bits of a double.

#include <complex>
#include <vector>

namespace lab::reference {

using Complex = std::complex<double>;

/// The gradient of Σ dy · f(x) with respect to x: what a backward pass of y = f(x) returns for dy.
/// `f` takes and returns std::vector<Complex>.
template <class Function>
std::vector<double> pull_back(const Function& f, const std::vector<double>& x, const std::vector<double>& dy) {
  constexpr double kStep = 1e-40;
  std::vector<Complex> at(x.begin(), x.end());
  std::vector<double> gradient(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    at[i] = {x[i], kStep};
    const std::vector<Complex> y = f(at);
    for (size_t n = 0; n < y.size(); ++n) gradient[i] += dy[n] * y[n].imag() / kStep;
    at[i] = x[i];
  }
  return gradient;
}

inline std::vector<Complex> as_complex(const std::vector<double>& x) { return {x.begin(), x.end()}; }

}  // namespace lab::reference
