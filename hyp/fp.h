/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HYP_FP_H
#define HYP_FP_H

#include "hyp/vcpu.h"

/* CPTR_EL2.TFP must be 0. */
void fp_save(struct vcpu_fp *fp);
void fp_restore(const struct vcpu_fp *fp);

#endif
