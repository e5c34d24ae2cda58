/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What src/cpuif/ich5.c takes for the CPU's system registers: those of a
 * modelled PE.  Every access is written down.
 */
#ifndef VGIC_TESTS_CORE5_EL2_H
#define VGIC_TESTS_CORE5_EL2_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/backend.h>

struct model_v5_cpuif;

#define EL2_LOG 256
#define EL2_ISB 0 /* in place of an encoding */

struct el2_access {
	uint32_t enc;
	bool write;
	uint64_t value;
};

struct el2_log {
	struct el2_access access[EL2_LOG];
	unsigned int nr;
};

extern struct el2_log el2_log;

uint64_t el2_mrs(uint32_t enc);
void el2_msr(uint32_t enc, uint64_t value);
void el2_isb(void);

#define vgic_mrs(enc) el2_mrs(enc)
#define vgic_msr(enc, value) el2_msr(enc, value)
#define vgic_isb() el2_isb()

/* vgic_ich5_backend, on the PE that `hw` is. */
extern const struct vgic_v5_cpuif_ops el2_backend;

#endif
