# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts in place: headers, libvgic.a, a pkg-config file
# and a CMake package (find_package(vgic), target vgic::vgic).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS vgic vgic_kvm EXPORT vgic
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/vgic
	DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# The prefix may be given at install time, so the file is written then.
install(CODE "
	set(CMAKE_INSTALL_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
	set(CMAKE_INSTALL_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
	set(PROJECT_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
	set(PROJECT_VERSION \"${PROJECT_VERSION}\")
	file(REAL_PATH \"\${CMAKE_INSTALL_PREFIX}\" CMAKE_INSTALL_PREFIX)
	configure_file(\"${PROJECT_SOURCE_DIR}/cmake/vgic.pc.in\"
		\"${CMAKE_BINARY_DIR}/vgic.pc\" @ONLY)")
install(FILES ${CMAKE_BINARY_DIR}/vgic.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/vgic)
install(EXPORT vgic FILE vgic-config.cmake NAMESPACE vgic::
	DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/vgic-config-version.cmake
	COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vgic-config-version.cmake
	DESTINATION ${package})
