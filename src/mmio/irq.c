/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers that hold a bit, two bits or a byte for each interrupt:
 * GICD_ISENABLER and so on, and the same of redistributors.  The dispatcher has
 * put the interrupts that an access names in mmio->irq and mmio->nr_irqs;
 * functions here do the same to each of them.  Any vCPU may access any SPI,
 * while other threads change the same words.  IHI 0069 12.9, 12.11
 */
#include "core/irq.h"
#include "core/side.h"
#include "core/sync.h"
#include "mmio/mmio.h"

/* One bit for each interrupt: whether its word has the flag. */
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
 * Read a word with pending and active as they are now.  They may be in list
 * registers of another vCPU that runs guest code, where nobody else can read
 * them.  Then that vCPU is kicked, false is returned, and the guest repeats its
 * access; no other vCPU is stopped (core/sync.c).
 */
static bool exact_word(struct vgic_mmio *mmio, uint32_t index, uint64_t *word)
{
	*word = vgic_irq_word(mmio->vcpu->gic, index);
	return w_place(*word) != PLACE_LR ||
	       vgic_sync_word(mmio->vcpu, index, word);
}

/*
 * A register of pending or active bits.  If one interrupt's holder has to be
 * asked, the whole read is repeated.
 */
static uint64_t read_exact(struct vgic_mmio *mmio,
			   bool (*test)(const struct vgic_mmio *mmio,
					uint32_t index, uint64_t word))
{
	uint64_t value = 0;

	/*
	 * The key names this read among those of the vCPU and must not be 0.
	 * Addresses of these registers are multiples of 4, so setting bit 0 is
	 * safe.
	 */
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
 * Set and clear registers: apply a change to the interrupts whose bits are 1;
 * zeros mean nothing.  `before`, if any, does what a mapped interrupt's
 * physical side needs first, as far as this thread may touch it.  A VMM's
 * access leaves the physical side alone.
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
 * A mapped interrupt is active if its physical one is.  A VMM's access does not
 * touch physical interrupts, and so leaves mapped ones out.
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

/* Apply a change to each interrupt, with its own `bits` bits of the value. */
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

/*
 * GICD_CTLR's group enables.  Every vCPU's gates may open or close, so each one
 * has to look.  The exchange comes before the notification, which orders it
 * before what that vCPU looks at.
 */
void vgic_mmio_write_enables(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t now = (uint32_t)value &
		       (GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);

	if (vgic_exchange(&gic->gicd_ctlr, now) != now) {
		vgic_notify_all(gic, mmio->vcpu, ATTN_GATES);
	}
}

/* GICD_IGROUPR. */
uint64_t vgic_mmio_read_group(struct vgic_mmio *mmio)
{
	return read_flag(mmio, W_GATE1);
}

void vgic_mmio_write_group(struct vgic_mmio *mmio, uint64_t value)
{
	change_each(mmio, value, VGIC_SET_GROUP, 1);
}

/* GICD_ISENABLER and GICD_ICENABLER read the same. */
uint64_t vgic_mmio_read_enable(struct vgic_mmio *mmio)
{
	return read_flag(mmio, W_ENABLE);
}

/*
 * A mapped level may have fallen while it was disabled and nobody looked; the
 * physical interrupt is then ended, so that it can come again.
 */
void vgic_mmio_write_isenabler(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_SET_ENABLE, vgic_phys_resample);
}

void vgic_mmio_write_icenabler(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_CLEAR_ENABLE, NULL);
}

/*
 * A mapped level interrupt is pending if its line is high now, whether it is
 * active or not, or if its latch is set.  The line is asked for, if this thread
 * may touch the physical interrupt; what the word says of it may be old.
 */
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

/*
 * The physical interrupt of a mapped one is made active (HOLD_MAPPED), so that
 * the device does not interrupt the host for what the guest has pending.
 */
void vgic_mmio_write_ispendr(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_vcpu *vcpu = mmio->vcpu;

	value &= (UINT64_C(1) << mmio->nr_irqs) - 1;
	for (; value; value &= value - 1) {
		vgic_irq_pend(vcpu->gic, vcpu,
			      mmio->irq + (uint32_t)__builtin_ctzll(value),
			      mmio->user ? 0 : HOLD_MAPPED);
	}
}

/*
 * Clears the latch alone: a level whose line is high stays pending.  The
 * physical interrupt's own pending state is cleared as well, because it would
 * otherwise come as soon as the virtual one ends.
 */
void vgic_mmio_write_icpendr(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, value, VGIC_CLEAR_PENDING, vgic_phys_forget);
}

/* The test of GICD_ISACTIVER and GICD_ICACTIVER, which read the same. */
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

/*
 * What a VMM restores was acknowledged on the machine that was saved, at its
 * priority; a guest's write makes an interrupt active without that.
 */
void vgic_mmio_write_isactiver(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, without_mapped(mmio, value),
		    mmio->user ? VGIC_RESTORE_ACTIVE : VGIC_SET_ACTIVE, NULL);
}

void vgic_mmio_write_icactiver(struct vgic_mmio *mmio, uint64_t value)
{
	change_ones(mmio, without_mapped(mmio, value), VGIC_CLEAR_ACTIVE, NULL);
}

/* GICD_IPRIORITYR: a byte for each interrupt. */
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
 * A VMM restores registers in any order.  If it restored an active state before
 * the priority, the interrupt became active at the wrong priority.  Until some
 * vCPU has taken it from its inbox, make it active again at the new one.
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

/*
 * GICD_ICFGR: the upper one of each interrupt's two bits (Int_config) says
 * edge, the lower one is RES0.  IHI 0069 12.9.9
 */
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
