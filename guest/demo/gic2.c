/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 beneath the demo's steps.  SGIs and PPIs are banked: each CPU
 * reaches its own alone.  IHI 0048 4.1.4
 */
#include "guest/demo/kit.h"
#include "regs/gicv2.h"

/* With AckCtl GICC_IAR acknowledges interrupts of both groups. */
#define INTERFACE_OPEN \
	(GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 | GICC_CTLR_AckCtl | \
	 GICC_CTLR_FIQEn)

const unsigned int gic_version = 2;

void gic_start(void)
{
	gic_groups(false, false);
}

void gic_start_cpu(void)
{
}

void gic_reset_cpu(void)
{
	gicd_write32(GICD_ICENABLER, UINT32_MAX);
	gicd_write32(GICD_ICPENDR, UINT32_MAX);
	gicd_write32(GICD_ICACTIVER, UINT32_MAX);
	gicd_write32(GICD_IGROUPR, UINT32_MAX);
	for (uint32_t i = 0; i < GIC_NR_SGIS; i += 4) {
		gicd_write32(GICD_CPENDSGIR + i, UINT32_MAX);
	}
	for (uint32_t i = 0; i < GIC_NR_PRIVATE; i++) {
		gicd_write8(GICD_IPRIORITYR + i, PRIORITY_DEFAULT);
	}
	gicd_write32(GICD_ISENABLER, 0xffff);
	gicc_write32(GICC_CTLR, INTERFACE_OPEN);
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

void gic_groups(bool group0, bool group1)
{
	gicd_write32(GICD_CTLR, (group0 ? GICD_CTLR_EnableGrp0 : 0) |
					(group1 ? GICD_CTLR_EnableGrp1 : 0));
}

uint32_t gic_acknowledge(unsigned int group)
{
	(void)group;
	return gicc_read32(GICC_IAR);
}

/* SGIs come with their sender's number, which EOIR wants back. */
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

/* QEMU's GICC_HPPIR does not see what is masked: it is not asked. */
bool gic_names(uint32_t intid)
{
	(void)intid;
	return true;
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
	set_ctlr(group == 0 ? GICC_CTLR_EnableGrp0 : GICC_CTLR_EnableGrp1,
		 on);
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

/* Of which group an SGI is, its receiver says. */
void sgi_send_group0(unsigned int cpu, uint32_t intid)
{
	sgi_send(cpu, intid);
}

void sgi_send_others(uint32_t intid)
{
	send(GICD_SGIR_FILTER_OTHERS, 0, intid);
}

static uint32_t private_bit;

static void enable_here(void)
{
	gicd_write32(GICD_ISENABLER, private_bit);
}

static void group0_here(void)
{
	gicd_write32(GICD_IGROUPR, ~private_bit);
}

void irq_enable_on(unsigned int cpu, uint32_t intid)
{
	private_bit = UINT32_C(1) << intid;
	kit_on(cpu, enable_here);
}

void irq_group0_on(unsigned int cpu, uint32_t intid)
{
	private_bit = UINT32_C(1) << intid;
	kit_on(cpu, group0_here);
}

uint32_t private_read(uint32_t offset)
{
	return gicd_read32(offset);
}

void private_write(uint32_t offset, uint32_t value)
{
	gicd_write32(offset, value);
}

void private_priority(uint32_t intid, uint8_t priority)
{
	gicd_write8(GICD_IPRIORITYR + intid, priority);
}
