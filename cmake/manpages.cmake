# SPDX-License-Identifier: BSD-2-Clause
# Manual pages, made by scripts/manpages: of the library, and of the commands
# where there are some.  Without awk there are none.
find_program(VGIC_AWK awk NO_CMAKE_SYSTEM_PATH)
if(NOT VGIC_AWK)
	message(STATUS "no awk here, so no manual pages")
	return()
endif()

if(VGIC_LIBRARY_ONLY OR VGIC_EL2)
	set(sections 3)
else()
	set(sections 1 3)
endif()
set(pages ${PROJECT_BINARY_DIR}/man)
file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/vgic/*.h)
file(GLOB helps CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cli/help/*.txt)
add_custom_command(OUTPUT ${pages}/made
	COMMAND ${CMAKE_COMMAND} -E rm -rf ${pages}
	COMMAND ${PROJECT_SOURCE_DIR}/scripts/manpages ${pages} ${sections}
	COMMAND ${CMAKE_COMMAND} -E touch ${pages}/made
	DEPENDS ${PROJECT_SOURCE_DIR}/scripts/manpages
		${PROJECT_SOURCE_DIR}/docs/Doxyfile ${headers} ${helps}
		${PROJECT_SOURCE_DIR}/tools/snapshot.c
		${PROJECT_SOURCE_DIR}/CMakeLists.txt
	COMMENT "Manual pages"
	VERBATIM)
add_custom_target(vgic-manpages ALL DEPENDS ${pages}/made)
foreach(section ${sections})
	install(DIRECTORY ${pages}/man${section}
		DESTINATION ${CMAKE_INSTALL_MANDIR})
endforeach()
