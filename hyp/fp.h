/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's FP and SIMD registers to memory and back.  The compiler does not
 * use these registers at EL2 (-mgeneral-regs-only), so they hold the guest's
 * values until these functions are called.
 */
#ifndef HYP_FP_H
#define HYP_FP_H

#include <stddef.h>

#include "hyp/asm.h"
#include "hyp/vcpu.h"

_Static_assert(offsetof(struct vcpu_fp_regs, fpsr) == FP_FPSR, "asm.h");
_Static_assert(offsetof(struct vcpu_fp_regs, fpcr) == FP_FPSR + 8, "asm.h");

/* On this CPU, with CPTR_EL2.TFP 0: else they trap to EL2 themselves. */
void fp_save(struct vcpu_fp_regs *regs);
void fp_restore(const struct vcpu_fp_regs *regs);

#endif
