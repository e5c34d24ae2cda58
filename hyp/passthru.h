/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of the machine that the guest drives itself: it reaches their
 * registers, and their interrupts are the hardware's.  (passthru.c)
 *
 * What they read and write in memory nobody checks or translates: a guest
 * that has a disk has to have its RAM where it is, and to be trusted.
 */
#ifndef HYP_PASSTHRU_H
#define HYP_PASSTHRU_H

struct vm;

/* Which ones the options name; the run ends when one is not there. */
void passthru_find(struct vm *v);

/* Map their interrupts in the guest's GIC. */
void passthru_connect(struct vm *v);

/* Enable them in the machine's. */
void passthru_start(struct vm *v);

#endif
