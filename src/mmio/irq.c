/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers that hold a bit, two bits or a byte for each interrupt.
 * IHI 0069 12.9, 12.11
 */
#include "core/irq.h"
#include "core/side.h"
#include "core/sync.h"
#include "mmio/mmio.h"

static uint64_t read_flag(const struct vgic_mmio *mmio, uint64_t flag)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint64_t value = 0;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		if (vgic_irq_word(gic, mmio->irq + i) & flag) {
			value |= UINT64_C(1) << i;
		}
	}
	return value;
}

/*
 * Pending and active state may be in another vCPU's list registers, out of
 * reach while it runs: then that one interrupt's holder is asked.
 */
static bool exact_word(struct vgic_mmio *mmio, uint32_t index, uint64_t *word)
{
	*word = vgic_irq_word(mmio->vcpu->gic, index);
	return w_place(*word) != PLACE_LR ||
	       vgic_sync_word(mmio->vcpu, index, word);
}

static uint64_t read_exact(struct vgic_mmio *mmio,
			   bool (*test)(const struct vgic_mmio *mmio,
					uint32_t index, uint64_t word))
{
	uint64_t value = 0;

	/* Registers of words: the lowest bit is free to make it non-zero. */
	vgic_sync_begin(mmio->vcpu, mmio->ipa | 1);
	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint64_t word;

		if (!exact_word(mmio, mmio->irq + i, &word)) {
			mmio->retry = true;
			return 0;
		}
		if (test(mmio, mmio->irq + i, word)) {
			value |= UINT64_C(1) << i;
		}
	}
	vgic_sync_end(mmio->vcpu);
	return value;
}

/*
 * Zero bits of set and clear registers mean nothing.  `before`, if any, sees
 * to the physical side of a mapped interrupt that this thread may touch.
 */
static void change_ones(struct vgic_mmio *mmio, uint64_t value,
			enum vgic_change change,
			void (*before)(struct vgic_vcpu *vcpu, uint32_t index,
				       uint64_t word))
{
	struct vgic_vcpu *vcpu = mmio->vcpu;

	value &= (UINT64_C(1) << mmio->nr_irqs) - 1;
	for (; value; value &= value - 1) {
		uint32_t index = mmio->irq + (uint32_t)__builtin_ctzll(value);
		uint64_t word = vgic_irq_word(vcpu->gic, index);

		if (before && !mmio->user) {
			before(vcpu, index, word);
		}
		vgic_irq_change(vcpu->gic, vcpu, index, change,
				mmio->user ? 0 : HOLD_MAPPED);
	}
}

/*
 * What is mapped is active with its physical interrupt, which a VMM's access
 * does not touch.
 */
static uint64_t without_mapped(const struct vgic_mmio *mmio, uint64_t value)
{
	const struct vgic *gic = mmio->vcpu->gic;

	for (uint32_t i = 0; mmio->user && i < mmio->nr_irqs; i++) {
		if (vgic_irq_word(gic, mmio->irq + i) & W_HW) {
			value &= ~(UINT64_C(1) << i);
		}
	}
	return value;
}

/* Give each interrupt `bits` bits of the value. */
static void change_each(struct vgic_mmio *mmio, uint64_t value,
			enum vgic_change change, unsigned int bits)
{
	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint32_t arg = (uint32_t)(value & ((1u << bits) - 1));

		vgic_irq_change(mmio->vcpu->gic, mmio->vcpu, mmio->irq + i,
				change, arg);
		value >>= bits;
	}
}

/* GICD_CTLR's group enables: every vCPU's gates may open or close. */
void vgic_mmio_write_enables(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t now = (uint32_t)value &
		       (GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);

	if (vgic_exchange(&gic->gicd_ctlr, now) != now) {
		vgic_notify_all(gic, mmio->vcpu, ATTN_GATES);
	}
}

uint64_t vgic_mmio_read_group(struct vgic_mmio *mmio)
{
	return read_flag(mmio, W_GATE1);
}

void vgic_mmio_write_group(struct vgic_mmio *mmio, uint64_t value)
{
	change_each(mmio, value, VGIC_SET_GROUP, 1);
}

uint64_t vgic_mmio_read_enable(struct vgic_mmio *mmio)
{
	return read_flag(mmio, W_ENABLE);
}

void vgic_mmio_write_isenabler(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_SET_ENABLE, vgic_phys_resample);
}

void vgic_mmio_write_icenabler(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_CLEAR_ENABLE, NULL);
}

/* A mapped level is what its line is now, active or not. */
static bool is_pending(const struct vgic_mmio *mmio, uint32_t index,
		       uint64_t word)
{
	if (!mmio->user && (word & W_LEVEL) &&
	    vgic_phys_reachable(mmio->vcpu, index, word)) {
		return w_latched(word) ||
		       vgic_phys_level(mmio->vcpu, index, word);
	}
	return w_pending(word);
}

uint64_t vgic_mmio_read_pending(struct vgic_mmio *mmio)
{
	return read_exact(mmio, is_pending);
}

void vgic_mmio_write_ispendr(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_SET_PENDING, NULL);
}

/* Clears the latch alone: an asserted level keeps its interrupt pending. */
void vgic_mmio_write_icpendr(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_CLEAR_PENDING, vgic_phys_forget);
}

static bool is_active(const struct vgic_mmio *mmio, uint32_t index,
		      uint64_t word)
{
	(void)mmio;
	(void)index;
	return w_active(word);
}

uint64_t vgic_mmio_read_active(struct vgic_mmio *mmio)
{
	return read_exact(mmio, is_active);
}

void vgic_mmio_write_isactiver(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, without_mapped(mmio, value),
		    mmio->user ? VGIC_RESTORE_ACTIVE : VGIC_SET_ACTIVE, NULL);
}

void vgic_mmio_write_icactiver(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, without_mapped(mmio, value), VGIC_CLEAR_ACTIVE,
		    NULL);
}

uint64_t vgic_mmio_read_priority(struct vgic_mmio *mmio)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint64_t value = 0;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint64_t word = vgic_irq_word(gic, mmio->irq + i);

		value |= (uint64_t)w_prio(word) << 8 * i;
	}
	return value;
}

/*
 * A VMM may have restored active states before: the priority at which they
 * were acknowledged is what comes now, until a vCPU has seen them.
 */
static void restore_actives(const struct vgic_mmio *mmio)
{
	struct vgic *gic = mmio->vcpu->gic;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint64_t word = vgic_irq_word(gic, mmio->irq + i);

		if (w_active(word) && w_place(word) == PLACE_INBOX) {
			vgic_irq_change(gic, mmio->vcpu, mmio->irq + i,
					VGIC_RESTORE_ACTIVE, 0);
		}
	}
}

void vgic_mmio_write_priority(struct vgic_mmio *mmio, uint64_t value)
{
	change_each(mmio, value, VGIC_SET_PRIORITY, 8);
	if (mmio->user) {
		restore_actives(mmio);
	}
}

/* Int_config: the upper one of two bits says edge.  IHI 0069 12.9.9 */
uint64_t vgic_mmio_read_config(struct vgic_mmio *mmio)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint64_t value = 0;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		if (!(vgic_irq_word(gic, mmio->irq + i) & W_LEVEL)) {
			value |= UINT64_C(2) << 2 * i;
		}
	}
	return value;
}

void vgic_mmio_write_config(struct vgic_mmio *mmio, uint64_t value)
{
	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		bool edge = value & (UINT64_C(2) << 2 * i);

		vgic_irq_change(mmio->vcpu->gic, mmio->vcpu, mmio->irq + i,
				VGIC_SET_LEVEL, !edge);
	}
}
