/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What src/cpuif/ich.c and ich5.c take for the CPU's system registers: those
 * of a modelled PE.  What one call into them accesses is written down.
 */
#ifndef VGIC_TESTS_EL2_EL2_H
#define VGIC_TESTS_EL2_EL2_H

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

/*
 * vgic_ich5_backend and vgic_ich5_legacy_backend, on the PE that `hw` is, a
 * struct model_v5_cpuif: for vCPUs of either kind.
 */
extern const struct vgic_v5_cpuif_ops el2_backend;
extern const struct vgic_cpuif_ops el2_legacy_backend;

/* vgic_ich5_legacy_probe() on a PE. */
bool el2_legacy_probe(struct model_v5_cpuif *pe, struct vgic_cpuif_caps *caps);

#endif
