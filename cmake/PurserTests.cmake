# purser_tests(<folder> [USES <layer>…] [PUBLIC])
# tests/<folder>/test_*.cpp become the executable test_<folder>, linked with the layer of that name and everything below it, and
# USES. PUBLIC tests see only what a host sees: the installed headers and the shared library. Each file is one ctest entry
# <folder>/<noun>, selected by its file name tag, so that a failure names the noun and two cores stay busy.
set(PURSER_TEST_TIMEOUT_S 900)
# Tests are compiled more often than they run; what they measure is in the layers.
set(purser_test_options $<$<NOT:$<CONFIG:Debug>>:-O1>)

purser_precompiled(purser_test_pch
  <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string> <string_view> <vector>
  ${PROJECT_SOURCE_DIR}/tests/catch.hpp <rapidcheck.h>)
target_link_libraries(purser_test_pch PRIVATE rapidcheck Catch2::Catch2)
target_compile_options(purser_test_pch PRIVATE ${purser_test_options})
# Executables are compiled -fPIE and objects -fPIC; a precompiled header serves both only where the compiler's default decides.
set_target_properties(purser_test_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
add_library(purser_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(purser_test_main PUBLIC Catch2::Catch2)
target_include_directories(purser_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)

function(purser_tests folder)
  cmake_parse_arguments(PARSE_ARGV 1 tests "PUBLIC" "" "USES")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(test_${folder} ${sources})
  target_link_libraries(test_${folder} PRIVATE purser_test_main Catch2::Catch2 rapidcheck Threads::Threads)
  target_compile_options(test_${folder} PRIVATE ${PURSER_COMPILE_OPTIONS} ${purser_test_options})
  set_target_properties(test_${folder} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_definitions(test_${folder} PRIVATE PURSER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  purser_reuse_precompiled(test_${folder} purser_test_pch)
  if(tests_PUBLIC)
    if(NOT TARGET purser)
      set_target_properties(test_${folder} PROPERTIES EXCLUDE_FROM_ALL ON)
      return()
    endif()
    target_link_libraries(test_${folder} PRIVATE Purser::purser)
  else()
    set(roots ${tests_USES})
    if(TARGET purser_${folder})
      list(PREPEND roots ${folder})
    endif()
    purser_closure(layers ${roots})
    target_link_libraries(test_${folder} PRIVATE ${layers})
  endif()
  purser_register(${folder} ${sources})
endfunction()

function(purser_register folder)
  foreach(source ${ARGN})
    get_filename_component(stem ${source} NAME_WE)
    if(stem MATCHES "^test_(.+)$")
      set(test ${folder}/${CMAKE_MATCH_1})
      add_test(NAME ${test} COMMAND test_${folder} --filenames-as-tags -w NoTests "[#${stem}]")
      set_tests_properties(${test} PROPERTIES TIMEOUT ${PURSER_TEST_TIMEOUT_S} LABELS "${folder}"
        ENVIRONMENT "PURSER_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
endfunction()
