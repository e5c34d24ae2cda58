/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Enables, routes and groups that change while an interrupt is pending or
 * active.
 */
#include <stddef.h>

#include "guest/demo/kit.h"

/*
 * A disabled edge interrupt becomes pending and stays so until it is enabled; a
 * level interrupt too, by ISPENDR. IHI 0069 4.1
 */
static bool step_pend_disabled(void)
{
	bool ok = true;

	for (unsigned int edge = 0; edge <= 1; edge++) {
		irq_edge(SPI(edge), edge);
		irq_pend(SPI(edge));
		kit_settle();
		ok &= kit_count(0) == edge && irq_is_pending(SPI(edge));
		irq_enable(SPI(edge));
		ok &= kit_wait(0, edge + 1) && !irq_is_pending(SPI(edge));
	}
	return kit_saw(0, SPI(0), SPI(1)) && ok;
}

/* Disabled when it has reached the CPU interface already. */
static bool step_disable_pending(void)
{
	bool ok;

	irq_enable(SPI(0));
	port_mask();
	irq_pend(SPI(0));
	kit_settle();
	irq_disable(SPI(0));
	port_unmask();
	kit_settle();
	ok = kit_say("not delivered while disabled", kit_count(0) == 0);
	ok &= kit_say("still pending", irq_is_pending(SPI(0)));
	irq_enable(SPI(0));
	kit_wait(0, 1);
	return kit_saw_count(0, 1) && ok;
}

static bool step_unpend(void)
{
	bool ok = true;

	for (unsigned int edge = 0; edge <= 1; edge++) {
		irq_edge(SPI(edge), edge);
		irq_enable(SPI(edge));
		port_mask();
		irq_pend(SPI(edge));
		ok &= irq_is_pending(SPI(edge));
		irq_unpend(SPI(edge));
		ok &= !irq_is_pending(SPI(edge));
		port_unmask();
	}
	return kit_saw_count(0, 0) && ok;
}

static void on_disable(uint32_t intid)
{
	irq_disable(intid);
	irq_pend(intid);
}

/* Disabled and made pending by its handler: the EOI still deactivates it. */
static bool step_disable_active(void)
{
	bool ok;

	kit_hook(0, on_disable);
	irq_raise(SPI(0));
	ok = kit_wait(0, 1);
	kit_settle();
	ok &= kit_say("deactivated though disabled", !irq_is_active(SPI(0)));
	ok &= kit_say("pending though disabled", irq_is_pending(SPI(0)));
	ok &= kit_count(0) == 1;
	kit_hook(0, NULL);
	irq_enable(SPI(0));
	ok &= kit_wait(0, 2);
	kit_show(0);
	return ok;
}

/* A pending SPI goes where IROUTER says in the end. */
static bool step_reroute(void)
{
	unsigned int last = port_nr_cpus() - 1;
	bool ok = true;

	irq_enable(SPI(0));
	irq_enable(SPI(1));
	port_mask();
	irq_pend(SPI(0));
	irq_pend(SPI(1));
	kit_settle();
	irq_route(SPI(0), last);
	ok &= kit_wait(last, 1);
	port_unmask();
	ok &= kit_wait(0, 1);
	kit_settle();
	kit_show(0);
	kit_show(last);
	return ok && kit_took(0, (const uint32_t[]){ SPI(1) }, 1) &&
	       kit_took(last, (const uint32_t[]){ SPI(0) }, 1);
}

static void on_reroute(uint32_t intid)
{
	if (kit_count(0) == 1) {
		irq_route(intid, port_nr_cpus() - 1);
		irq_pend(intid);
		kit_settle();
	}
}

/*
 * Active on CPU 0, made pending, routed to another CPU: that CPU takes it when
 * CPU 0 has deactivated it.
 */
static bool step_reroute_active(void)
{
	unsigned int last = port_nr_cpus() - 1;
	bool ok;

	kit_hook(0, on_reroute);
	irq_raise(SPI(0));
	ok = kit_wait(0, 1) && kit_wait(last, 1);
	kit_settle();
	kit_show(0);
	kit_show(last);
	return ok && kit_count(0) == 1 && kit_count(last) == 1;
}

static void on_pend_again(uint32_t intid)
{
	if (kit_count(port_cpu()) < 4) {
		irq_pend(intid);
		irq_pend(intid);
	}
}

/* Two edges while it is active are one more interrupt, not two. */
static bool step_pend_active(void)
{
	bool ok;

	kit_hook(0, on_pend_again);
	irq_raise(SPI(0));
	ok = kit_wait(0, 4);
	return kit_saw_count(0, 4) && ok;
}

static bool step_distributor_off(void)
{
	bool ok;

	irq_enable(SPI(0));
	gic_groups(true, false);
	irq_pend(SPI(0));
	sgi_send(0, 1);
	kit_settle();
	ok = kit_say("nothing while EnableGrp1 is 0", kit_count(0) == 0);
	gic_groups(true, true);
	ok &= kit_wait(0, 2);
	kit_settle();
	ok &= kit_say("both when it is 1", kit_count(0) == 2);
	return ok;
}

static bool step_interface_off(void)
{
	bool ok;

	irq_enable(SPI(0));
	gic_interface(1, false);
	irq_pend(SPI(0));
	kit_settle();
	ok = kit_say("nothing while IGRPEN1 is 0", kit_count(0) == 0);
	gic_interface(1, true);
	ok &= kit_wait(0, 1);
	return kit_saw_count(0, 1) && ok;
}

const struct step state_steps[] = {
	{ "pended while disabled, then enabled", step_pend_disabled, 1, 0 },
	{ "disabled while pending, then enabled", step_disable_pending, 1, 0 },
	{ "no longer pending when unmasked", step_unpend, 1, 0 },
	{ "disabled while active", step_disable_active, 1, 0 },
	{ "pended again while active", step_pend_active, 1, 0 },
	{ "routed elsewhere while pending", step_reroute, 2, 3 },
	{ "routed elsewhere while active and pending", step_reroute_active, 2,
	  0 },
	{ "the distributor's group enable", step_distributor_off, 1, 0 },
	{ "the CPU interface's group enable", step_interface_off, 1, 0 },
	{ 0 },
};
