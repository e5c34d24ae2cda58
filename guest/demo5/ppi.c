/* SPDX-License-Identifier: BSD-2-Clause */
/* PPIs: one that only software makes pending, and the virtual timer's. */
#include "guest/demo5/demo5.h"

#define SW_BIT (UINT64_C(1) << SW_PPI)
#define TIMER_BIT (UINT64_C(1) << TIMER_PPI)
#define PRIORITY 31

/* Print all that the registers say of SW_PPI. */
static void show_ppi(const char *when)
{
	say("%s: pending %lx active %lx APR %lx HPPIR %lx\n", when,
	    (unsigned long)(gic5_read(ICC_PPI_SPENDR0_EL1) & SW_BIT),
	    (unsigned long)(gic5_read(ICC_PPI_SACTIVER0_EL1) & SW_BIT),
	    (unsigned long)gic5_read(ICC_APR_EL1),
	    (unsigned long)gic5_read(ICC_HPPIR_EL1));
}

static bool handling_modes(void)
{
	uint64_t hmr = gic5_read(ICC_PPI_HMR0_EL1);

	say("SW_PPI is %s, the virtual timer's PPI is %s\n",
	    hmr & SW_BIT ? "level" : "edge",
	    hmr & TIMER_BIT ? "level" : "edge");
	return !(hmr & SW_BIT) && (hmr & TIMER_BIT);
}

static bool nothing_pending(void)
{
	uint64_t none = gic5_acknowledge();

	say("acknowledge %lx, HPPIR %lx\n", (unsigned long)none,
	    (unsigned long)gic5_read(ICC_HPPIR_EL1));
	gic5_write(GIC_CDEOI, 0);
	gic5_write(GIC_CDDI, GICV5_PPI(SW_PPI));
	return none == 0;
}

/*
 * Without interrupts: acknowledge, priority drop and deactivation one by one.
 */
static bool life_of_a_ppi(void)
{
	uint64_t taken;

	gic5_write(ICC_PCR_EL1, 0);
	gic5_write(ICC_PPI_ENABLER0_EL1, SW_BIT);
	gic5_write(ICC_PPI_SPENDR0_EL1, SW_BIT);
	show_ppi("masked by PCR 0");
	taken = gic5_acknowledge();
	say("acknowledge %lx\n", (unsigned long)taken);
	gic5_write(ICC_PCR_EL1, 31);
	show_ppi("mask open");
	taken = gic5_acknowledge();
	say("acknowledge %lx\n", (unsigned long)taken);
	show_ppi("acknowledged");
	gic5_write(ICC_PPI_SPENDR0_EL1, SW_BIT);
	show_ppi("pending again, active");
	gic5_write(GIC_CDEOI, 0);
	show_ppi("priority dropped");
	gic5_write(GIC_CDDI, taken);
	show_ppi("deactivated");
	gic5_write(ICC_PPI_CPENDR0_EL1, SW_BIT);
	show_ppi("cleared");
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	return taken == (GICR_CDIA_VALID | GICV5_PPI(SW_PPI));
}

static bool interface_off(void)
{
	uint64_t off;

	gic5_write(ICC_PPI_ENABLER0_EL1, SW_BIT);
	gic5_write(ICC_PPI_SPENDR0_EL1, SW_BIT);
	gic5_write(ICC_CR0_EL1,
		   gic5_read(ICC_CR0_EL1) & ~(uint64_t)ICC_CR0_EL1_EN);
	off = gic5_acknowledge();
	show_ppi("interface off");
	gic5_write(ICC_CR0_EL1, gic5_read(ICC_CR0_EL1) | ICC_CR0_EL1_EN);
	show_ppi("interface on");
	gic5_write(ICC_PPI_CPENDR0_EL1, SW_BIT);
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	return off == 0;
}

static bool by_interrupt(void)
{
	gic5_write(ICC_PPI_ENABLER0_EL1, SW_BIT);
	port_unmask();
	for (unsigned int i = 0; i < 3; i++) {
		gic5_write(ICC_PPI_SPENDR0_EL1, SW_BIT);
		if (!demo5_wait(0, i + 1)) {
			return false;
		}
	}
	port_mask();
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	say("%u interrupts, the last %x\n", atomic_load(&demo5_log(0)->count),
	    demo5_log(0)->intid[2]);
	show_ppi("after");
	return true;
}

static bool stop_timer(uint32_t intid)
{
	(void)intid;
	port_timer_stop();
	return true;
}

static bool timer(void)
{
	uint64_t pending;

	port_timer_start(0);
	while (!(gic5_read(ICC_PPI_SPENDR0_EL1) & TIMER_BIT)) {
	}
	/* Only its source can clear a level. */
	gic5_write(ICC_PPI_CPENDR0_EL1, TIMER_BIT);
	pending = gic5_read(ICC_PPI_CPENDR0_EL1) & TIMER_BIT;
	say("line up, pending cleared: %s\n", pending ? "pending" : "not");
	port_timer_stop();
	gic5_write(ICC_PPI_SPENDR0_EL1, TIMER_BIT);
	pending = gic5_read(ICC_PPI_SPENDR0_EL1) & TIMER_BIT;
	say("line down, pending set: %s\n", pending ? "pending" : "not");
	demo5_hook(stop_timer);
	gic5_write(ICC_PPI_ENABLER0_EL1, TIMER_BIT);
	port_unmask();
	for (unsigned int i = 0; i < 3; i++) {
		port_timer_start(100);
		if (!demo5_wait(0, i + 1)) {
			return false;
		}
	}
	port_mask();
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	say("%u ticks, the last by %x\n", atomic_load(&demo5_log(0)->count),
	    demo5_log(0)->intid[2]);
	return !pending;
}

const struct step5 ppi_steps5[] = {
	{ "handling modes of PPIs", handling_modes },
	{ "nothing to acknowledge", nothing_pending },
	{ "a PPI's life, by polling", life_of_a_ppi },
	{ "interface off and on", interface_off },
	{ "a PPI by interrupt", by_interrupt },
	{ "the virtual timer", timer },
	{ NULL, NULL },
};
