/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICC_SGI1R_EL1, ICC_SGI0R_EL1 and ICC_ASGI1R_EL1, by which a guest sends SGIs.
 * IHI 0069 4.5, 12.2
 */
#include "core/irq.h"
#include "core/route.h"
#include "v3/v3.h"

/* How many Aff0 values one target list covers: its 16 bits, from RS * 16 on. */
#define SGI_RANGE 16u

/* An SGI that is being sent to one vCPU after the other. */
struct sgi {
	uint32_t intid;
	/* Send it to a vCPU that has it in Group 1, too: ICC_SGI1R_EL1. */
	bool either_group;
};

/*
 * The group is the target's own configuration of the SGI, so each target is
 * asked.
 */
static void send(struct vgic_vcpu *self, uint32_t target, const struct sgi *sgi)
{
	struct vgic *gic = self->gic;
	uint32_t index = vgic_irq_index(gic, target, sgi->intid);

	if (sgi->either_group || !(vgic_irq_word(gic, index) & W_GATE1)) {
		vgic_irq_pend(gic, self, index, 0);
	}
}

/* IRM = 1: to every vCPU but the sender. */
static void send_to_others(struct vgic_vcpu *self, const struct sgi *sgi)
{
	for (uint32_t i = 0; i < self->gic->config.nr_vcpus; i++) {
		if (i != self->index) {
			send(self, i, sgi);
		}
	}
}

/*
 * IRM = 0: bit n of the list means the vCPU whose affinity is
 * Aff3.Aff2.Aff1.(16 * RS + n).  Such vCPUs are neighbours in by_mpidr, so they
 * are found by one search and a walk.  A bit without a vCPU is ignored.
 */
static void send_to_list(struct vgic_vcpu *self, uint64_t value,
			 const struct sgi *sgi)
{
	const struct vgic *gic = self->gic;
	uint64_t list = FIELD_GET(ICC_SGIR_TargetList, value);
	uint32_t first = (uint32_t)(FIELD_GET(ICC_SGIR_Aff3, value) << 24 |
				    FIELD_GET(ICC_SGIR_Aff2, value) << 16 |
				    FIELD_GET(ICC_SGIR_Aff1, value) << 8 |
				    FIELD_GET(ICC_SGIR_RS, value) * SGI_RANGE);
	uint32_t at = vgic_lower_mpidr(gic, first);

	for (; at < gic->nr_created; at++) {
		uint32_t target = gic->by_mpidr[at];
		uint32_t n = gic->vcpus[target].mpidr - first;

		if (n >= SGI_RANGE) {
			return;
		}
		if (list & (1u << n)) {
			send(self, target, sgi);
		}
	}
}

/* What the three registers have in common; their layouts are the same. */
static void write_sgir(struct vgic_vcpu *vcpu, uint64_t value,
		       bool either_group)
{
	const struct sgi sgi = {
		.intid = (uint32_t)FIELD_GET(ICC_SGIR_INTID, value),
		.either_group = either_group,
	};

	if (FIELD_GET(ICC_SGIR_IRM, value)) {
		send_to_others(vcpu, &sgi);
	} else {
		send_to_list(vcpu, value, &sgi);
	}
}

/*
 * With one security state ICC_SGI1R_EL1 makes SGIs of either group, as the
 * target has configured them.  The other two registers make only SGIs that are
 * in Group 0.  IHI 0069 4.5, "Forwarding an SGI to a target PE"
 */
void vgic_v3_write_sgi1r(const struct vgic_sysop *op, uint64_t value)
{
	write_sgir(op->vcpu, value, true);
}

void vgic_v3_write_sgi0r(const struct vgic_sysop *op, uint64_t value)
{
	write_sgir(op->vcpu, value, false);
}
