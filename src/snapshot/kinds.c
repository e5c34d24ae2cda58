/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of records: which types there are, which models have them, and the
 * functions that save, check and restore each.  Saving writes records in the
 * order of this table, and the check wants them in that order, so that a check
 * may rely on the records before: devices come before events, interrupts before
 * the list of those that are active.
 *
 * Below it, the models and the names that vgic-snapshot prints.
 */
#include "snapshot/snapshot.h"

/* The models that have a record. */
#define V2 (1u << VGIC_GICV2)
#define V3 (1u << VGIC_GICV3)
#define V5 (1u << VGIC_GICV5)
#define ITS (V3 | SNAP_WITH_ITS)
#define ALL (V2 | V3 | V5)

/*
 * For a record whose content has to be the VM's own: its check has seen that,
 * and nothing is left to restore.
 */
static void apply_nothing(struct vgic_snap_check *c,
			  const struct snap_record *r)
{
	(void)c;
	(void)r;
}

/*
 * The VM's records are written first, then those of each vCPU: each of the two
 * walks takes the rows that say so.
 */
static const struct vgic_snap_kind kinds[] = {
	{ VGIC_SNAPSHOT_MACHINE, true, false, ALL, vgic_snap_save_machine,
	  vgic_snap_check_machine, apply_nothing },
	{ VGIC_SNAPSHOT_DIST, true, false, V2 | V3, vgic_snap_save_dist,
	  vgic_snap_check_dist, vgic_snap_apply_dist },
	{ VGIC_SNAPSHOT_IRS, true, false, V5, vgic_snap_save_irs,
	  vgic_snap_check_irs, vgic_snap_apply_irs },
	{ VGIC_SNAPSHOT_IST, true, false, V5, vgic_snap_save_ist,
	  vgic_snap_check_ist, vgic_snap_apply_ist },
	{ VGIC_SNAPSHOT_VCPU, false, true, ALL, vgic_snap_save_vcpu,
	  vgic_snap_check_vcpu, vgic_snap_apply_vcpu },
	{ VGIC_SNAPSHOT_CPUIF, false, true, V2 | V3, vgic_snap_save_cpuif,
	  vgic_snap_check_cpuif, vgic_snap_apply_cpuif },
	{ VGIC_SNAPSHOT_CPUIF5, false, true, V5, vgic_snap_save_cpuif5,
	  vgic_snap_check_cpuif5, vgic_snap_apply_cpuif5 },
	{ VGIC_SNAPSHOT_IRQS, true, true, ALL, vgic_snap_save_irqs,
	  vgic_snap_check_irqs, vgic_snap_apply_irqs },
	{ VGIC_SNAPSHOT_ACTIVES, false, true, V2 | V3, vgic_snap_save_actives,
	  vgic_snap_check_actives, vgic_snap_apply_actives },
	{ VGIC_SNAPSHOT_ITS, true, false, ITS, vgic_snap_save_its,
	  vgic_snap_check_its, vgic_snap_apply_its },
	{ VGIC_SNAPSHOT_LPIS, true, true, ITS, vgic_snap_save_lpis,
	  vgic_snap_check_lpis, vgic_snap_apply_lpis },
	{ VGIC_SNAPSHOT_COLLECTIONS, true, false, ITS,
	  vgic_snap_save_collections, vgic_snap_check_collections,
	  vgic_snap_apply_collections },
	{ VGIC_SNAPSHOT_DEVICES, true, false, ITS, vgic_snap_save_devices,
	  vgic_snap_check_devices, vgic_snap_apply_devices },
	{ VGIC_SNAPSHOT_EVENTS, true, false, ITS, vgic_snap_save_events,
	  vgic_snap_check_events, vgic_snap_apply_events },
	{ VGIC_SNAPSHOT_STATS, false, true, ALL, vgic_snap_save_stats,
	  vgic_snap_check_stats, vgic_snap_apply_stats },
};

/* For loops over all types in their order. */
const struct vgic_snap_kind *vgic_snap_kind_at(uint32_t n)
{
	return n < sizeof(kinds) / sizeof(kinds[0]) ? &kinds[n] : NULL;
}

/* Types are few: a search is as good as an index. */
const struct vgic_snap_kind *vgic_snap_kind(uint32_t type)
{
	const struct vgic_snap_kind *kind;

	for (uint32_t i = 0; (kind = vgic_snap_kind_at(i)); i++) {
		if (kind->type == type) {
			break;
		}
	}
	return kind;
}

bool vgic_snap_has(const struct vgic *gic, const struct vgic_snap_kind *kind)
{
	return (kind->models >> vgic_arch_model(gic->arch) & 1) &&
	       (!(kind->models & SNAP_WITH_ITS) || gic->config.its.nr_its);
}

/* The functions of the model that this VM was created with. */
const struct vgic_snap_model *vgic_snap_model(const struct vgic *gic)
{
	static const struct vgic_snap_model *const models[] = {
		[VGIC_GICV2] = &vgic_snap_v2,
		[VGIC_GICV3] = &vgic_snap_v3,
		[VGIC_GICV5] = &vgic_snap_v5,
	};

	return models[vgic_arch_model(gic->arch)];
}

/*
 * The statistics' type has bit 15 set, as a reader may skip them, so the table
 * of names does not reach it.
 */
const char *vgic_snapshot_record_name(uint32_t record)
{
	static const char *const names[] = {
		[VGIC_SNAPSHOT_HEADER] = "header",
		[VGIC_SNAPSHOT_MACHINE] = "machine",
		[VGIC_SNAPSHOT_DIST] = "dist",
		[VGIC_SNAPSHOT_IRS] = "irs",
		[VGIC_SNAPSHOT_IST] = "ist",
		[VGIC_SNAPSHOT_VCPU] = "vcpu",
		[VGIC_SNAPSHOT_CPUIF] = "cpuif",
		[VGIC_SNAPSHOT_CPUIF5] = "cpuif5",
		[VGIC_SNAPSHOT_IRQS] = "irqs",
		[VGIC_SNAPSHOT_ACTIVES] = "actives",
		[VGIC_SNAPSHOT_ITS] = "its",
		[VGIC_SNAPSHOT_LPIS] = "lpis",
		[VGIC_SNAPSHOT_COLLECTIONS] = "collections",
		[VGIC_SNAPSHOT_DEVICES] = "devices",
		[VGIC_SNAPSHOT_EVENTS] = "events",
	};

	if (record == VGIC_SNAPSHOT_STATS) {
		return "stats";
	}
	return record < sizeof(names) / sizeof(names[0]) ? names[record] :
							   "unknown";
}
