/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv3 used wrongly. */
#include "guest/hostile/hostile.h"
#include "guest/lib/gic.h"
#include "guest/lib/lib.h"

#define GITS_SIZE 0x20000 /* with the frame of GITS_TRANSLATER */

/* The hypervisor gives a GICv3 LPIs together with an ITS, or neither. */
static bool has_its(void)
{
	return gicd_read32(GICD_TYPER) & GICD_TYPER_LPIS;
}

static bool all_widths(void)
{
	const struct hostile_frame frames[] = {
		{ GICD_BASE, GICD_FRAME_SIZE },
		{ machine_gicr_base(0), GICR_STRIDE },
		{ GITS_BASE, has_its() ? GITS_SIZE : 0 },
		{ 0, 0 },
	};

	return hostile_widths(frames);
}

/*
 * EOIs of all interrupts while none is active, as some firmware does at its
 * end.  Nothing may come of them, not even later, in either EOI mode.
 */
static bool end_of_all(void)
{
	static const uint64_t modes[] = { 0, ICC_CTLR_EL1_EOImode };
	bool ok = true;

	for (unsigned int i = 0; i < 2; i++) {
		hostile_reset_gic();
		icc_write(ICC_CTLR_EL1, modes[i]);
		for (uint32_t intid = 0; intid < GIC_SPI_END; intid++) {
			icc_write(ICC_EOIR1_EL1, intid);
		}
		hostile_send_self();
		while (icc_read(ICC_IAR1_EL1) != HOSTILE_SGI) {
			port_relax();
		}
		ok &= gicr_read32(port_cpu(), GICR_ISACTIVER0) ==
			      1u << HOSTILE_SGI &&
		      icc_read(ICC_RPR_EL1) == PRIORITY_DEFAULT;
		icc_write(ICC_EOIR1_EL1, HOSTILE_SGI);
		if (modes[i]) {
			icc_write(ICC_DIR_EL1, HOSTILE_SGI);
		}
		ok &= icc_read(ICC_RPR_EL1) == RPR_IDLE;
	}
	return ok;
}

const struct hostile_part hostile_gic_parts[] = {
	{ "hostile=eoi", end_of_all },
	{ "hostile=widths", all_widths },
	{ NULL, NULL },
};

void hostile_junk_mmio(uint32_t *seed)
{
	unsigned int cpu = hostile_random(seed) % port_nr_cpus();
	unsigned int width = hostile_random(seed) % HOSTILE_WIDTHS;
	uint32_t offset = hostile_random(seed) & 0xfff & ~((1u << width) - 1);
	uint64_t base = GICD_BASE;

	if (hostile_random(seed) % 2 == 0) {
		base = machine_gicr_base(cpu) +
		       (hostile_random(seed) % 2) * GICR_SGI_BASE;
	} else if (hostile_random(seed) % 4 == 0 && has_its()) {
		base = GITS_BASE;
	} else if (hostile_random(seed) % 8 == 0) {
		offset += GICD_IROUTER;
	}
	hostile_access(base + offset, width, seed);
}

/*
 * QEMU dies of an assertion when a guest of EL2 writes 8 to ICC_BPR1_EL1
 * (seen in 7.2): it does not ignore the bits above the field.
 */
static uint64_t writable_bits(uint32_t reg)
{
	return reg == ICC_BPR0_EL1 || reg == ICC_BPR1_EL1 ? 7 : UINT64_MAX;
}

void hostile_junk_cpuif(uint32_t *seed)
{
	static const uint32_t readable[] = {
		ICC_PMR_EL1,	 ICC_IAR0_EL1,	  ICC_HPPIR0_EL1, ICC_BPR0_EL1,
		ICC_AP0R0_EL1,	 ICC_AP1R0_EL1,	  ICC_RPR_EL1,	  ICC_IAR1_EL1,
		ICC_HPPIR1_EL1,	 ICC_BPR1_EL1,	  ICC_CTLR_EL1,	  ICC_SRE_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};
	static const uint32_t writable[] = {
		ICC_PMR_EL1,	 ICC_EOIR0_EL1,	  ICC_BPR0_EL1,	 ICC_AP0R0_EL1,
		ICC_AP1R0_EL1,	 ICC_DIR_EL1,	  ICC_SGI1R_EL1, ICC_ASGI1R_EL1,
		ICC_SGI0R_EL1,	 ICC_EOIR1_EL1,	  ICC_BPR1_EL1,	 ICC_CTLR_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};
	uint64_t value = hostile_random64(seed);
	unsigned int n;
	uint32_t reg;

	/* Every other number is an interrupt that exists. */
	if (hostile_random(seed) % 2 == 0) {
		value &= 0x3f;
	}
	if (hostile_random(seed) % 2 == 0) {
		n = sizeof(readable) / sizeof(*readable);
		icc_read(readable[hostile_random(seed) % n]);
	} else {
		n = sizeof(writable) / sizeof(*writable);
		reg = writable[hostile_random(seed) % n];
		icc_write(reg, value & writable_bits(reg));
	}
}

void hostile_clear_priorities(void)
{
	icc_write(ICC_AP0R0_EL1, 0);
	icc_write(ICC_AP1R0_EL1, 0);
}
