/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's accesses of ICC_*_EL1 that trap.  On hardware with list registers
 * that is only what the CPU interface cannot do by itself: sending SGIs,
 * deactivating an interrupt apart from its EOI, ICC_SRE_EL1, and on some hosts
 * what common.c answers.  With a software CPU interface every access comes
 * here, and what the table does not have is handed to it.  IHI 0069 12.2
 */
#include "core/arch.h"
#include "core/enter.h"
#include "core/irq.h"
#include "core/route.h"
#include "v3/v3.h"

/* How many Aff0 values one target list covers: its 16 bits, from RS * 16 on. */
#define SGI_RANGE 16u

/* An SGI that is being sent to one vCPU after the other. */
struct sgi {
	uint32_t intid;
	/* Send it to a vCPU that has it in Group 1 too; see write_sgi1r(). */
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
		vgic_irq_send(gic, self, index);
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
static void write_sgi1r(struct vgic_vcpu *vcpu, uint64_t value)
{
	write_sgir(vcpu, value, true);
}

static void write_sgi0r(struct vgic_vcpu *vcpu, uint64_t value)
{
	write_sgir(vcpu, value, false);
}

/*
 * ICC_DIR_EL1 deactivates an interrupt, whichever PE has it active.  To write
 * it while EOImode is 0 is CONSTRAINED UNPREDICTABLE; we ignore it and count a
 * mistake of the guest's.  LPIs have no active state, so for them there is
 * nothing to do.  IHI 0069 12.2.9
 */
static void write_dir(struct vgic_vcpu *vcpu, uint64_t value)
{
	uint32_t intid = (uint32_t)value & ICC_IAR_INTID_MASK;
	uint32_t index = vgic_irq_index(vcpu->gic, vcpu->index, intid);

	if (intid >= GIC_LPI_BASE) {
		return;
	}
	if (!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM) || index == VGIC_NIL) {
		vgic_guest_error(vcpu);
		return;
	}
	vgic_irq_change(vcpu->gic, vcpu, index, VGIC_CLEAR_ACTIVE, 0);
}

/*
 * There are only system registers, no GICC frame: SRE, DIB and DFB are RAO/WI.
 */
static uint64_t read_sre(void)
{
	return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
}

/* RAO/WI, as just said. */
static void write_sre(struct vgic_vcpu *vcpu, uint64_t value)
{
	(void)vcpu;
	(void)value;
}

/*
 * What traps on every host.  The most frequent one is first, since the table is
 * searched in order.
 */
static const struct {
	uint32_t sysreg;
	/* Null: write-only. */
	uint64_t (*read)(void);
	void (*write)(struct vgic_vcpu *vcpu, uint64_t value);
} sysregs[] = {
	{ ICC_SGI1R_EL1, NULL, write_sgi1r },
	{ ICC_DIR_EL1, NULL, write_dir },
	{ ICC_SGI0R_EL1, NULL, write_sgi0r },
	{ ICC_ASGI1R_EL1, NULL, write_sgi0r },
	{ ICC_SRE_EL1, read_sre, write_sre },
};

/*
 * Have the software CPU interface execute the access, on its own list
 * registers.  At the last vgic_exit() the library may have taken something out
 * of the image of them that the guest must not find any more; enter() makes
 * them agree.  What the guest's access did to them is brought back at once, as
 * at an exit.  False: the register does not exist.
 */
static bool execute(struct vgic_vcpu *vcpu, uint32_t sysreg, bool write,
		    uint64_t *value)
{
	vcpu->gic->policy->enter(vcpu);
	if (vcpu->gic->config.cpuif->execute(vcpu->hw, sysreg, write, value)) {
		return false;
	}
	vcpu->gic->policy->fold(vcpu);
	return true;
}

/*
 * Whatever is not in the table belongs to the CPU interface.  A software one
 * may take an LPI out of a list register here, while other threads change
 * EnableLPIs and need to know exactly who has the LPI (its/pending.c).  So with
 * ITSs the access counts as guest code: vgic_step_in().
 */
static enum vgic_trap cpuif_access(struct vgic_vcpu *vcpu, uint32_t sysreg,
				   bool write, uint64_t *value)
{
	const struct vgic_config *config = &vcpu->gic->config;
	bool done;

	if (!config->cpuif->execute) {
		return vgic_v3_common(vcpu, sysreg, write, value);
	}
	if (!vgic_is_gic_sysreg(sysreg)) {
		return VGIC_TRAP_NOT_MINE;
	}
	if (!config->its.nr_its) {
		return execute(vcpu, sysreg, write, value) ? VGIC_TRAP_DONE :
							     VGIC_TRAP_UNDEF;
	}
	vgic_step_in(vcpu);
	done = execute(vcpu, sysreg, write, value);
	vgic_step_out(vcpu);
	return done ? VGIC_TRAP_DONE : VGIC_TRAP_UNDEF;
}

enum vgic_trap vgic_v3_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	for (uint32_t i = 0; i < sizeof(sysregs) / sizeof(sysregs[0]); i++) {
		if (sysregs[i].sysreg != sysreg) {
			continue;
		}
		if (write) {
			sysregs[i].write(vcpu, *value);
			return VGIC_TRAP_DONE;
		}
		if (!sysregs[i].read) {
			return VGIC_TRAP_UNDEF;
		}
		*value = sysregs[i].read();
		return VGIC_TRAP_DONE;
	}
	return cpuif_access(vcpu, sysreg, write, value);
}
