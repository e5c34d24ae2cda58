# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts in place: headers, libvgic and beside it
# libvgic_soft (CPU interfaces in software), libvgic_describe (ACPI's MADT for a
# guest) and, where there is an operating system, libvgic_emu (for emulators) and
# libvgic_kvm (KVM's interface), static and shared; a pkg-config file for each;
# and a CMake package, find_package(vgic), with the targets vgic::vgic,
# vgic::vgic_soft and so on, and vgic::vgic_shared and so on.
# vgic-model and vgic::vgic_model are former names of vgic-soft.
include(CMakePackageConfigHelpers)

set(targets vgic vgic_soft vgic_describe)
set(packages vgic vgic-soft vgic-model vgic-describe)
if(TARGET vgic_kvm)
	list(APPEND targets vgic_emu vgic_kvm)
	list(APPEND packages vgic-emu vgic-kvm)
endif()
if(VGIC_SHARED)
	list(TRANSFORM targets APPEND _shared OUTPUT_VARIABLE shared)
	list(APPEND targets ${shared})
endif()
add_library(vgic_soft_former INTERFACE)
target_link_libraries(vgic_soft_former INTERFACE vgic_soft)
set_target_properties(vgic_soft_former PROPERTIES EXPORT_NAME vgic_model)
install(TARGETS ${targets} vgic_soft_former EXPORT vgic
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/vgic
	DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# The prefix may be given at install time, so the files are written then.
string(JOIN " " flags ${VGIC_EL2_FLAGS})
if(flags)
	string(PREPEND flags " ")
endif()
install(CODE "
	set(CMAKE_INSTALL_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
	set(CMAKE_INSTALL_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
	set(PROJECT_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
	set(PROJECT_VERSION \"${PROJECT_VERSION}\")
	set(VGIC_FLAGS \"${flags}\")
	file(REAL_PATH \"\${CMAKE_INSTALL_PREFIX}\" CMAKE_INSTALL_PREFIX)
	foreach(pc ${packages})
		configure_file(\"${PROJECT_SOURCE_DIR}/cmake/\${pc}.pc.in\"
			\"${PROJECT_BINARY_DIR}/\${pc}.pc\" @ONLY)
	endforeach()")
list(TRANSFORM packages PREPEND ${PROJECT_BINARY_DIR}/)
list(TRANSFORM packages APPEND .pc)
install(FILES ${packages} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/vgic)
install(EXPORT vgic FILE vgic-config.cmake NAMESPACE vgic::
	DESTINATION ${package})
set(here ${PROJECT_BINARY_DIR}/vgic-config-version.cmake)
write_basic_package_version_file(${here} COMPATIBILITY SameMinorVersion)
install(FILES ${here} DESTINATION ${package})
