/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One interrupt's state by register.  GICR_* of INTIDs 0 to 31 lie at the same
 * offsets in a GICv3's redistributor as GICD_* in the distributor (IHI 0069
 * 12.11), and a GICv2 banks them there (IHI 0048 4.1.4), so the two versions
 * differ only in where private interrupts are reached.
 */
#include "guest/lib/gic.h"

static uint32_t read_word(uint32_t intid, uint32_t offset)
{
	return intid < GIC_NR_PRIVATE ? private_read(offset) :
					gicd_read32(offset);
}

static void write_word(uint32_t intid, uint32_t offset, uint32_t value)
{
	if (intid < GIC_NR_PRIVATE) {
		private_write(offset, value);
	} else {
		gicd_write32(offset, value);
	}
}

static uint32_t bit_word(uint32_t base, uint32_t intid)
{
	return base + intid / 32 * 4;
}

static void write_bit(uint32_t base, uint32_t intid)
{
	write_word(intid, bit_word(base, intid), UINT32_C(1) << intid % 32);
}

static bool read_bit(uint32_t base, uint32_t intid)
{
	return read_word(intid, bit_word(base, intid)) >> intid % 32 & 1;
}

#define IRQ_WRITE(name, base) \
	void irq_##name(uint32_t intid) \
	{ \
		write_bit(base, intid); \
	}
IRQ_WRITE(enable, GICD_ISENABLER)
IRQ_WRITE(disable, GICD_ICENABLER)
IRQ_WRITE(pend, GICD_ISPENDR)
IRQ_WRITE(unpend, GICD_ICPENDR)
IRQ_WRITE(activate, GICD_ISACTIVER)
IRQ_WRITE(deactivate, GICD_ICACTIVER)

#define IRQ_READ(name, base) \
	bool irq_is_##name(uint32_t intid) \
	{ \
		return read_bit(base, intid); \
	}
IRQ_READ(pending, GICD_ISPENDR)
IRQ_READ(active, GICD_ISACTIVER)

void irq_raise(uint32_t intid)
{
	irq_enable(intid);
	irq_pend(intid);
}

void irq_priority(uint32_t intid, uint8_t priority)
{
	if (intid < GIC_NR_PRIVATE) {
		private_write8(GICD_IPRIORITYR + intid, priority);
	} else {
		gicd_write8(GICD_IPRIORITYR + intid, priority);
	}
}

void irq_group(uint32_t intid, unsigned int group)
{
	uint32_t offset = bit_word(GICD_IGROUPR, intid);
	uint32_t bit = UINT32_C(1) << intid % 32;
	uint32_t word = read_word(intid, offset) & ~bit;

	write_word(intid, offset, word | (group != 0 ? bit : 0));
}

void irq_edge(uint32_t intid, bool edge)
{
	uint32_t offset = GICD_ICFGR + intid / 16 * 4;
	uint32_t bit = UINT32_C(2) << intid % 16 * 2;
	uint32_t word = gicd_read32(offset) & ~bit;

	gicd_write32(offset, word | (edge ? bit : 0));
}

void irq_open(uint32_t intid, unsigned int group, unsigned int cpu)
{
	irq_group(intid, group);
	irq_edge(intid, true);
	irq_priority(intid, PRIORITY_DEFAULT);
	irq_route(intid, cpu);
	irq_enable(intid);
}

/* A word's interrupts disabled, not pending, not active. */
static void quiet_word(uint32_t intid)
{
	write_word(intid, bit_word(GICD_ICENABLER, intid), UINT32_MAX);
	write_word(intid, bit_word(GICD_ICPENDR, intid), UINT32_MAX);
	write_word(intid, bit_word(GICD_ICACTIVER, intid), UINT32_MAX);
}

void gic_reset_private(unsigned int group, uint32_t enabled)
{
	quiet_word(0);
	/* Of a GICv2 an SGI is pending once for each sender. */
	for (uint32_t i = 0; gic_version == 2 && i < GIC_NR_SGIS; i += 4) {
		gicd_write32(GICD_CPENDSGIR + i, UINT32_MAX);
	}
	private_write(GICD_IGROUPR, group != 0 ? UINT32_MAX : 0);
	for (uint32_t i = 0; i < GIC_NR_PRIVATE; i++) {
		irq_priority(i, PRIORITY_DEFAULT);
	}
	private_write(GICD_ISENABLER, enabled);
}

void gic_reset_spis(void)
{
	for (uint32_t i = GIC_NR_PRIVATE; i < GIC_SPI_END; i += 32) {
		quiet_word(i);
	}
}

uint32_t gic_take(unsigned int group)
{
	uint32_t taken = gic_acknowledge(group);

	/* 1020 to 1023 say why there is none. */
	if (gic_intid(taken) < GIC_SPI_END) {
		gic_drop(group, taken);
	}
	return gic_intid(taken);
}
