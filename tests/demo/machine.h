/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest/port.h on the host: libvgic over modelled list registers.  CPUs are
 * coroutines that take turns at every access, so a run is the same each time.
 */
#ifndef VGIC_TESTS_DEMO_MACHINE_H
#define VGIC_TESTS_DEMO_MACHINE_H

#include <stdbool.h>

/* Make a machine; false: a parameter is out of range. */
bool machine_init(unsigned int nr_cpus, unsigned int nr_lrs);

/* Run guest_main() to its end.  Returns the number of broken invariants. */
unsigned int machine_run(void);

#endif
