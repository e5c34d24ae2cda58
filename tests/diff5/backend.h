/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU interfaces that libvgic drives for a GICv5 guest. */
#ifndef VGIC_TESTS_DIFF5_BACKEND_H
#define VGIC_TESTS_DIFF5_BACKEND_H

#include <stdbool.h>

#include <vgic/backend.h>

#define NR_BACKENDS 3u

struct backend {
	const char *name;
	/* A PE with FEAT_GCIE: only what is trapped traps. */
	bool hard;
	const struct vgic_v5_cpuif_ops *ops;
};

extern const struct backend backends[NR_BACKENDS];

/* Null: there is none of this name. */
const struct backend *backend_find(const char *name);

#endif
