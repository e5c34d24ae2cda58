# SPDX-License-Identifier: BSD-2-Clause
# Sources that touch no register of a CPU, or hardly any: the guest's devices,
# device trees, options, console.  And libfdt for aarch64, in which the
# hypervisor reads the machine's device tree and writes the guest's.
set(HYP_GUEST_SOURCES
	console.c format.c guest_fdt.c guest_image.c guest_uart.c host.c insn.c
	libfdt_support.c mmio.c options.c report.c result.c stage2.c
	string.c uart_model.c ${PROJECT_SOURCE_DIR}/describe/fdt.c)

# GCC would turn memset()'s loop into a call of memset().
set_source_files_properties(string.c PROPERTIES
	COMPILE_OPTIONS -fno-tree-loop-distribute-patterns)

set(VGIC_LIBFDT_ARM64
	${PROJECT_SOURCE_DIR}/.vgic/arm64/usr/lib/aarch64-linux-gnu
	CACHE PATH "Directory of libfdt.a for aarch64")
set(VGIC_LIBFDT_ARM64_INCLUDE ${PROJECT_SOURCE_DIR}/.vgic/arm64/usr/include
	CACHE PATH "Directory of libfdt.h for aarch64")
# A copy in the build, which then needs the download no more.
set(fdt_copy ${CMAKE_BINARY_DIR}/libfdt)
if(EXISTS ${VGIC_LIBFDT_ARM64}/libfdt.a)
	file(COPY ${VGIC_LIBFDT_ARM64}/libfdt.a
		${VGIC_LIBFDT_ARM64_INCLUDE}/fdt.h
		${VGIC_LIBFDT_ARM64_INCLUDE}/libfdt.h
		${VGIC_LIBFDT_ARM64_INCLUDE}/libfdt_env.h
		DESTINATION ${fdt_copy})
endif()
add_library(fdt-arm64 STATIC IMPORTED)
set_target_properties(fdt-arm64 PROPERTIES
	IMPORTED_LOCATION ${fdt_copy}/libfdt.a
	INTERFACE_INCLUDE_DIRECTORIES ${fdt_copy})
# To be linked into the hypervisor.
set(HYP_GUEST_LIBRARIES fdt-arm64)
