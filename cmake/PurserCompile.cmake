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

set(PURSER_WARNINGS -Wall -Wextra -Wpedantic -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wconversion>
    # A designated initialiser leaves out what it does not name: that is its point.
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>)
# GCC warns of more, and of more that is not so, in instrumented code: there the plain build judges.
if(PURSER_WERROR AND NOT PURSER_SANITIZE)
  list(APPEND PURSER_WARNINGS -Werror)
endif()
set(PURSER_COMPILE_OPTIONS ${PURSER_WARNINGS})
if(PURSER_FOR_CLANG_TIDY)
  set(PURSER_HAS_NO_GNU_UNIQUE OFF)
else()
  check_cxx_compiler_flag(-fno-gnu-unique PURSER_HAS_NO_GNU_UNIQUE)
endif()
if(PURSER_HAS_NO_GNU_UNIQUE)
  list(APPEND PURSER_COMPILE_OPTIONS $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
endif()
# GCC 12 reports these inside std::string for correct code (GCC bugs 105329, 105762). clang knows none of these words.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT PURSER_FOR_CLANG_TIDY)
  foreach(warning restrict array-bounds stringop-overflow stringop-overread)
    list(APPEND PURSER_COMPILE_OPTIONS $<$<COMPILE_LANGUAGE:CXX>:-Wno-${warning}>)
  endforeach()
endif()

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
