/* SPDX-License-Identifier: BSD-2-Clause */
/* LPIs and SPIs on one CPU: configuration, handling modes, priorities. */
#include "guest/demo5/demo5.h"

#define NESTED 5
#define MANY 32

static void show(const char *when, uint32_t intid)
{
	say("%s: ICSR %lx\n", when, (unsigned long)gic5_config(intid));
}

static void acknowledge(void)
{
	say("acknowledge %lx\n", (unsigned long)gic5_acknowledge());
}

static bool life_of_an_lpi(void)
{
	uint32_t lpi = GICV5_LPI(5);

	show("at first", lpi);
	gic5_priority(lpi, 31);
	show("priority 31", lpi);
	gic5_pend(lpi, true);
	show("pending, disabled", lpi);
	acknowledge();
	gic5_write(GIC_CDEN, lpi);
	show("enabled", lpi);
	acknowledge();
	show("active", lpi);
	gic5_pend(lpi, true);
	show("pending again", lpi);
	gic5_end(lpi);
	show("deactivated", lpi);
	gic5_pend(lpi, false);
	show("pending cleared", lpi);
	acknowledge();
	return true;
}

/* With level handling an acknowledge does not clear Pending. */
static bool handling_mode(void)
{
	uint32_t lpi = GICV5_LPI(6);

	gic5_open_irq(lpi, 31, 0);
	gic5_handling(lpi, true);
	gic5_pend(lpi, true);
	acknowledge();
	show("acknowledged, level", lpi);
	gic5_end(lpi);
	acknowledge();
	gic5_pend(lpi, false);
	show("source gone", lpi);
	gic5_end(lpi);
	acknowledge();
	return true;
}

static bool recall(void)
{
	uint32_t a = GICV5_LPI(7), b = GICV5_LPI(8);

	gic5_open_irq(a, 10, 0);
	gic5_open_irq(b, 20, 0);
	gic5_pend(a, true);
	gic5_pend(b, true);
	say("HPPIR %lx\n", (unsigned long)gic5_read(ICC_HPPIR_EL1));
	gic5_write(GIC_CDDIS, a);
	say("first disabled, HPPIR %lx\n",
	    (unsigned long)gic5_read(ICC_HPPIR_EL1));
	gic5_write(GIC_CDEN, a);
	gic5_priority(b, 5);
	say("second more urgent, HPPIR %lx\n",
	    (unsigned long)gic5_read(ICC_HPPIR_EL1));
	gic5_pend(a, false);
	gic5_pend(b, false);
	say("both cleared, HPPIR %lx\n",
	    (unsigned long)gic5_read(ICC_HPPIR_EL1));
	return true;
}

static bool out_of_range(void)
{
	show("SPI 65535", GICV5_SPI(65535));
	show("LPI without a table", GICV5_LPI(0xf000));
	show("a PPI", GICV5_PPI(SW_PPI));
	gic5_pend(GICV5_SPI(65535), true);
	gic5_write(GIC_CDEN, GICV5_LPI(0xf000));
	gic5_write(GIC_CDDI, GICV5_LPI(0xf000));
	acknowledge();
	return true;
}

static bool unknown_affinity(void)
{
	uint32_t lpi = GICV5_LPI(9);

	gic5_open_irq(lpi, 31, 0);
	gic5_affinity(lpi, 0xfff0);
	gic5_pend(lpi, true);
	show("to nobody", lpi);
	acknowledge();
	gic5_affinity(lpi, 0);
	acknowledge();
	gic5_end(lpi);
	return true;
}

static bool spi(void)
{
	uint32_t id = GICV5_SPI(SPI_FIRST);

	irs_write(IRS_SPI_SELR, SPI_FIRST);
	say("status of an SPI %x", irs_read(IRS_SPI_STATUSR));
	irs_write(IRS_SPI_CFGR, IRS_SPI_CFGR_TM);
	say(", trigger mode %x", irs_read(IRS_SPI_CFGR));
	irs_write(IRS_SPI_CFGR, 0);
	say(", then %x\n", irs_read(IRS_SPI_CFGR));
	gic5_open_irq(id, 12, 0);
	show("configured", id);
	gic5_pend(id, true);
	acknowledge();
	show("active", id);
	say("APR %lx\n", (unsigned long)gic5_read(ICC_APR_EL1));
	gic5_end(id);
	show("deactivated", id);
	return true;
}

/*
 * Each handler makes the next LPI pending, which is more urgent, and lets it
 * preempt.
 */
static bool nest(uint32_t intid)
{
	uint32_t depth = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid) - 20;

	say("%x at APR %lx\n", intid, (unsigned long)gic5_read(ICC_APR_EL1));
	if (depth + 1 < NESTED) {
		gic5_pend(intid + 1, true);
		port_unmask();
		demo5_wait(0, NESTED - 1 - depth);
		port_mask();
	}
	say("%x leaves\n", intid);
	return true;
}

static bool preemption(void)
{
	for (uint32_t i = 0; i < NESTED; i++) {
		gic5_open_irq(GICV5_LPI(20 + i), 30 - 5 * i, 0);
	}
	demo5_hook(nest);
	port_unmask();
	gic5_pend(GICV5_LPI(20), true);
	if (!demo5_wait(0, NESTED)) {
		return false;
	}
	port_mask();
	say("APR %lx\n", (unsigned long)gic5_read(ICC_APR_EL1));
	return gic5_read(ICC_APR_EL1) == 0;
}

/* One LPI of each priority, made pending out of order: they come in order. */
static bool priority_order(void)
{
	struct log *log = demo5_log(0);

	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t n = i * 13 % MANY;

		gic5_open_irq(GICV5_LPI(100 + n), n, 0);
		gic5_pend(GICV5_LPI(100 + n), true);
	}
	port_unmask();
	if (!demo5_wait(0, MANY)) {
		return false;
	}
	port_mask();
	for (uint32_t i = 0; i < MANY; i++) {
		say("%x%s", log->intid[i], i % 8 == 7 ? "\n" : " ");
	}
	return true;
}

/*
 * ICC_PCR_EL1 lets priorities that equal it through; the running priority holds
 * equal ones back.
 */
static bool masks(void)
{
	uint32_t a = GICV5_LPI(10), b = GICV5_LPI(11);

	gic5_open_irq(a, 12, 0);
	gic5_open_irq(b, 12, 0);
	gic5_pend(a, true);
	gic5_write(ICC_PCR_EL1, 11);
	acknowledge();
	gic5_write(ICC_PCR_EL1, 12);
	acknowledge();
	gic5_pend(b, true);
	acknowledge();
	gic5_end(a);
	acknowledge();
	gic5_end(b);
	gic5_write(ICC_PCR_EL1, 31);
	return true;
}

/* Priority drop and deactivation in either order. */
static bool either_order(void)
{
	uint32_t lpi = GICV5_LPI(12);

	gic5_open_irq(lpi, 12, 0);
	gic5_pend(lpi, true);
	acknowledge();
	gic5_write(GIC_CDDI, lpi);
	show("deactivated first", lpi);
	gic5_pend(lpi, true);
	acknowledge();
	gic5_write(GIC_CDEOI, 0);
	say("dropped, APR %lx\n", (unsigned long)gic5_read(ICC_APR_EL1));
	acknowledge();
	gic5_end(lpi);
	return true;
}

const struct step5 lpi_steps5[] = {
	{ "an LPI's life, by polling", life_of_an_lpi },
	{ "handling mode", handling_mode },
	{ "recall and re-evaluation", recall },
	{ "IDs out of range", out_of_range },
	{ "an affinity that nobody has", unknown_affinity },
	{ "an SPI", spi },
	{ "priority mask and running priority", masks },
	{ "drop and deactivation in either order", either_order },
	{ "preemption, five deep", preemption },
	{ "thirty-two priorities", priority_order },
	{ NULL, NULL },
};
