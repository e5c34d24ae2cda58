/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tour of the GICv3 that says the same wherever the GIC is right: on
 * QEMU's own, and on ours with any number of list registers.
 */
#include <stddef.h>

#include "guest/demo/kit.h"

static const struct step *const tour[] = {
	basics_steps, state_steps, priority_steps, active_steps,
	overflow_steps,
};
#define NR_PARTS (sizeof(tour) / sizeof(tour[0]))

/* Returns false when the step, or what it left behind, is not right. */
static bool run_step(const struct step *step, unsigned int number)
{
	bool ok;

	if (port_nr_cpus() < step->min_cpus) {
		return true;
	}
	say("%2u. %s\n", number, step->name);
	kit_reset();
	ok = step->run();
	if (!kit_quiet()) {
		say("  something is still pending or active\n");
		ok = false;
	}
	say("  %s\n", ok ? "ok" : "FAILED");
	return ok;
}

void guest_main(void)
{
	unsigned int number = 0;
	unsigned int failed = 0;

	say("vgic demo: %u CPUs\n", port_nr_cpus());
	if (!kit_start()) {
		say("DEMO: FAIL: a CPU did not start\n");
		return;
	}
	for (unsigned int part = 0; part < NR_PARTS; part++) {
		for (const struct step *step = tour[part]; step->run != NULL;
		     step++) {
			failed += !run_step(step, ++number);
		}
	}
	if (failed != 0) {
		say("DEMO: FAIL: %u of %u steps\n", failed, number);
		return;
	}
	say("DEMO: PASS\n");
}
