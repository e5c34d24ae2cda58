/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saving.  It reads only: what stands in list registers is known from the
 * words, since every vCPU is out of the guest, and requests that wait there
 * are merged in what is written.
 */
#include "core/irq.h"
#include "core/stack.h"
#include "snapshot/snapshot.h"

#include "its/its.h"
#include "v2/v2.h"
#include "v5/v5.h"

/* Where `size` bytes go, or null when there is no room for them. */
static uint8_t *room(struct snap_writer *w, size_t size)
{
	size_t at = w->at;

	w->at += size;
	return w->buf && w->at <= w->size ? w->buf + at : NULL;
}

void snap_write(struct snap_writer *w, uint32_t width, uint64_t value)
{
	uint8_t *to = room(w, width);

	if (to) {
		snap_put(to, width, value);
	}
}

void snap_write_struct(struct snap_writer *w, const struct snap_layout *layout,
		       const void *from)
{
	uint8_t *to = room(w, layout->size);

	if (to) {
		snap_encode(layout, from, to);
	}
}

void snap_begin(struct snap_writer *w, uint32_t type, uint32_t vcpu)
{
	w->record = w->at;
	snap_write(w, 2, type);
	snap_write(w, 2, vcpu);
	snap_write(w, 4, 0);
	snap_write(w, 4, 0);
}

/* The checksum follows when all is written: see seal(). */
void snap_end(struct snap_writer *w)
{
	size_t length = w->at - w->record - SNAP_RECORD_SIZE;

	if (w->buf && w->at <= w->size) {
		snap_put(w->buf + w->record + SNAP_RECORD_LENGTH_AT, 4,
			 length);
	}
}

static void put_record(struct snap_writer *w, uint32_t type, uint32_t vcpu,
		       const struct snap_layout *layout, const void *from)
{
	snap_begin(w, type, vcpu);
	snap_write_struct(w, layout, from);
	snap_end(w);
}

/*
 * A GICv2's SGI that is pending in a list register is one of its senders'
 * that wait; of an active one its sender is known.
 */
static void save_senders(const struct vgic *gic, uint32_t index,
			 struct snap_irq *irq)
{
	uint64_t word = vgic_irq_word(gic, index);
	uint32_t sources = vgic_sgi_sources(gic, index);
	bool loaded = w_place(word) == PLACE_LR && !(word & W_ACTIVE) &&
		      (word & (W_PEND | W_UNPEND | W_NEW)) !=
			      (W_PEND | W_UNPEND);

	if (loaded && !vgic_sgi_taken_back(gic, index)) {
		sources |= 1u << vgic_sgi_loaded(gic, index);
	}
	irq->route = sources;
	irq->state &= (uint16_t)~SNAP_IRQ_PENDING;
	if (sources || vgic_sgi_waits(gic, index)) {
		irq->state |= SNAP_IRQ_PENDING;
	}
	if (irq->state & SNAP_IRQ_ACTIVE) {
		irq->route |= vgic_sgi_loaded(gic, index) << 8;
	}
}

/* Only list registers need to know who holds what is active. */
static void save_active(const struct vgic *gic, uint64_t word,
			struct snap_irq *irq)
{
	if (!gic->holds_actives) {
		return;
	}
	irq->active_priority = (uint8_t)w_actprio(word);
	if (w_place(word) == PLACE_LR || w_place(word) == PLACE_STACK) {
		irq->holder = (uint16_t)w_owner(word);
	}
}

/*
 * An LPI is enabled by its configuration, wherever it is; the place of its
 * event is written when that is: see put_event().
 */
static void save_lpi(uint64_t word, struct snap_irq *irq)
{
	irq->route = irq->route ? SNAP_LPI_MAPPED | SNAP_LPI_NO_EVENT : 0;
	irq->state = word & W_CONF ? SNAP_IRQ_ENABLE : 0;
	if (w_pending(word)) {
		irq->state |= SNAP_IRQ_PENDING;
		irq->route |= (uint32_t)FIELD_PUT(SNAP_LPI_TARGET,
						  w_target(word) + 1);
	}
}

static void save_irq(const struct vgic *gic, uint32_t index,
		     struct snap_irq *irq)
{
	uint64_t word = w_settle(vgic_irq_word(gic, index));

	*irq = (struct snap_irq){
		.intid = vgic_irq_intid(gic, index),
		.route = vgic_load_relaxed(&gic->irqs[index].route),
		.rank = VGIC_NIL,
		.state = snap_state(snap_mapped(word) &
				    snap_carried(gic, index)),
		.holder = SNAP_NO_VCPU,
		.priority = (uint8_t)w_prio(word),
	};
	if (irq->state & SNAP_IRQ_ACTIVE) {
		save_active(gic, word, irq);
	} else {
		irq->state &= (uint16_t)~SNAP_IRQ_ACKED;
	}
	if (vgic_has_senders(gic, index)) {
		save_senders(gic, index, irq);
	}
	if (snap_is_its_lpi(gic, index)) {
		save_lpi(word, irq);
	}
}

static bool is_default(const struct vgic *gic, uint32_t index,
		       const struct snap_irq *irq)
{
	uint64_t word = vgic_irq_reset_word(gic, index);

	return irq->state == snap_state(word & snap_carried(gic, index)) &&
	       irq->route == 0 && irq->priority == w_prio(word);
}

/* Most are: see at a glance that there is nothing to write. */
static bool is_untouched(const struct vgic *gic, uint32_t index)
{
	const uint64_t any = W_REQUESTS | W_PEND | W_LINE | W_ACTIVE | W_IRM |
			     W_HOLD | W_PHYS | W_WIRE | W_TM | W_ENABLE |
			     W_GROUP1 | W_LEVEL | W_PRIO_MASK | W_PLACE_MASK;
	uint64_t word = vgic_irq_word(gic, index);

	if (vgic_load_relaxed(&gic->irqs[index].route)) {
		return false;
	}
	/* Its configuration counts as long as it is pending, or may be. */
	return snap_is_its_lpi(gic, index) ?
		       !w_pending(w_settle(word)) :
		       (word & any) == vgic_irq_reset_word(gic, index);
}

/* Interrupts [first, first + count), in the order of their INTIDs. */
static uint32_t put_irqs(struct snap_writer *w, uint32_t first, uint32_t count)
{
	struct snap_irq irq;
	uint32_t n = 0;

	for (uint32_t i = first; i < first + count; i++) {
		uint8_t *to;

		if (is_untouched(w->gic, i)) {
			continue;
		}
		save_irq(w->gic, i, &irq);
		if (is_default(w->gic, i, &irq)) {
			continue;
		}
		to = room(w, snap_irq_layout.size);
		if (to) {
			snap_put_irq(to, &irq);
		}
		n++;
	}
	return n;
}

static uint32_t put_lpis(struct snap_writer *w)
{
	const struct vgic_v5 *v5 = w->gic->v5;
	uint32_t n = 0;

	for (uint32_t id = 0; v5 && id < v5->nr_chunk_ids; id++) {
		uint32_t chunk = vgic_v5_chunk(v5, id);

		if (chunk != VGIC_NIL) {
			n += put_irqs(w, w->gic->first_lpi +
						 chunk * V5_LPI_CHUNK,
				      V5_LPI_CHUNK);
		}
	}
	return n;
}

/* A record of no interrupts is none. */
void snap_end_entries(struct snap_writer *w, uint32_t n)
{
	if (n) {
		snap_end(w);
	} else {
		w->at = w->record;
	}
}

static void save_shared(struct snap_writer *w)
{
	snap_begin(w, VGIC_SNAPSHOT_IRQS, SNAP_NO_VCPU);
	snap_write(w, 4, snap_irq_layout.size);
	w->shared = w->at;
	w->nr_shared = put_lpis(w);
	w->nr_shared += put_irqs(w, w->gic->first_spi,
				 w->gic->config.nr_spis);
	w->nr_shared += put_irqs(w, w->gic->first_lpi,
				 w->gic->config.its.nr_lpis);
	snap_end_entries(w, w->nr_shared);
}

static void save_private(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	uint32_t n = w->gic->nr_private;

	snap_begin(w, VGIC_SNAPSHOT_IRQS, vcpu->index);
	snap_write(w, 4, snap_irq_layout.size);
	w->private = w->at;
	w->nr_private = put_irqs(w, vcpu->index * n, n);
	snap_end_entries(w, w->nr_private);
}

/*
 * Its interrupt's entry has been written: tell it its place.  That of an SPI
 * is not there when one vCPU is saved.
 */
static void put_active(struct snap_writer *w, uint32_t index, uint32_t rank)
{
	bool private = index < w->gic->first_spi;
	uint32_t intid = vgic_irq_intid(w->gic, index);
	uint32_t size = snap_irq_layout.size;
	const uint8_t *entry;

	if (!w->buf || w->at + 4 > w->size) {
		w->at += 4;
		return;
	}
	snap_write(w, 4, intid);
	entry = snap_find_irq(w->buf + (private ? w->private : w->shared),
			      size, private ? w->nr_private : w->nr_shared,
			      intid);
	if (entry) {
		snap_put(w->buf + (entry - w->buf) + SNAP_IRQ_RANK_AT, 4,
			 rank);
	}
}

/* The most urgent one in the list registers `left`, or VGIC_NIL. */
static uint32_t best_loaded(const struct vgic_vcpu *vcpu, uint32_t left,
			    uint32_t *lr)
{
	uint32_t best = VGIC_NIL, prio = 256;

	for (; left; left &= left - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(left);
		uint32_t index = vcpu->lr_irq[n];
		uint32_t here = w_actprio(
			w_settle(vgic_irq_word(vcpu->gic, index)));

		if (here < prio) {
			prio = here;
			best = index;
			*lr = n;
		}
	}
	return best;
}

static uint32_t loaded_actives(const struct vgic_vcpu *vcpu)
{
	uint32_t left = 0;

	for (uint32_t used = vcpu->ich.used; used; used &= used - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		if (w_active(vgic_irq_word(vcpu->gic, vcpu->lr_irq[n]))) {
			left |= 1u << n;
		}
	}
	return left;
}

/* The active one below this one in the stack. */
static uint32_t next_stacked(const struct vgic_vcpu *vcpu, uint32_t index,
			     uint32_t *level)
{
	do {
		index = vgic_stack_next(vcpu, index, level);
	} while (index != VGIC_NIL &&
		 !w_active(vgic_irq_word(vcpu->gic, index)));
	return index;
}

/*
 * The stack as it is when list registers give up theirs: those go before
 * their equals.
 */
static void save_actives(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	uint32_t left = loaded_actives(vcpu), rank = 0, lr = 0, level;
	uint32_t stacked = next_stacked(vcpu, VGIC_NIL, &level);

	snap_begin(w, VGIC_SNAPSHOT_ACTIVES, vcpu->index);
	snap_write(w, 4, 4);
	while (left || stacked != VGIC_NIL) {
		uint32_t loaded = best_loaded(vcpu, left, &lr);

		if (stacked == VGIC_NIL ||
		    (loaded != VGIC_NIL &&
		     w_actprio(w_settle(vgic_irq_word(w->gic, loaded))) <=
			     w_actprio(vgic_irq_word(w->gic, stacked)))) {
			put_active(w, loaded, rank++);
			left &= ~(1u << lr);
			continue;
		}
		put_active(w, stacked, rank++);
		stacked = next_stacked(vcpu, stacked, &level);
	}
	snap_end_entries(w, rank);
}

static void save_machine(struct snap_writer *w)
{
	const struct vgic_config *config = &w->gic->config;
	struct snap_machine m = {
		.nr_vcpus = config->nr_vcpus,
		.nr_spis = config->nr_spis,
	};

	if (w->gic->v5) {
		m.lpi_id_bits = config->v5.lpi_id_bits;
		m.nr_irs = config->v5.nr_irs;
		for (uint32_t b = 0; b < 2; b++) {
			m.ppi_implemented[b] = config->v5.ppi_implemented[b];
			m.ppi_level[b] = config->v5.ppi_level[b];
		}
	} else {
		m.pri_bits = config->caps.pri_bits;
		m.pre_bits = config->caps.pre_bits;
	}
	/* A GICv2 has ten INTID bits and no affinities, whatever it is on. */
	if (config->model == VGIC_GICV3) {
		m.id_bits = config->caps.id_bits;
		m.a3v = config->caps.a3v;
	}
	snap_begin(w, VGIC_SNAPSHOT_MACHINE, SNAP_NO_VCPU);
	snap_write_struct(w, &snap_machine_layout, &m);
	if (config->its.nr_its) {
		const struct snap_lpi_shape shape = {
			.nr_its = config->its.nr_its,
			.nr_lpis = config->its.nr_lpis,
		};

		snap_write_struct(w, &snap_lpi_shape_layout, &shape);
	}
	snap_end(w);
}

static void save_dist(struct snap_writer *w)
{
	struct snap_dist d = {
		.ctlr = vgic_load_relaxed(&w->gic->gicd_ctlr),
		.statusr = vgic_load_relaxed(&w->gic->gicd_statusr),
		.revision = w->gic->revision,
	};

	put_record(w, VGIC_SNAPSHOT_DIST, SNAP_NO_VCPU, &snap_dist_layout,
		   &d);
}

static void save_irs(struct snap_writer *w)
{
	snap_begin(w, VGIC_SNAPSHOT_IRS, SNAP_NO_VCPU);
	snap_write(w, 4, snap_irs_layout.size + snap_irs_hidden_layout.size);
	for (uint32_t i = 0; i < w->gic->config.v5.nr_irs; i++) {
		const struct vgic_irs *irs = &w->gic->v5->irs[i];
		struct snap_irs s = {
			.cr0 = vgic_load_relaxed(&irs->cr0),
			.cr1 = vgic_load_relaxed(&irs->cr1),
			.spi_sel = vgic_load_relaxed(&irs->spi_sel),
			.pe_sel = vgic_load_relaxed(&irs->pe_sel),
		};

		const struct snap_irs_hidden hidden = { irs->idr0_hidden,
							irs->idr2_hidden };

		snap_write_struct(w, &snap_irs_layout, &s);
		snap_write_struct(w, &snap_irs_hidden_layout, &hidden);
	}
	snap_end(w);
}

static void save_ist(struct snap_writer *w)
{
	const struct vgic_v5 *v5 = w->gic->v5;
	struct snap_ist ist = {
		.baser = vgic_load_relaxed(&v5->ist_baser),
		.cfgr = vgic_load_relaxed(&v5->ist_cfgr),
		.deferred = vgic_load_relaxed(&v5->ist_deferred),
	};

	snap_begin(w, VGIC_SNAPSHOT_IST, SNAP_NO_VCPU);
	snap_write_struct(w, &snap_ist_layout, &ist);
	for (uint32_t id = 0; id < v5->nr_chunk_ids; id++) {
		if (vgic_v5_chunk(v5, id) != VGIC_NIL) {
			snap_write(w, 4, id);
		}
	}
	snap_end(w);
}

static void save_vm(struct snap_writer *w)
{
	if (w->gic->v5) {
		save_irs(w);
		save_ist(w);
	} else {
		save_dist(w);
	}
	save_shared(w);
	snap_save_maps(w);
}

static void save_cpuif(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	struct snap_cpuif c = { .vmcr = vcpu->ich.vmcr };

	for (uint32_t n = 0; n < 4; n++) {
		uint32_t bits = snap_apr_bits(w->gic->config.caps.pre_bits, n);

		c.ap0r[n] = vcpu->ich.ap0r[n] & bits;
		c.ap1r[n] = vcpu->ich.ap1r[n] & bits;
	}
	put_record(w, VGIC_SNAPSHOT_CPUIF, vcpu->index, &snap_cpuif_layout,
		   &c);
}

/* Pending levels are in their words, those with DVI in their physical PPI. */
static void save_cpuif5(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct vgic_ppi_image *image = &vcpu->v5->ppi;
	struct snap_cpuif5 c = {
		.icsr = image->icsr,
		.vmcr = image->vmcr,
		.apr = image->apr,
		.pe_cr0 = vgic_load_relaxed(&vcpu->v5->away),
	};

	for (uint32_t b = 0; b < 2; b++) {
		c.enabler[b] = image->enabler[b];
		c.activer[b] = image->activer[b];
		c.pendr[b] = image->pendr[b] & ~image->dvir[b] &
			     ~w->gic->config.v5.ppi_level[b];
	}
	for (uint32_t i = 0; i < 16; i++) {
		c.priorityr[i] = image->priorityr[i];
	}
	put_record(w, VGIC_SNAPSHOT_CPUIF5, vcpu->index,
		   &snap_cpuif5_layout, &c);
}

static void save_stats(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	struct vgic_stats stats;
	struct snap_stats s;

	vgic_get_stats(vcpu, &stats);
	for (uint32_t i = 0; i < VGIC_NR_KINDS; i++) {
		s.injected[i] = stats.injected[i];
		s.delivered[i] = stats.delivered[i];
	}
	s.overflows = stats.overflows;
	s.eoicount = stats.eoicount;
	s.guest_errors = stats.guest_errors;
	s.lr_peak = stats.lr_peak;
	put_record(w, VGIC_SNAPSHOT_STATS, vcpu->index, &snap_stats_layout,
		   &s);
}

static void save_vcpu(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	struct snap_vcpu v = {
		.mpidr = vcpu->mpidr,
		.pri_bits = vcpu->pri_bits,
		.id_bits = w->gic->config.model == VGIC_GICV3 ?
				   vcpu->id_bits : 0,
		.ctlr = vgic_load_relaxed(&vcpu->gicr_ctlr),
		.waker = vgic_load_relaxed(&vcpu->gicr_waker),
		.statusr = vgic_load_relaxed(&vcpu->gicr_statusr),
	};

	snap_begin(w, VGIC_SNAPSHOT_VCPU, vcpu->index);
	snap_write_struct(w, &snap_vcpu_layout, &v);
	if (w->gic->config.model == VGIC_GICV3) {
		snap_write(w, SNAP_NUMBER_SIZE, vcpu->number);
	}
	snap_end(w);
	if (vcpu->v5) {
		save_cpuif5(w, vcpu);
	} else {
		save_cpuif(w, vcpu);
	}
	save_private(w, vcpu);
	save_actives(w, vcpu);
	snap_save_lpis(w, vcpu);
	save_stats(w, vcpu);
}

/* All is in place: lengths and checksums. */
static void seal(struct snap_writer *w)
{
	size_t at = SNAP_HEADER_SIZE;
	uint32_t crc;

	snap_put(w->buf + SNAP_LENGTH_AT, 4, w->at);
	crc = snap_crc(0, w->buf, SNAP_CRC_AT);
	snap_put(w->buf + SNAP_CRC_AT, 4, crc);
	while (at < w->at) {
		uint8_t *record = w->buf + at;
		uint32_t length = (uint32_t)snap_get(
			record + SNAP_RECORD_LENGTH_AT, 4);

		crc = snap_record_crc(crc, record, length);
		snap_put(record + SNAP_RECORD_CRC_AT, 4, crc);
		at += SNAP_RECORD_SIZE + length;
	}
}

static void put_header(struct snap_writer *w)
{
	snap_write(w, 8, SNAP_MAGIC);
	snap_write(w, 2, VGIC_SNAPSHOT_MAJOR);
	snap_write(w, 2, VGIC_SNAPSHOT_MINOR);
	snap_write(w, 2, w->gic->config.model);
	snap_write(w, 2, w->vcpu);
	snap_write(w, 4, 0);
	snap_write(w, 4, 0);
}

/* The VM, or `vcpu` alone.  Without a buffer: only its size. */
static int64_t save(struct vgic *gic, struct vgic_vcpu *vcpu, void *buf,
		    size_t size)
{
	struct snap_writer w = {
		.gic = gic,
		.buf = buf,
		.size = size,
		.vcpu = vcpu ? vcpu->index : VGIC_SNAPSHOT_NONE,
	};

	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *v = &gic->vcpus[i];

		if ((!vcpu || v == vcpu) && snap_busy(v)) {
			return VGIC_E_BUSY;
		}
	}
	if (gic->v5 && !vcpu) {
		vgic_v5_ist_finish(gic);
	}
	put_header(&w);
	save_machine(&w);
	if (!vcpu) {
		save_vm(&w);
	}
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *v = &gic->vcpus[i];

		if (v->created && (!vcpu || v == vcpu)) {
			save_vcpu(&w, v);
		}
	}
	if (!buf) {
		return (int64_t)w.at;
	}
	if (w.at > size) {
		return VGIC_E_NOMEM;
	}
	seal(&w);
	return (int64_t)w.at;
}

int64_t vgic_snapshot_size(struct vgic *gic)
{
	return gic ? save(gic, NULL, NULL, 0) : VGIC_E_INVAL;
}

int64_t vgic_snapshot_save(struct vgic *gic, void *buf, size_t size)
{
	return gic && buf ? save(gic, NULL, buf, size) : VGIC_E_INVAL;
}

int64_t vgic_snapshot_vcpu_size(struct vgic_vcpu *vcpu)
{
	return vcpu ? save(vcpu->gic, vcpu, NULL, 0) : VGIC_E_INVAL;
}

int64_t vgic_snapshot_save_vcpu(struct vgic_vcpu *vcpu, void *buf,
				size_t size)
{
	return vcpu && buf ? save(vcpu->gic, vcpu, buf, size) : VGIC_E_INVAL;
}
