/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of a physical GICv2, IHI 0048, with one security state or two.
 *
 * With two, EL2 is Non-secure.  It sees Group 1 interrupts alone, bit 0 of
 * GICD_CTLR and GICC_CTLR enables them, and GICD_IGROUPR is RAZ/WI.  With one,
 * every interrupt is in Group 0 after reset; the same bits enable that group,
 * and it comes as IRQ, since GICC_CTLR.FIQEn is 0 (IHI 0048 4.3.1, 4.4.1).  So
 * the same code serves both, with all interrupts in the group of the reset.
 */
#include "hyp/gicv2.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/host.h"
#include "hyp/irq.h"
#include "hyp/irqchip.h"
#include "hyp/mmu.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"

/* GICD_CTLR, GICC_CTLR and GICH_HCR: bit 0 */
#define ENABLE 1u
/* Of GICC_APR<n> and GICC_NSAPR<n>; those that do not exist are RAZ/WI. */
#define NR_APRS 4u

static void gicd_write(uint32_t offset, uint32_t value)
{
	mmio_write32(host.gicd.base + offset, value);
}

static void gicc_write(uint32_t offset, uint32_t value)
{
	mmio_write32(host.gicc.base + offset, value);
}

static void gich_write(uint32_t offset, uint32_t value)
{
	mmio_write32(host.gich.base + offset, value);
}

/* Registers with a byte for each interrupt are written by words here. */
static void gicd_write_byte(uint32_t offset, uint32_t intid, uint32_t value)
{
	uint64_t word = host.gicd.base + offset + (intid & ~3u);
	uint32_t shift = intid % 4 * 8;

	mmio_write32(word,
		     (mmio_read32(word) & ~(0xffu << shift)) | value << shift);
}

/* 32 interrupts as after a reset, whatever the boot loader left. */
static void reset_word(uint32_t word)
{
	gicd_write(GICD_ICENABLER + word * 4, UINT32_MAX);
	gicd_write(GICD_ICPENDR + word * 4, UINT32_MAX);
	gicd_write(GICD_ICACTIVER + word * 4, UINT32_MAX);
	gicd_write(GICD_IGROUPR + word * 4, 0);
}

static const char *init(void)
{
	uint32_t lines, i;

	if (FIELD_GET(GICD_PIDR2_ArchRev,
		      mmio_read32(host.gicd.base + GICV2_ICPIDR2)) != 2) {
		return "the machine's GIC is not a GICv2";
	}
	gicd_write(GICD_CTLR, 0);
	lines = FIELD_GET(GICD_TYPER_ITLinesNumber,
			  mmio_read32(host.gicd.base + GICD_TYPER)) +
		1;
	for (i = 1; i < lines; i++) {
		reset_word(i);
	}
	gicd_write(GICD_CTLR, ENABLE);
	return NULL;
}

/*
 * This CPU's bit in GICD_ITARGETSR: the targets of its private interrupts read
 * as that, in each byte whose interrupt exists (IHI 0048 4.3.12).
 */
static uint32_t own_target(void)
{
	uint32_t targets = mmio_read32(host.gicd.base + GICD_ITARGETSR);

	targets |= targets >> 16;
	return (targets | targets >> 8) & 0xff;
}

/*
 * Private interrupts.  A pending SGI has a bit for each sender, which
 * GICD_ICPENDR does not clear.
 */
static void reset_private(void)
{
	uint32_t i;

	reset_word(0);
	for (i = 0; i < GIC_NR_SGIS; i += 4) {
		gicd_write(GICD_CPENDSGIR + i, UINT32_MAX);
	}
	for (i = 0; i < GIC_NR_PRIVATE; i += 4) {
		gicd_write(GICD_IPRIORITYR + i, IRQ_PRIORITY_X4);
	}
}

/*
 * Drop the priorities of interrupts that a boot loader acknowledged and did not
 * end.  All interrupts here have one priority, so one that is still active
 * would keep every other one from being signalled.  GICC_NSAPR exists for
 * Secure accesses alone and is RAZ/WI otherwise.
 */
static void clear_active_priorities(void)
{
	uint32_t i;

	for (i = 0; i < NR_APRS; i++) {
		gicc_write(GICC_APR + i * 4, 0);
		gicc_write(GICC_NSAPR + i * 4, 0);
	}
}

static const char *init_cpu(void)
{
	this_cpu()->gic_target = own_target();
	if (!this_cpu()->gic_target && host.nr_cpus > 1) {
		return "a CPU has no GICv2 CPU interface";
	}
	gicc_write(GICC_CTLR, 0);
	gich_write(GICH_HCR, 0);
	reset_private();
	clear_active_priorities();
	gicd_write(GICD_ISENABLER, IRQ_SGIS | IRQ_PPIS_USED);
	gicc_write(GICC_PMR, IRQ_PRIORITY_MASK);
	gicc_write(GICC_BPR, 0);
	gicc_write(GICC_CTLR, ENABLE | GICC_CTLR_EOImode);
	return NULL;
}

static void enable_spi(uint32_t intid)
{
	gicd_write_byte(GICD_IPRIORITYR, intid, IRQ_PRIORITY);
	gicd_write_byte(GICD_ITARGETSR, intid, cpus[0].gic_target);
	gicd_write(GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
}

static void send_ipi(const struct cpu *to, enum ipi ipi)
{
	gicd_write(GICD_SGIR, (uint32_t)(FIELD_PUT(GICD_SGIR_CPUTargetList,
						   to->gic_target) |
					 FIELD_PUT(GICD_SGIR_SGIINTID, ipi)));
}

/* Bits of private interrupts are in GICD, too, banked for each CPU. */
static uint64_t frame(uint32_t intid)
{
	(void)intid;
	return host.gicd.base;
}

static uint32_t acknowledge(void)
{
	return mmio_read32(host.gicc.base + GICC_IAR);
}

static void drop(uint32_t acknowledged)
{
	gicc_write(GICC_EOIR, acknowledged);
}

static void deactivate(uint32_t acknowledged)
{
	gicc_write(GICC_DIR, acknowledged);
}

/*
 * QEMU's GICv2 before 8.0 keeps the active state of an SPI for each CPU, and a
 * list register deactivates it on its own CPU alone.  To find out, make the SPI
 * active by software, which makes it active for all CPUs, deactivate it by a
 * list register, as a guest would, and see whether it still is active.
 */
static bool ended_by_lr(uint32_t intid)
{
	uint32_t word = intid / 32 * 4, bit = 1u << intid % 32;
	bool active;

	mmu_map(host.gicv.base, host.gicv.size, MMU_DEVICE);
	gicd_write(GICD_ISACTIVER + word, bit);
	gich_write(GICH_HCR, ENABLE);
	gich_write(GICH_VMCR, GICH_VMCR_VEM);
	gich_write(GICH_LR0, (uint32_t)(GICH_LR_HW | GICH_LR_Active |
					FIELD_PUT(GICH_LR_PhysicalID, intid) |
					FIELD_PUT(GICH_LR_VirtualID, intid)));
	mmio_write32(host.gicv.base + GICC_DIR, intid);
	active = mmio_read32(host.gicd.base + GICD_ISACTIVER + word) & bit;
	gich_write(GICH_LR0, 0);
	gich_write(GICH_VMCR, 0);
	gich_write(GICH_HCR, 0);
	gicd_write(GICD_ICACTIVER + word, bit);
	/* With one CPU, every list register is on the right one. */
	return !active || host.nr_cpus == 1;
}

/*
 * QEMU's GICv2, up to 11.1 at least, does not notice that the line of an
 * interrupt is still high when a list register's HW bit deactivates it, until
 * something else makes it compute what is pending.  A write of the priority
 * mask does.
 */
static void recheck(void)
{
	gicc_write(GICC_PMR, IRQ_PRIORITY_MASK);
}

const struct irqchip gicv2_irqchip = {
	.init = init,
	.init_cpu = init_cpu,
	.enable_spi = enable_spi,
	.send_ipi = send_ipi,
	.frame = frame,
	.acknowledge = acknowledge,
	.intid_mask = FIELD_MASK(GICC_INTID),
	.drop = drop,
	.deactivate = deactivate,
	.ended_by_lr = ended_by_lr,
	.recheck = recheck,
};
