#include "core/examples/formula.h"

#include <fmt/format.h>

#include <cmath>

namespace lab {

namespace {

std::string with_true_minus(std::string text) {
  if (text.starts_with('-')) text.replace(0, 1, text.find_first_of("123456789") == text.npos ? "" : "−");
  return text;
}

}  // namespace

std::string figure(double number) { return with_true_minus(fmt::format("{:.4g}", number)); }

std::string bracketed(std::string number) { return number.starts_with("−") ? "(" + number + ")" : number; }

std::string factor(double number) { return bracketed(figure(number)); }

std::string fixed(double number, int decimals) { return with_true_minus(fmt::format("{:.{}f}", number, decimals)); }

std::string vector_text(std::span<const float> vector) {
  std::string text;
  for (const float number : vector) text += (text.empty() ? "(" : ", ") + figure(number);
  return text + ")";
}

std::string dot_text(std::span<const float> a, std::span<const float> b) {
  std::string text;
  for (size_t i = 0; i < a.size(); ++i) text += (i > 0 ? " + " : "") + factor(a[i]) + "·" + factor(b[i]);
  return text;
}

std::string sum_text(std::span<const double> terms) {
  std::string text;
  for (size_t i = 0; i < terms.size(); ++i) text += i > 0 ? " + " + factor(terms[i]) : figure(terms[i]);
  return text;
}

std::string indexed(std::string letter, int index) {
  for (const char digit : std::to_string(index)) {
    letter += "\xE2\x82";  // U+2080, subscript zero, is E2 82 80
    letter += static_cast<char>(0x80 + digit - '0');
  }
  return letter;
}

std::string indexed(std::string letter, int first, int second) { return indexed(indexed(letter, first), second); }

std::vector<std::string> numbered(const std::string& word, int count) {
  std::vector<std::string> names;
  for (int i = 1; i <= count; ++i) names.push_back(fmt::format("{} {}", word, i));
  return names;
}

double dot(std::span<const float> a, std::span<const float> b) {
  double total = 0;
  for (size_t i = 0; i < a.size(); ++i) total += double{a[i]} * b[i];
  return total;
}

double norm(std::span<const float> a) { return std::sqrt(dot(a, a)); }

}  // namespace lab
