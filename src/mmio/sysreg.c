/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMM's side of the tables of system registers. */
#include "mmio/sysreg.h"

const struct vgic_sysreg *vgic_sysreg_saved(const struct vgic_sysregs *table,
					    uint32_t sysreg)
{
	for (uint32_t traps = 0; traps < VGIC_NR_TRAPS; traps++) {
		const struct vgic_sysreg *reg =
			vgic_sysreg_find(table, traps, sysreg);

		if (reg) {
			return reg->get ? reg : NULL;
		}
	}
	return NULL;
}

int vgic_sysreg_user(const struct vgic_sysregs *table, struct vgic_vcpu *vcpu,
		     uint32_t sysreg, bool write, uint64_t *value)
{
	const struct vgic_sysreg *reg = vgic_sysreg_saved(table, sysreg);
	struct vgic_sysop op = { .vcpu = vcpu, .write = write };

	if (!reg) {
		return VGIC_E_NOENT;
	}
	op.n = sysreg - reg->sysreg;
	if (reg->allows && !reg->allows(&op, write ? *value : 0)) {
		return VGIC_E_INVAL;
	}
	if (write) {
		reg->set(&op, *value);
	} else {
		*value = reg->get(&op);
	}
	return VGIC_OK;
}
