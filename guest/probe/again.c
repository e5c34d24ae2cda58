/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * On a GICv2, the timer's line stays high while its interrupt is ended.  The
 * interrupt must come again, though the CPU neither sleeps nor traps meanwhile,
 * and however long its handler takes.
 */
#include <stdatomic.h>

#include "guest/lib/gic.h"
#include "guest/text.h"

#define TIMES 20
#define LIMIT_US 5000000
#define HANDLER_US 7000 /* of every other one */

static atomic_uint taken;

static void linger(void)
{
	uint64_t end = port_now_us() + HANDLER_US;

	while (port_now_us() < end) {
	}
}

static void on_irq(void)
{
	uint32_t iar = gic_acknowledge(0);
	unsigned int times;

	if (iar != PORT_TIMER_INTID) {
		return;
	}
	times = atomic_fetch_add(&taken, 1) + 1;
	if (times == TIMES) {
		port_timer_stop();
	}
	if (times % 2) {
		linger();
	}
	gic_drop(0, iar);
}

bool guest_main(void)
{
	uint64_t end = port_now_us() + LIMIT_US;

	port_set_handlers(on_irq, on_irq);
	gic_groups(true, false);
	irq_enable(PORT_TIMER_INTID);
	gic_open(true, false);
	port_timer_start(0);
	port_unmask();
	while (atomic_load(&taken) < TIMES && port_now_us() < end) {
	}
	port_mask();
	say("again: taken %u times\n", atomic_load(&taken));
	say("again: %s\n", atomic_load(&taken) == TIMES ? "PASS" : "FAIL");
	return atomic_load(&taken) == TIMES;
}
