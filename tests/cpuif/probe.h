/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers of a CPU that ich_test.c makes up. */
#ifndef VGIC_TESTS_CPUIF_PROBE_H
#define VGIC_TESTS_CPUIF_PROBE_H

#include <stdint.h>

uint64_t probe_mrs(uint32_t enc);
void probe_msr(uint32_t enc, uint64_t value);

#define vgic_mrs(enc) probe_mrs(enc)
#define vgic_msr(enc, value) probe_msr(enc, value)
#define vgic_isb() ((void)0)

#endif
