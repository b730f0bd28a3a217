# Flags, precompiled headers and the compiler cache: everything that is about compiling and nothing that is about layers.
include(CheckCXXCompilerFlag)

# ccache is used where it exists. Its two sloppiness settings are what precompiled headers need; base_dir and hash_dir let
# several build folders of one tree share results.
find_program(PURSER_CCACHE ccache)
mark_as_advanced(PURSER_CCACHE)
if(PURSER_CCACHE AND PROJECT_IS_TOP_LEVEL)
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${PURSER_CCACHE})
  endforeach()
endif()

set(PURSER_WARNINGS -Wall -Wextra -Wpedantic -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wconversion>)
if(PURSER_WERROR)
  list(APPEND PURSER_WARNINGS -Werror)
endif()
set(PURSER_COMPILE_OPTIONS ${PURSER_WARNINGS})
# GCC 12 reports -Wrestrict inside std::string for correct code (GCC bug 105329). The lint preset presets both answers to no.
check_cxx_compiler_flag(-fno-gnu-unique PURSER_HAS_NO_GNU_UNIQUE)
check_cxx_compiler_flag(-Wno-restrict PURSER_HAS_NO_RESTRICT)
foreach(flag -fno-gnu-unique:PURSER_HAS_NO_GNU_UNIQUE -Wno-restrict:PURSER_HAS_NO_RESTRICT)
  string(REPLACE ":" ";" pair ${flag})
  list(GET pair 0 option)
  list(GET pair 1 has)
  if(${has})
    list(APPEND PURSER_COMPILE_OPTIONS $<$<COMPILE_LANGUAGE:CXX>:${option}>)
  endif()
endforeach()

set(PURSER_SANITIZE_OPTIONS "")
if(PURSER_SANITIZE STREQUAL "address")
  set(PURSER_SANITIZE_OPTIONS -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
elseif(PURSER_SANITIZE STREQUAL "undefined")
  set(PURSER_SANITIZE_OPTIONS -fsanitize=undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
elseif(PURSER_SANITIZE STREQUAL "thread")
  set(PURSER_SANITIZE_OPTIONS -fsanitize=thread -fno-omit-frame-pointer)
elseif(PURSER_SANITIZE)
  message(FATAL_ERROR "PURSER_SANITIZE is '${PURSER_SANITIZE}'; expected address, undefined, thread or nothing")
endif()
if(PURSER_SANITIZE)
  add_compile_options(${PURSER_SANITIZE_OPTIONS})
  add_link_options(${PURSER_SANITIZE_OPTIONS})
endif()

# One precompiled header for all layers, one for all tests: standard headers, Boost.JSON's value, Catch2 and rapidcheck are
# most of what a file costs. Headers stay self-contained: `./dev lint` compiles without them.
function(purser_precompiled target)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp CONTENT "// Carries the precompiled header ${target}; no code of its own.\n")
  add_library(${target} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  target_link_libraries(${target} PRIVATE Boost::headers)
  target_compile_options(${target} PRIVATE ${PURSER_COMPILE_OPTIONS})
  target_precompile_headers(${target} PRIVATE ${ARGN})
endfunction()

function(purser_reuse_precompiled target header)
  # Sources differ in nothing that a precompiled header depends on; Threads may add -pthread, which it does.
  target_precompile_headers(${target} REUSE_FROM ${header})
endfunction()

purser_precompiled(purser_pch
  <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <set> <span> <stdexcept> <string> <string_view> <utility> <variant>
  <vector> <boost/json/value.hpp> <boost/describe/class.hpp>)
