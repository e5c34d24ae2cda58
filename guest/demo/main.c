/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tour of a GIC, step by step, whose transcript is the same wherever the GIC
 * is right: on QEMU's own, and on ours with any number of list registers.  The
 * GICv2, the GICv3 and the ITS have a tour each.
 */
#include <stddef.h>

#include "guest/demo/kit.h"

/* False when the step fails, or leaves an interrupt pending or active. */
static bool run_step(const struct step *step, unsigned int number)
{
	bool ok;

	if (port_nr_cpus() < step->min_cpus ||
	    gic_version < step->min_version) {
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

bool guest_main(void)
{
	unsigned int number = 0;
	unsigned int failed = 0;

	say("vgic demo: %u CPUs\n", port_nr_cpus());
	if (!kit_start()) {
		say("DEMO: FAIL: a CPU did not start\n");
		return false;
	}
	for (const struct step *const *part = kit_tour; *part != NULL; part++) {
		for (const struct step *step = *part; step->run != NULL;
		     step++) {
			failed += !run_step(step, ++number);
		}
	}
	if (failed != 0) {
		say("DEMO: FAIL: %u of %u steps\n", failed, number);
		return false;
	}
	say("DEMO: PASS\n");
	return true;
}
