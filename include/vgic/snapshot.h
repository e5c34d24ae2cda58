/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file snapshot.h
 * Save a vGIC, or one vCPU's part of it, to bytes; and make one of them.
 *
 * A snapshot is a header and a sequence of records, all little-endian.  It
 * says what the guest can tell: on another number of list registers, another
 * back-end or another host GIC the guest goes on as if nothing had happened.
 * docs/snapshot.md has the format byte by byte.
 *
 * It holds nothing of the embedder's: mappings, irq_ops, owners and addresses
 * are given to the new vGIC as they were to the old one, before the restore.
 *
 * Context of all of these: no vCPU concerned is resident (vgic_put()), and no
 * other call on the vGIC is under way, injections included.
 */
#ifndef VGIC_SNAPSHOT_H
#define VGIC_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_snapshot Save and restore
 * @{
 */

/** Version of the format that this library writes: MAJOR.MINOR. */
#define VGIC_SNAPSHOT_MAJOR 1
#define VGIC_SNAPSHOT_MINOR 3

/** Not one vCPU's, not one interrupt's. */
#define VGIC_SNAPSHOT_NONE UINT32_MAX

/**
 * Types of records.  A reader skips those that it does not know if they have
 * VGIC_SNAPSHOT_OPTIONAL set, else it refuses the snapshot.  Whatever a
 * missing record would say has its reset value.
 */
enum vgic_snapshot_record {
	/** The header, in errors. */
	VGIC_SNAPSHOT_HEADER = 0,
	/** What the vGIC was created as; must be there. */
	VGIC_SNAPSHOT_MACHINE = 1,
	/** The distributor's own registers. */
	VGIC_SNAPSHOT_DIST = 2,
	/** GICv5: the registers of each IRS. */
	VGIC_SNAPSHOT_IRS = 3,
	/** GICv5: where the IST is, and which LPIs it has room for. */
	VGIC_SNAPSHOT_IST = 4,
	/** A vCPU, and its redistributor. */
	VGIC_SNAPSHOT_VCPU = 5,
	/** A GICv2's or GICv3's CPU interface. */
	VGIC_SNAPSHOT_CPUIF = 6,
	/** A GICv5's CPU interface, PPIs included. */
	VGIC_SNAPSHOT_CPUIF5 = 7,
	/** Interrupts not as after reset: SPIs and LPIs, or a vCPU's. */
	VGIC_SNAPSHOT_IRQS = 8,
	/** A vCPU's active interrupts, last activated first. */
	VGIC_SNAPSHOT_ACTIVES = 9,
	/** GICv3: the registers of each ITS. */
	VGIC_SNAPSHOT_ITS = 10,
	/** GICv3: a redistributor's registers for LPIs. */
	VGIC_SNAPSHOT_LPIS = 11,
	/** GICv3: which vCPUs the collections of ITSs are of. */
	VGIC_SNAPSHOT_COLLECTIONS = 12,
	/** GICv3: the devices that ITSs know. */
	VGIC_SNAPSHOT_DEVICES = 13,
	/** GICv3: which LPIs their events are. */
	VGIC_SNAPSHOT_EVENTS = 14,
	/** Set in the types that may be skipped. */
	VGIC_SNAPSHOT_OPTIONAL = 0x8000,
	/** A vCPU's counters (struct vgic_stats). */
	VGIC_SNAPSHOT_STATS = 0x8001,
};

/** What is wrong with a snapshot, and where. */
struct vgic_snapshot_where {
	/** Bytes from the start to the record, or to the entry in it. */
	uint32_t offset;
	/** enum vgic_snapshot_record, or a type that is not known. */
	uint32_t record;
	/** vCPU index, or VGIC_SNAPSHOT_NONE. */
	uint32_t vcpu;
	/** INTID, or VGIC_SNAPSHOT_NONE. */
	uint32_t intid;
	/** What is wrong, a constant text; null when nothing is. */
	const char *what;
};

/** What a snapshot is of. */
struct vgic_snapshot_info {
	uint32_t major; /**< Version of its format: major.minor. */
	uint32_t minor; /**< See major. */
	/** Which GIC it is of. */
	enum vgic_model model;
	/** The only vCPU it has, or VGIC_SNAPSHOT_NONE: the whole VM's. */
	uint32_t vcpu;
	uint32_t nr_vcpus; /**< As in vgic_config, when it was saved. */
	uint32_t nr_spis;  /**< The same. */
	uint8_t pri_bits;  /**< As in vgic_cpuif_caps, and the next three. */
	uint8_t pre_bits;  /**< See pri_bits. */
	uint8_t id_bits;   /**< See pri_bits. */
	bool a3v;	   /**< See pri_bits. */
	/** As in vgic_v5_config; its cpuif and nr_lpis are null and 0. */
	struct vgic_v5_config v5;
	/** As in vgic_config. */
	struct vgic_its_config its;
	uint32_t nr_records; /**< How many records there are. */
	uint32_t nr_irqs;    /**< How many interrupts. */
	uint32_t length;     /**< How many bytes. */
};

/**
 * Bytes that vgic_snapshot_save() would write now.
 *
 * Cost: O(interrupts).
 * @return bytes; VGIC_E_BUSY a vCPU is resident or in the guest
 */
int64_t vgic_snapshot_size(struct vgic *gic);

/**
 * Save the whole vGIC.  It changes nothing: the VM may go on.
 *
 * Cost: O(interrupts), most of it O(those not as after reset), for which it
 * takes at most 24 bytes each.
 * @param buf  of `size` bytes, of any alignment
 * @return bytes written; VGIC_E_INVAL a null pointer; VGIC_E_NOMEM `size` is
 *         less than vgic_snapshot_size(); VGIC_E_BUSY a vCPU is resident or
 *         in the guest
 */
int64_t vgic_snapshot_save(struct vgic *gic, void *buf, size_t size);

/**
 * vgic_snapshot_size() for one vCPU alone: CPU interface, redistributor and
 * private interrupts.
 */
int64_t vgic_snapshot_vcpu_size(struct vgic_vcpu *vcpu);
/** vgic_snapshot_save() for one vCPU. */
int64_t vgic_snapshot_save_vcpu(struct vgic_vcpu *vcpu, void *buf, size_t size);

/**
 * Restore what a snapshot holds: a whole vGIC, or one vCPU of it, which keeps
 * the SPIs and LPIs that it had.  All of it is checked before anything is
 * changed: after an error the vGIC is as it was.
 *
 * The vGIC has the vCPUs with the affinities, SPIs, IRSs and PPIs of the one
 * that was saved; it may be new, or have run.  What it had is forgotten.
 * Mappings are made before: a mapped interrupt that held its physical one
 * when it was saved holds it from now on, so that has to be active by the
 * time its vCPU runs; what the old state held is released.  A GICv5's PPIs
 * that the guest does not get are dropped at each vCPU's first run, as with
 * vgic_v5_set_sysreg().  Every vCPU restored is kicked.
 *
 * Cost: O(interrupts).
 * @param buf   must not change meanwhile
 * @param len   bytes; there may be more than the snapshot has
 * @param where receives what is wrong, and where; may be null
 * @return VGIC_OK; VGIC_E_INVAL a null pointer; VGIC_E_BUSY a vCPU concerned
 *         is resident or in the guest; VGIC_E_FORMAT damaged, or no snapshot;
 *         VGIC_E_NOTSUP of another model or shape, a newer version, with a
 *         record that may not be skipped and is not known, or with more
 *         priority or INTID bits than this vGIC has; VGIC_E_NOENT a vCPU that
 *         is not created; VGIC_E_NOMEM more LPIs than config.v5.nr_lpis
 */
int vgic_snapshot_restore(struct vgic *gic, const void *buf, size_t len,
			  struct vgic_snapshot_where *where);

/**
 * What a snapshot is of, to create a vGIC for it.  Needs no vGIC; checks the
 * header, the structure of the records and the checksums.
 *
 * Context: any.  Cost: O(len).
 * @param where as for vgic_snapshot_restore()
 * @return VGIC_OK; VGIC_E_INVAL a null pointer; VGIC_E_FORMAT, VGIC_E_NOTSUP
 *         as vgic_snapshot_restore()
 */
int vgic_snapshot_describe(const void *buf, size_t len,
			   struct vgic_snapshot_info *info,
			   struct vgic_snapshot_where *where);

/**
 * The affinity of a vCPU in a snapshot that vgic_snapshot_describe() took.
 *
 * @param mpidr receives the affinity, packed Aff3.Aff2.Aff1.Aff0, or the IAFFID
 * @return VGIC_OK; VGIC_E_NOENT the snapshot does not have this vCPU;
 *         else as vgic_snapshot_describe()
 */
int vgic_snapshot_affinity(const void *buf, size_t len, uint32_t vcpu,
			   uint32_t *mpidr);

/** A record's name, for messages: "header", "irqs"; "unknown".  Any context. */
const char *vgic_snapshot_record_name(uint32_t record);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
