/* SPDX-License-Identifier: BSD-2-Clause */
/* The embedder of the stress: its callbacks, and the memory of its guest. */
#ifndef VGIC_TESTS_STRESS_RAM_H
#define VGIC_TESTS_STRESS_RAM_H

#include "tests/stress/stress.h"

extern const struct vgic_host_ops ram_host;

/* What a guest stores, into memory that it has. */
void ram_write64(uint64_t ipa, uint64_t value);
void ram_write8(uint64_t ipa, uint8_t value);

#endif
