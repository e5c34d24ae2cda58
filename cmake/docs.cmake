# SPDX-License-Identifier: BSD-2-Clause
# Target docs: the manual as a site, in docs/html of the build's folder.
find_program(VGIC_DOXYGEN doxygen)
set(docs ${PROJECT_BINARY_DIR}/docs)
if(VGIC_DOXYGEN)
	add_custom_target(docs
		COMMAND ${CMAKE_COMMAND} -E make_directory ${docs}
		COMMAND ${CMAKE_COMMAND} -E env VGIC_DOCS=${docs}
			VGIC_VERSION=${PROJECT_VERSION}
			${VGIC_DOXYGEN} docs/Doxyfile
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
		COMMENT "The manual: ${docs}/html/index.html"
		VERBATIM)
else()
	add_custom_target(docs
		COMMAND ${CMAKE_COMMAND} -E echo
			"no Doxygen here: ./vgic setup installs it"
		COMMAND ${CMAKE_COMMAND} -E false
		VERBATIM)
endif()
