# SPDX-License-Identifier: BSD-2-Clause
# Freestanding aarch64 with Debian's cross compiler: no libc, no FP registers.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_OBJCOPY aarch64-linux-gnu-objcopy)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-ffreestanding -fno-stack-protector -fno-pic \
-mgeneral-regs-only -mno-outline-atomics -mstrict-align -march=armv8-a")
set(CMAKE_ASM_FLAGS_INIT "-march=armv8-a+nosve")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostdlib -static -no-pie")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
