/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a version of the architecture means to the core.  The core keeps
 * interrupts, queues and routes the same way for a GICv2, a GICv3 and a GICv5;
 * whatever differs is a member of this table, and each version's room defines
 * one.  The embedder names it in vgic_config.arch, so that what it does not
 * name is not linked.
 */
#ifndef VGIC_CORE_ARCH_H
#define VGIC_CORE_ARCH_H

#include "core/gic.h"
#include "core/irq.h"

/*
 * The core asks each member in one place.  Those that may be null say what that
 * means; there is no need of a function that does nothing.  All others are
 * there.
 */
struct vgic_arch {
	enum vgic_model model;
	/*
	 * Number of private interrupts of each vCPU, SGIs first.  A power of
	 * two, see vgic_private_number().
	 */
	uint32_t nr_private;
	uint32_t nr_sgis;
	uint32_t max_vcpus;
	/*
	 * INTIDs of private interrupts and SPIs are numbers from 0 on, without
	 * a type in them.
	 */
	bool plain_ids;
	/* An SGI is pending once for each CPU that has sent it: GICv2. */
	bool has_senders;
	/* LPIs have routes of their own, as SPIs have: GICv5. */
	bool lpis_have_routes;
	/*
	 * An active interrupt is held by a vCPU, whose list registers need to
	 * know of it.
	 */
	bool holds_actives;
	/* A mapped interrupt's host number has to be an SPI's or a PPI's. */
	bool checks_pintid;
	/* Bit of a word that says how a physical interrupt is to be sampled. */
	uint64_t trigger_bit;
	/* Bits of a list register's vINTID that are the INTID. */
	uint32_t lr_intid_mask;
	/*
	 * Bytes that the distributor takes, which it is aligned to as well, and
	 * those of a CPU interface in memory.  0: there is none.
	 */
	uint32_t dist_size, cpu_size;
	const struct vgic_policy *policy;
	/* What LPIs and ITSs add to a GICv3 (v3/v3.h); null: it has none. */
	const struct vgic_v3_lpis *lpis;

	/* Creation. */

	/* Are the version's own fields in range?  No: *fault names one. */
	bool (*config_valid)(const struct vgic_config *config,
			     struct vgic_config_fault *fault);
	/* Null: it has no LPIs. */
	uint32_t (*nr_lpis)(const struct vgic_config *config);
	/* Is every callback there that this configuration needs? */
	bool (*ops_present)(const struct vgic_config *config,
			    struct vgic_config_fault *fault);
	/* May its guest get at list registers?  No: it would raise SErrors. */
	bool (*is_safe)(const struct vgic_config *config);
	/*
	 * Bytes of memory that the version needs beside the core's, a multiple
	 * of 64, and a function that fills them in: `memory` is zero and
	 * aligned to 64, and the core's part is complete.  Null: none.
	 */
	size_t (*memory_size)(const struct vgic_config *config);
	void (*create)(struct vgic *gic, void *memory);
	bool (*affinity_valid)(const struct vgic *gic, uint32_t mpidr);
	/*
	 * The nth of those of the version's own frames that have an address.
	 * False: there are no more than n.  Null: the version has no frames of
	 * its own.
	 */
	bool (*frame)(const struct vgic *gic, uint32_t n,
		      struct vgic_mmio_region *region);
	/* Null: nothing is left to do. */
	void (*vcpu_created)(struct vgic_vcpu *vcpu);

	/* Interrupt numbers. */

	/*
	 * The index of an INTID, or VGIC_NIL when there is no such interrupt;
	 * and the INTID of an index.  The core asks them only where it cannot
	 * tell by itself (plain_ids); `intid` may be null if it always can.
	 */
	uint32_t (*index)(const struct vgic *gic, uint32_t vcpu_index,
			  uint32_t intid);
	uint32_t (*intid)(const struct vgic *gic, uint32_t index);

	/* Reset. */

	/* A word at reset, its target aside. */
	uint64_t (*reset_word)(const struct vgic *gic, uint32_t index);
	/*
	 * Registers that are the VM's; the words are reset already.  Null: it
	 * has none beside the core's.
	 */
	void (*reset)(struct vgic *gic);
	/* Registers that are a vCPU's, of a VM that is stopped. */
	void (*clear_vcpu)(struct vgic_vcpu *vcpu);
	/* The version's part of vgic_vcpu_reset(); the policy has its own. */
	int (*reset_vcpu)(struct vgic_vcpu *vcpu, bool redistributor);

	/* Routing. */

	/* The vCPU that a route means, or VGIC_NOWHERE. */
	uint32_t (*route_target)(const struct vgic *gic, uint32_t route);
	/* Does this vCPU, which exists, take part in 1-of-N selection? */
	bool (*takes_1ofn)(const struct vgic_vcpu *vcpu);
	/* Past the last index that may be 1 of N.  Null: the last SPI's. */
	uint32_t (*routed_end)(const struct vgic *gic);

	/* Devices. */

	/*
	 * The change that a device's line, which becomes `level`, makes to an
	 * interrupt whose index is not below gic->line_end.  VGIC_NO_CHANGE: no
	 * device can raise this interrupt by its number.  May be null where
	 * line_end is past all interrupts.
	 */
	enum vgic_change (*line)(struct vgic *gic, uint32_t index, bool level);

	/*
	 * What a pulse does to this interrupt; null: VGIC_SET_PENDING.
	 * VGIC_NO_CHANGE: it can have none.
	 */
	enum vgic_change (*pulse)(struct vgic *gic, uint32_t index);

	/*
	 * Guest accesses, as in vgic/trap.h.  Those `entered` may be null: all
	 * is VGIC_TRAP_NOT_MINE.
	 */

	enum vgic_trap (*mmio)(struct vgic_vcpu *vcpu, uint64_t ipa,
			       unsigned int width, bool write, uint64_t *value);
	enum vgic_trap (*mmio_entered)(struct vgic_vcpu *vcpu, uint64_t ipa,
				       unsigned int width, bool write,
				       uint64_t *value);
	enum vgic_trap (*sysreg)(struct vgic_vcpu *vcpu, uint32_t sysreg,
				 bool write, uint64_t *value);
	enum vgic_trap (*sysreg_entered)(struct vgic_vcpu *vcpu,
					 uint32_t sysreg, bool write,
					 uint64_t *value);

	/* For people and tests.  Null: nothing is to be added. */

	/* What is wrong with the VM's state, or with a word; null: nothing. */
	const char *(*wrong)(const struct vgic *gic);
	const char *(*wrong_word)(const struct vgic *gic, uint32_t index);
	/* What an interrupt's word does not say of it. */
	void (*describe)(const struct vgic *gic, uint32_t vcpu_index,
			 uint32_t index, struct vgic_irq_info *info);
};

/* One rule of a configuration: does it hold, and what is wrong if not? */
struct vgic_config_rule {
	bool holds;
	struct vgic_config_fault fault;
};

/* create.c: do all rules hold?  No: *fault is that of the first broken one. */
bool vgic_rules_hold(const struct vgic_config_rule *rules, uint32_t nr,
		     struct vgic_config_fault *fault);

/* A version without ITSs: are none configured? */
bool vgic_no_its(const struct vgic_config *config,
		 struct vgic_config_fault *fault);

/* The array `rules`. */
#define VGIC_RULES_HOLD(rules, fault) \
	vgic_rules_hold(rules, sizeof(rules) / sizeof((rules)[0]), fault)

/*
 * trap.c: a register or instruction of some version's CPU interface, whether
 * or not the guest's GIC has it.
 */
bool vgic_is_gic_sysreg(uint32_t sysreg);

/* Of a private interrupt's index, the number among those of its vCPU. */
static inline uint32_t vgic_private_number(const struct vgic *gic,
					   uint32_t index)
{
	/* A power of two: 32, or 128 for GICv5. */
	return index & (gic->nr_private - 1);
}

static inline uint32_t vgic_irq_index(const struct vgic *gic,
				      uint32_t vcpu_index, uint32_t intid)
{
	uint32_t spi = intid - gic->nr_private;

	if (gic->plain_ids && intid < gic->nr_private) {
		return vcpu_index < gic->config.nr_vcpus ?
			       vcpu_index * gic->nr_private + intid :
			       VGIC_NIL;
	}
	if (gic->plain_ids && spi < gic->config.nr_spis) {
		return gic->first_spi + spi;
	}
	return gic->arch->index(gic, vcpu_index, intid);
}

static inline uint32_t vgic_irq_intid(const struct vgic *gic, uint32_t index)
{
	if (gic->plain_ids && index < gic->first_spi) {
		return vgic_private_number(gic, index);
	}
	if (gic->plain_ids && index < gic->first_lpi) {
		return index - gic->first_spi + gic->nr_private;
	}
	return gic->arch->intid(gic, index);
}

/* SGI, PPI, SPI or LPI. */
static inline enum vgic_irq_kind vgic_kind_at(const struct vgic *gic,
					      uint32_t index)
{
	if (index >= gic->first_spi) {
		return index < gic->first_lpi ? VGIC_SPI : VGIC_LPI;
	}
	return vgic_private_number(gic, index) < gic->arch->nr_sgis ? VGIC_SGI :
								      VGIC_PPI;
}

/* An SGI that has senders. */
static inline bool vgic_has_senders(const struct vgic *gic, uint32_t index)
{
	return gic->has_senders && index < gic->first_spi &&
	       vgic_private_number(gic, index) < gic->arch->nr_sgis;
}

static inline uint64_t vgic_irq_reset_word(const struct vgic *gic,
					   uint32_t index)
{
	return gic->arch->reset_word(gic, index);
}

/* The vCPU that GICD_IROUTER or GICD_ITARGETSR means, or VGIC_NOWHERE. */
static inline uint32_t vgic_route_target(const struct vgic *gic, uint32_t route)
{
	return gic->arch->route_target(gic, route);
}

/* Does this vCPU take part in 1-of-N selection? */
static inline bool vgic_takes_1ofn(const struct vgic_vcpu *vcpu)
{
	return vcpu->created && vcpu->gic->arch->takes_1ofn(vcpu);
}

/* May an interrupt that has this vCPU for its target stay there? */
static inline bool vgic_may_stay(const struct vgic_vcpu *vcpu, uint64_t word)
{
	return !(word & W_IRM) || vgic_takes_1ofn(vcpu);
}

#endif
