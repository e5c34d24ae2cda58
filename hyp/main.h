/* SPDX-License-Identifier: BSD-2-Clause */
/* Where boot.S enters C, with the MMU and caches on. */
#ifndef HYP_MAIN_H
#define HYP_MAIN_H

struct cpu;

/* The boot CPU; `fdt` is the machine's device tree, a physical address. */
_Noreturn void hyp_main(const void *fdt);

/* Every other CPU, which start_cpu() gave its struct cpu. */
_Noreturn void hyp_main_secondary(struct cpu *cpu);

#endif
