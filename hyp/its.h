/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's ITS, for PCI devices passed through: their messages become
 * LPIs of the boot CPU, and stay that for the whole run.  pci.c tells the
 * guest's ITS of them.
 */
#ifndef HYP_ITS_H
#define HYP_ITS_H

#include <stdint.h>

/* EventIDs of each device, from 0. */
#define ITS_EVENT_BITS 6
#define ITS_EVENTS (1u << ITS_EVENT_BITS)
/* DeviceIDs, from 0: the requester IDs of PCI bus 0. */
#define ITS_DEVICES 256
/* INTIDs have 14 bits, the least there may be: LPIs are 8192 to 16383. */
#define ITS_LPI_ID_BITS 14
#define ITS_LPIS 8192

/*
 * Take the ITS into use.  Boot CPU, whose redistributor is known, with
 * host.gits mapped at EL2; once.  Null, or a constant text that says why not.
 */
const char *its_init(void);

/*
 * Map the events of `device`, below ITS_DEVICES, to ITS_EVENTS LPIs from the
 * INTID `lpi` on, and enable these.  Boot CPU, once for each device.  Null, or
 * a constant text that says why not.
 */
const char *its_map(uint32_t device, uint32_t lpi);

#endif
