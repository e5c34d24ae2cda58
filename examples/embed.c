/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvgic in an emulator: a GICv3 with one vCPU whose every access traps.
 *
 *     cc embed.c $(pkg-config --cflags --libs vgic-soft)
 */
#include <stdio.h>
#include <stdlib.h>
#include <vgic/trap.h>
#include <vgic/vgic.h>

#define DIST 0x08000000u
#define ICC(crm, op2) (3u << 14 | 12u << 7 | (crm) << 3 | (op2))

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx, (void)vcpu;
}

/* The guest stores 32 bits; it writes, and reads, a system register. */
static void store(struct vgic_vcpu *vcpu, uint64_t ipa, uint64_t value)
{
	vgic_trap_mmio(vcpu, ipa, 4, true, &value);
}

static void msr(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value)
{
	vgic_trap_sysreg(vcpu, sysreg, true, &value);
}

int main(void)
{
	const struct vgic_host_ops host = { .kick = kick };
	struct vgic_config c = { .arch = &vgic_gicv3,
				 .nr_vcpus = 1,
				 .nr_spis = 32,
				 .nr_redist_regions = 1,
				 .host = &host,
				 .cpuif = &vgic_soft_backend };
	void *hw = aligned_alloc(16, vgic_soft_size());
	struct vgic *gic;
	struct vgic_vcpu *vcpu;
	uint64_t intid = 0;

	vgic_soft_init(hw, false, NULL, NULL, &c.caps);
	size_t size = vgic_memory_size(&c);
	if (vgic_create(&c, aligned_alloc(64, size), size, &gic) ||
	    vgic_set_dist_base(gic, DIST) ||
	    vgic_vcpu_create(gic, 0, 0, hw, &vcpu))
		return 1;
	vgic_load(vcpu);
	store(vcpu, DIST, 2);			       /* GICD_CTLR */
	store(vcpu, DIST + 0x104, 2);		       /* GICD_ISENABLER1 */
	msr(vcpu, 3u << 14 | 4u << 7 | 6u << 3, 0xf0); /* ICC_PMR_EL1 */
	msr(vcpu, ICC(12, 7), 1);		       /* ICC_IGRPEN1_EL1 */
	vgic_inject_irq(gic, 0, 33, true, NULL);       /* a device */
	vgic_enter(vcpu);			       /* guest code runs */
	printf("IRQ %d\n", vgic_irq_asserted(vcpu));
	vgic_exit(vcpu);
	vgic_trap_sysreg(vcpu, ICC(12, 0), false, &intid); /* ICC_IAR1_EL1 */
	msr(vcpu, ICC(12, 1), intid);			   /* ICC_EOIR1_EL1 */
	vgic_enter(vcpu);
	printf("INTID %d, then IRQ %d\n", (int)intid, vgic_irq_asserted(vcpu));
	return 0;
}
