/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's ITS: messages of its devices become LPIs of the boot CPU.
 * (its.c)
 */
#ifndef HYP_ITS_H
#define HYP_ITS_H

#include <stdint.h>

/* Of each device, from 0. */
#define ITS_EVENT_BITS 6
#define ITS_EVENTS (1u << ITS_EVENT_BITS)
/* DeviceIDs, from 0: requester IDs of PCI bus 0. */
#define ITS_DEVICES 256
/* LPIs in all, from 8192: with 14 bits of INTID, the least there may be. */
#define ITS_LPI_ID_BITS 14
#define ITS_LPIS 8192

/*
 * Take it into use, on the boot CPU, whose redistributor is known; once.
 * Null or a text.
 */
const char *its_init(void);

/*
 * The device's events are LPIs from `lpi` on, an INTID, and enabled.  Null or
 * a text.
 */
const char *its_map(uint32_t device, uint32_t lpi);

#endif
