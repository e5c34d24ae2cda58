/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records that the snapshots of every model have: the machine, each vCPU, and
 * the vCPU's counters.
 */
#include "snapshot/snapshot.h"

/* The numbers of ITSs and LPIs stand behind the rest, if there are any. */
void vgic_snap_save_machine(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &w->gic->config;
	struct snap_machine m = {
		.nr_vcpus = config->nr_vcpus,
		.nr_spis = config->nr_spis,
	};

	(void)vcpu;
	vgic_snap_model(w->gic)->save_machine(config, &m);
	vgic_snap_begin(w, VGIC_SNAPSHOT_MACHINE, SNAP_NO_VCPU);
	vgic_snap_write_struct(w, &vgic_snap_machine_layout, &m);
	if (config->its.nr_its) {
		const struct snap_lpi_shape shape = {
			.nr_its = config->its.nr_its,
			.nr_lpis = config->its.nr_lpis,
		};

		vgic_snap_write_struct(w, &vgic_snap_lpi_shape_layout, &shape);
	}
	vgic_snap_end(w);
}

/* Does this VM have the shape that the guest knows? */
static int check_shape(struct vgic_snap_check *c,
		       const struct snap_record *record)
{
	const struct vgic_config *config = &c->gic->config;
	const struct snap_machine *m = &c->machine;

	if (m->nr_vcpus != config->nr_vcpus) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it has another number of vCPUs");
	}
	if (m->nr_spis != config->nr_spis) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it has another number of SPIs");
	}
	vgic_snap_get_lpi_shape(record, &c->lpi_shape);
	if (c->lpi_shape.nr_its != config->its.nr_its ||
	    c->lpi_shape.nr_lpis != config->its.nr_lpis) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it has another number of ITSs or LPIs");
	}
	/*
	 * Before version 1.3 the library worked by the tables in guest memory,
	 * and a snapshot did not have what ITSs mapped.
	 */
	if (c->lpi_shape.nr_its && c->reader.minor < 3) {
		return snap_refuse(
			c, record, VGIC_E_NOTSUP,
			"before version 1.3 it has no events of ITSs");
	}
	return VGIC_OK;
}

/* The first record.  Later ones are checked against it. */
int vgic_snap_check_machine(struct vgic_snap_check *c,
			    const struct snap_record *record)
{
	int error = vgic_snap_one(&c->reader, record, &vgic_snap_machine_layout,
				  &c->machine);

	c->has_machine = true;
	if (!error) {
		error = check_shape(c, record);
	}
	return error ? error :
		       vgic_snap_model(c->gic)->check_machine(c, record);
}

/* The registers of the redistributor mean something on a GICv3 alone. */
void vgic_snap_save_vcpu(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	struct snap_vcpu v = {
		.mpidr = vcpu->mpidr,
		.pri_bits = vcpu->pri_bits,
		.id_bits = vgic_snap_model(w->gic)->redists ? vcpu->id_bits : 0,
		.ctlr = vgic_load_relaxed(&vcpu->gicr_ctlr),
		.waker = vgic_load_relaxed(&vcpu->gicr_waker),
		.statusr = vgic_load_relaxed(&vcpu->gicr_statusr),
	};

	vgic_snap_begin(w, VGIC_SNAPSHOT_VCPU, vcpu->index);
	vgic_snap_write_struct(w, &vgic_snap_vcpu_layout, &v);
	if (vgic_snap_model(w->gic)->redists) {
		vgic_snap_write(w, SNAP_NUMBER_SIZE, vcpu->number);
	}
	vgic_snap_end(w);
}

/* The processor number that was saved; before version 1.2 it was the index. */
static uint32_t number_of(const struct snap_record *record)
{
	uint32_t at = vgic_snap_vcpu_layout.size;

	return record->length >= at + SNAP_NUMBER_SIZE ?
		       (uint32_t)snap_get(record->data + at, SNAP_NUMBER_SIZE) :
		       record->vcpu;
}

/*
 * Affinity and processor number are how the guest names its vCPUs, in IROUTER,
 * SGIs and ITS commands, so they have to be the same.
 */
int vgic_snap_check_vcpu(struct vgic_snap_check *c,
			 const struct snap_record *record)
{
	const struct vgic_vcpu *vcpu = &c->gic->vcpus[record->vcpu];
	struct snap_vcpu v;
	int error =
		vgic_snap_one(&c->reader, record, &vgic_snap_vcpu_layout, &v);

	if (error) {
		return error;
	}
	if (v.mpidr != vcpu->mpidr) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it has another affinity");
	}
	if (vgic_snap_model(c->gic)->redists &&
	    number_of(record) != vcpu->number) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it has another processor number");
	}
	if (v.pri_bits > c->gic->config.caps.pri_bits ||
	    v.id_bits > c->gic->config.caps.id_bits) {
		return snap_refuse(
			c, record, VGIC_E_NOTSUP,
			"this vGIC has fewer priority or INTID bits");
	}
	c->gicr_ctlr = v.ctlr;
	if ((v.ctlr & GICR_CTLR_EnableLPIs) && !c->gic->config.its.nr_its) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "there are no LPIs");
	}
	/* In the library ChildrenAsleep follows ProcessorSleep at once. */
	if (!(v.waker & GICR_WAKER_ProcessorSleep) !=
	    !(v.waker & GICR_WAKER_ChildrenAsleep)) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "GICR_WAKER is half asleep");
	}
	return VGIC_OK;
}

/* Of GICR_CTLR only EnableLPIs has an effect in the library. */
void vgic_snap_apply_vcpu(struct vgic_snap_check *c,
			  const struct snap_record *r)
{
	struct vgic_vcpu *vcpu = &c->gic->vcpus[r->vcpu];
	struct snap_vcpu v;

	(void)vgic_snap_decode(&vgic_snap_vcpu_layout, r->data, &v);
	vcpu->pri_bits = v.pri_bits;
	if (vgic_snap_model(c->gic)->redists) {
		vcpu->id_bits = v.id_bits;
	}
	vgic_store_relaxed(&vcpu->gicr_ctlr, v.ctlr & GICR_CTLR_EnableLPIs);
	vgic_store_relaxed(&vcpu->gicr_waker, v.waker);
	vgic_store_relaxed(&vcpu->gicr_statusr, v.statusr);
}

/* Counters are no state of the guest's: a reader may skip this record. */
void vgic_snap_save_stats(struct snap_writer *w, const struct vgic_vcpu *vcpu)
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
	vgic_snap_save_one(w, VGIC_SNAPSHOT_STATS, vcpu->index,
			   &vgic_snap_stats_layout, &s);
}

int vgic_snap_check_stats(struct vgic_snap_check *c,
			  const struct snap_record *record)
{
	struct snap_stats s;

	return vgic_snap_one(&c->reader, record, &vgic_snap_stats_layout, &s);
}

void vgic_snap_apply_stats(struct vgic_snap_check *c,
			   const struct snap_record *r)
{
	struct vgic_vcpu *vcpu = &c->gic->vcpus[r->vcpu];
	struct snap_stats s;

	(void)vgic_snap_decode(&vgic_snap_stats_layout, r->data, &s);
	for (uint32_t i = 0; i < VGIC_NR_KINDS; i++) {
		vgic_store_relaxed(&vcpu->injected[i], s.injected[i]);
		vgic_store_relaxed(&vcpu->delivered[i], s.delivered[i]);
	}
	vgic_store_relaxed(&vcpu->overflows, s.overflows);
	vgic_store_relaxed(&vcpu->eoicount, s.eoicount);
	vgic_store_relaxed(&vcpu->guest_errors, s.guest_errors);
	vgic_store_relaxed(&vcpu->lr_peak, s.lr_peak);
}
