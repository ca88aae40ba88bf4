#pragma once
// Formulas as text, with the numbers in them: "0.1·0.5 + 0.2·0.3 = 0.11". Numbers are as one writes them: a
// true minus sign, four figures, brackets where a sign would meet an operator.

#include <span>
#include <string>
#include <vector>

namespace lab {

/// "0.8437", "−0.5"
std::string figure(double number);
/// The same as a factor: "0.5", "(−0.5)"
std::string factor(double number);
/// The text of a number, in brackets where it begins with a minus.
std::string bracketed(std::string number);
/// With so many decimals: "0.8000"; never "−0.0000".
std::string fixed(double number, int decimals);
/// "(0.1, 0.2)"
std::string vector_text(std::span<const float> vector);
/// "0.1·0.5 + 0.2·0.3"
std::string dot_text(std::span<const float> a, std::span<const float> b);
/// "1 + 2 + 3"
std::string sum_text(std::span<const double> terms);
/// "k₁₂": a letter and its index, counted from 1.
std::string indexed(std::string letter, int index);
std::string indexed(std::string letter, int first, int second);

/// "point 1", "point 2", …
std::vector<std::string> numbered(const std::string& word, int count);

double dot(std::span<const float> a, std::span<const float> b);
double norm(std::span<const float> a);

}  // namespace lab
