# libpurser.so and libpurser.a, by the linking rules: nothing but purser_* is visible, Boost is inside, the host keeps its own.
file(GLOB purser_capi_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/capi/src/*.cpp ${PROJECT_SOURCE_DIR}/capi/generated/*.cpp)
set(purser_export_map ${PROJECT_SOURCE_DIR}/capi/generated/purser.map)
if(NOT purser_capi_sources OR NOT EXISTS ${purser_export_map})
  return()
endif()

add_library(purser_capi OBJECT ${purser_capi_sources})
target_include_directories(purser_capi PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/capi)
target_link_libraries(purser_capi PRIVATE purser_runtime)
purser_compile(purser_capi)

get_property(layers GLOBAL PROPERTY PURSER_LAYERS)
set(purser_objects $<TARGET_OBJECTS:purser_capi>)
foreach(layer ${layers})
  get_target_property(type purser_${layer} TYPE)
  if(type STREQUAL OBJECT_LIBRARY)
    list(APPEND purser_objects $<TARGET_OBJECTS:purser_${layer}>)
  endif()
endforeach()
get_property(parts GLOBAL PROPERTY PURSER_POSTGRES_PARTS)
foreach(part ${parts})
  list(APPEND purser_objects $<TARGET_OBJECTS:purser_${part}>)
endforeach()
set(purser_system_libraries SQLite::SQLite3 OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
# <library>_objects and <library>_libraries: what all share, and the HTTP client of its own.
function(purser_with_client library preferred)
  purser_choose_http_client(client ${preferred})
  set(links_curl CURL::libcurl)
  set(links_asio OpenSSL::SSL)
  set(${library}_objects ${purser_objects} $<TARGET_OBJECTS:purser_adapters_${client}> $<TARGET_OBJECTS:purser_runtime_${client}> PARENT_SCOPE)
  set(${library}_libraries ${links_${client}} ${purser_system_libraries} PARENT_SCOPE)
  set(${library}_client ${client} PARENT_SCOPE)
endfunction()
purser_with_client(purser_shared curl)
purser_with_client(purser_static asio)

# Shared. `-z nodelete`: engine threads and thread-exit handlers may outlive a dlclose.
add_library(purser SHARED ${purser_shared_objects})
add_library(Purser::purser ALIAS purser)
set_target_properties(purser PROPERTIES LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION} SOVERSION 0 LINK_DEPENDS ${purser_export_map})
target_link_libraries(purser PRIVATE ${purser_shared_libraries})
target_link_options(purser PRIVATE -Wl,--version-script=${purser_export_map} -Wl,-z,defs -Wl,-z,nodelete -Wl,--as-needed)

# Static: one prelinked object whose only global names are purser_*, so that a host's own copy of anything inside never collides.
set(purser_prelinked ${CMAKE_CURRENT_BINARY_DIR}/purser-prelinked.o)
add_custom_command(OUTPUT ${purser_prelinked}
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${purser_prelinked}.all ${purser_static_objects}
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=purser_* ${purser_prelinked}.all ${purser_prelinked}
  COMMAND ${CMAKE_COMMAND} -E rm ${purser_prelinked}.all
  DEPENDS ${purser_static_objects} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Prelinking libpurser.a")
set_source_files_properties(${purser_prelinked} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_library(purser_static STATIC ${purser_prelinked})
add_library(Purser::purser_static ALIAS purser_static)
# Linker language C: a C project without a C++ compiler can link it; the C++ runtime is named like any other library.
set_target_properties(purser_static PROPERTIES OUTPUT_NAME purser LINKER_LANGUAGE C)
target_link_libraries(purser_static PRIVATE ${purser_static_libraries} stdc++ m)
foreach(target purser purser_static)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

file(GLOB purser_cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/*.cpp)
if(PURSER_WITH_CLI AND purser_cli_sources)
  find_package(CLI11 REQUIRED)
  add_executable(purser_cli ${purser_cli_sources})
  set_target_properties(purser_cli PROPERTIES OUTPUT_NAME purser)
  target_compile_options(purser_cli PRIVATE ${PURSER_COMPILE_OPTIONS})
  target_link_libraries(purser_cli PRIVATE Purser::purser CLI11::CLI11)
endif()

if(PURSER_INSTALL)
  include(PurserInstall)
endif()
