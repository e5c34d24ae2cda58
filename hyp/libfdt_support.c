/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a distribution's libfdt.a wants beside hyp/string.h: it is compiled
 * with stack protection.  It also uses FP registers, so it must not run once
 * CPTR_EL2.TFP traps them for the guest's sake.
 */
#include <stdint.h>

#include "hyp/fault.h"

extern const uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

/* Against overruns by mistake, any number that no text contains will do. */
const uintptr_t __stack_chk_guard = 0x00ff0a0d5a9d3bc7;

_Noreturn void __stack_chk_fail(void)
{
	hyp_panic();
}
