/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file its.h
 * The Interrupt Translation Service of a GICv3 guest: messages of devices
 * become LPIs.  IHI 0069 chapter 5.
 *
 * What commands make is kept in the vGIC's own memory (config.its), so a
 * message reads no guest memory, and nothing that a guest writes into its
 * tables has an effect.  The tables are for VMMs to move, in the format of
 * KVM's ABI revision 0: vgic_uaccess_save_its() writes them,
 * vgic_uaccess_restore_its() reads them.
 *
 * Guest memory that is read, by read_guest of struct vgic_host_ops: commands;
 * the configuration table (GICR_PROPBASER) by MAPTI, MAPI, INV, INVALL,
 * INVLPIR, INVALLR, and when EnableLPIs becomes 1; the pending table
 * (GICR_PENDBASER) then, too, unless PTZ was set; one entry of a device or
 * collection table by MAPD, and by what first names a collection: a command is
 * wrong if there is no such memory.
 *
 * Guest memory that is written, by write_guest: the pending table when
 * EnableLPIs becomes 0, and when a VMM has it saved, bytes of which a bit
 * changes and none below 1 KiB; the entry of a device by MAPD with V = 0, and
 * of an event by DISCARD and when it is mapped to another LPI: they become
 * zero; and what vgic_uaccess_save_its() writes.  So a guest that turns
 * EnableLPIs off, and ITSs with it, has all its memory back.
 *
 * Choices where the architecture leaves room: two events that are mapped to one
 * LPI are both good for it; the events of a collection that is not mapped wait
 * for MAPC; MOVI and MAPC take along what is pending where the event went until
 * now; MOVALL moves what is pending and no more, and later messages go where
 * the collection is; a message for a redistributor whose LPIs are off is
 * dropped, and what is moved there waits.  An LPI is pending at one
 * redistributor at a time, the last one that had cause.
 */
#ifndef VGIC_ITS_H
#define VGIC_ITS_H

#include <stdint.h>

#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_its LPIs and ITSs
 * @{
 */

/**
 * Place an ITS: its control frame, and the translation frame 64 KiB above,
 * with GITS_TRANSLATER at 64 KiB + 0x40.  One that is not placed cannot be
 * enabled by the guest.
 *
 * Context: before any vCPU runs.
 * @param its 0 .. nr_its-1
 * @param ipa guest physical address, aligned to 64 KiB; takes 128 KiB
 * @return VGIC_OK; VGIC_E_NOTSUP not vgic_gicv3_its; VGIC_E_NOENT no such ITS;
 *         VGIC_E_INVAL misaligned; VGIC_E_EXIST placed already;
 *         VGIC_E_OVERLAP with the distributor, a redistributor region or
 *         another ITS, or wraps
 */
int vgic_set_its_base(struct vgic *gic, uint32_t its, uint64_t ipa);

/**
 * A device wrote a message: what its write of GITS_TRANSLATER does.
 *
 * Context: any; takes no lock.  Cost: constant, whatever is mapped or
 * pending; guest memory is not touched.
 * @param its    0 .. nr_its-1
 * @param device DeviceID, 16 bits; larger ones are mapped nowhere
 * @param event  EventID, 16 bits; likewise
 * @return 1 an LPI became pending, or was already; 0 the guest has it mapped
 *         nowhere, or has the ITS or the redistributor's LPIs off: dropped,
 *         and counted; VGIC_E_NOTSUP not vgic_gicv3_its; VGIC_E_NOENT no such
 *         ITS
 */
int vgic_inject_msi(struct vgic *gic, uint32_t its, uint32_t device,
		    uint32_t event);

/**
 * What would vgic_inject_msi() do, and if nothing, why?
 *
 * Context: any; stale at once.  Cost: as vgic_inject_msi().
 * @return VGIC_OK it would be delivered; VGIC_E_BUSY the ITS or the
 *         redistributor's LPIs are off; VGIC_E_NOENT mapped nowhere, or no
 *         such ITS; VGIC_E_NOTSUP not vgic_gicv3_its
 */
int vgic_check_msi(const struct vgic *gic, uint32_t its, uint32_t device,
		   uint32_t event);

/**
 * Find the ITS whose GITS_TRANSLATER is at an address to which a device writes.
 *
 * Context: any, once all ITSs are placed.  Cost: O(ITSs).
 * @param doorbell guest physical address
 * @param its      receives the number of the ITS
 * @return VGIC_OK; VGIC_E_NOENT no ITS has it there
 */
int vgic_find_its(const struct vgic *gic, uint64_t doorbell, uint32_t *its);

/** Counters of one ITS. */
struct vgic_its_stats {
	/** Messages that made an LPI pending, INT commands not counted. */
	uint64_t translated;
	/** Messages that were dropped. */
	uint64_t dropped;
	/** Commands taken, right or wrong. */
	uint64_t commands;
	/** Commands that were wrong, and skipped. */
	uint64_t command_errors;
};

/**
 * Copy an ITS's counters.  Context: any; a snapshot.
 * @return VGIC_OK; VGIC_E_NOENT no such ITS
 */
int vgic_get_its_stats(const struct vgic *gic, uint32_t its,
		       struct vgic_its_stats *stats);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
