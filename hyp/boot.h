/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot.S offers to C. */
#ifndef HYP_BOOT_H
#define HYP_BOOT_H

/*
 * Where PSCI CPU_ON starts another CPU, with its struct cpu in x0 and the MMU
 * off; goes on in hyp_main_secondary().  To be handed to firmware as an
 * address, not to be called.
 */
void secondary_entry(void);

/* WFI for ever.  With a pending interrupt WFI returns at once: a busy loop. */
_Noreturn void park(void);

#endif
