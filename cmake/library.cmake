# SPDX-License-Identifier: BSD-2-Clause
# How the libraries are built, for every target alike.
include(CheckCSourceCompiles)

# VGIC_AARCH64: by what the compiler makes, since a toolchain file need not name
# a processor.
block()
	set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
	check_c_source_compiles("
#ifndef __aarch64__
#error not aarch64
#endif
int vgic_any;" VGIC_AARCH64)
endblock()

# vgic_read_list(VARIABLE NAME): the words of a variable of src/vgic.mk
function(vgic_read_list variable name)
	set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY
		CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/vgic.mk)
	file(READ ${PROJECT_SOURCE_DIR}/src/vgic.mk text)
	string(REPLACE "\\\n" "" text "${text}")
	string(REGEX MATCH "\n${name} :=([^\n]*)" line "${text}")
	string(REGEX MATCHALL "[^ \t]+" words "${CMAKE_MATCH_1}")
	set(${variable} ${words} PARENT_SCOPE)
endfunction()

# A machine without an operating system, whose aarch64 code runs at EL2: FP
# registers are the guest's there, and no libgcc has atomics out of line.
set(VGIC_EL2_FLAGS)
if(CMAKE_SYSTEM_NAME STREQUAL "Generic" AND VGIC_AARCH64)
	vgic_read_list(VGIC_EL2_FLAGS VGIC_CFLAGS_EL2)
endif()

# vgic_library(NAME SOURCE...): a library of ours; paths are from the project's
# root, or absolute.  Beside the static NAME there is NAME_shared, of the same
# objects, where VGIC_SHARED says so; it exports the names in NAME.map of the
# same folder.
function(vgic_library name)
	set(sources ${ARGN})
	list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/ REGEX "^[^/]")
	add_library(${name} ${VGIC_LIBRARY} ${sources})
	add_library(vgic::${name} ALIAS ${name})
	target_compile_features(${name} PRIVATE c_std_11)
	target_include_directories(${name} PUBLIC
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
	# What is not called is not linked, if the embedder asks for that.
	target_compile_options(${name} PRIVATE -ffreestanding
		-ffunction-sections -fdata-sections ${VGIC_CONVERSION}
		PUBLIC ${VGIC_EL2_FLAGS})
	if(NOT CMAKE_SYSTEM_NAME STREQUAL "Generic")
		set_target_properties(${name} PROPERTIES
			POSITION_INDEPENDENT_CODE ON)
	endif()
	# The tests call what is not exported.
	if(VGIC_LIBRARY STREQUAL "STATIC")
		target_compile_options(${name} PRIVATE -fvisibility=hidden
			-fno-semantic-interposition -include
			${PROJECT_SOURCE_DIR}/cmake/exports.h)
	endif()
	if(NOT VGIC_SHARED)
		return()
	endif()
	set(map ${CMAKE_CURRENT_SOURCE_DIR}/${name}.map)
	add_library(${name}_shared SHARED $<TARGET_OBJECTS:${name}>)
	add_library(vgic::${name}_shared ALIAS ${name}_shared)
	target_include_directories(${name}_shared INTERFACE
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
	target_link_options(${name}_shared PRIVATE -Wl,--no-undefined
		-Wl,-Bsymbolic-functions -Wl,--version-script=${map})
	set_target_properties(${name}_shared PROPERTIES LINKER_LANGUAGE C
		OUTPUT_NAME ${name} LINK_DEPENDS ${map}
		VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endfunction()
