/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * List registers, what mostly happens: the guest has taken an interrupt and
 * ended it, and nobody has changed its word since, but perhaps by signalling it
 * again. Each of these does what lr.c's rules would do, by one compare-and-swap
 * of the word, or nothing; then lr.c goes the whole way.  It pairs with
 * vgic_irq_change() on other threads.
 */
#include "core/irq.h"
#include "core/side.h"
#include "cpuif/lr.h"

/*
 * What merge(), w_settle() and judge() make of the word of an interrupt that
 * was loaded pending alone, was taken and ended since, and perhaps signalled
 * again: `request`, W_NEW or W_FIRED or 0.
 */
static inline uint64_t word_after(uint64_t loaded, uint64_t known,
				  uint64_t request)
{
	uint64_t gone = W_PEND | W_ACTIVE | W_ACKED;

	gone |= loaded & W_HW ? W_LINE : 0;
	gone |= known & ICH_LR_EL2_HW ? W_PHYS : 0;
	loaded &= ~gone;
	loaded |= request & W_NEW ? W_PEND : 0;
	if (request & W_FIRED) {
		loaded |= W_PHYS | (loaded & W_LEVEL ? W_LINE : W_PEND);
	}
	return loaded;
}

/*
 * The usual end: no thread has changed the word since the register was loaded.
 * The interrupt is released, unless it is still pending by its line, or its
 * physical interrupt has to be ended.
 */
static inline bool retire(struct vgic_vcpu *vcpu, unsigned int n)
{
	uint64_t loaded = vcpu->lr_word[n];
	uint64_t now = word_after(loaded, vcpu->lr_known[n], 0);
	uint64_t stays = W_PHYS | (now & W_LEVEL ? W_LINE : 0);

	if ((now & stays) || !vgic_cas(&vcpu->gic->irqs[vcpu->lr_irq[n]].word,
				       &loaded, w_release(now))) {
		return false;
	}
	vcpu->lr_known[n] &= ~ICH_LR_EL2_State;
	lr_free(vcpu, n);
	return true;
}

/*
 * The guest has ended the interrupt, and a device signals it again by
 * `request`, which need not be in the word `was` yet.  If the word becomes what
 * it was when the register was loaded, so does the register.
 */
static inline bool reload(struct vgic_vcpu *vcpu, unsigned int n, uint64_t was,
			  uint64_t request)
{
	uint32_t index = vcpu->lr_irq[n];
	uint64_t known = vcpu->lr_known[n], loaded = vcpu->lr_word[n];

	if (word_after(loaded, known, request) != loaded ||
	    ((known & ICH_LR_EL2_HW) &&
	     !vgic_phys_by_hw(vcpu->gic, index, loaded)) ||
	    !vgic_cas(&vcpu->gic->irqs[index].word, &was, loaded)) {
		return false;
	}
	lr_write(vcpu, n, known);
	return true;
}

/*
 * Was a register loaded with a pending interrupt, and is the word now what it
 * was then, but for new requests?  And is there nothing special about its end?
 */
static inline bool is_plain(const struct vgic_vcpu *vcpu, unsigned int n,
			    uint64_t was)
{
	const struct vgic *gic = vcpu->gic;
	uint64_t loaded = vcpu->lr_word[n];

	return (vcpu->lr_known[n] & ICH_LR_EL2_State) == ICH_LR_EL2_Pending &&
	       (was & ~(W_NEW | W_FIRED)) == loaded &&
	       !(loaded & (W_REQUESTS | W_HOLD | W_IRM)) && !gic->counts_spis &&
	       !vgic_side_hears(gic, loaded) &&
	       !vgic_has_senders(gic, vcpu->lr_irq[n]);
}

bool vgic_lr_end_plainly(struct vgic_vcpu *vcpu, unsigned int n)
{
	uint32_t index = vcpu->lr_irq[n];
	uint64_t was = vgic_irq_word(vcpu->gic, index);

	if (!is_plain(vcpu, n, was) ||
	    !(was == vcpu->lr_word[n] ?
		      retire(vcpu, n) :
		      reload(vcpu, n, was, was & (W_NEW | W_FIRED)))) {
		return false;
	}
	lr_count(vcpu, index);
	return true;
}

/* Another sender of a GICv2's SGI is a request (W_NEW), so the word tells. */
bool vgic_lr_is_fresh(const struct vgic_vcpu *vcpu, unsigned int n)
{
	return vgic_irq_word(vcpu->gic, vcpu->lr_irq[n]) == vcpu->lr_word[n];
}

/*
 * Has the guest ended the interrupt?  The register in the hardware tells, so
 * read it as vgic_exit() does; what the guest did with other registers is taken
 * in by the next vgic_exit(), which reads them once more.  Not while EOIcount
 * counts, which is while `stacked` is not 0.
 */
bool vgic_lr_again(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word,
		   uint64_t request)
{
	uint32_t used = vcpu->ich.used;
	unsigned int n;

	while (used && vcpu->lr_irq[__builtin_ctz(used)] != index) {
		used &= used - 1;
	}
	if (!used || vcpu->stacked) {
		return false;
	}
	n = (unsigned int)__builtin_ctz(used);
	if (word != vcpu->lr_word[n] || !is_plain(vcpu, n, word)) {
		return false;
	}
	vcpu->gic->config.cpuif->exit(vcpu->hw, &vcpu->ich);
	if ((vcpu->ich.lr[n] & ICH_LR_EL2_State) ||
	    !reload(vcpu, n, word, request)) {
		return false;
	}
	lr_count(vcpu, index);
	vcpu->gic->policy->enter(vcpu);
	return true;
}
