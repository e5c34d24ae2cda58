/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot loader that leaves interrupts behind at EL2; see start.S. */
#ifndef GUEST_TAKEOVER_TAKEOVER_H
#define GUEST_TAKEOVER_TAKEOVER_H

#include <stdint.h>

/* Acknowledged and not ended, in Group 1 and, more urgent, in Group 0. */
#define SGI_GROUP1 3
#define SGI_GROUP0 4
/* Pending, and enabled. */
#define SGI_PENDING 5
#define SPI_PENDING 40

/* More urgent than anything of a hypervisor's. */
#define PRIORITY_GROUP1 0x40
#define PRIORITY_GROUP0 0x10
#define PRIORITY_PENDING 0xf0

/* The boot CPU: MMU off, x0 and x1 to x18 are free. */
void takeover_leave(void);

/* start.S: an address for PSCI CPU_ON, which calls takeover_secondary(). */
void takeover_secondary_entry(void);
_Noreturn void takeover_secondary(void);

#endif
