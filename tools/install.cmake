# make install, make deb: the program, the library with its headers for find_package(limn), and the released weights.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(LIMN_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/limn)
install(TARGETS limn limn_c limn_options EXPORT limnTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT limnTargets NAMESPACE limn:: DESTINATION ${LIMN_CMAKE_DIR})
install(TARGETS limn_app limn_run RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(LIMN_TRAINING)
  install(TARGETS limn_train RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT training)
endif()
foreach(room base geometry skeleton media synth network data motion infer evaluate export capi)
  install(DIRECTORY src/limn/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/limn FILES_MATCHING PATTERN "*.h")
endforeach()
install(FILES models/limn-s.safetensors models/limn-s.md models/limn-m.safetensors models/limn-m.md models/limn-person.safetensors models/limn-person.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/limn/models)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(tools/limn-config.cmake.in ${CMAKE_BINARY_DIR}/generated/limn-config.cmake
                              INSTALL_DESTINATION ${LIMN_CMAKE_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/limn-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/generated/limn-config.cmake ${CMAKE_BINARY_DIR}/generated/limn-config-version.cmake
        DESTINATION ${LIMN_CMAKE_DIR})

# For C, without CMake: cc main.c $(pkg-config --cflags --libs limn). Its prefix is told by where the file lies.
file(RELATIVE_PATH LIMN_INCLUDE_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /${CMAKE_INSTALL_INCLUDEDIR})
configure_file(tools/limn.pc.in ${CMAKE_BINARY_DIR}/generated/limn.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/generated/limn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

add_custom_target(uninstall COMMAND xargs -a ${CMAKE_BINARY_DIR}/install_manifest.txt -d "\\n" rm -fv)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME limn)
set(CPACK_PACKAGE_CONTACT "Limn's founders")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "2D pose, 3D joints and joint rotations from any video")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
# Two packages: limn needs no torch, limn-train does.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_NAME limn)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_SUGGESTS ffmpeg)  # its libavdevice, loaded where a camera is asked for
set(CPACK_DEBIAN_TRAINING_PACKAGE_NAME limn-train)
set(CPACK_DEBIAN_TRAINING_PACKAGE_DEPENDS "limn (= ${PROJECT_VERSION})")
include(CPack)
