/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv3's part of the driver: redistributors and ICC_*_EL1. */
#include "guest/lib/gic.h"

const unsigned int gic_version = 3;
const unsigned int gic_group = 1;

void gic_start(void)
{
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE);
}

/* A redistributor sleeps until its CPU wakes it.  IHI 0069 12.11.42 */
void gic_start_cpu(void)
{
	unsigned int cpu = port_cpu();
	uint32_t waker = gicr_read32(cpu, GICR_WAKER);

	gicr_write32(cpu, GICR_WAKER, waker & ~GICR_WAKER_ProcessorSleep);
	while (gicr_read32(cpu, GICR_WAKER) & GICR_WAKER_ChildrenAsleep) {
		port_relax();
	}
}

void gic_open(bool group0, bool group1)
{
	icc_write(ICC_SRE_EL1, ICC_SRE_SRE);
	icc_write(ICC_CTLR_EL1, 0);
	icc_write(ICC_PMR_EL1, PMR_OPEN);
	icc_write(ICC_BPR0_EL1, 0);
	icc_write(ICC_BPR1_EL1, 0);
	icc_write(ICC_IGRPEN0_EL1, group0);
	icc_write(ICC_IGRPEN1_EL1, group1);
}

bool gic_cpu_is_quiet(void)
{
	return private_read(GICD_ISACTIVER) == 0 &&
	       (private_read(GICD_ISPENDR) & 0xffff) == 0 &&
	       gic_running() == RPR_IDLE;
}

void gic_groups(bool group0, bool group1)
{
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE |
					(group0 ? GICD_CTLR_EnableGrp0 : 0) |
					(group1 ? GICD_CTLR_EnableGrp1 : 0));
}

uint32_t gic_acknowledge(unsigned int group)
{
	return (uint32_t)icc_read(group == 0 ? ICC_IAR0_EL1 : ICC_IAR1_EL1);
}

uint32_t gic_intid(uint32_t taken)
{
	return taken;
}

void gic_drop(unsigned int group, uint32_t taken)
{
	icc_write(group == 0 ? ICC_EOIR0_EL1 : ICC_EOIR1_EL1, taken);
}

void gic_deactivate(uint32_t taken)
{
	icc_write(ICC_DIR_EL1, taken);
}

uint8_t gic_running(void)
{
	return (uint8_t)icc_read(ICC_RPR_EL1);
}

uint32_t gic_highest_pending(void)
{
	return (uint32_t)icc_read(ICC_HPPIR1_EL1);
}

void gic_mask(uint8_t priority)
{
	icc_write(ICC_PMR_EL1, priority);
}

void gic_binary_point(unsigned int group, unsigned int point)
{
	icc_write(group == 0 ? ICC_BPR0_EL1 : ICC_BPR1_EL1, point);
}

void gic_interface(unsigned int group, bool on)
{
	icc_write(group == 0 ? ICC_IGRPEN0_EL1 : ICC_IGRPEN1_EL1, on);
}

void eoimode(unsigned int mode)
{
	icc_write(ICC_CTLR_EL1, mode != 0 ? ICC_CTLR_EL1_EOImode : 0);
}

bool gic_splits(void)
{
	return icc_read(ICC_CTLR_EL1) & ICC_CTLR_EL1_EOImode;
}

void irq_route(uint32_t intid, unsigned int cpu)
{
	uint64_t affinity = port_affinity(cpu);

	/* Aff3 is in bits 39:32.  IHI 0069 12.9.22 */
	gicd_write64(GICD_IROUTER + 8 * intid,
		     (affinity & 0xff000000) << 8 | (affinity & 0xffffff));
}

/* What ICC_SGI0R_EL1 and ICC_SGI1R_EL1 want to name one CPU. */
static uint64_t sgi_target(unsigned int cpu, uint32_t intid)
{
	uint32_t affinity = port_affinity(cpu);

	return FIELD_PUT(ICC_SGIR_INTID, intid) |
	       FIELD_PUT(ICC_SGIR_Aff3, affinity >> 24) |
	       FIELD_PUT(ICC_SGIR_Aff2, affinity >> 16) |
	       FIELD_PUT(ICC_SGIR_Aff1, affinity >> 8) |
	       FIELD_PUT(ICC_SGIR_RS, (affinity & 0xff) / 16) |
	       FIELD_PUT(ICC_SGIR_TargetList,
			 UINT32_C(1) << (affinity & 0xff) % 16);
}

void sgi_send(unsigned int cpu, uint32_t intid)
{
	icc_write(ICC_SGI1R_EL1, sgi_target(cpu, intid));
}

void sgi_send_group0(unsigned int cpu, uint32_t intid)
{
	icc_write(ICC_SGI0R_EL1, sgi_target(cpu, intid));
}

void sgi_send_others(uint32_t intid)
{
	icc_write(ICC_SGI1R_EL1, FIELD_PUT(ICC_SGIR_INTID, intid) |
					 FIELD_PUT(ICC_SGIR_IRM, 1));
}

uint32_t private_read(uint32_t offset)
{
	return gicr_read32(port_cpu(), GICR_SGI_BASE + offset);
}

void private_write(uint32_t offset, uint32_t value)
{
	gicr_write32(port_cpu(), GICR_SGI_BASE + offset, value);
}

void private_write8(uint32_t offset, uint8_t value)
{
	gicr_write8(port_cpu(), GICR_SGI_BASE + offset, value);
}
