/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a distribution's libfdt.a needs, besides the functions of hyp/string.h:
 * it is compiled with stack protection, whose names the compiler prescribes.
 * It also uses FP registers, so it must not be called once cpu_init_el2() has
 * made them trap.
 */
#include <stdint.h>

#include "hyp/fault.h"

extern const uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

/*
 * What functions put behind their buffers and compare when they return.  It is
 * to catch errors, not attackers, so it need not be random; it has bytes in it
 * that no text has, 0 and 0xff.
 */
const uintptr_t __stack_chk_guard = 0x00ff0a0d5a9d3bc7;

/* A function found another value there. */
_Noreturn void __stack_chk_fail(void)
{
	hyp_panic();
}
