/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file error.h
 * What libvgic returns when its *embedder* makes a mistake.
 *
 * A guest cannot cause any of these: what a guest does wrong reads as zero or
 * is ignored, as the architecture says, and is counted (vgic_stats).  Every
 * function that can fail lists which of these it returns and why.
 */
#ifndef VGIC_ERROR_H
#define VGIC_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_error Errors
 * @{
 */

/** Functions return 0, or one of these. */
enum vgic_error {
	/** Success. */
	VGIC_OK = 0,
	/** A parameter is outside the range its description gives. */
	VGIC_E_INVAL = -1,
	/** The memory handed over is smaller than vgic_memory_size() asks. */
	VGIC_E_NOMEM = -2,
	/** The call comes too late or too early in the life of the object. */
	VGIC_E_BUSY = -3,
	/** The thing to create, map or place exists already. */
	VGIC_E_EXIST = -4,
	/** No such vCPU, interrupt, region or mapping. */
	VGIC_E_NOENT = -5,
	/** Two regions overlap, or a region wraps the address space. */
	VGIC_E_OVERLAP = -6,
	/** The back-end or the configuration lacks the capability asked for. */
	VGIC_E_NOTSUP = -7,
	/** The interrupt belongs to another owner, see vgic_set_owner(). */
	VGIC_E_PERM = -8,
	/** What is to be read is damaged, or something else altogether. */
	VGIC_E_FORMAT = -9,
	/** Guest memory that is needed cannot be reached. */
	VGIC_E_FAULT = -10,
};

/**
 * An error in words, for messages: "out of range"; of what is not one of the
 * above, "unknown error".  Context: any.
 */
const char *vgic_strerror(int error);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
