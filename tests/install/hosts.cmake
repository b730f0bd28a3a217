# The three programs of a CMake host: C on either library, C++ on the shared one. Nothing is named but the target.
add_executable(host_shared ${HOSTS}/host.c)
target_link_libraries(host_shared PRIVATE Purser::purser)
add_executable(host_static ${HOSTS}/host.c)
target_link_libraries(host_static PRIVATE Purser::purser_static)
add_executable(host_cpp ${HOSTS}/host.cpp)
target_compile_features(host_cpp PRIVATE cxx_std_20)
target_link_libraries(host_cpp PRIVATE Purser::purser)
