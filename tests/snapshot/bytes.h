/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots in memory of their own, for free(); and damage done to them. */
#ifndef VGIC_TESTS_SNAPSHOT_BYTES_H
#define VGIC_TESTS_SNAPSHOT_BYTES_H

#include <vgic/snapshot.h>

#include "tests/machine/machine.h"

uint8_t *save(struct machine *m, size_t *size);
uint8_t *save_vcpu(struct machine *m, uint32_t v, size_t *size);
/*
 * Lengths and checksums as they ought to be, as far as there are records: for
 * damage that these do not tell.  `size` is all that there is.
 */
void seal(uint8_t *snapshot, size_t size);
/* The first record of a type, and its bytes; null: there is none. */
uint8_t *find_record(uint8_t *snapshot, size_t size, uint32_t type,
		     uint32_t *length);

#endif
