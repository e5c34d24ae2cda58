/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of guest/lib owe one another. */
#ifndef GUEST_LIB_MACHINE_H
#define GUEST_LIB_MACHINE_H

#include "guest/lib/lib.h"

/* Called by start.S and vectors.S. */
void machine_main(uint64_t dtb);
void machine_secondary(uint64_t cpu);
void secondary_start(void);
void exception(struct frame *frame, unsigned int kind);

/* Read the redistributors' affinities, once the CPUs are known. */
void gic_find_redistributors(void);

#endif
