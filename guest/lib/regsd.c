/* SPDX-License-Identifier: BSD-2-Clause */
/* The distributor of guest/port.h, which GICv2 and GICv3 have in common. */
#include "guest/lib/machine.h"

REGISTER_ACCESSORS(gicd, 8, GICD_BASE + offset, uint32_t offset)
REGISTER_ACCESSORS(gicd, 32, GICD_BASE + offset, uint32_t offset)
REGISTER_ACCESSORS(gicd, 64, GICD_BASE + offset, uint32_t offset)
