/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers, as tables.  A row says what the guest's accesses do, where
 * they trap to the library, and what a VMM saves and restores.  The tables are
 * in v3/sysreg.c and v5/state.c.
 */
#ifndef VGIC_MMIO_SYSREG_H
#define VGIC_MMIO_SYSREG_H

#include "core/arch.h"

/* One access, on the vCPU's own thread, out of guest code. */
struct vgic_sysop {
	struct vgic_vcpu *vcpu;
	/* Which of the row's registers it is. */
	uint32_t n;
	bool write;
};

/* A register, or several that mean the same. */
struct vgic_sysreg {
	/* SYSREG_ENC() of the first of `count` consecutive encodings. */
	uint32_t sysreg, count;
	/* The guest's read and write; null: UNDEFINED. */
	uint64_t (*read)(const struct vgic_sysop *op);
	void (*write)(const struct vgic_sysop *op, uint64_t value);
	/*
	 * May a VMM read the register, or write this value?  False:
	 * VGIC_E_INVAL.  Null: yes.
	 */
	bool (*allows)(const struct vgic_sysop *op, uint64_t value);
	/* The VMM's read and write, both null: there is no state to save. */
	uint64_t (*get)(const struct vgic_sysop *op);
	void (*set)(const struct vgic_sysop *op, uint64_t value);
};

/* Which accesses of a guest come to a row. */
enum vgic_traps {
	/* Those of every guest. */
	VGIC_TRAPS_ALWAYS,
	/*
	 * Those that hardware's CPU interface cannot do itself.  One in
	 * software executes them.
	 */
	VGIC_TRAPS_OF_HARDWARE,
	/* None: the row is for a VMM alone. */
	VGIC_TRAPS_NEVER,
	VGIC_NR_TRAPS,
};

/* A table.  In each part the most frequent row is first. */
struct vgic_sysregs {
	struct vgic_sysreg_part {
		const struct vgic_sysreg *regs;
		uint32_t nr_regs;
	} parts[VGIC_NR_TRAPS];
};

#define VGIC_SYSREG_PART(rows) \
	{ \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

/*
 * The row that has an encoding, or null; O(rows).  Any thread.  Inline, as each
 * SGI of a guest takes this way.
 */
static inline const struct vgic_sysreg *
vgic_sysreg_find(const struct vgic_sysregs *table, enum vgic_traps traps,
		 uint32_t sysreg)
{
	const struct vgic_sysreg_part *part = &table->parts[traps];

	for (uint32_t i = 0; i < part->nr_regs; i++) {
		if (sysreg - part->regs[i].sysreg < part->regs[i].count) {
			return &part->regs[i];
		}
	}
	return NULL;
}

/* Carry out a guest's access of a row; results as in vgic/trap.h. */
static inline enum vgic_trap vgic_sysreg_access(const struct vgic_sysreg *reg,
						struct vgic_vcpu *vcpu,
						uint32_t sysreg, bool write,
						uint64_t *value)
{
	const struct vgic_sysop op = { vcpu, sysreg - reg->sysreg, write };

	if (write && reg->write) {
		reg->write(&op, *value);
		return VGIC_TRAP_DONE;
	}
	if (!write && reg->read) {
		*value = reg->read(&op);
		return VGIC_TRAP_DONE;
	}
	return VGIC_TRAP_UNDEF;
}

/* The row of a register that a VMM can save, or null.  Any thread. */
const struct vgic_sysreg *vgic_sysreg_saved(const struct vgic_sysregs *table,
					    uint32_t sysreg);
/*
 * A VMM's access.  VGIC_E_NOENT: no such register, or none that has state;
 * VGIC_E_INVAL: see `allows`.
 */
int vgic_sysreg_user(const struct vgic_sysregs *table, struct vgic_vcpu *vcpu,
		     uint32_t sysreg, bool write, uint64_t *value);

#endif
