# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts in place: headers, libvgic.a and beside it
# libvgic_kvm.a (KVM's interface), libvgic_emu.a (for emulators) and libvgic_soft.a (CPU interfaces in
# software), a pkg-config file for each and a CMake package
# (find_package(vgic), targets vgic::vgic, vgic::vgic_emu, vgic::vgic_kvm, vgic::vgic_soft).
# vgic-model and vgic::vgic_model are former names of vgic-soft.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(vgic_soft_former INTERFACE)
target_link_libraries(vgic_soft_former INTERFACE vgic_soft)
set_target_properties(vgic_soft_former PROPERTIES EXPORT_NAME vgic_model)
install(TARGETS vgic vgic_emu vgic_kvm vgic_soft vgic_soft_former EXPORT vgic
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/vgic
	DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# The prefix may be given at install time, so the files are written then.
install(CODE "
	set(CMAKE_INSTALL_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
	set(CMAKE_INSTALL_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
	set(PROJECT_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
	set(PROJECT_VERSION \"${PROJECT_VERSION}\")
	file(REAL_PATH \"\${CMAKE_INSTALL_PREFIX}\" CMAKE_INSTALL_PREFIX)
	foreach(pc vgic vgic-emu vgic-kvm vgic-soft vgic-model)
		configure_file(\"${PROJECT_SOURCE_DIR}/cmake/\${pc}.pc.in\"
			\"${CMAKE_BINARY_DIR}/\${pc}.pc\" @ONLY)
	endforeach()")
install(FILES ${CMAKE_BINARY_DIR}/vgic.pc ${CMAKE_BINARY_DIR}/vgic-emu.pc
	${CMAKE_BINARY_DIR}/vgic-kvm.pc
	${CMAKE_BINARY_DIR}/vgic-soft.pc ${CMAKE_BINARY_DIR}/vgic-model.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/vgic)
install(EXPORT vgic FILE vgic-config.cmake NAMESPACE vgic::
	DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/vgic-config-version.cmake
	COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vgic-config-version.cmake
	DESTINATION ${package})
