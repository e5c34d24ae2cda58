/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 and GICv3: the records of the distributor and of the CPU interface that
 * list registers stand behind, and what the snapshots of these two models have
 * of their own.
 */
#include "core/arch.h"
#include "core/senders.h"
#include "snapshot/snapshot.h"

#include "regs/gicv2.h"

/* The revision is part of it: a VMM may have chosen that of an older KVM. */
void vgic_snap_save_dist(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	struct snap_dist d = {
		.ctlr = vgic_load_relaxed(&w->gic->gicd_ctlr),
		.statusr = vgic_load_relaxed(&w->gic->gicd_statusr),
		.revision = w->gic->revision,
	};

	(void)vcpu;
	vgic_snap_save_one(w, VGIC_SNAPSHOT_DIST, SNAP_NO_VCPU,
			   &vgic_snap_dist_layout, &d);
}

/* Revisions 2 and 3 are those that the library implements. */
int vgic_snap_check_dist(struct vgic_snap_check *c,
			 const struct snap_record *record)
{
	struct snap_dist d;
	int error =
		vgic_snap_one(&c->reader, record, &vgic_snap_dist_layout, &d);

	if (!error && d.revision != 2 && d.revision != 3) {
		error = snap_refuse(c, record, VGIC_E_NOTSUP,
				    "GICD_IIDR.Revision is neither 2 nor 3");
	}
	return error;
}

void vgic_snap_apply_dist(struct vgic_snap_check *c,
			  const struct snap_record *r)
{
	struct snap_dist d;

	(void)vgic_snap_decode(&vgic_snap_dist_layout, r->data, &d);
	vgic_store_relaxed(&c->gic->gicd_ctlr, d.ctlr);
	vgic_store_relaxed(&c->gic->gicd_statusr, d.statusr);
	c->gic->revision = d.revision;
}

/*
 * Active priorities registers that the CPU interface does not have may hold
 * anything: only their bits that exist are written.
 */
void vgic_snap_save_cpuif(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	struct snap_cpuif c = { .vmcr = vcpu->ich.vmcr };

	for (uint32_t n = 0; n < 4; n++) {
		uint32_t bits =
			vgic_snap_apr_bits(w->gic->config.caps.pre_bits, n);

		c.ap0r[n] = vcpu->ich.ap0r[n] & bits;
		c.ap1r[n] = vcpu->ich.ap1r[n] & bits;
	}
	vgic_snap_save_one(w, VGIC_SNAPSHOT_CPUIF, vcpu->index,
			   &vgic_snap_cpuif_layout, &c);
}

/*
 * What exists is decided by the preemption bits of the machine that was saved.
 */
int vgic_snap_check_cpuif(struct vgic_snap_check *c,
			  const struct snap_record *record)
{
	struct snap_cpuif s;
	int error =
		vgic_snap_one(&c->reader, record, &vgic_snap_cpuif_layout, &s);

	for (uint32_t n = 0; n < 4 && !error; n++) {
		uint32_t bits = vgic_snap_apr_bits(c->machine.pre_bits, n);

		if ((s.ap0r[n] | s.ap1r[n]) & ~bits) {
			error = snap_refuse(
				c, record, VGIC_E_FORMAT,
				"a priority is active that does not "
				"exist");
		}
	}
	return error;
}

/*
 * The active priorities registers have a bit for each level of preemption.
 * With more preemption bits on this machine a level's number is larger by a
 * power of two, and its bit further up.
 */
static void spread(const uint32_t *from, uint32_t shift, uint32_t *to)
{
	for (uint32_t level = 0; level < 128u >> shift; level++) {
		uint32_t at = level << shift;

		if (from[level / 32] >> (level % 32) & 1) {
			to[at / 32] |= 1u << (at % 32);
		}
	}
}

/* The check has seen that this VM has as many preemption bits, or more. */
void vgic_snap_apply_cpuif(struct vgic_snap_check *c,
			   const struct snap_record *r)
{
	struct vgic_ich_image *ich = &c->gic->vcpus[r->vcpu].ich;
	uint32_t shift = c->gic->config.caps.pre_bits - c->machine.pre_bits;
	struct snap_cpuif s;

	(void)vgic_snap_decode(&vgic_snap_cpuif_layout, r->data, &s);
	ich->vmcr = s.vmcr;
	spread(s.ap0r, shift, ich->ap0r);
	spread(s.ap1r, shift, ich->ap1r);
}

/*
 * The guest's priorities, INTIDs and affinities must have as many bits here as
 * they had there.
 */
static int check_caps(struct vgic_snap_check *c,
		      const struct snap_record *record)
{
	const struct vgic_cpuif_caps *caps = &c->gic->config.caps;
	const struct snap_machine *m = &c->machine;

	if (m->pre_bits < 5 || m->pre_bits > 7) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "no GIC has so many preemption bits");
	}
	if (m->pri_bits > caps->pri_bits) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "this vGIC has fewer priority bits");
	}
	if (m->pre_bits > caps->pre_bits) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "this vGIC has fewer preemption bits");
	}
	if (m->id_bits > caps->id_bits) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "this vGIC has fewer INTID bits");
	}
	if (m->a3v && !caps->a3v) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "this vGIC has no affinity level 3");
	}
	return VGIC_OK;
}

static void v2_save_machine(const struct vgic_config *config,
			    struct snap_machine *m)
{
	m->pri_bits = config->caps.pri_bits;
	m->pre_bits = config->caps.pre_bits;
}

/*
 * A GICv2 has ten INTID bits and no affinities, whatever hardware it is on, so
 * only a GICv3 has these.
 */
static void v3_save_machine(const struct vgic_config *config,
			    struct snap_machine *m)
{
	v2_save_machine(config, m);
	m->id_bits = config->caps.id_bits;
	m->a3v = config->caps.a3v;
}

/* INTIDs of LPIs are above those of SPIs; from lpi_end on all are at reset. */
static uint32_t put_shared(struct snap_writer *w)
{
	return vgic_snap_put_irqs(w, w->gic->first_spi,
				  w->gic->config.nr_spis) +
	       vgic_snap_put_irqs(w, w->gic->first_lpi,
				  w->gic->lpi_end - w->gic->first_lpi);
}

/*
 * An SGI has no line and no trigger.  Of a GICv3's LPI, W_ENABLE stands here
 * for its configuration: see save_lpi().
 */
static uint64_t carried(const struct vgic *gic, uint32_t index)
{
	const uint64_t all = W_PEND | W_ACTIVE | W_ACKED | W_ENABLE | W_GATE1;
	const uint64_t lines = W_LINE | W_LEVEL | W_PHYS | W_HOLD;

	if (snap_is_its_lpi(gic, index)) {
		return W_PEND | W_ENABLE;
	}
	return vgic_kind_at(gic, index) == VGIC_SGI ? all : all | lines;
}

/* Only SPIs have GICD_IROUTER.IRM. */
static uint64_t v3_carried(const struct vgic *gic, uint32_t index)
{
	return carried(gic, index) |
	       (vgic_kind_at(gic, index) == VGIC_SPI ? W_IRM : 0);
}

/* All interrupts have their words from the start. */
static uint32_t find(const struct vgic_snap_check *c, uint32_t vcpu,
		     uint32_t intid)
{
	return vgic_irq_index(c->gic, vcpu, intid);
}

/*
 * An SGI's pending senders and the sender of the active one, or an SPI's
 * targets.
 */
static uint32_t v2_route_bits(const struct vgic_snap_check *c,
			      enum vgic_irq_kind kind)
{
	uint32_t cpus = (1u << c->gic->config.nr_vcpus) - 1;

	if (kind == VGIC_PPI) {
		return 0;
	}
	return kind == VGIC_SGI ? cpus | 7u << SGI_LOADED_SHIFT : cpus;
}

/* An SPI's affinity, or an LPI's event and the vCPU where it is pending. */
static uint32_t v3_route_bits(const struct vgic_snap_check *c,
			      enum vgic_irq_kind kind)
{
	if (kind == VGIC_LPI) {
		return SNAP_LPI_MAPPED |
		       (uint32_t)(FIELD_MASK(SNAP_LPI_EVENT) |
				  FIELD_MASK(SNAP_LPI_TARGET));
	}
	if (kind != VGIC_SPI) {
		return 0;
	}
	return c->gic->config.caps.a3v ? UINT32_MAX : (1u << 24) - 1;
}

/* Those behind it are as after reset. */
static uint32_t end(const struct vgic *gic)
{
	return gic->lpi_end;
}

/*
 * Neither model has anything to settle before a save, and private interrupts of
 * both are delivered by their words.
 */
const struct vgic_snap_model vgic_snap_v2 = {
	.delivers_private = true,
	.save_machine = v2_save_machine,
	.check_machine = check_caps,
	.put_shared = put_shared,
	.carried = carried,
	.find = find,
	.route_bits = v2_route_bits,
	.end = end,
};

const struct vgic_snap_model vgic_snap_v3 = {
	.redists = true,
	.delivers_private = true,
	.save_machine = v3_save_machine,
	.check_machine = check_caps,
	.put_shared = put_shared,
	.carried = v3_carried,
	.find = find,
	.route_bits = v3_route_bits,
	.end = end,
};
