/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 PPI policy: what the ICH_PPI_* registers are to hold, what the guest
 * did with them, and when a blocked vCPU has something to take.  Pure: it
 * sees words and the image of the registers, never the registers.
 *
 * A PPI's word says whether it is pending for the guest; enable, active and
 * priority are the guest's and stay in the image.  An edge is consumed when
 * it goes into the image, and from there on the image carries it: what the
 * guest sets or takes of it comes back with every exit.
 */
#include "core/irq.h"
#include "core/side.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

#define SW_PPI 3u
#define PRIO_NONE 32u

static uint32_t ppi_index(const struct vgic_vcpu *vcpu, uint32_t ppi)
{
	return vcpu->index * V5_NR_PPIS + ppi;
}

/* Default queue_irq_unlock of PPIs: no list, the image is made at entry. */
static bool queue_ppi(void *opaque, uint32_t vcpu_index, uint32_t intid)
{
	struct vgic *gic = opaque;
	struct vgic_vcpu *vcpu = &gic->vcpus[vcpu_index];
	uint32_t ppi = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	vgic_fetch_or(&vcpu->v5->ppi_stale[ppi / 64],
		      UINT64_C(1) << (ppi % 64));
	vgic_notify(gic, NULL, vcpu_index, ATTN_PPIS);
	return true;
}

/*
 * Default set_direct_injection of PPIs: the physical one drives Pending.  The
 * image is the vCPU's own, which comes to know at its next flush.
 */
static void set_dvi(void *opaque, uint32_t vcpu_index, uint32_t intid, bool on)
{
	struct vgic *gic = opaque;
	struct vgic_v5_vcpu *v = gic->vcpus[vcpu_index].v5;
	uint32_t ppi = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);
	_Atomic(uint64_t) *direct = &v->ppi_direct[ppi / 64];
	uint64_t bit = UINT64_C(1) << (ppi % 64);
	uint64_t was = vgic_load_relaxed(direct);

	while (!vgic_cas(direct, &was, on ? was | bit : was & ~bit)) {
	}
	(void)queue_ppi(opaque, vcpu_index, intid);
}

const struct vgic_irq_ops vgic_v5_ppi_ops = {
	.set_direct_injection = set_dvi,
	.queue_irq_unlock = queue_ppi,
};

const struct vgic_irq_ops vgic_v5_soft_ppi_ops = {
	.queue_irq_unlock = queue_ppi,
};

/* A PPI is exposed when a device has claimed it, or software drives it. */
static bool is_claimed(const struct vgic_vcpu *vcpu, uint32_t ppi)
{
	const struct vgic *gic = vcpu->gic;
	uint32_t index = ppi_index(vcpu, ppi);

	if (!(gic->config.v5.ppi_implemented[ppi / 64] >> (ppi % 64) & 1)) {
		return false;
	}
	return ppi == SW_PPI ||
	       ((vgic_irq_word(gic, index) & W_SIDE) &&
		vgic_load_relaxed(&vgic_side_of(gic, index)->owner));
}

/*
 * Does the guest get this PPI?  The vCPU that runs first decides that for the
 * VM by its own PPIs.  As long as none has run, a vCPU goes by its own.
 */
static bool is_exposed(const struct vgic_vcpu *vcpu, uint32_t ppi)
{
	const struct vgic_v5 *v5 = vcpu->gic->v5;

	return vgic_load_acquire(&v5->finalized) ?
		       vgic_load_relaxed(&v5->ppi_exposed[ppi / 64]) >>
				       (ppi % 64) & 1 :
		       is_claimed(vcpu, ppi);
}

/* A PPI that the guest does not get keeps no state. */
static void scrub_word(struct vgic_vcpu *vcpu, uint32_t ppi)
{
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[ppi_index(vcpu, ppi)].word;
	uint64_t word = vgic_load_relaxed(at);

	while (!vgic_cas(at, &word,
			 word & ~(W_PEND | W_LINE | W_ACTIVE | W_ENABLE))) {
	}
}

/*
 * Decide which PPIs the guest gets.  Of vCPUs that run first at the same time
 * one is chosen; all find the same set then, and nobody waits.
 */
static void decide_exposed(struct vgic_vcpu *vcpu)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	uint32_t decider = 0;

	if (vgic_load_acquire(&v5->finalized)) {
		return;
	}
	while (!decider &&
	       !vgic_cas(&v5->decider, &decider, vcpu->index + 1)) {
	}
	if (decider) {
		vcpu = &vcpu->gic->vcpus[decider - 1];
	}
	for (uint32_t i = 0; i < V5_NR_PPIS; i++) {
		if (is_claimed(vcpu, i)) {
			vgic_fetch_or(&v5->ppi_exposed[i / 64],
				      UINT64_C(1) << (i % 64));
		}
	}
	vgic_store_release(&v5->finalized, 1);
}

/* The first run: decided is what the guest gets, the rest has no state. */
static void begin_to_run(struct vgic_vcpu *vcpu)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	struct vgic_ppi_image *image = &vcpu->v5->ppi;

	vgic_v5_ist_abandon(vcpu->gic);
	decide_exposed(vcpu);
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t exposed = vgic_load_relaxed(&v5->ppi_exposed[b]);

		vgic_ppi_store(&image->enabler[b],
			       image->enabler[b] & exposed);
		vgic_ppi_store(&image->activer[b],
			       image->activer[b] & exposed);
		vgic_ppi_store(&image->pendr[b], image->pendr[b] & exposed);
		image->dvir[b] &= exposed;
		image->hvir[b] = ~exposed;
		/* What was taken in before may not have been exposed. */
		vgic_fetch_or(&vcpu->v5->ppi_stale[b], UINT64_MAX);
	}
	for (uint32_t i = 0; i < V5_NR_PPIS; i++) {
		if (!is_exposed(vcpu, i)) {
			scrub_word(vcpu, i);
		}
	}
	image->changed = true;
	vcpu->v5->ran = true;
}

/* An edge goes into the image once: its latch is consumed. */
static void consume_edge(struct vgic_vcpu *vcpu, uint32_t ppi)
{
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[ppi_index(vcpu, ppi)].word;
	uint64_t word = vgic_load_seq(at);
	uint64_t *pendr = &vcpu->v5->ppi.pendr[ppi / 64];

	while (word & W_PEND) {
		if (vgic_cas(at, &word, word & ~W_PEND)) {
			vgic_ppi_store(pendr, *pendr | UINT64_C(1)
							       << (ppi % 64));
			vcpu->v5->ppi.changed = true;
		}
	}
}

/*
 * The physical interrupt behind a mapped PPI is held as long as the word has
 * something pending of it: the guest's own state is not in the word.
 */
static void end_phys(struct vgic_vcpu *vcpu, uint32_t index)
{
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[index].word;
	uint64_t word = vgic_load_seq(at);

	while (w_phys_idle(word)) {
		if (vgic_cas(at, &word, word & ~W_PHYS)) {
			vgic_phys_deactivate(vcpu->gic, index);
			return;
		}
	}
}

/* Does the hardware drive this PPI's Pending? */
static void take_direct(struct vgic_v5_vcpu *v, uint32_t bank, uint64_t bit)
{
	uint64_t dvir = v->ppi.dvir[bank] & ~bit;

	dvir |= vgic_load_relaxed(&v->ppi_direct[bank]) & bit;
	v->ppi.changed |= dvir != v->ppi.dvir[bank];
	v->ppi.dvir[bank] = dvir;
}

/* What the word of a PPI that the guest gets has for the image. */
static void take_word(struct vgic_vcpu *vcpu, uint32_t ppi, uint64_t word)
{
	struct vgic_v5_vcpu *v = vcpu->v5;
	uint64_t bit = UINT64_C(1) << (ppi % 64);
	uint32_t bank = ppi / 64;

	take_direct(v, bank, bit);
	if (!(word & W_LEVEL)) {
		consume_edge(vcpu, ppi);
	} else if (w_pending(word)) {
		v->ppi_up[bank] |= bit;
		v->ppi_ask[bank] |= (word & (W_HW | W_DVI)) == W_HW ? bit : 0;
	}
}

/* Note what a PPI's word now says. */
static void take_ppi(struct vgic_vcpu *vcpu, uint32_t ppi)
{
	uint32_t index = ppi_index(vcpu, ppi), bank = ppi / 64;
	uint64_t bit = UINT64_C(1) << (ppi % 64);

	vcpu->v5->ppi_up[bank] &= ~bit;
	vcpu->v5->ppi_ask[bank] &= ~bit;
	vcpu->v5->ppi_merge = true;
	if (is_exposed(vcpu, ppi)) {
		take_word(vcpu, ppi, vgic_irq_word(vcpu->gic, index));
	}
	end_phys(vcpu, index);
}

/* Level PPIs follow their words; those with DVI are the hardware's. */
static void merge_levels(struct vgic_vcpu *vcpu)
{
	const uint64_t *levels = vcpu->gic->config.v5.ppi_level;
	struct vgic_v5_vcpu *v = vcpu->v5;

	v->ppi_merge = false;
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t pendr = (v->ppi.pendr[b] & ~levels[b]) |
				 v->ppi_up[b];

		pendr &= ~v->ppi.dvir[b];
		v->ppi.changed |= pendr != v->ppi.pendr[b];
		vgic_ppi_store(&v->ppi.pendr[b], pendr);
	}
}

static void flush(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;

	/* vgic_pending() comes here, too, but is no first run. */
	if (!v->ran && (vgic_load_relaxed(&vcpu->run_seq) & 1)) {
		begin_to_run(vcpu);
	}
	vcpu->refill = !v->ran;
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t stale = vgic_exchange(&v->ppi_stale[b], 0);

		while (stale) {
			uint32_t bit = (uint32_t)__builtin_ctzll(stale);

			stale &= stale - 1;
			take_ppi(vcpu, b * 64 + bit);
		}
	}
}

/* What the device says now; without a way to ask, what it said last. */
static bool device_up(struct vgic_vcpu *vcpu, uint32_t ppi)
{
	uint32_t index = ppi_index(vcpu, ppi);
	uint64_t word = vgic_irq_word(vcpu->gic, index);
	const struct vgic_irq_ops *ops =
		word & W_SIDE ? vgic_side_of(vcpu->gic, index)->ops : NULL;

	if ((word & W_HW) && ops && ops->get_input_level) {
		return vgic_phys_level(vcpu, index, word);
	}
	return w_pending(word);
}

/*
 * A mapped level without direct injection: the device may have let go while
 * the guest ran.  Then the physical interrupt has to be able to come again.
 */
static void ask_device(struct vgic_vcpu *vcpu, uint32_t ppi)
{
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[ppi_index(vcpu, ppi)].word;
	uint64_t word = vgic_load_seq(at);

	if (device_up(vcpu, ppi)) {
		return;
	}
	while (!vgic_cas(at, &word, word & ~(W_PEND | W_LINE))) {
	}
	take_ppi(vcpu, ppi);
}

static void ask_devices(struct vgic_vcpu *vcpu)
{
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t ask = vcpu->v5->ppi_ask[b];

		while (ask) {
			uint32_t bit = (uint32_t)__builtin_ctzll(ask);

			ask &= ask - 1;
			ask_device(vcpu, b * 64 + bit);
		}
	}
}

/* It may as well have let go while the vCPU was out of the guest. */
static void enter(struct vgic_vcpu *vcpu)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;
	struct vgic_v5_vcpu *v = vcpu->v5;

	if (vgic_v5_asks(v)) {
		ask_devices(vcpu);
	}
	if (v->ppi_merge) {
		merge_levels(vcpu);
	}
	/* Hardware's guest ends it by itself: then its device is asked. */
	v->ppi.trap_cddi = ops->exit && vgic_v5_asks(v);
	if (ops->exit || v->ppi.changed) {
		ops->enter(vcpu->hw, &v->ppi);
		v->ppi.changed = false;
	}
}

static void read_registers(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;

	vcpu->gic->config.v5.cpuif->exit(vcpu->hw, &v->ppi);
	for (uint32_t b = 0; b < 2; b++) {
		/*
		 * What the guest made of PPIs that it does not get; and what
		 * DVI showed in PENDR is the physical PPI's, not ours.
		 */
		vgic_ppi_store(&v->ppi.activer[b],
			       v->ppi.activer[b] & ~v->ppi.hvir[b]);
		vgic_ppi_store(&v->ppi.pendr[b],
			       v->ppi.pendr[b] &
				       ~(v->ppi.hvir[b] | v->ppi.dvir[b]));
	}
	v->ppi_merge = true;
}

static void fold(struct vgic_vcpu *vcpu)
{
	if (vcpu->gic->config.v5.cpuif->exit) {
		read_registers(vcpu);
	}
	if (vgic_v5_asks(vcpu->v5)) {
		ask_devices(vcpu);
	}
}

/* Nothing of a GICv5 stands in list registers. */
static void refresh(struct vgic_vcpu *vcpu)
{
	(void)vcpu;
}

/*
 * The compound priority mask: a candidate counts if its priority value is
 * below.  Enough for the mask register is equality, for preemption it is not.
 */
static uint32_t priority_mask(const struct vgic_ppi_image *image)
{
	uint32_t running = image->apr ? (uint32_t)__builtin_ctz(image->apr) :
					PRIO_NONE;
	uint32_t mask = (uint32_t)FIELD_GET(ICH_VMCR_EL2_V5_VPMR,
					    image->vmcr) + 1;

	if (!(image->vmcr & ICH_VMCR_EL2_V5_EN)) {
		return 0;
	}
	return running < mask ? running : mask;
}

/*
 * Is one of these PPIs urgent enough?  Of those in `ask`, only their devices
 * know whether they are pending: the record is stale.
 */
static bool any_below(struct vgic_vcpu *vcpu, uint32_t bank, uint64_t ppis,
		      uint64_t ask, uint32_t mask)
{
	const struct vgic_ppi_image *image = &vcpu->v5->ppi;

	while (ppis) {
		uint32_t bit = (uint32_t)__builtin_ctzll(ppis);
		uint32_t ppi = bank * 64 + bit;
		uint32_t prio = image->priorityr[ppi / 8] >> (ppi % 8 * 8) &
				0x1f;

		ppis &= ppis - 1;
		if (prio < mask &&
		    (!(ask >> bit & 1) || device_up(vcpu, ppi))) {
			return true;
		}
	}
	return false;
}

static bool signals(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;
	uint32_t mask, intid;

	/* Priorities are the guest's; they are looked at only to block. */
	if (vcpu->resident) {
		vcpu->gic->config.v5.cpuif->sync_wfi(vcpu->hw, &v->ppi);
	}
	mask = priority_mask(&v->ppi);
	if (v->ppi_merge) {
		merge_levels(vcpu);
	}
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t ppis = (v->ppi.pendr[b] | v->ppi.dvir[b]) &
				v->ppi.enabler[b] & ~v->ppi.activer[b];

		if (any_below(vcpu, b, ppis, v->ppi.dvir[b] | v->ppi_ask[b],
			      mask)) {
			return true;
		}
	}
	return vgic_v5_iri.hppi(vcpu, &intid) < mask;
}

/* Where hardware raises it itself there is no such operation. */
static unsigned int asserted(struct vgic_vcpu *vcpu)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;

	return ops->signals ? ops->signals(vcpu->hw) : 0;
}

static void load(struct vgic_vcpu *vcpu)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;

	image->contextr = ICH_CONTEXTR_EL2_V |
			  FIELD_PUT(ICH_CONTEXTR_EL2_VPE, vcpu->index);
	image->changed = true;
	vcpu->gic->config.v5.cpuif->load(vcpu->hw, image);
	if (image->contextr & ICH_CONTEXTR_EL2_F) {
		vgic_bug(vcpu->gic, "virtual PE cannot be made resident",
			 vcpu->index, VGIC_NIL);
	}
}

static void put(struct vgic_vcpu *vcpu)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;

	image->contextr = 0;
	vcpu->gic->config.v5.cpuif->put(vcpu->hw, image);
}

/*
 * Blocked: a doorbell, if the vCPU could take anything at all, and only for
 * what it could take.  DBPM names the least urgent priority that rings.
 */
void vgic_put_wfi(struct vgic_vcpu *vcpu)
{
	struct vgic_ppi_image *image;
	uint32_t mask;

	if (!vcpu->gic->v5 || !vcpu->resident) {
		vgic_put(vcpu);
		return;
	}
	image = &vcpu->v5->ppi;
	vcpu->gic->config.v5.cpuif->sync_wfi(vcpu->hw, image);
	mask = priority_mask(image);
	image->contextr = 0;
	if (mask && vgic_v5_forwards(vcpu)) {
		image->contextr = ICH_CONTEXTR_EL2_DB |
				  FIELD_PUT(ICH_CONTEXTR_EL2_DBPM, mask - 1);
	}
	vcpu->gic->config.v5.cpuif->put(vcpu->hw, image);
	vcpu->resident = false;
}

static void reset(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;
	struct vgic_ppi_image *image = &v->ppi;

	for (uint32_t b = 0; b < 2; b++) {
		vgic_ppi_store(&image->enabler[b], 0);
		vgic_ppi_store(&image->pendr[b], 0);
		vgic_ppi_store(&image->activer[b], 0);
		vgic_store_relaxed(&v->ppi_stale[b], UINT64_MAX);
	}
	for (uint32_t i = 0; i < 16; i++) {
		vgic_ppi_store(&image->priorityr[i], 0);
	}
	image->icsr = 0;
	image->vmcr = 0;
	image->apr = 0;
	image->changed = true;
	v->repeat = (struct vgic_v5_repeat){ 0 };
	vcpu->refill = true;
}

void vgic_userspace_ppis(const struct vgic *gic, uint64_t mask[2])
{
	mask[0] = 0;
	mask[1] = 0;
	if (gic->v5) {
		mask[0] = gic->config.v5.ppi_implemented[0] &
			  (UINT64_C(1) << SW_PPI);
	}
}

const struct vgic_policy vgic_ppi_policy = {
	.load = load,
	.put = put,
	.flush = flush,
	.enter = enter,
	.fold = fold,
	.refresh = refresh,
	.signals = signals,
	.asserted = asserted,
	.reset = reset,
};
