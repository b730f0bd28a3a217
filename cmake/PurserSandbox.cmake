# libpurser-sandbox.so and libpurser-sandbox.a: the Stripe stand-in, built on Purser's public C interface and as hidden as Purser itself.
if(NOT PURSER_WITH_SANDBOX OR NOT TARGET purser)
  return()
endif()

purser_layer(sandbox_core FOLDER sandbox USES base LINKS Threads::Threads)
target_include_directories(purser_sandbox_core PUBLIC ${PROJECT_SOURCE_DIR}/include)
# Of the stripe layer only the form; what stands beside it there is the engine's.
add_library(purser_sandbox_form OBJECT ${PROJECT_SOURCE_DIR}/src/stripe/form.cpp)
target_include_directories(purser_sandbox_form PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(purser_sandbox_form PRIVATE Boost::headers)
purser_compile(purser_sandbox_form)
set(purser_sandbox_objects $<TARGET_OBJECTS:purser_sandbox_core> $<TARGET_OBJECTS:purser_sandbox_form> $<TARGET_OBJECTS:purser_base>)

set(purser_sandbox_map ${CMAKE_CURRENT_BINARY_DIR}/purser-sandbox.map)
file(CONFIGURE OUTPUT ${purser_sandbox_map} CONTENT "{ global: purser_sandbox_*; local: *; };\n")
add_library(purser_sandbox SHARED ${purser_sandbox_objects})
set_target_properties(purser_sandbox PROPERTIES OUTPUT_NAME purser-sandbox EXPORT_NAME sandbox LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION} SOVERSION 0
  INSTALL_RPATH "$ORIGIN" LINK_DEPENDS ${purser_sandbox_map})
target_link_libraries(purser_sandbox PUBLIC purser PRIVATE OpenSSL::Crypto Threads::Threads)
target_link_options(purser_sandbox PRIVATE -Wl,--version-script=${purser_sandbox_map} -Wl,-z,defs -Wl,-z,nodelete -Wl,--as-needed)
add_library(Purser::sandbox ALIAS purser_sandbox)
add_library(Purser::purser_sandbox ALIAS purser_sandbox)

# Prelinked like libpurser.a; what it needs of Purser stays undefined and comes from libpurser.a or libpurser.so.
set(purser_sandbox_prelinked ${CMAKE_CURRENT_BINARY_DIR}/purser-sandbox-prelinked.o)
add_custom_command(OUTPUT ${purser_sandbox_prelinked}
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${purser_sandbox_prelinked}.all ${purser_sandbox_objects}
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=purser_sandbox_* ${purser_sandbox_prelinked}.all ${purser_sandbox_prelinked}
  COMMAND ${CMAKE_COMMAND} -E rm ${purser_sandbox_prelinked}.all
  DEPENDS ${purser_sandbox_objects} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Prelinking libpurser-sandbox.a")
set_source_files_properties(${purser_sandbox_prelinked} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_library(purser_sandbox_static STATIC ${purser_sandbox_prelinked})
set_target_properties(purser_sandbox_static PROPERTIES OUTPUT_NAME purser-sandbox EXPORT_NAME sandbox_static LINKER_LANGUAGE C)
target_link_libraries(purser_sandbox_static PUBLIC purser_static PRIVATE OpenSSL::Crypto Threads::Threads stdc++ m)
add_library(Purser::sandbox_static ALIAS purser_sandbox_static)
foreach(target purser_sandbox purser_sandbox_static)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
if(PURSER_INSTALL)
  install(TARGETS purser_sandbox EXPORT PurserTargets)
  install(TARGETS purser_sandbox_static EXPORT PurserStaticTargets)
endif()
