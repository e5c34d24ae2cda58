/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file its.h
 * The Interrupt Translation Service of a GICv3 guest: messages of devices
 * become LPIs.  IHI 0069 chapter 5.
 *
 * All tables of an ITS are in guest memory, where the guest has put them, and
 * are up to date at any time, in the format of KVM's ABI revision 0; but the
 * `next` fields of their entries, which are zero.  They are read and written
 * by read_guest and write_guest of struct vgic_host_ops, from the threads of
 * vCPUs that write commands and from wherever vgic_inject_msi() is called.
 * Entries are 8 bytes, aligned, and to be copied in one go, lest a message that
 * comes while its event is moved be taken for one that is not mapped.
 *
 * Choices where the architecture leaves room: of two events that are mapped to
 * one LPI the last has it; an LPI of a collection that is not mapped waits for
 * MAPC; MOVALL moves what is pending, which stays moved until its collection
 * or event is mapped anew.  A message for a redistributor whose LPIs are off
 * is dropped.
 */
#ifndef VGIC_ITS_H
#define VGIC_ITS_H

#include <stdint.h>

#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Place an ITS: its control frame, and the translation frame 64 KiB above,
 * with GITS_TRANSLATER at 64 KiB + 0x40.  One that is not placed cannot be
 * enabled by the guest.
 *
 * Context: before any vCPU runs.
 * @param its 0 .. nr_its-1
 * @param ipa guest physical address, aligned to 64 KiB; takes 128 KiB
 * @return VGIC_OK; VGIC_E_NOTSUP not a GICv3; VGIC_E_NOENT no such ITS;
 *         VGIC_E_INVAL misaligned; VGIC_E_EXIST placed already;
 *         VGIC_E_OVERLAP with the distributor, a redistributor region or
 *         another ITS, or wraps
 */
int vgic_set_its_base(struct vgic *gic, uint32_t its, uint64_t ipa);

/**
 * A device wrote a message: what its write of GITS_TRANSLATER does.
 *
 * Context: any; takes no lock.  Cost: constant, whatever is mapped or
 * pending: at most three times 8 bytes of guest memory are read.
 * @param its    0 .. nr_its-1
 * @param device DeviceID, 16 bits; larger ones are mapped nowhere
 * @param event  EventID, 16 bits; likewise
 * @return 1 an LPI became pending, or was already; 0 the guest has it mapped
 *         nowhere, or has the ITS or the redistributor's LPIs off: dropped,
 *         and counted; VGIC_E_NOTSUP not a GICv3; VGIC_E_NOENT no such ITS
 */
int vgic_inject_msi(struct vgic *gic, uint32_t its, uint32_t device,
		    uint32_t event);

/**
 * What would vgic_inject_msi() do, and if nothing, why?
 *
 * Context: any; stale at once.  Cost: as vgic_inject_msi().
 * @return VGIC_OK it would be delivered; VGIC_E_BUSY the ITS or the
 *         redistributor's LPIs are off; VGIC_E_NOENT mapped nowhere, or no
 *         such ITS; VGIC_E_NOTSUP not a GICv3
 */
int vgic_check_msi(const struct vgic *gic, uint32_t its, uint32_t device,
		   uint32_t event);

/**
 * Whose GITS_TRANSLATER is at an address, which a device has been given?
 *
 * Context: any, once all ITSs are placed.  Cost: O(ITSs).
 * @param doorbell guest physical address
 * @param its      receives the number of the ITS
 * @return VGIC_OK; VGIC_E_NOENT nobody's
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

#ifdef __cplusplus
}
#endif

#endif
