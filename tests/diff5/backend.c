/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/diff5/backend.h"

#include <string.h>

#include "model/v5_ich.h"
#include "soft/v5_internal.h"
#include "tests/el2/el2.h"

/*
 * The back-end for real registers, on a PE whose IRS is the library's: then
 * SPIs and LPIs are there too.
 */
static void ich5_attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
			struct vgic_ppi_image *image)
{
	(void)image;
	vgic_soft_v5_attach(hw, iri, ctx);
}

static void ich5_load(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.load(hw, image);
}

static void ich5_put(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.put(hw, image);
}

/* It leaves ICH_PPI_HVIR<n>_EL2 alone, whose encoding is not known. */
static void ich5_enter(void *hw, const struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	unsigned int n;

	el2_backend.enter(hw, image);
	for (n = 0; n < 2; n++) {
		m->visible[n] = m->config.ppi_implemented[n] & ~image->hvir[n];
		model_v5_update_ppis(m, n);
	}
}

static void ich5_exit(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.exit(hw, image);
}

static void ich5_sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.sync_wfi(hw, image);
}

static const struct vgic_v5_cpuif_ops ich5 = {
	.load = ich5_load,
	.put = ich5_put,
	.enter = ich5_enter,
	.exit = ich5_exit,
	.sync_wfi = ich5_sync_wfi,
	.attach = ich5_attach,
};

const struct backend backends[NR_BACKENDS] = {
	{ "model", true, &vgic_model_v5_backend },
	{ "ich5", true, &ich5 },
	{ "soft", false, &vgic_soft_v5_backend },
};

const struct backend *backend_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < NR_BACKENDS; i++) {
		if (strcmp(backends[i].name, name) == 0) {
			return &backends[i];
		}
	}
	return NULL;
}
