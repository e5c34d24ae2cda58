/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest user of an installed libvgic: one vGIC, one register read. */
#include <stdio.h>
#include <stdlib.h>
#include <vgic/trap.h>
#include <vgic/vgic.h>

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx, (void)vcpu;
}

int main(void)
{
	const struct vgic_host_ops host = { .kick = kick };
	const struct vgic_cpuif_ops cpuif = { .load = NULL };
	struct vgic_config c = { .arch = &vgic_gicv3,
				 .nr_vcpus = 1,
				 .nr_spis = 96,
				 .nr_redist_regions = 1,
				 .cpuif = &cpuif,
				 .caps = { .nr_lrs = 4,
					   .pri_bits = 5,
					   .pre_bits = 5,
					   .id_bits = 16 },
				 .host = &host };
	size_t size = vgic_memory_size(&c);
	struct vgic *gic;
	struct vgic_vcpu *vcpu;
	uint64_t typer = 0;

	return vgic_create(&c, aligned_alloc(64, size), size, &gic) ||
	       vgic_set_dist_base(gic, 0x8000000) ||
	       vgic_vcpu_create(gic, 0, 0, NULL, &vcpu) ||
	       vgic_trap_mmio(vcpu, 0x8000004, 4, false, &typer) ||
	       printf("GICD_TYPER %#x\n", (unsigned int)typer) < 0;
}
