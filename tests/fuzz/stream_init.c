/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's drivers begin: all interrupts are enabled, half for each vCPU. */
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "tests/fuzz/stream_its.h"

#define ALL 0xffffffffu
/* The IST of a GICv5: one level, 1024 entries of 4 bytes. */
#define IST MACHINE_RAM
#define IST_ID_BITS 10u

static void dist_word(struct machine *m, uint32_t offset, uint32_t value)
{
	(void)mmio(m, 0, MACHINE_GICD + offset, 4, true, value);
}

/* SPIs' registers that GICv2 and GICv3 have alike. */
static void dist_init(struct machine *m)
{
	for (uint32_t word = 1; word <= SPIS / 32; word++) {
		dist_word(m, GICD_ICENABLER + 4 * word, ALL);
		dist_word(m, GICD_ICACTIVER + 4 * word, ALL);
		dist_word(m, GICD_IGROUPR + 4 * word,
			  vgic_arch_model(m->vgic.arch) == VGIC_GICV3 ? ALL :
									0);
	}
	for (uint32_t word = 2; word < 2 + SPIS / 16; word++) {
		dist_word(m, GICD_ICFGR + 4 * word, 0xaaaaaaaa);
	}
	for (uint32_t word = 8; word < 8 + SPIS / 4; word++) {
		dist_word(m, GICD_IPRIORITYR + 4 * word, 0xa0a0a0a0);
		if (vgic_arch_model(m->vgic.arch) == VGIC_GICV2) {
			dist_word(m, GICD_ITARGETSR + 4 * word, 0x02010201);
		}
	}
	for (uint32_t n = 0;
	     n < SPIS && vgic_arch_model(m->vgic.arch) == VGIC_GICV3; n++) {
		(void)mmio(m, 0,
			   MACHINE_GICD + GICD_IROUTER + 8 * (GIC_SPI_BASE + n),
			   8, true, n & 1);
	}
}

static void enable_spis(struct machine *m)
{
	for (uint32_t word = 1; word <= SPIS / 32; word++) {
		dist_word(m, GICD_ISENABLER + 4 * word, ALL);
	}
}

static void v2_cpu_init(struct machine *m, uint32_t v)
{
	(void)mmio(m, v, MACHINE_GICD + GICD_ICACTIVER, 4, true, ALL);
	(void)mmio(m, v, MACHINE_GICD + GICD_IGROUPR, 4, true, 0);
	(void)mmio(m, v, MACHINE_GICD + GICD_ISENABLER, 4, true, ALL);
	(void)mmio(m, v, MACHINE_GICC + GICC_PMR, 4, true, 0xff);
	(void)mmio(m, v, MACHINE_GICC + GICC_CTLR, 4, true,
		   GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1);
}

static void v3_cpu_init(struct machine *m, uint32_t v)
{
	uint64_t frame = MACHINE_GICR + v * (uint64_t)GICR_STRIDE;

	(void)mmio(m, v, frame + GICR_WAKER, 4, true, 0);
	(void)mmio(m, v, frame + GICR_ICACTIVER0, 4, true, ALL);
	(void)mmio(m, v, frame + GICR_IGROUPR0, 4, true, ALL);
	(void)mmio(m, v, frame + GICR_ISENABLER0, 4, true, ALL);
	(void)sysreg(m, v, ICC_CTLR_EL1, true, 0);
	(void)sysreg(m, v, ICC_PMR_EL1, true, 0xff);
	(void)sysreg(m, v, ICC_IGRPEN0_EL1, true, 1);
	(void)sysreg(m, v, ICC_IGRPEN1_EL1, true, 1);
}

static void v5_cpu_init(struct machine *m, uint32_t v)
{
	(void)sysreg(m, v, ICC_PPI_CACTIVER0_EL1, true, UINT64_MAX);
	(void)sysreg(m, v, ICC_PPI_CACTIVER1_EL1, true, UINT64_MAX);
	(void)sysreg(m, v, ICC_PPI_ENABLER0_EL1, true, UINT64_MAX);
	(void)sysreg(m, v, ICC_PPI_ENABLER1_EL1, true, UINT64_MAX);
	(void)sysreg(m, v, ICC_PCR_EL1, true, 31);
	(void)sysreg(m, v, ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
}

static void v5_irq_init(struct machine *m, uint32_t intid)
{
	(void)sysreg(m, 0, GIC_CDDI, true, intid);
	/* An edge: an acknowledge takes its pending state. */
	(void)sysreg(m, 0, GIC_CDHM, true, intid);
	(void)sysreg(m, 0, GIC_CDPRI, true,
		     intid | FIELD_PUT(GIC_CDPRI_PRIORITY, 16));
	(void)sysreg(m, 0, GIC_CDAFF, true,
		     intid | FIELD_PUT(GIC_CDAFF_IAFFID, intid & 1));
	(void)sysreg(m, 0, GIC_CDEN, true, intid);
}

static void irs_init(struct machine *m, uint64_t irs)
{
	(void)mmio(m, 0, irs + IRS_CR0, 4, true, IRS_CR0_IRSEN);
	for (uint32_t n = 0; n < SPIS; n++) {
		/* Those of the other IRS are not its to configure. */
		(void)mmio(m, 0, irs + IRS_SPI_SELR, 4, true, n);
		(void)mmio(m, 0, irs + IRS_SPI_CFGR, 4, true, 0);
	}
	for (uint32_t v = 0; v < VCPUS; v++) {
		(void)mmio(m, 0, irs + IRS_PE_SELR, 4, true, v);
		(void)mmio(m, 0, irs + IRS_PE_CR0, 4, true, 0);
	}
}

static void v5_init(struct machine *m)
{
	irs_init(m, MACHINE_IRS);
	irs_init(m, MACHINE_IRS + MACHINE_IRS_STRIDE);
	if (!(mmio(m, 0, MACHINE_IRS + IRS_IST_BASER, 8, false, 0) &
	      IRS_IST_BASER_VALID)) {
		(void)mmio(m, 0, MACHINE_IRS + IRS_IST_CFGR, 4, true,
			   IST_ID_BITS);
		(void)mmio(m, 0, MACHINE_IRS + IRS_IST_BASER, 8, true,
			   IST | IRS_IST_BASER_VALID);
	}
	for (uint32_t n = 0; n < NR_TRACKED; n++) {
		v5_irq_init(m, tracked_intid(m, n));
	}
}

void guest_init(struct machine *m)
{
	static void (*const cpu_init[])(struct machine * m, uint32_t v) = {
		[VGIC_GICV2] = v2_cpu_init,
		[VGIC_GICV3] = v3_cpu_init,
		[VGIC_GICV5] = v5_cpu_init,
	};

	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		v5_init(m);
	} else {
		dist_init(m);
		dist_word(m, GICD_CTLR,
			  GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	}
	for (uint32_t v = 0; v < VCPUS; v++) {
		cpu_init[vgic_arch_model(m->vgic.arch)](m, v);
	}
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV3) {
		its_init(m);
	}
	if (vgic_arch_model(m->vgic.arch) != VGIC_GICV5) {
		enable_spis(m);
	}
	books(m)->upset = true;
}
