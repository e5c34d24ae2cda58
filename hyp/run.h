/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run ends. */
#ifndef HYP_RUN_H
#define HYP_RUN_H

#include <stdbool.h>

/*
 * Why a run ended: "exit" in the record that result.c writes, from which the
 * command makes its exit status (cli/result.c).
 */
enum run_exit {
	RUN_GUEST_OFF = 0,    /* PSCI SYSTEM_OFF or SYSTEM_RESET */
	RUN_GUEST_FAILED = 1, /* a guest of guest/ reports a failed check */
	RUN_TIMEOUT = 3,      /* vgic.timeout */
	RUN_EL2_FAULT = 4,    /* an exception at EL2, or hyp_panic() */
	RUN_BAD_GUEST = 5,    /* it could not start: set_up_failed() */
};

/*
 * End the run: stop the other CPUs, write the record, then power the machine
 * off, or with `reset` restart it.  `reason` is a text for the record, or
 * null.  Any CPU, any context, with any lock held; the first caller wins, and
 * a CPU that calls later stops here.
 */
_Noreturn void run_end(enum run_exit how, const char *reason, bool reset);

/* Has run_end() been called, by any CPU? */
bool run_ending(void);

/* Power off the CPU that calls, in answer to IPI_STOP. */
_Noreturn void run_stop_cpu(void);

#endif
