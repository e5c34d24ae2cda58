/* SPDX-License-Identifier: BSD-2-Clause */
/* Struct offsets that assembly uses; asserted in cpu.c. */
#ifndef HYP_ASM_H
#define HYP_ASM_H

#define CPU_VCPU 0
#define CPU_STACK_TOP 8
#define CPU_FAULT_STACK_TOP 16
#define CPU_FAULTING 24

#define VCPU_X 0 /* x0 .. x30 */
#define VCPU_PC 248
#define VCPU_PSTATE 256
#define VCPU_SYNC 264

/* struct fault_frame */
#define FAULT_X 0 /* x0 .. x30 */
#define FAULT_SP 248
#define FAULT_SIZE 256

#define STACK_SIZE 0x4000
#define FAULT_STACK_SIZE 0x2000
/* Per CPU: guard page, stack, guard page, fault stack. */
#define STACK_STRIDE (0x1000 + STACK_SIZE + 0x1000 + FAULT_STACK_SIZE)

#define PSCI_SYSTEM_OFF 0x84000008

#endif
