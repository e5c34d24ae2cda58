/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot loader that leaves interrupts behind at EL2; start.S says more. */
#ifndef GUEST_TAKEOVER_TAKEOVER_H
#define GUEST_TAKEOVER_TAKEOVER_H

#include <stdint.h>

/*
 * SGIs that it acknowledges and does not end, in Group 1 and then, more urgent,
 * in Group 0.
 */
#define SGI_GROUP1 3
#define SGI_GROUP0 4
/* Interrupts that it enables and leaves pending. */
#define SGI_PENDING 5
#define SPI_PENDING 40

/* Priorities above those that a hypervisor uses. */
#define PRIORITY_GROUP1 0x40
#define PRIORITY_GROUP0 0x10
#define PRIORITY_PENDING 0xf0

/* On the boot CPU, with the MMU off; it may change x0 to x18. */
void takeover_leave(void);

/* start.S: an address for PSCI CPU_ON, which calls takeover_secondary(). */
void takeover_secondary_entry(void);
_Noreturn void takeover_secondary(void);

#endif
