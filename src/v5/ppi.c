/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5's PPI policy, a struct vgic_policy: what the ICH_PPI_* registers are to
 * hold at an entry, what the guest did with them by the exit, and whether a
 * blocked vCPU has something to take.  It sees words and the image of the
 * registers (struct vgic_ppi_image), never the registers themselves; the
 * back-end moves the image to them and back, or works in the image where the
 * CPU interface is software.
 *
 * The state of a PPI is in two places.  Its word says whether the device makes
 * it pending.  Enable, active and priority belong to the guest, and are in the
 * image alone.  A level PPI's bit in the image follows its word at each entry.
 * An edge is moved: the word's latch is cleared when the bit in the image is
 * set, and from there on the image carries it, so that what the guest does with
 * the bit comes back with the exit.
 *
 * Only the vCPU's own thread writes the image.  Other threads change words, and
 * say which ones by ppi_stale.
 */
#include "core/irq.h"
#include "core/side.h"
#include "v5/usual.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* The PPI that software owns: no device drives it, and KVM lets a VMM do it. */
#define SW_PPI 3u

static uint32_t ppi_index(const struct vgic_vcpu *vcpu, uint32_t ppi)
{
	return vcpu->index * V5_NR_PPIS + ppi;
}

/*
 * Default queue_irq_unlock of PPIs: the word has changed.  A PPI needs no place
 * in a list, because flush() looks at each stale word.  The word was changed
 * before the bit is set; the fetch-or pairs with the exchange in flush().  Any
 * thread.
 */
static bool queue_ppi(void *opaque, uint32_t vcpu_index, uint32_t intid)
{
	struct vgic *gic = opaque;
	struct vgic_vcpu *vcpu = &gic->vcpus[vcpu_index];
	uint32_t ppi = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	vgic_fetch_or(&vcpu->v5->ppi_stale[ppi / 64], UINT64_C(1)
							      << (ppi % 64));
	vgic_notify(gic, NULL, vcpu_index, ATTN_PPIS);
	return true;
}

/*
 * Default set_direct_injection of PPIs: from now on the physical PPI drives
 * Pending, or no longer does.  Any thread; the image is the vCPU's own, so its
 * next flush does it (take_direct()).
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

/*
 * Without set_direct_injection: no physical PPI reaches a software CPU
 * interface.
 */
const struct vgic_irq_ops vgic_v5_soft_ppi_ops = {
	.queue_irq_unlock = queue_ppi,
};

/*
 * Would this vCPU have the guest get this PPI?  Yes if the CPU interface
 * implements it and a device owns it, or it is the one for software.
 */
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
 * Does the guest get this PPI?  For the VM that is decided once, by the vCPU
 * that runs first.  Until then each vCPU goes by what it would decide.  The
 * load pairs with the release in decide_exposed(): then the set is complete.
 */
static bool is_exposed(const struct vgic_vcpu *vcpu, uint32_t ppi)
{
	const struct vgic_v5 *v5 = vcpu->gic->v5;

	return vgic_load_acquire(&v5->finalized) ?
		       vgic_load_relaxed(&v5->ppi_exposed[ppi / 64]) >>
				       (ppi % 64) &
			       1 :
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
 * Decide which PPIs the guest gets.  Of several vCPUs that run first at the
 * same time, the compare-and-swap of `decider` chooses one.  All of them work
 * out that vCPU's set, and so find the same; none waits for another.
 */
static void decide_exposed(struct vgic_vcpu *vcpu)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	uint32_t decider = 0;

	/* Pairs with the release below. */
	if (vgic_load_acquire(&v5->finalized)) {
		return;
	}
	while (!decider && !vgic_cas(&v5->decider, &decider, vcpu->index + 1)) {
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
	/*
	 * Pairs with the loads in is_exposed(), state.c and uaccess.c: the set
	 * above is complete before anyone goes by it.
	 */
	vgic_store_release(&v5->finalized, 1);
}

/*
 * This vCPU runs for the first time.  Which PPIs the guest gets is decided now,
 * if it was not; the others lose what state they may have got before.
 */
static void begin_to_run(struct vgic_vcpu *vcpu)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	struct vgic_ppi_image *image = &vcpu->v5->ppi;

	vgic_v5_ist_abandon(vcpu->gic);
	decide_exposed(vcpu);
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t exposed = vgic_load_relaxed(&v5->ppi_exposed[b]);

		vgic_ppi_store(&image->enabler[b], image->enabler[b] & exposed);
		vgic_ppi_store(&image->activer[b], image->activer[b] & exposed);
		vgic_ppi_store(&image->pendr[b], image->pendr[b] & exposed);
		image->dvir[b] &= exposed;
		image->hvir[b] = ~exposed;
		/*
		 * An earlier vgic_pending() may have gone by another set: look
		 * at all words again.
		 */
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

/*
 * Move an edge from its word to the image.  The compare-and-swap takes it once,
 * and orders what the device stored before it injected before the guest's
 * handler.
 */
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
 * The physical interrupt behind a mapped PPI stays active as long as the word
 * says pending.  It does not matter whether the guest has the PPI active: that
 * state is not in the word, and the device is asked when the guest ends it.
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

/*
 * Bring the image's DVI bit of one PPI up to date: does the hardware drive its
 * Pending?  The load is relaxed; set_dvi() marks the PPI stale after its
 * change, which orders the two.
 */
static void take_direct(struct vgic_v5_vcpu *v, uint32_t bank, uint64_t bit)
{
	uint64_t dvir = v->ppi.dvir[bank] & ~bit;

	dvir |= vgic_load_relaxed(&v->ppi_direct[bank]) & bit;
	v->ppi.changed |= dvir != v->ppi.dvir[bank];
	v->ppi.dvir[bank] = dvir;
}

/*
 * What the word of a PPI that the guest gets means for the image.  Levels are
 * only noted; merge_levels() writes them all at once.
 */
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

/* Look at one PPI whose word may have changed. */
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

/*
 * Level PPIs get the pending bits that their words say; edges keep those that
 * the image has.  PENDR is ignored where DVI is set, and kept 0 there.
 */
static void merge_levels(struct vgic_vcpu *vcpu)
{
	const uint64_t *levels = vcpu->gic->config.v5.ppi_level;
	struct vgic_v5_vcpu *v = vcpu->v5;

	v->ppi_merge = false;
	for (uint32_t b = 0; b < 2; b++) {
		uint64_t pendr = (v->ppi.pendr[b] & ~levels[b]) | v->ppi_up[b];

		pendr &= ~v->ppi.dvir[b];
		v->ppi.changed |= pendr != v->ppi.pendr[b];
		vgic_ppi_store(&v->ppi.pendr[b], pendr);
	}
}

/*
 * Take in what other threads did to words.  Called at an entry that has
 * something to take in, and by vgic_pending().
 */
static void flush(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;

	/*
	 * vgic_pending() comes here as well, for a vCPU that may never have
	 * run.  Only an entry (run_seq is odd) is a first run.
	 */
	if (!v->ran && (vgic_load_relaxed(&vcpu->run_seq) & 1)) {
		begin_to_run(vcpu);
	}
	/*
	 * Until the first run there is always something left to do at the next
	 * entry.
	 */
	vcpu->refill = !v->ran;
	for (uint32_t b = 0; b < 2; b++) {
		/*
		 * Pairs with the fetch-or in queue_ppi(): the word of a bit
		 * that is taken here is read after the change that set the bit.
		 */
		uint64_t stale = vgic_exchange(&v->ppi_stale[b], 0);

		while (stale) {
			uint32_t bit = (uint32_t)__builtin_ctzll(stale);

			stale &= stale - 1;
			take_ppi(vcpu, b * 64 + bit);
		}
	}
}

/*
 * Level of a mapped PPI's line: the device is asked, if it gave a way to ask.
 * If not, what it injected last.
 */
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
 * A mapped level PPI that is not injected directly: the device may have lowered
 * its line while the guest ran, of which only it knows.  Then the physical
 * interrupt is ended, so that it can come again (take_ppi(), end_phys()).
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

/* Asked for each such PPI that is pending, at every exit and entry. */
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

/*
 * Hand the image to the back-end.  Devices are asked once more, because the
 * line may also have fallen while the vCPU was out of the guest.
 */
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
	/*
	 * On hardware the guest ends a PPI without an exit.  So while a device
	 * has to be asked at that moment, GIC CDDI traps.
	 */
	v->ppi.trap_cddi = ops->exit && vgic_v5_asks(v);
	if (ops->exit || v->ppi.changed) {
		ops->enter(vcpu->hw, &v->ppi);
		v->ppi.changed = false;
	}
}

/* Bring back what the guest did to the registers, hardware's alone. */
static void read_registers(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;

	vcpu->gic->config.v5.cpuif->exit(vcpu->hw, &v->ppi);
	for (uint32_t b = 0; b < 2; b++) {
		/*
		 * Hidden PPIs keep no state, whatever the guest tried: some
		 * hardware cannot hide them.  A PPI with DVI shows in PENDR
		 * what the physical PPI says, which is not state of ours.
		 */
		vgic_ppi_store(&v->ppi.activer[b],
			       v->ppi.activer[b] & ~v->ppi.hvir[b]);
		vgic_ppi_store(&v->ppi.pendr[b],
			       v->ppi.pendr[b] &
				       ~(v->ppi.hvir[b] | v->ppi.dvir[b]));
	}
	v->ppi_merge = true;
}

/* After guest code: bring the registers back, and ask devices. */
static void fold(struct vgic_vcpu *vcpu, bool posted)
{
	(void)posted;
	if (vcpu->gic->config.v5.cpuif->exit) {
		read_registers(vcpu);
	}
	if (vgic_v5_asks(vcpu->v5)) {
		ask_devices(vcpu);
	}
}

/*
 * The policy's refresh concerns list registers, which a GICv5 guest does not
 * use.
 */
static void refresh(struct vgic_vcpu *vcpu)
{
	(void)vcpu;
}

/*
 * The priority value below which an interrupt is signalled.  There are two
 * conditions: its priority has to be at most VPMR, and below the running
 * priority.  Adding 1 to VPMR makes one mask of both.  0: nothing is signalled,
 * because the CPU interface is off.
 */
static uint32_t priority_mask(const struct vgic_ppi_image *image)
{
	uint32_t mask = (uint32_t)FIELD_GET(ICH_VMCR_EL2_V5_VPMR, image->vmcr) +
			1;

	return image->vmcr & ICH_VMCR_EL2_V5_EN ?
		       vgic_ppi_below(mask, image->apr) :
		       0;
}

/*
 * Is one of these PPIs urgent enough to be signalled?  The PPIs in `ask` may
 * have fallen since they were noted, so the device of the one in question is
 * asked.
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

/*
 * Could this vCPU take an interrupt now?  For a vCPU that is about to block, or
 * is blocked.
 */
static bool signals(struct vgic_vcpu *vcpu)
{
	struct vgic_v5_vcpu *v = vcpu->v5;
	uint32_t mask, intid;

	/*
	 * VMCR and APR of a vCPU that is loaded are in the registers.  They are
	 * the guest's, and matter here alone, so they are not read at each
	 * exit.
	 */
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

/*
 * Member of the policy.  The device has just said that its line is up, so it is
 * not asked again before the guest looks.  Its own ops may deliver it, too, and
 * what is in the registers of hardware is not known here.
 */
static bool raise(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	struct vgic *gic = vcpu->gic;
	struct vgic_v5_vcpu *v = vcpu->v5;
	struct vgic_ppi_image *image = &v->ppi;
	uint32_t ppi = index % V5_NR_PPIS, bank = ppi / 64;
	uint64_t bit = UINT64_C(1) << (ppi % 64);
	const struct vgic_irq_ops *ops =
		vgic_load_relaxed(&vgic_side_of(gic, index)->ops);

	if (gic->config.v5.cpuif->exit || !(word & W_LEVEL) ||
	    (image->hvir[bank] & bit) || (ops && ops->queue_irq_unlock) ||
	    !vgic_cas(&gic->irqs[index].word, &word, word | W_LINE | W_PHYS)) {
		return false;
	}
	if (!w_pending(word)) {
		vgic_count(&vcpu->injected[VGIC_PPI]);
	}
	v->ppi_up[bank] |= bit;
	v->ppi_ask[bank] |= bit;
	vgic_ppi_store(&image->pendr[bank], image->pendr[bank] | bit);
	image->candidates[bank] |= bit & image->enabler[bank] &
				   ~image->activer[bank];
	return true;
}

/*
 * Does software have to raise the virtual IRQ?  Hardware raises it itself, and
 * its back-end has no such function.
 */
static unsigned int asserted(struct vgic_vcpu *vcpu)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;
	int usual = is_usual(vcpu) ? usual_signals(vcpu, vcpu->v5->ppi.below) :
				     VGIC_UNUSUAL;

	if (usual != VGIC_UNUSUAL) {
		return (unsigned int)usual;
	}
	return ops->signals ? ops->signals(vcpu->hw) : 0;
}

/*
 * Make the virtual PE resident on this CPU.  The F bit says that the IRS could
 * not, for which nothing a guest does is a reason.
 */
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

/* The vCPU leaves the CPU, and asks for no doorbell. */
static void put(struct vgic_vcpu *vcpu)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;

	image->contextr = 0;
	vcpu->gic->config.v5.cpuif->put(vcpu->hw, image);
}

/*
 * The vCPU leaves the CPU to block.  A doorbell is asked for, if the vCPU could
 * take any SPI or LPI at all, and only for those it could take: DBPM names the
 * least urgent priority that rings.  For other GICs this is vgic_put().
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

/*
 * A CPU that is turned on: its PPIs and its CPU interface are as at reset.  All
 * words are looked at once more, since lines keep their levels.
 */
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

/* PPIs that a VMM may drive, as KVM tells its own: the one for software. */
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
	.raise = raise,
	.signals = signals,
	.asserted = asserted,
	.reset = reset,
};
