/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the hypervisor itself and of its set-up; both end the run. */
#ifndef HYP_FAULT_H
#define HYP_FAULT_H

#include <stdint.h>

/*
 * The run cannot start: prints `text` and ends the run as RUN_BAD_GUEST, with
 * `text` as the reason in the record.  Any CPU, before guests run.
 */
_Noreturn void set_up_failed(const char *text);

/*
 * The hypervisor finds its own state wrong.  BRK raises an exception at EL2,
 * so all registers are reported; see el2_fault().
 */
#define hyp_panic() __builtin_trap()

/* The registers at an exception; vectors.S lays them out, see asm.h. */
struct fault_frame {
	uint64_t x[31];
	uint64_t sp;
};

/*
 * vectors.S calls this for an exception that was taken from EL2, on the fault
 * stack of this CPU.  Prints registers and a back trace and ends the run as
 * RUN_EL2_FAULT.
 */
_Noreturn void el2_fault(const struct fault_frame *frame);

#endif
