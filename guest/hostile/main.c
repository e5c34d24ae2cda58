/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile guest.  It does what no guest should, and judges two things: each
 * answer is the one that the architecture demands, and interrupts still work
 * afterwards.  Then it says "HOSTILE: PASS" and powers off.  The boot argument
 * hostile=NAME chooses one part; hostile=hang sleeps for ever with interrupts
 * masked, to test time-outs.
 */
#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define SELFTEST_LIMIT_US 5000000

static const struct hostile_part parts[] = {
	{ "hostile=wild", hostile_wild },
	{ "hostile=undefined", hostile_undefined },
	{ "hostile=sysregs", hostile_sysregs },
	{ "hostile=psci", hostile_psci },
	{ "hostile=junk", hostile_junk },
	{ NULL, NULL },
};

static volatile unsigned int taken;

uint32_t hostile_random(uint32_t *state)
{
	/*
	 * The generator of Numerical Recipes.  Its lower bits repeat soon, so
	 * the caller gets the upper ones.
	 */
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

uint64_t hostile_random64(uint32_t *state)
{
	return (uint64_t)hostile_random(state) << 40 |
	       (uint64_t)hostile_random(state) << 20 | hostile_random(state);
}

static void on_irq(void)
{
	taken += hostile_take() == HOSTILE_SGI;
}

/* Does an SGI that this CPU sends to itself arrive, once? */
static bool selftest(void)
{
	uint64_t end;

	hostile_reset_gic();
	taken = 0;
	port_unmask();
	end = port_now_us() + SELFTEST_LIMIT_US;
	hostile_send_self();
	while (taken == 0 && port_now_us() < end) {
		port_relax();
	}
	port_mask();
	return taken == 1;
}

static _Noreturn void hang(void)
{
	say("hostile: asleep with interrupts masked\n");
	while (true) {
		port_wfi();
	}
}

static bool run_parts(const struct hostile_part *part)
{
	const char *chosen = bootarg("hostile=");
	bool ok = true;

	for (; part->key; part++) {
		bool step;

		if (chosen != NULL && !bootarg(part->key)) {
			continue;
		}
		step = part->run();
		say("%s: %s\n", part->key, step ? "ok" : "FAILED");
		ok &= step;
		step = selftest();
		if (!step) {
			say("%s: no interrupts afterwards\n", part->key);
		}
		ok &= step;
	}
	return ok;
}

bool guest_main(void)
{
	bool ok;

	port_set_handlers(on_irq, on_irq);
	if (bootarg("hostile=hang")) {
		hang();
	}
	ok = run_parts(parts);
	ok &= run_parts(hostile_gic_parts);
	say("HOSTILE: %s\n", ok ? "PASS" : "FAIL");
	return ok;
}
