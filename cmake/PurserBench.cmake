# tests/bench/bench_*.cpp: one executable each, on the installed surface (purser.h, purser.hpp) as a host has it. OpenSSL and simdjson are
# there for floors: what the same bytes cost with nothing around them.
find_package(benchmark REQUIRED)
find_package(simdjson REQUIRED)
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/bench/bench_*.cpp)
foreach(source ${sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE Purser::purser benchmark::benchmark simdjson::simdjson OpenSSL::Crypto Threads::Threads)
  target_compile_options(${name} PRIVATE ${PURSER_COMPILE_OPTIONS})
  target_compile_definitions(${name} PRIVATE PURSER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endforeach()
