#pragma once
// Calling the finished program the way people call it, and reading what it says.
//
//   const Result result = call("train " + kSmall + "--steps 3 --json");  // 1.
//   EXPECT_EQ(result.code, 0);                                            // 2.
//   json_lines(result.out).back()["test_loss"];                           // 3.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace lab {

using Json = nlohmann::json;

struct Result {
  int code = -1;
  std::string out;  // standard output and standard error
};

inline Result shell(const std::string& command) {
  Result result;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  while (const size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) result.out.append(buffer.data(), count);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  return result;
}

inline Result call(const std::string& arguments, const std::string& environment = "") {
  return shell(environment + " " LAB_PROGRAM " " + arguments + " 2>&1");
}

inline std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] == '{') lines.push_back(Json::parse(line));
  return lines;
}

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string kSmall = "--task shapes --batch 16 --width 16 --heads 2 --mlp 16 --patch 7 ";

}  // namespace lab
