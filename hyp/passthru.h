/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of the machine that the guest drives itself (vgic.passthrough): it
 * reaches their registers through stage 2, and their physical interrupts are
 * mapped to virtual ones.
 *
 * There is no SMMU.  A device that does DMA uses physical addresses, so guest
 * RAM then has IPAs equal to its physical addresses; and the guest can make
 * the device read and write any memory, so it has to be trusted.
 */
#ifndef HYP_PASSTHRU_H
#define HYP_PASSTHRU_H

struct vm;

/*
 * Find the devices that the options name; sets v->devices, v->nr_devices and
 * v->pci.  Ends the run when one is not there.  Boot CPU, before stage 2.
 */
void passthru_find(struct vm *v);

/*
 * Map the devices' interrupts in v->gic, after each creation of it.  No vCPU is
 * resident.
 */
void passthru_connect(struct vm *v);

/* Enable their interrupts on the machine.  Boot CPU, before guests run. */
void passthru_start(struct vm *v);

#endif
