/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of a physical GICv3, IHI 0069, with affinity routing and system
 * registers.  All interrupts are in (Non-secure) Group 1, with one security
 * state or two.
 */
#include "hyp/gicv3.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/host.h"
#include "hyp/irq.h"
#include "hyp/irqchip.h"
#include "hyp/mpidr.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

/* Bits of a priority field; fewer of them may be implemented, the upper. */
#define PRIORITY_BITS 8

/* A write to GICD_CTLR or GICD_ICENABLER has taken effect everywhere. */
static void wait_for_gicd(void)
{
	while (mmio_read32(host.gicd.base + GICD_CTLR) & GICD_CTLR_RWP) {
	}
}

static const char *init(void)
{
	uint64_t gicd = host.gicd.base;
	uint32_t lines, i;

	if (FIELD_GET(GICD_PIDR2_ArchRev, mmio_read32(gicd + GICD_PIDR2)) < 3) {
		return "the machine's GIC is not a GICv3";
	}
	mmio_write32(gicd + GICD_CTLR, 0);
	wait_for_gicd();
	lines = FIELD_GET(GICD_TYPER_ITLinesNumber,
			  mmio_read32(gicd + GICD_TYPER)) +
		1;
	for (i = 1; i < lines; i++) {
		mmio_write32(gicd + GICD_ICENABLER + i * 4, UINT32_MAX);
		mmio_write32(gicd + GICD_ICPENDR + i * 4, UINT32_MAX);
		mmio_write32(gicd + GICD_ICACTIVER + i * 4, UINT32_MAX);
		/* With one security state, reset leaves them in Group 0. */
		mmio_write32(gicd + GICD_IGROUPR + i * 4, UINT32_MAX);
	}
	/*
	 * ARE may only change while the groups are off.  Bit 1 is EnableGrp1
	 * with one security state and EnableGrp1A in the Non-secure view of
	 * two, IHI 0069 12.9.4.
	 */
	mmio_write32(gicd + GICD_CTLR, GICD_CTLR_ARE);
	wait_for_gicd();
	mmio_write32(gicd + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	wait_for_gicd();
	return NULL;
}

/* The affinity of MPIDR_EL1 in 32 bits, as GICR_TYPER has it. */
static uint32_t packed_affinity(uint64_t mpidr)
{
	return (uint32_t)(FIELD_GET(MPIDR_Aff3, mpidr) << 24 |
			  FIELD_GET(MPIDR_Aff2, mpidr) << 16 |
			  FIELD_GET(MPIDR_Aff1, mpidr) << 8 |
			  FIELD_GET(MPIDR_Aff0, mpidr));
}

static uint64_t find_in_region(const struct host_region *region,
			       uint32_t affinity)
{
	uint64_t rd = region->base;
	uint64_t end = rd + region->size;

	while (rd < end) {
		uint64_t typer = mmio_read64(rd + GICR_TYPER);

		if (FIELD_GET(GICR_TYPER_Affinity_Value, typer) == affinity) {
			return rd;
		}
		if (typer & GICR_TYPER_Last) {
			return 0;
		}
		/* A GICv4 has two more frames for each. */
		rd += typer & GICR_TYPER_VLPIS ? 2 * GICR_STRIDE : GICR_STRIDE;
	}
	return 0;
}

/* RD_base of the redistributor of this affinity; 0 when there is none. */
static uint64_t find_redistributor(uint32_t affinity)
{
	uint64_t rd = 0;
	uint32_t i;

	for (i = 0; i < host.nr_gicr && !rd; i++) {
		rd = find_in_region(&host.gicr[i], affinity);
	}
	return rd;
}

/* Wake it up, and take over this CPU's private interrupts. */
static void init_redistributor(uint64_t rd)
{
	uint32_t i;

	mmio_write32(rd + GICR_WAKER,
		     mmio_read32(rd + GICR_WAKER) & ~GICR_WAKER_ProcessorSleep);
	while (mmio_read32(rd + GICR_WAKER) & GICR_WAKER_ChildrenAsleep) {
	}
	mmio_write32(rd + GICR_ICENABLER0, UINT32_MAX);
	mmio_write32(rd + GICR_ICPENDR0, UINT32_MAX);
	mmio_write32(rd + GICR_ICACTIVER0, UINT32_MAX);
	mmio_write32(rd + GICR_IGROUPR0, UINT32_MAX);
	for (i = 0; i < GIC_NR_PRIVATE; i += 4) {
		mmio_write32(rd + GICR_IPRIORITYR0 + i, IRQ_PRIORITY_X4);
	}
	mmio_write32(rd + GICR_ISENABLER0, IRQ_SGIS | IRQ_PPIS_USED);
	while (mmio_read32(rd + GICR_CTLR) & GICR_CTLR_RWP) {
	}
}

/*
 * May EL2 use the registers of Group 0?  Where firmware keeps Group 0 to itself
 * (SCR_EL3.FIQ), they trap to EL3, which may not expect that.  It shows in
 * ICC_PMR_EL1: then EL2 sees the lower half of the priorities alone, in a view
 * shifted by one, so the lowest bit that is written is lost (IHI 0069 4.8.1).
 */
static bool has_group0(unsigned int pri_bits)
{
	write_sysreg(icc_pmr_el1, 1u << (PRIORITY_BITS - pri_bits));
	isb();
	return read_sysreg(icc_pmr_el1);
}

/*
 * Drop the priorities of interrupts that a boot loader acknowledged and did not
 * end.  All interrupts here have one priority, so one that is still active
 * would keep every other one from being signalled.  A register has 32
 * preemption levels; those that the priority bits do not need are UNDEFINED
 * (IHI 0069 12.2.3).
 */
static void clear_active_priorities(void)
{
	unsigned int pri_bits =
		(unsigned int)FIELD_GET(ICC_CTLR_EL1_PRIbits,
					read_sysreg(icc_ctlr_el1)) +
		1;
	bool group0 = has_group0(pri_bits);

	write_sysreg(icc_ap1r0_el1, 0);
	if (pri_bits >= 6) {
		write_sysreg(icc_ap1r1_el1, 0);
	}
	if (pri_bits >= 7) {
		write_sysreg(icc_ap1r2_el1, 0);
		write_sysreg(icc_ap1r3_el1, 0);
	}
	if (!group0) {
		return;
	}
	write_sysreg(icc_ap0r0_el1, 0);
	if (pri_bits >= 6) {
		write_sysreg(icc_ap0r1_el1, 0);
	}
	if (pri_bits >= 7) {
		write_sysreg(icc_ap0r2_el1, 0);
		write_sysreg(icc_ap0r3_el1, 0);
	}
}

static const char *init_cpu(void)
{
	struct cpu *cpu = this_cpu();

	cpu->gicr = find_redistributor(packed_affinity(cpu->mpidr));
	if (!cpu->gicr) {
		return "a CPU has no redistributor";
	}
	/* ICC_SRE_EL2.Enable stays 0: the guest's ICC_SRE_EL1 traps. */
	write_sysreg(icc_sre_el2, ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB);
	isb();
	write_sysreg(icc_sre_el1, ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB);
	isb();
	write_sysreg(icc_igrpen1_el1, 0);
	init_redistributor(cpu->gicr);
	clear_active_priorities();
	write_sysreg(icc_pmr_el1, IRQ_PRIORITY_MASK);
	write_sysreg(icc_bpr1_el1, 0);
	write_sysreg(icc_ctlr_el1, ICC_CTLR_EL1_EOImode);
	write_sysreg(icc_igrpen1_el1, 1);
	/*
	 * A guest whose CPU interface is in software must not reach this one:
	 * the traps hold whether ICH_HCR_EL2.En is set or not, IHI 0069 12.4.7.
	 */
	write_sysreg(ich_hcr_el2, vm.soft_cpuif ?
					  ICH_HCR_EL2_TC | ICH_HCR_EL2_TALL0 |
						  ICH_HCR_EL2_TALL1 :
					  0);
	isb();
	return NULL;
}

static void enable_spi(uint32_t intid)
{
	uint64_t gicd = host.gicd.base;
	uint32_t word = intid / 32 * 4;
	uint64_t priority = gicd + GICD_IPRIORITYR + (intid & ~3u);
	uint32_t shift = intid % 4 * 8;

	mmio_write32(priority, (mmio_read32(priority) & ~(0xffu << shift)) |
				       (uint32_t)IRQ_PRIORITY << shift);
	mmio_write64(gicd + GICD_IROUTER + intid * 8, cpus[0].mpidr);
	mmio_write32(gicd + GICD_ISENABLER + word, 1u << intid % 32);
}

static void send_ipi(const struct cpu *to, enum ipi ipi)
{
	uint64_t aff0 = FIELD_GET(MPIDR_Aff0, to->mpidr);

	write_sysreg(icc_sgi1r_el1,
		     FIELD_PUT(ICC_SGIR_TargetList, 1u << aff0 % 16) |
			     FIELD_PUT(ICC_SGIR_RS, aff0 / 16) |
			     FIELD_PUT(ICC_SGIR_Aff1,
				       FIELD_GET(MPIDR_Aff1, to->mpidr)) |
			     FIELD_PUT(ICC_SGIR_Aff2,
				       FIELD_GET(MPIDR_Aff2, to->mpidr)) |
			     FIELD_PUT(ICC_SGIR_Aff3,
				       FIELD_GET(MPIDR_Aff3, to->mpidr)) |
			     FIELD_PUT(ICC_SGIR_INTID, ipi));
	isb();
}

/* Private interrupts are in the redistributor's SGI_base, as in GICD. */
static uint64_t frame(uint32_t intid)
{
	return intid < GIC_NR_PRIVATE ? this_cpu()->gicr + GICR_SGI_BASE :
					host.gicd.base;
}

static uint32_t acknowledge(void)
{
	return (uint32_t)read_sysreg(icc_iar1_el1);
}

static void drop(uint32_t acknowledged)
{
	write_sysreg(icc_eoir1_el1, acknowledged);
	isb();
}

static void deactivate(uint32_t acknowledged)
{
	write_sysreg(icc_dir_el1, acknowledged);
	isb();
}

const struct irqchip gicv3_irqchip = {
	.init = init,
	.init_cpu = init_cpu,
	.enable_spi = enable_spi,
	.send_ipi = send_ipi,
	.frame = frame,
	.acknowledge = acknowledge,
	.intid_mask = ICC_IAR_INTID_MASK,
	.drop = drop,
	.deactivate = deactivate,
};
