/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv2's part of the driver: GICC_* in memory, SGIs by GICD_SGIR. */
#include "guest/lib/gic.h"

const unsigned int gic_version = 2;
const unsigned int gic_group = 0;

void gic_start(void)
{
	gic_groups(false, false);
}

/* A GICv2 has nothing that sleeps. */
void gic_start_cpu(void)
{
}

void gic_groups(bool group0, bool group1)
{
	gicd_write32(GICD_CTLR, (group0 ? GICD_CTLR_EnableGrp0 : 0) |
					(group1 ? GICD_CTLR_EnableGrp1 : 0));
}

/*
 * With Group 1 open, Group 0 comes as FIQ, and GICC_IAR acknowledges either
 * group (AckCtl); by itself Group 0 comes as IRQ.
 */
void gic_open(bool group0, bool group1)
{
	gicc_write32(GICC_CTLR,
		     (group0 ? GICC_CTLR_EnableGrp0 : 0) |
			     (group1 ? GICC_CTLR_EnableGrp1 | GICC_CTLR_AckCtl |
					       GICC_CTLR_FIQEn :
				       0));
	gicc_write32(GICC_PMR, PMR_OPEN);
	gicc_write32(GICC_BPR, 0);
	gicc_write32(GICC_ABPR, 0);
}

bool gic_cpu_is_quiet(void)
{
	uint32_t pending = 0;

	for (uint32_t i = 0; i < GIC_NR_SGIS; i += 4) {
		pending |= gicd_read32(GICD_SPENDSGIR + i);
	}
	return pending == 0 && gicd_read32(GICD_ISACTIVER) == 0 &&
	       gic_running() == RPR_IDLE;
}

uint32_t gic_acknowledge(unsigned int group)
{
	(void)group;
	return gicc_read32(GICC_IAR);
}

uint32_t gic_intid(uint32_t taken)
{
	return (uint32_t)FIELD_GET(GICC_INTID, taken);
}

void gic_drop(unsigned int group, uint32_t taken)
{
	(void)group;
	gicc_write32(GICC_EOIR, taken);
}

void gic_deactivate(uint32_t taken)
{
	gicc_write32(GICC_DIR, taken);
}

uint8_t gic_running(void)
{
	return (uint8_t)gicc_read32(GICC_RPR);
}

uint32_t gic_highest_pending(void)
{
	return gic_intid(gicc_read32(GICC_HPPIR));
}

void gic_mask(uint8_t priority)
{
	gicc_write32(GICC_PMR, priority);
}

void gic_binary_point(unsigned int group, unsigned int point)
{
	gicc_write32(group == 0 ? GICC_BPR : GICC_ABPR, point);
}

static void set_ctlr(uint32_t bit, bool on)
{
	uint32_t ctlr = gicc_read32(GICC_CTLR) & ~bit;

	gicc_write32(GICC_CTLR, ctlr | (on ? bit : 0));
}

void gic_interface(unsigned int group, bool on)
{
	set_ctlr(group == 0 ? GICC_CTLR_EnableGrp0 : GICC_CTLR_EnableGrp1, on);
}

void eoimode(unsigned int mode)
{
	set_ctlr(GICC_CTLR_EOImode, mode != 0);
}

bool gic_splits(void)
{
	return gicc_read32(GICC_CTLR) & GICC_CTLR_EOImode;
}

void irq_route(uint32_t intid, unsigned int cpu)
{
	gicd_write8(GICD_ITARGETSR + intid, (uint8_t)(1u << cpu));
}

static void send(unsigned int filter, uint32_t list, uint32_t intid)
{
	gicd_write32(GICD_SGIR,
		     (uint32_t)(FIELD_PUT(GICD_SGIR_TargetListFilter, filter) |
				FIELD_PUT(GICD_SGIR_CPUTargetList, list) |
				FIELD_PUT(GICD_SGIR_SGIINTID, intid)));
}

void sgi_send(unsigned int cpu, uint32_t intid)
{
	send(GICD_SGIR_FILTER_LIST, UINT32_C(1) << cpu, intid);
}

/* The group of an SGI is its receiver's choice, in GICD_IGROUPR0. */
void sgi_send_group0(unsigned int cpu, uint32_t intid)
{
	sgi_send(cpu, intid);
}

void sgi_send_others(uint32_t intid)
{
	send(GICD_SGIR_FILTER_OTHERS, 0, intid);
}

uint32_t private_read(uint32_t offset)
{
	return gicd_read32(offset);
}

void private_write(uint32_t offset, uint32_t value)
{
	gicd_write32(offset, value);
}

void private_write8(uint32_t offset, uint8_t value)
{
	gicd_write8(offset, value);
}
