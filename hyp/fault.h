/* SPDX-License-Identifier: BSD-2-Clause */
/* The ends nobody wants. */
#ifndef HYP_FAULT_H
#define HYP_FAULT_H

/* The run cannot start: says `text`, ends with RUN_BAD_GUEST. */
_Noreturn void set_up_failed(const char *text);

/* The hypervisor broke a promise to itself: like an EL2 exception. */
#define hyp_panic() __builtin_trap()

#endif
