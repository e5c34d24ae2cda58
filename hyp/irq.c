/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical GICv3.  EL2 owns every interrupt; all are Group 1 and end in
 * two steps (EOImode 1): priority drop by EOIR at once, then deactivation,
 * by DIR for our own, or by the guest through its list register's HW bit.
 */
#include "hyp/irq.h"

#include "hyp/cpu.h"
#include "hyp/host.h"
#include "hyp/sched.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

#define PRIORITY 0xa0
#define PRIORITY_MASK 0xff
#define MAX_SPIS 1020
#define PPIS_USED \
	(1u << PPI_MAINTENANCE | 1u << PPI_CNTHP | 1u << PPI_CNTV)

static void (*spi_handler[MAX_SPIS])(void);

static void gicd_wait(void)
{
	while (mmio_read32(host.gicd.base + GICD_CTLR) & GICD_CTLR_RWP) {
	}
}

const char *irq_init(void)
{
	uint64_t gicd = host.gicd.base;
	uint32_t lines, i;

	if (FIELD_GET(GICD_PIDR2_ArchRev,
		      mmio_read32(gicd + GICD_PIDR2)) < 3) {
		return "the machine's GIC is not a GICv3";
	}
	mmio_write32(gicd + GICD_CTLR, 0);
	gicd_wait();
	lines = FIELD_GET(GICD_TYPER_ITLinesNumber,
			  mmio_read32(gicd + GICD_TYPER)) + 1;
	for (i = 1; i < lines; i++) {
		mmio_write32(gicd + GICD_ICENABLER + i * 4, UINT32_MAX);
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
	gicd_wait();
	mmio_write32(gicd + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	gicd_wait();
	return NULL;
}

/* MPIDR_EL1's affinity bytes, as GICR_TYPER packs them. */
static uint32_t packed_affinity(uint64_t mpidr)
{
	return (uint32_t)((mpidr & 0xffffff) | (mpidr >> 8 & 0xff000000));
}

static uint64_t find_redistributor(uint32_t affinity)
{
	uint32_t i;

	for (i = 0; i < host.nr_gicr; i++) {
		uint64_t rd = host.gicr[i].base;
		uint64_t end = rd + host.gicr[i].size;

		while (rd < end) {
			uint64_t typer = mmio_read64(rd + GICR_TYPER);

			if (FIELD_GET(GICR_TYPER_Affinity_Value, typer) ==
			    affinity) {
				return rd;
			}
			if (typer & GICR_TYPER_Last) {
				break;
			}
			/* GICv4 adds two frames. */
			rd += typer & GICR_TYPER_VLPIS ? 2 * GICR_STRIDE :
							 GICR_STRIDE;
		}
	}
	return 0;
}

static void init_redistributor(uint64_t rd)
{
	uint32_t i;

	mmio_write32(rd + GICR_WAKER, mmio_read32(rd + GICR_WAKER) &
					      ~GICR_WAKER_ProcessorSleep);
	while (mmio_read32(rd + GICR_WAKER) & GICR_WAKER_ChildrenAsleep) {
	}
	mmio_write32(rd + GICR_ICENABLER0, UINT32_MAX);
	mmio_write32(rd + GICR_ICACTIVER0, UINT32_MAX);
	mmio_write32(rd + GICR_IGROUPR0, UINT32_MAX);
	for (i = 0; i < GIC_NR_PRIVATE; i += 4) {
		mmio_write32(rd + GICR_IPRIORITYR0 + i,
			     PRIORITY * 0x01010101u);
	}
	mmio_write32(rd + GICR_ISENABLER0, 0xffff | PPIS_USED);
	while (mmio_read32(rd + GICR_CTLR) & GICR_CTLR_RWP) {
	}
}

const char *irq_init_cpu(void)
{
	struct cpu *cpu = this_cpu();

	cpu->gicr = find_redistributor(packed_affinity(cpu->mpidr));
	if (!cpu->gicr) {
		return "a CPU has no redistributor";
	}
	/* Enable 0: the guest's ICC_SRE_EL1 traps to us. */
	write_sysreg(icc_sre_el2,
		     ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB);
	isb();
	write_sysreg(icc_sre_el1, ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB);
	isb();
	init_redistributor(cpu->gicr);
	write_sysreg(icc_pmr_el1, PRIORITY_MASK);
	write_sysreg(icc_bpr1_el1, 0);
	write_sysreg(icc_ctlr_el1, ICC_CTLR_EL1_EOImode);
	write_sysreg(icc_igrpen1_el1, 1);
	isb();
	return NULL;
}

void irq_enable_spi(uint32_t intid, void (*handler)(void))
{
	uint64_t gicd = host.gicd.base;
	uint32_t word = intid / 32 * 4;
	uint64_t priority = gicd + GICD_IPRIORITYR + (intid & ~3u);
	uint32_t shift = intid % 4 * 8;

	spi_handler[intid] = handler;
	mmio_write32(priority, (mmio_read32(priority) & ~(0xffu << shift)) |
				       (uint32_t)PRIORITY << shift);
	mmio_write64(gicd + GICD_IROUTER + intid * 8, cpus[0].mpidr);
	mmio_write32(gicd + GICD_ISENABLER + word, 1u << intid % 32);
}

void irq_send_ipi(const struct cpu *to, enum ipi ipi)
{
	uint64_t aff0 = to->mpidr & 0xff;

	/* What we want the other CPU to see comes first. */
	__asm__ volatile("dsb ishst" : : : "memory");
	write_sysreg(icc_sgi1r_el1,
		     FIELD_PUT(ICC_SGIR_TargetList, 1u << aff0 % 16) |
		     FIELD_PUT(ICC_SGIR_RS, aff0 / 16) |
		     FIELD_PUT(ICC_SGIR_Aff1, to->mpidr >> 8) |
		     FIELD_PUT(ICC_SGIR_Aff2, to->mpidr >> 16) |
		     FIELD_PUT(ICC_SGIR_Aff3, to->mpidr >> 32) |
		     FIELD_PUT(ICC_SGIR_INTID, ipi));
	isb();
}

void irq_set_ppi_active(uint32_t intid, bool active)
{
	uint64_t rd = this_cpu()->gicr;

	mmio_write32(rd + (active ? GICR_ISACTIVER0 : GICR_ICACTIVER0),
		     1u << intid);
}

static void deactivate(uint32_t intid)
{
	write_sysreg(icc_dir_el1, intid);
	isb();
}

static enum exit_cause handle_ipi(uint32_t intid)
{
	deactivate(intid);
	if (intid == IPI_STOP) {
		cpu_stop();
	}
	if (intid == IPI_RESCHED) {
		sched_poked();
	}
	/* IPI_KICK: to have left the guest is enough. */
	return EXIT_IRQ_KICK;
}

static enum exit_cause handle_ppi(uint32_t intid)
{
	struct vcpu *vcpu = this_cpu()->vcpu;

	switch (intid) {
	case PPI_CNTV:
		/* Stays active, so quiet, until the guest deactivates it. */
		if (vcpu) {
			vgic_inject_irq(vm.gic, vcpu->index,
					vm_ppi(PPI_CNTV), true, vcpu);
		} else {
			deactivate(intid);
		}
		return EXIT_IRQ_VTIMER;
	case PPI_CNTHP:
		timer_run();
		deactivate(intid);
		return EXIT_IRQ_TIMER;
	case PPI_MAINTENANCE:
		/* vgic_exit() and vgic_enter() do what it asks for. */
		deactivate(intid);
		return EXIT_IRQ_MAINTENANCE;
	default:
		deactivate(intid);
		return EXIT_IRQ_OTHER;
	}
}

/*
 * One interrupt at a time: a line that is still high, such as maintenance
 * before the next vgic_enter(), would be taken again and again here.
 */
enum exit_cause irq_handle(void)
{
	uint32_t intid = (uint32_t)read_sysreg(icc_iar1_el1);
	enum exit_cause cause = EXIT_IRQ_OTHER;

	if (intid >= GIC_SPI_END) {
		return EXIT_IRQ_OTHER;
	}
	/* The acknowledge comes before what the device is asked next. */
	dsb_sy();
	write_sysreg(icc_eoir1_el1, intid);
	isb();
	if (intid < GIC_NR_SGIS) {
		return handle_ipi(intid);
	}
	if (intid < GIC_NR_PRIVATE) {
		return handle_ppi(intid);
	}
	if (spi_handler[intid]) {
		spi_handler[intid]();
		cause = EXIT_IRQ_UART;
	}
	deactivate(intid);
	return cause;
}
