/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU's ID registers as the guest reads them. */
#ifndef HYP_IDREG_H
#define HYP_IDREG_H

#include <stdint.h>

#define ID_AA64MMFR0_PARange UINT64_C(0xf)

/*
 * What the guest reads from the ID register 3:0:c0:c<crm>:<op2>, crm 1 to 7
 * and op2 0 to 7: the CPU's value, without the features that do not work under
 * this hypervisor.  Any context once the options are parsed and vm.vtcr is
 * known; takes no lock.
 */
uint64_t idreg_read(unsigned int crm, unsigned int op2);

#endif
