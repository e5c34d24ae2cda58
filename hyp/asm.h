/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers that assembly and C share: offsets into C's structures and the
 * layout of the stacks.  Plain constants, for the assembler takes no more.
 * Static assertions in cpu.c, fault.c, fp.h and psci.h hold them to what the C
 * compiler makes.
 */
#ifndef HYP_ASM_H
#define HYP_ASM_H

/* struct cpu, cpu.h */
#define CPU_VCPU 0
#define CPU_STACK_TOP 8
#define CPU_FAULT_STACK_TOP 16
#define CPU_FAULTING 24

/* struct vcpu, vcpu.h */
#define VCPU_X 0 /* x0 .. x30, xzr */
#define VCPU_PC 256
#define VCPU_PSTATE 264
#define VCPU_QUICK 272

/*
 * After quick.c x0 up to here are restored, and x29 and x30: what C code may
 * change, AAPCS64 6.1.1, and what a back trace follows.
 */
#define QUICK_LAST_X 18

/* struct vcpu_fp_regs, vcpu.h: q0 to q31 come first */
#define FP_FPSR 512 /* and FPCR behind it */

/* struct fault_frame, fault.h */
#define FAULT_X 0 /* x0 .. x30 */
#define FAULT_SP 248
#define FAULT_SIZE 256

/*
 * What each CPU has of .stacks: a guard page, the stack, a guard page, and the
 * stack on which faults are reported.  The guard pages are not mapped, so a
 * stack that overflows raises an exception.
 */
#define GUARD_SIZE 0x1000
#define STACK_SIZE 0x4000
#define FAULT_STACK_SIZE 0x2000
#define STACK_STRIDE (GUARD_SIZE + STACK_SIZE + GUARD_SIZE + FAULT_STACK_SIZE)

/* PSCI_FN_SYSTEM_OFF, psci.h: DEN 0022D 5.1 */
#define PSCI_SYSTEM_OFF 0x84000008

#endif
