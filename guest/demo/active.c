/* SPDX-License-Identifier: BSD-2-Clause */
/* Priority drop apart from deactivation, and the active state by register. */
#include "guest/demo/kit.h"

static bool was_active;

static void on_note_active(uint32_t intid)
{
	was_active = irq_is_active(intid) && !irq_is_pending(intid);
}

static bool step_active_bit(void)
{
	bool ok;

	kit_hook(0, on_note_active);
	irq_raise(SPI(0));
	ok = kit_wait(0, 1);
	kit_settle();
	ok &= kit_say("active, not pending, in its handler", was_active);
	ok &= kit_say("inactive after EOI", !irq_is_active(SPI(0)));
	return ok;
}

/* EOImode 1: EOIR drops the running priority, DIR deactivates. */
static bool step_split(void)
{
	bool ok;

	eoimode(1);
	kit_finish(0, FINISH_DROP);
	irq_enable(SPI(0));
	irq_enable(SPI(1));
	irq_pend(SPI(0));
	ok = kit_wait(0, 1);
	kit_settle();
	ok &= kit_say("RPR is idle after EOIR", gic_running() == RPR_IDLE);
	ok &= kit_say("still active", irq_is_active(SPI(0)));
	irq_pend(SPI(0));
	irq_pend(SPI(1));
	ok &= kit_wait(0, 2);
	kit_settle();
	ok &= kit_say("pending again, not taken again",
		      irq_is_pending(SPI(0)) && kit_count(0) == 2);
	gic_deactivate(SPI(1));
	kit_finish(0, FINISH_ALL);
	gic_deactivate(SPI(0));
	ok &= kit_wait(0, 3);
	return kit_saw(0, SPI(0), SPI(1), SPI(0)) && ok;
}

static uint32_t dir_intid;

static void dir_here(void)
{
	eoimode(1);
	gic_deactivate(dir_intid);
}

/* Acknowledged by one CPU, deactivated by another: IHI 0069 4.5. */
static bool step_dir_elsewhere(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	eoimode(1);
	for (unsigned int other = 1; other < n; other++) {
		kit_clear();
		kit_finish(0, FINISH_DROP);
		dir_intid = SPI(other);
		irq_raise(dir_intid);
		ok &= kit_wait(0, 1);
		kit_settle();
		ok &= irq_is_active(dir_intid);
		irq_pend(dir_intid);
		kit_settle();
		ok &= kit_count(0) == 1;
		kit_finish(0, FINISH_ALL);
		task_on(other, dir_here);
		ok &= kit_wait(0, 2);
		kit_settle();
		say("  acknowledged by cpu 0, deactivated by cpu %u\n", other);
		kit_show(0);
		ok &= kit_count(0) == 2 && !irq_is_active(dir_intid);
	}
	return ok;
}

static bool step_set_active(void)
{
	bool ok = true;

	for (unsigned int edge = 0; edge <= 1; edge++) {
		irq_edge(SPI(edge), edge);
		irq_enable(SPI(edge));
		irq_activate(SPI(edge));
		irq_pend(SPI(edge));
		kit_settle();
		ok &= kit_count(0) == edge && irq_is_active(SPI(edge)) &&
		      irq_is_pending(SPI(edge));
		irq_deactivate(SPI(edge));
		ok &= kit_wait(0, edge + 1);
	}
	return kit_saw(0, SPI(0), SPI(1)) && ok;
}

static void clear_active_here(void)
{
	irq_deactivate(SPI(0));
}

static void on_deactivated_under_us(uint32_t intid)
{
	if (kit_count(0) == 1) {
		task_on(port_nr_cpus() - 1, clear_active_here);
		was_active = irq_is_active(intid);
	}
}

/* ICACTIVER by another CPU, while the handler is still at work. */
static bool step_clear_active(void)
{
	bool ok;

	kit_hook(0, on_deactivated_under_us);
	irq_raise(SPI(0));
	ok = kit_wait(0, 1);
	kit_settle();
	ok &= kit_say("inactive before its EOI", !was_active);
	ok &= kit_say("RPR is idle after it", gic_running() == RPR_IDLE);
	irq_pend(SPI(0));
	ok &= kit_wait(0, 2);
	return kit_saw_count(0, 2) && ok;
}

/*
 * The same SGI on two CPUs is two interrupts: active on one, it can be taken on
 * the other.
 */
static bool step_private_active(void)
{
	unsigned int last = port_nr_cpus() - 1;
	bool ok;

	irq_activate(8);
	sgi_send(0, 8);
	sgi_send(last, 8);
	ok = kit_wait(last, 1);
	kit_settle();
	kit_show(0);
	kit_show(last);
	ok &= kit_count(0) == 0;
	irq_deactivate(8);
	ok &= kit_wait(0, 1);
	kit_settle();
	kit_show(0);
	return ok && kit_count(0) == 1 && kit_count(last) == 1;
}

const struct step active_steps[] = {
	{ "active from acknowledge to EOI", step_active_bit, 1, 0 },
	{ "EOImode 1: drop, then deactivate", step_split, 1, 0 },
	{ "EOImode 1: deactivated by another CPU", step_dir_elsewhere, 2, 3 },
	{ "made active by ISACTIVER", step_set_active, 1, 0 },
	{ "made inactive under its handler", step_clear_active, 2, 0 },
	{ "an SGI active on one CPU alone", step_private_active, 2, 0 },
	{ 0 },
};
