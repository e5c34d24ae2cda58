/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that once told libvgic from a physical GIC, shrunk.  They run
 * before the random ones, so that what was wrong stays found.
 */
#include <string.h>

#include "tests/diff/op.h"

const char *known_program(struct program *p, uint32_t n,
			  const struct backend *backend, uint8_t nr_lrs)
{
	const struct small_world *small = arch_of(backend)->small;

	/* A GICv3's are written in registers that a GICv2 does not have. */
	if (n >= small->nr_known || backend->model == VGIC_GICV2) {
		return NULL;
	}
	p->config = small->config;
	p->config.backend = backend;
	p->config.nr_lrs = nr_lrs;
	p->config.mapped = true;
	p->nr_setup = 0;
	p->nr_ops = small->known[n].nr_ops;
	memcpy(p->ops, small->known[n].ops, p->nr_ops * sizeof(p->ops[0]));
	return small->known[n].name;
}
