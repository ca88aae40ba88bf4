# The options of the build and the compiler flags they stand for, as the target `attention_options`.
# Every target links it: vector types are as wide as the flags allow, so all files must be compiled alike.

option(ATTENTION_LAB_NATIVE "Compile for this machine's processor; OFF builds a program that runs on any" ON)
option(ATTENTION_LAB_STRICT "Treat warnings as errors" OFF)
option(ATTENTION_LAB_TESTS "Build the tests and benchmarks" ON)
set(ATTENTION_LAB_SANITIZE "" CACHE STRING "Sanitizer: empty, address (with undefined behaviour) or thread")
set_property(CACHE ATTENTION_LAB_SANITIZE PROPERTY STRINGS "" address thread)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set_property(CACHE CMAKE_BUILD_TYPE PROPERTY VALUE Release)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(attention_options INTERFACE)
target_compile_options(attention_options INTERFACE
  -Wall -Wextra -Wshadow
  -Wno-maybe-uninitialized  # GCC 14 sees uninitialised strings in each std::variant that is moved
  -Wno-restrict  # GCC 12 sees overlaps in "text" + std::string
  -Wno-psabi  # vectors wider than the target's registers are passed between our own files only
  # Nothing reads errno or floating-point exceptions. No -ffast-math: the same seed must give the same bits.
  -fno-math-errno -fno-trapping-math)

if(ATTENTION_LAB_NATIVE)
  target_compile_options(attention_options INTERFACE -march=native)
endif()
if(ATTENTION_LAB_STRICT)
  target_compile_options(attention_options INTERFACE -Werror)
endif()

set(sanitizers_address address,undefined)
set(sanitizers_thread thread)
if(ATTENTION_LAB_SANITIZE)
  if(NOT DEFINED sanitizers_${ATTENTION_LAB_SANITIZE})
    message(FATAL_ERROR "ATTENTION_LAB_SANITIZE is '${ATTENTION_LAB_SANITIZE}'; choose address, thread or leave it empty.")
  endif()
  set(flags -fsanitize=${sanitizers_${ATTENTION_LAB_SANITIZE}} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_compile_options(attention_options INTERFACE ${flags})
  target_link_options(attention_options INTERFACE ${flags})
endif()

message(STATUS "Attention Lab ${PROJECT_VERSION}, ${CMAKE_BUILD_TYPE}")
foreach(name IN ITEMS NATIVE STRICT SANITIZE TESTS)
  get_property(help CACHE ATTENTION_LAB_${name} PROPERTY HELPSTRING)
  message(STATUS "  ATTENTION_LAB_${name}=${ATTENTION_LAB_${name}}  (${help})")
endforeach()
