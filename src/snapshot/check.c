/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May all of a snapshot be restored?  Nothing of the VM is changed here; if the
 * answer is yes, nothing can go wrong later.
 *
 * One pass over the records, in the order in which they have to stand.  Each
 * record's `check` looks at its own content and, in struct vgic_snap_check, at
 * what earlier records said.  What relates two records in both directions is
 * counted on either side and compared at the end.  The time is linear in the
 * snapshot's size, or nearly so, and there is no memory but the caller's
 * structure: a snapshot that was made up on purpose costs no more than an
 * honest one.
 */
#include "snapshot/snapshot.h"

/* Was this vCPU created?  vCPUs of a VM need not all exist. */
static bool has_vcpu(const struct vgic_snap_check *c, uint32_t vcpu)
{
	return vcpu < c->gic->config.nr_vcpus && c->gic->vcpus[vcpu].created;
}

/*
 * May this record be here: does this VM have it, for the VM or for a vCPU as
 * it claims; in a snapshot of one vCPU, is it that vCPU's; and does the vCPU
 * exist?
 */
static int check_place(struct vgic_snap_check *c,
		       const struct snap_record *record,
		       const struct vgic_snap_kind *kind)
{
	bool vm = record->vcpu == VGIC_SNAPSHOT_NONE;
	bool whole = c->reader.vcpu == VGIC_SNAPSHOT_NONE;

	if (!vgic_snap_has(c->gic, kind) || !(vm ? kind->vm : kind->vcpu)) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "this VM has no such record, or not there");
	}
	if (!whole && (vm ? record->type != VGIC_SNAPSHOT_MACHINE :
			    record->vcpu != c->reader.vcpu)) {
		return snap_refuse(
			c, record, VGIC_E_FORMAT,
			"it is not of the vCPU that the snapshot is of");
	}
	if (!vm && !has_vcpu(c, record->vcpu)) {
		return snap_refuse(c, record, VGIC_E_NOENT,
				   "there is no such vCPU");
	}
	return VGIC_OK;
}

/*
 * The order of records is that of `key`: the VM's first, as VGIC_SNAPSHOT_NONE
 * + 1 is 0, then each vCPU's, in each group by type.  So a record that is there
 * twice shows as one that is out of order.
 */
static int check_record(struct vgic_snap_check *c,
			const struct snap_record *record)
{
	const struct vgic_snap_kind *kind = vgic_snap_kind(record->type);
	uint32_t key = (record->vcpu + 1) << 16 | record->type;
	int error;

	if (!kind && (record->type & VGIC_SNAPSHOT_OPTIONAL)) {
		return VGIC_OK;
	}
	if (!kind) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it is not known and may not be skipped");
	}
	if (key <= c->key) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "it is there twice, or too late");
	}
	/* The records of another vCPU begin: forget those of the one before. */
	if ((key ^ c->key) >> 16) {
		c->gicr_ctlr = 0;
		c->private = (struct snap_array){ .count = 0 };
	}
	c->key = key;
	if (!c->has_machine && record->type != VGIC_SNAPSHOT_MACHINE) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "it comes before what the machine is");
	}
	error = check_place(c, record, kind);
	return error ? error : kind->check(c, record);
}

/* A vCPU that is to be changed must not be loaded or in the guest. */
static bool busy(const struct vgic_snap_check *c)
{
	for (uint32_t i = 0; i < c->gic->config.nr_vcpus; i++) {
		if ((c->reader.vcpu == VGIC_SNAPSHOT_NONE ||
		     c->reader.vcpu == i) &&
		    vgic_snap_busy(&c->gic->vcpus[i])) {
			return true;
		}
	}
	return false;
}

/* The model and, in a snapshot of one vCPU, that vCPU. */
static int check_header(struct vgic_snap_check *c)
{
	const struct snap_record header = { .vcpu = c->reader.vcpu };

	if (c->reader.model != vgic_arch_model(c->gic->arch)) {
		return snap_refuse(c, &header, VGIC_E_NOTSUP,
				   "it is of another model");
	}
	if (header.vcpu != VGIC_SNAPSHOT_NONE && !has_vcpu(c, header.vcpu)) {
		return snap_refuse(c, &header, VGIC_E_NOENT,
				   "there is no such vCPU");
	}
	return VGIC_OK;
}

/* What shows only when all records were seen. */
static int check_end(struct vgic_snap_check *c)
{
	struct snap_record none = {
		.offset = c->reader.at,
		.type = VGIC_SNAPSHOT_MACHINE,
		.vcpu = VGIC_SNAPSHOT_NONE,
	};

	if (!c->has_machine) {
		return snap_refuse(c, &none, VGIC_E_FORMAT,
				   "it does not say of which machine it is");
	}
	if (c->ranked != c->ranks) {
		none.type = VGIC_SNAPSHOT_ACTIVES;
		return snap_refuse(c, &none, VGIC_E_FORMAT,
				   "an active interrupt is missing");
	}
	if (c->mapped != c->events) {
		none.type = VGIC_SNAPSHOT_EVENTS;
		return snap_refuse(c, &none, VGIC_E_FORMAT,
				   "the event of an LPI is missing");
	}
	return busy(c) ? VGIC_E_BUSY : VGIC_OK;
}

/*
 * That a vCPU runs is looked at last: VGIC_E_BUSY says that nothing else is
 * wrong.
 */
int vgic_snap_check(struct vgic_snap_check *c, struct vgic *gic,
		    const void *buf, size_t len,
		    struct vgic_snapshot_where *where)
{
	struct snap_record record;
	int error, more;

	*c = (struct vgic_snap_check){ .gic = gic };
	error = vgic_snap_open(&c->reader, buf, len, where);
	if (!error) {
		error = check_header(c);
	}
	while (!error && (more = vgic_snap_next(&c->reader, &record))) {
		error = more < 0 ? more : check_record(c, &record);
	}
	return error ? error : check_end(c);
}
