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

/* Make the CPU interface answer; then, once the CPUs are known, the rest. */
void gic_init_cpu(void);
void gic_init(void);

#endif
