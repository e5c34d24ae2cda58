/* SPDX-License-Identifier: BSD-2-Clause */
/* What guest/bench measures, and that on each guest and machine GIC. */
#ifndef CLI_FIGURES_H
#define CLI_FIGURES_H

#include <jansson.h>

#include "launch.h"

/* Run guest/bench; an object of all its figures. */
json_t *figures_run(const struct launch *l);

/* For each pair of GICs, what interrupts cost on the hypervisor. */
json_t *figures_cells(const char *qemu, const char *cpu);
void figures_show_cells(const json_t *cells);

#endif
