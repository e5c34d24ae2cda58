/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv3, used wrongly and rightly. */
#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"

#define PRIORITY 0xa0
#define GITS_SIZE 0x20000 /* with the frame of GITS_TRANSLATER */

/* The hypervisor gives a GICv3 LPIs together with an ITS, or neither. */
static bool has_its(void)
{
	return gicd_read32(GICD_TYPER) & GICD_TYPER_LPIS;
}

/*
 * Every offset of the frames, at every width and alignment.
 *
 * An access that is not aligned is a fault of the guest's own making, since
 * it is to Device memory; others must not fault.  IHI 0069 12.1.3: what is
 * not supported may read as zero and be ignored.
 */
static bool all_widths(void)
{
	uint64_t esr;

	fault_expect();
	hostile_sweep(GICD_BASE, GICD_FRAME_SIZE);
	hostile_sweep(machine_gicr_base(0), GICR_STRIDE);
	if (has_its()) {
		hostile_sweep(GITS_BASE, GITS_SIZE);
	}
	fault_count(&esr);
	fault_expect();
	for (uint32_t offset = 0; offset < GICD_FRAME_SIZE; offset += 4) {
		mmio_read32(GICD_BASE + offset);
	}
	return fault_count(&esr) == 0;
}

/*
 * As firmware does at its end: EOIs of all interrupts, of which none is
 * active.  Nothing comes of it, not even later, in both EOI modes.
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
		      icc_read(ICC_RPR_EL1) == PRIORITY;
		icc_write(ICC_EOIR1_EL1, HOSTILE_SGI);
		if (modes[i]) {
			icc_write(ICC_DIR_EL1, HOSTILE_SGI);
		}
		ok &= icc_read(ICC_RPR_EL1) == GIC_PRIORITY_IDLE;
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
	uint64_t value = (uint64_t)hostile_random(seed) << 40 |
			 (uint64_t)hostile_random(seed) << 20 |
			 hostile_random(seed);
	uint64_t base = GICD_BASE;

	if (hostile_random(seed) % 2 == 0) {
		base = machine_gicr_base(cpu) +
		       (hostile_random(seed) % 2) * GICR_SGI_BASE;
	} else if (hostile_random(seed) % 4 == 0 && has_its()) {
		base = GITS_BASE;
	} else if (hostile_random(seed) % 8 == 0) {
		offset += GICD_IROUTER;
	}
	if (hostile_random(seed) % 2 == 0) {
		hostile_load(base + offset, width);
	} else {
		hostile_store(base + offset, width, value);
	}
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
		ICC_PMR_EL1, ICC_IAR0_EL1, ICC_HPPIR0_EL1, ICC_BPR0_EL1,
		ICC_AP0R0_EL1, ICC_AP1R0_EL1, ICC_RPR_EL1, ICC_IAR1_EL1,
		ICC_HPPIR1_EL1, ICC_BPR1_EL1, ICC_CTLR_EL1, ICC_SRE_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};
	static const uint32_t writable[] = {
		ICC_PMR_EL1, ICC_EOIR0_EL1, ICC_BPR0_EL1, ICC_AP0R0_EL1,
		ICC_AP1R0_EL1, ICC_DIR_EL1, ICC_SGI1R_EL1, ICC_ASGI1R_EL1,
		ICC_SGI0R_EL1, ICC_EOIR1_EL1, ICC_BPR1_EL1, ICC_CTLR_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};
	uint64_t value = (uint64_t)hostile_random(seed) << 32 |
			 hostile_random(seed);
	unsigned int n;
	uint32_t reg;

	/* Small numbers are interrupts that exist. */
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

uint32_t hostile_take(void)
{
	uint64_t intid = icc_read(ICC_IAR1_EL1);

	if (intid < GIC_INTID_SPURIOUS) {
		icc_write(ICC_EOIR1_EL1, intid);
	}
	return (uint32_t)intid;
}

/* From any state to one where Group 1 SGIs reach this CPU. */
void hostile_reset_gic(void)
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
		gicr_write8(cpu, GICR_IPRIORITYR0 + i, PRIORITY);
	}
	gicr_write32(cpu, GICR_ISENABLER0, 1u << HOSTILE_SGI);
	icc_write(ICC_CTLR_EL1, 0);
	icc_write(ICC_AP0R0_EL1, 0);
	icc_write(ICC_AP1R0_EL1, 0);
	icc_write(ICC_BPR1_EL1, 0);
	icc_write(ICC_PMR_EL1, 0xf8);
	icc_write(ICC_IGRPEN0_EL1, 0);
	icc_write(ICC_IGRPEN1_EL1, 1);
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
}

void hostile_send_self(void)
{
	icc_write(ICC_SGI1R_EL1,
		  FIELD_PUT(ICC_SGIR_INTID, HOSTILE_SGI) |
			  FIELD_PUT(ICC_SGIR_TargetList, 1));
}
