/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact reads of what is in another vCPU's list registers (sync.c).
 */
#ifndef VGIC_CORE_SYNC_H
#define VGIC_CORE_SYNC_H

#include "core/gic.h"

/* Begin a read named by `key` (non-zero). */
void vgic_sync_begin(struct vgic_vcpu *vcpu, uint64_t key);
/*
 * Read an interrupt's word such that pending and active are exact.  False:
 * the vCPU that holds it was asked, and the access must be retried.
 */
bool vgic_sync_word(struct vgic_vcpu *vcpu, uint32_t index, uint64_t *word);
/* The read is complete. */
void vgic_sync_end(struct vgic_vcpu *vcpu);
/* All words that this vCPU holds are exact now. */
void vgic_sync_mark(struct vgic_vcpu *vcpu);

#endif
