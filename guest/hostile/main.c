/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile guest.  Whatever it does, it is told what the architecture says,
 * and interrupts work when it is done: it ends with "HOSTILE: PASS" and powers
 * off.  The boot argument hostile=NAME chooses one part; hostile=hang sleeps
 * for ever with interrupts masked, for time-outs.
 */
#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define SELFTEST_SGI 5
#define SELFTEST_LIMIT_US 5000000

static const struct part {
	const char *key;
	bool (*run)(void);
} parts[] = {
	{ "hostile=wild", hostile_wild },
	{ "hostile=undefined", hostile_undefined },
	{ "hostile=sysregs", hostile_sysregs },
	{ "hostile=psci", hostile_psci },
	{ "hostile=widths", hostile_widths },
	{ "hostile=junk", hostile_junk },
};
#define NR_PARTS (sizeof(parts) / sizeof(parts[0]))

static volatile unsigned int taken;

uint32_t hostile_random(uint32_t *state)
{
	/* Numerical Recipes' generator; its upper half is random enough. */
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void on_irq(void)
{
	uint64_t intid = icc_read(ICC_IAR1_EL1);

	if (intid < GIC_INTID_SPURIOUS) {
		taken += intid == SELFTEST_SGI;
		icc_write(ICC_EOIR1_EL1, intid);
	}
}

/* From any state to one where Group 1 SGIs reach this CPU. */
static void reset_gic(void)
{
	unsigned int cpu = port_cpu();

	gicd_write32(GICD_CTLR, GICD_CTLR_ARE);
	for (uint32_t i = GIC_NR_PRIVATE; i < GIC_SPI_END; i += 32) {
		gicd_write32(GICD_ICENABLER + i / 32 * 4, UINT32_MAX);
		gicd_write32(GICD_ICPENDR + i / 32 * 4, UINT32_MAX);
		gicd_write32(GICD_ICACTIVER + i / 32 * 4, UINT32_MAX);
	}
	gicr_write32(cpu, GICR_WAKER, 0);
	while (gicr_read32(cpu, GICR_WAKER) & GICR_WAKER_ChildrenAsleep) {
	}
	gicr_write32(cpu, GICR_ICENABLER0, UINT32_MAX);
	gicr_write32(cpu, GICR_ICPENDR0, UINT32_MAX);
	gicr_write32(cpu, GICR_ICACTIVER0, UINT32_MAX);
	gicr_write32(cpu, GICR_IGROUPR0, UINT32_MAX);
	for (uint32_t i = 0; i < GIC_NR_PRIVATE; i++) {
		gicr_write8(cpu, GICR_IPRIORITYR0 + i, 0xa0);
	}
	gicr_write32(cpu, GICR_ISENABLER0, 1u << SELFTEST_SGI);
	icc_write(ICC_CTLR_EL1, 0);
	icc_write(ICC_AP0R0_EL1, 0);
	icc_write(ICC_AP1R0_EL1, 0);
	icc_write(ICC_PMR_EL1, 0xf8);
	icc_write(ICC_IGRPEN0_EL1, 0);
	icc_write(ICC_IGRPEN1_EL1, 1);
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
}

/* An SGI to oneself arrives once. */
static bool selftest(void)
{
	uint64_t end;

	reset_gic();
	taken = 0;
	port_unmask();
	end = port_now_us() + SELFTEST_LIMIT_US;
	icc_write(ICC_SGI1R_EL1,
		  FIELD_PUT(ICC_SGIR_INTID, SELFTEST_SGI) |
			  FIELD_PUT(ICC_SGIR_TargetList, 1));
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

void guest_main(void)
{
	const char *chosen = bootarg("hostile=");
	bool ok = true;
	bool step;

	port_set_handlers(on_irq, on_irq);
	if (bootarg("hostile=hang")) {
		hang();
	}
	for (unsigned int i = 0; i < NR_PARTS; i++) {
		if (chosen != NULL && !bootarg(parts[i].key)) {
			continue;
		}
		step = parts[i].run();
		say("%s: %s\n", parts[i].key, step ? "ok" : "FAILED");
		ok &= step;
		step = selftest();
		if (!step) {
			say("%s: no interrupts afterwards\n", parts[i].key);
		}
		ok &= step;
	}
	say("HOSTILE: %s\n", ok ? "PASS" : "FAIL");
}
