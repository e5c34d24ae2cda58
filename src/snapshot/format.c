/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes, checksums, and what of an interrupt's word a snapshot has. */
#include "snapshot/snapshot.h"

#include "v2/v2.h"

uint64_t snap_get(const uint8_t *from, uint32_t width)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < width; i++) {
		value |= (uint64_t)from[i] << (8 * i);
	}
	return value;
}

void snap_put(uint8_t *to, uint32_t width, uint64_t value)
{
	for (uint32_t i = 0; i < width; i++) {
		to[i] = (uint8_t)(value >> (8 * i));
	}
}

/* CRC-32 of IEEE 802.3, reflected: what four bits of a byte contribute. */
static const uint32_t crc_nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
	0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t snap_crc(uint32_t crc, const uint8_t *from, size_t len)
{
	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= from[i];
		crc = crc >> 4 ^ crc_nibble[crc & 15];
		crc = crc >> 4 ^ crc_nibble[crc & 15];
	}
	return ~crc;
}

uint32_t snap_record_crc(uint32_t crc, const uint8_t *record, uint32_t length)
{
	crc = snap_crc(crc, record, SNAP_RECORD_CRC_AT);
	return snap_crc(crc, record + SNAP_RECORD_SIZE, length);
}

static const struct {
	uint64_t word;
	uint16_t state;
} state_bits[] = {
	{ W_PEND, SNAP_IRQ_PENDING }, { W_LINE, SNAP_IRQ_LINE },
	{ W_ACTIVE, SNAP_IRQ_ACTIVE }, { W_ENABLE, SNAP_IRQ_ENABLE },
	{ W_GROUP1, SNAP_IRQ_GROUP1 }, { W_LEVEL, SNAP_IRQ_LEVEL },
	{ W_IRM, SNAP_IRQ_IRM }, { W_ACKED, SNAP_IRQ_ACKED },
	{ W_TM, SNAP_IRQ_TM }, { W_WIRE, SNAP_IRQ_WIRE },
	{ W_PHYS, SNAP_IRQ_PHYS }, { W_HOLD, SNAP_IRQ_HOLD },
};

#define NR_STATE_BITS (sizeof(state_bits) / sizeof(state_bits[0]))

uint16_t snap_state(uint64_t word)
{
	uint16_t state = 0;

	for (uint32_t i = 0; i < NR_STATE_BITS; i++) {
		if (word & state_bits[i].word) {
			state |= state_bits[i].state;
		}
	}
	return state;
}

uint64_t snap_word(uint16_t state)
{
	uint64_t word = 0;

	for (uint32_t i = 0; i < NR_STATE_BITS; i++) {
		if (state & state_bits[i].state) {
			word |= state_bits[i].word;
		}
	}
	return word;
}

uint64_t snap_mapped(uint64_t word)
{
	if (!(word & W_HW)) {
		return word & ~(W_PHYS | W_HOLD);
	}
	return word & W_PHYS ? word : word & ~(W_LINE | W_WIRE);
}

/* A GICv5 SPI's group bit says whether its IRS forwards: it follows. */
static uint64_t v5_carried(const struct vgic *gic, uint32_t index)
{
	const uint64_t both = W_PEND | W_ACTIVE | W_ENABLE | W_LEVEL | W_IRM;

	if (index < gic->first_spi) {
		return W_PEND | W_LINE | W_PHYS | W_HOLD;
	}
	return index < gic->first_lpi ?
		       both | W_TM | W_WIRE | W_PHYS | W_HOLD :
		       both;
}

uint64_t snap_carried(const struct vgic *gic, uint32_t index)
{
	const uint64_t all = W_PEND | W_ACTIVE | W_ACKED | W_ENABLE | W_GROUP1;
	const uint64_t lines = W_LINE | W_LEVEL | W_PHYS | W_HOLD;

	if (gic->v5) {
		return v5_carried(gic, index);
	}
	if (index < gic->first_spi) {
		return vgic_irq_intid(gic, index) < GIC_NR_SGIS ? all :
								  all | lines;
	}
	return gic->config.model == VGIC_GICV3 ? all | lines | W_IRM :
						 all | lines;
}

bool snap_busy(const struct vgic_vcpu *vcpu)
{
	return vcpu->resident || (vgic_load_seq(&vcpu->run_seq) & 1);
}

uint32_t snap_apr_bits(uint32_t pre_bits, uint32_t n)
{
	return n < 1u << (pre_bits - 5) ? UINT32_MAX : 0;
}
