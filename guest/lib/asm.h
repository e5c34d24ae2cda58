/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that C and assembly share. exception.c asserts that they agree. */
#ifndef GUEST_LIB_ASM_H
#define GUEST_LIB_ASM_H

/* struct frame */
#define FRAME_X 0 /* x0 .. x30 */
#define FRAME_PC 248
#define FRAME_PSTATE 256
#define FRAME_SIZE 272

#define EXCEPTION_SYNC 0
#define EXCEPTION_IRQ 1
#define EXCEPTION_FIQ 2
#define EXCEPTION_SERROR 3

/* Handlers nest: up to 32 priorities, each with a frame on the stack. */
#define STACK_SIZE 0x8000
#define MAX_CPUS 16

#endif
