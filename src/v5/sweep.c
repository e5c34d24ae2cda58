/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What concerns many words at once: an IRS is enabled or disabled, a PE takes
 * part again in 1-of-N selection.
 *
 * Each word is made to agree with the registers as they are when it is looked
 * at, so that any thread may go on with a sweep, and two threads may look at
 * the same words.  Who changes a register lets the sweep begin again after
 * that; it is complete when every word was looked at since.
 */
#include "core/irq.h"
#include "core/route.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* What a word costs, in instructions, and one that has to change. */
#define WORK_LOOK 30
#define WORK_CHANGE 200
/* Words between two looks whether the sweep has begun again. */
#define STRIDE 32u

void vgic_v5_sweep_again(struct vgic_v5_sweep *sweep)
{
	uint64_t was = vgic_load_relaxed(&sweep->at);

	while (!vgic_cas(&sweep->at, &was, ((was >> 32) + 1) << 32)) {
	}
}

/* Make one word agree; returns what that cost. */
typedef uint32_t (*sweep_fn)(struct vgic *gic, struct vgic_vcpu *self,
			     uint32_t index, const struct vgic_irs *irs);

/* Words `first` to `end`, what of them is left.  True: none is. */
static bool sweep_words(struct vgic *gic, struct vgic_vcpu *self,
			struct vgic_v5_sweep *sweep, uint32_t first,
			uint32_t end, sweep_fn fn, const struct vgic_irs *irs,
			uint64_t *left)
{
	uint64_t at = vgic_load_seq(&sweep->at), next;

	while ((uint32_t)at != V5_SWEPT) {
		uint32_t i = first + (uint32_t)at, stop = i + STRIDE;

		if (!*left) {
			return false;
		}
		for (; i < end && i < stop && *left; i++) {
			v5_charge(left, fn(gic, self, i, irs));
		}
		next = (at >> 32) << 32 | (i < end ? i - first : V5_SWEPT);
		if (vgic_cas(&sweep->at, &at, next)) {
			at = next;
		}
	}
	return true;
}

/* Who comes last sees to it that the word is what IRSEN is. */
static uint32_t forward(struct vgic *gic, struct vgic_vcpu *self,
			uint32_t index, const struct vgic_irs *irs)
{
	uint32_t cost = WORK_LOOK, on;

	do {
		on = vgic_load_seq(&irs->cr0) & IRS_CR0_IRSEN;
		if (!(vgic_irq_word(gic, index) & W_GATE1) != !on) {
			vgic_irq_change(gic, self, index, VGIC_SET_GROUP, on);
			cost += WORK_CHANGE;
		}
	} while ((vgic_load_seq(&irs->cr0) & IRS_CR0_IRSEN) != on);
	return cost;
}

bool vgic_v5_sweep_spis(struct vgic_vcpu *self, uint32_t irs, uint64_t *left)
{
	struct vgic *gic = self->gic;
	struct vgic_irs *at = &gic->v5->irs[irs];
	uint32_t n = gic->config.nr_spis / gic->config.v5.nr_irs;
	uint32_t first = gic->first_spi + irs * n;

	return sweep_words(gic, self, &at->forwarding, first, first + n,
			   forward, at, left);
}

/* One that nobody took has nobody yet: is there somebody now? */
static uint32_t find_taker(struct vgic *gic, struct vgic_vcpu *self,
			   uint32_t index, const struct vgic_irs *irs)
{
	uint64_t word = vgic_irq_word(gic, index);

	(void)irs;
	if (!w_stranded(word) || w_place(word) != PLACE_NONE) {
		return WORK_LOOK;
	}
	vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);
	return WORK_CHANGE + VGIC_EFFORT_PICK;
}

bool vgic_v5_sweep_1ofn(struct vgic *gic, struct vgic_vcpu *self,
			uint64_t *left)
{
	return sweep_words(gic, self, &gic->v5->finding, gic->first_spi,
			   vgic_v5_lpi_end(gic), find_taker, NULL, left);
}

void vgic_v5_set_away(struct vgic_vcpu *self, struct vgic_vcpu *pe,
		      uint32_t why, bool away)
{
	struct vgic *gic = self->gic;
	_Atomic(uint32_t) *at = &pe->v5->away;
	uint32_t was = vgic_load_seq(at), now;

	do {
		now = away ? was | why : was & ~why;
	} while (!vgic_cas(at, &was, now));
	if (now && !was) {
		vgic_fetch_or(&pe->stale_lists, UINT64_MAX);
		vgic_notify(gic, self, pe->index, ATTN_LISTS);
	} else if (was && !now) {
		vgic_note_taker(gic, pe->index);
		if (vgic_exchange(&gic->stranded, 0)) {
			vgic_v5_sweep_again(&gic->v5->finding);
		}
	}
}
