/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv2 or GICv3 used rightly, to see whether it still works. */
#include "guest/hostile/hostile.h"
#include "guest/lib/gic.h"

void hostile_reset_gic(void)
{
	gic_groups(false, false);
	gic_reset_spis();
	gic_start_cpu();
	gic_reset_private(gic_group, 1u << HOSTILE_SGI);
	gic_open(false, false);
	hostile_clear_priorities();
	gic_open(gic_group == 0, gic_group == 1);
	gic_groups(gic_group == 0, gic_group == 1);
}

void hostile_send_self(void)
{
	sgi_send(port_cpu(), HOSTILE_SGI);
}

uint32_t hostile_take(void)
{
	return gic_take(gic_group);
}
