# Headers, both libraries, the command, `find_package(Purser)` and pkg-config.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Purser)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
set_target_properties(purser_static PROPERTIES EXPORT_NAME purser_static)
install(TARGETS purser EXPORT PurserTargets)
install(TARGETS purser_static EXPORT PurserStaticTargets)
if(TARGET purser_cli)
  set_target_properties(purser_cli PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS purser_cli)
endif()
install(EXPORT PurserTargets NAMESPACE Purser:: DESTINATION ${package_dir})
install(EXPORT PurserStaticTargets NAMESPACE Purser:: DESTINATION ${package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/PurserConfig.cmake.in PurserConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(PurserConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/PurserConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/PurserConfigVersion.cmake DESTINATION ${package_dir})

# The prefix follows the file, so an installed tree can be moved.
file(RELATIVE_PATH purser_prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
set(purser_http_requires_curl "libcurl >= 7.71")
set(purser_http_requires_asio "libssl >= 3.0")
set(purser_http_requires ${purser_http_requires_${purser_static_client}})
configure_file(${PROJECT_SOURCE_DIR}/cmake/Purser.pc.in purser.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/purser.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
