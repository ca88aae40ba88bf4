#include "core/gpu/gl_program.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <regex>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/gpu/gl_error.h"

namespace lab {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostShaderBytes = 1 << 20;
constexpr auto kBetweenLooks = std::chrono::milliseconds(300);
constexpr int kFirstGroup = 31;  // the location of first_group, in preamble.glsl
constexpr const char* kPreamble = "preamble.glsl";
constexpr int kPreambleLines = 100001;  // its lines are numbered from here, so that messages tell it from the file

std::string log_of(unsigned object, decltype(glGetShaderiv) size_of, decltype(glGetShaderInfoLog) text_of) {
  GLint length = 0;
  size_of(object, GL_INFO_LOG_LENGTH, &length);
  std::string log(std::max(length, 1), '\0');
  text_of(object, length, nullptr, log.data());
  return log.substr(0, log.find('\0'));
}

std::string located(int line, const std::string& what, const std::string& file) {
  const bool preamble = line >= kPreambleLines;
  return fmt::format("The shader {}, line {}: {}.", preamble ? kPreamble : file,
                     preamble ? line - kPreambleLines + 1 : line, what);
}

// The first error of a compiler's log as one sentence. Drivers write "1:12(3): error: what" (Mesa),
// "1(12) : error C1: what" (NVIDIA) or "ERROR: 1:12: what" (others).
std::string first_error(const std::string& log, const std::string& file) {
  static const std::array kForms = {std::regex(R"(\d+:(\d{1,7})\(\d+\): error: ([^\n]*))"),
                                    std::regex(R"(\d+\((\d{1,7})\) : error \w+: ([^\n]*))"),
                                    std::regex(R"(ERROR: \d+:(\d{1,7}): ([^\n]*))")};
  std::smatch found;
  for (const std::regex& form : kForms)
    if (std::regex_search(log, found, form)) return located(std::stoi(found[1]), found[2], file);
  return fmt::format("The shader {} was refused: {}.", file, log.substr(0, log.find('\n')));
}

void set(int location, const GlNumber& number) {
  switch (number.type) {
    case GlNumber::Type::kInt:
      return glUniform1i(location, number.whole);
    case GlNumber::Type::kUnsigned:
      return glUniform1ui(location, number.natural);
    case GlNumber::Type::kFloat:
      return glUniform1f(location, number.real);
  }
}

}  // namespace

ShaderFolder::ShaderFolder(std::string path, Watch watch) : path_(std::move(path)), watch_(watch == Watch::kYes) {
  if (!fs::is_directory(path_)) throw Error("The folder of shaders {} is not there.", path_);
  newest_ = newest();
}

std::string ShaderFolder::read(const std::string& file) const {
  return read_file((fs::path(path_) / file).string(), kMostShaderBytes);
}

int64_t ShaderFolder::newest() const {
  int64_t time = std::numeric_limits<int64_t>::min();  // the file clock's zero is in the future
  std::error_code ignored;                             // a file may be half renamed by an editor
  for (const auto& entry : fs::directory_iterator(path_, ignored))
    time = std::max<int64_t>(time, entry.last_write_time(ignored).time_since_epoch().count());
  return time;
}

int64_t ShaderFolder::version() {
  const auto now = std::chrono::steady_clock::now();
  if (!watch_ || now - looked_ < kBetweenLooks) return version_;
  looked_ = now;
  const int64_t time = newest();
  if (time != newest_) {
    newest_ = time;
    ++version_;
    complaint_.clear();
  }
  return version_;
}

Program::Program(ShaderFolder& folder, std::string name, gl::Defines defines)
    : folder_(folder), name_(std::move(name)), defines_(std::move(defines)) {}

Program::~Program() {
  if (program_) glDeleteProgram(program_);
}

void Program::refresh() {
  const int64_t version = folder_.version();
  if (version == version_) return;
  version_ = version;
  try {
    compile();
  } catch (const Error& error) {
    if (!program_) {
      version_ = -1;
      throw;
    }
    folder_.complain(fmt::format("{} The shader as it was before goes on.", error.what()));
  }
}

void Program::compile() {
  const std::string preamble = folder_.read(kPreamble), body = folder_.read(name_ + ".comp");
  std::string text = "#version 430 core\n";
  for (const gl::Define& define : defines_) text += fmt::format("#define {} {}\n", define.name, define.value);
  text += fmt::format("#line {}\n{}\n#line 1\n{}", kPreambleLines, preamble, body);
  if (text == text_) return;
  const unsigned fresh = compiled(text);
  if (program_) glDeleteProgram(program_);
  program_ = fresh;
  text_ = text;
}

unsigned Program::compiled(const std::string& text) const {
  const unsigned shader = glCreateShader(GL_COMPUTE_SHADER), program = glCreateProgram();
  const char* const source = text.c_str();
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  glAttachShader(program, shader);
  GLint compiled = 0, linked = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &compiled);
  if (compiled) glLinkProgram(program);
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  const std::string log = !compiled ? log_of(shader, glGetShaderiv, glGetShaderInfoLog)
                          : !linked ? log_of(program, glGetProgramiv, glGetProgramInfoLog)
                                    : "";
  glDeleteShader(shader);
  if (linked) return program;
  glDeleteProgram(program);
  forget_gl_errors();
  throw Error(first_error(log, name_ + ".comp"));
}

void Program::run(int64_t groups, std::initializer_list<GlRange> buffers, std::initializer_list<GlNumber> numbers,
                  int64_t multiply_adds_per_group) {
  refresh();
  glUseProgram(program_);
  int binding = 0, location = 0;
  for (const GlRange& range : buffers)
    glBindBufferRange(GL_SHADER_STORAGE_BUFFER, binding++, range.buffer, range.offset, range.bytes);
  for (const GlNumber& number : numbers) set(location++, number);
  const int64_t work = std::max<int64_t>(multiply_adds_per_group, 1);
  const int64_t most = std::clamp<int64_t>(gl::kMostWork / work, 1, gl::kMostGroups);
  for (int64_t first = 0; first < groups; first += most) {
    if (first > 0) glFlush();  // what is drawn meanwhile comes in between
    glUniform1i(kFirstGroup, static_cast<int>(first));
    glDispatchCompute(static_cast<unsigned>(std::min(most, groups - first)), 1, 1);
  }
  glMemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
}

}  // namespace lab
