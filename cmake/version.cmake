# attention_lab/version.h, as the target `attention_version`: the version, and the git revision where there is one.

set(ATTENTION_LAB_REVISION "")
find_package(Git QUIET)
if(Git_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} rev-parse --short=10 HEAD
                  OUTPUT_VARIABLE ATTENTION_LAB_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
                  RESULT_VARIABLE failed)
  if(failed)
    set(ATTENTION_LAB_REVISION "")
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)  # grows with every commit: configure again then
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
  endif()
endif()

configure_file(cmake/version.h.in ${PROJECT_BINARY_DIR}/generated/attention_lab/version.h @ONLY)
add_library(attention_version INTERFACE)
target_include_directories(attention_version INTERFACE ${PROJECT_BINARY_DIR}/generated)
