/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes of one register that concern many interrupts: an IRS starts or stops
 * forwarding its SPIs, or a PE takes part in 1-of-N selection again and may
 * take interrupts that have no vCPU.
 *
 * With 65536 SPIs and 2^24 LPIs one trap cannot do that work at once.  So a
 * sweep is a position (struct vgic_v5_sweep) that any thread may advance.  It
 * makes each word agree with the registers as they are when it looks, so it
 * does not matter which thread does it, nor if two threads do the same piece.
 *
 * The order is: change the register, then restart the sweep
 * (vgic_v5_sweep_again()), then work on it.  A sweep that is complete has
 * looked at every word after the last change.
 */
#include "core/irq.h"
#include "core/route.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/*
 * Cost of looking at a word, and of changing it, in instructions by rough
 * count.
 */
#define WORK_LOOK 30
#define WORK_CHANGE 200
/*
 * Words between two publications of the position, each of which is a
 * compare-and-swap on a shared line.  It also finds out that the sweep was
 * restarted.
 */
#define STRIDE 32u

/*
 * Any thread, after it changed the register.  Counting up in the upper half
 * makes the compare-and-swap of a thread that is in the middle of the old sweep
 * fail, even if it is at the same position.
 */
void vgic_v5_sweep_again(struct vgic_v5_sweep *sweep)
{
	uint64_t was = vgic_load_relaxed(&sweep->at);

	while (!vgic_cas(&sweep->at, &was, ((was >> 32) + 1) << 32)) {
	}
}

/* Makes one word agree with the registers; returns what that cost. */
typedef uint32_t (*sweep_fn)(struct vgic *gic, struct vgic_vcpu *self,
			     uint32_t index, const struct vgic_irs *irs);

/*
 * Advance a sweep of the words from `first` up to `end`, until it is through or
 * `left` is used up.  True: no word is left.
 */
static bool sweep_words(struct vgic *gic, struct vgic_vcpu *self,
			struct vgic_v5_sweep *sweep, uint32_t first,
			uint32_t end, sweep_fn fn, const struct vgic_irs *irs,
			uint64_t *left)
{
	/*
	 * Pairs with the compare-and-swap of vgic_v5_sweep_again(): a thread
	 * that sees the new count sees the register's new value as well.
	 */
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
		/*
		 * If it fails another thread has advanced or restarted the
		 * sweep, and `at` is where to go on.  What was done here is
		 * done all the same.
		 */
		if (vgic_cas(&sweep->at, &at, next)) {
			at = next;
		}
	}
	return true;
}

/*
 * Have the SPI's gate say what IRSEN says.  Two threads may do this for the
 * same word while a third one writes IRSEN.  Each looks at IRSEN again after
 * its change, so the thread that changes the word last leaves the value that
 * IRSEN has.  The loads pair with the exchange in write_cr0() of irs.c.
 */
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

/*
 * IRS `irs` owns the SPIs from n * irs on, n for each IRS: IRS_IDR6, IRS_IDR7.
 */
bool vgic_v5_sweep_spis(struct vgic_vcpu *self, uint32_t irs, uint64_t *left)
{
	struct vgic *gic = self->gic;
	struct vgic_irs *at = &gic->v5->irs[irs];
	uint32_t n = gic->config.nr_spis / gic->config.v5.nr_irs;
	uint32_t first = gic->first_spi + irs * n;

	return sweep_words(gic, self, &at->forwarding, first, first + n,
			   forward, at, left);
}

/*
 * A pending 1-of-N interrupt that found no PE stays in no vCPU's queue
 * (w_stranded()).  Choose again: there may be a PE for it now.  What is in some
 * queue is left alone; its vCPU passes it on where that is needed.
 */
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

/*
 * A PE that opts out re-judges its lists at its next entry, and passes on what
 * it holds as 1 of N.  No one searches for those interrupts.
 */
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
		/*
		 * It takes part again.  Its bit among the takers comes second,
		 * after `away`: see forget_taker() in core/route.c.  If any
		 * interrupt was stranded since the last look, all words have
		 * to be looked at.
		 */
		vgic_note_taker(gic, pe->index);
		if (vgic_exchange(&gic->stranded, 0)) {
			vgic_v5_sweep_again(&gic->v5->finding);
		}
	}
}
