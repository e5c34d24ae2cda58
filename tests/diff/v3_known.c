/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of a GICv3: programs that once told libvgic from a physical GIC, shrunk; and
 * the small world that all short sequences are tried in.
 */
#include "tests/diff/op.h"

/* clang-format off */
#define STORE(v, frame, offset, value) \
	{ OP_STORE, v, frame, 4, offset, value }
#define LOAD(v, frame, offset) { OP_LOAD, v, frame, 4, offset, 0 }
#define MSR(v, reg, value) { OP_WRITE, v, 0, 0, reg, value }
#define SGI(v, value) { OP_SGI, v, 0, 0, ICC_SGI1R_EL1, value }
#define LINE(v, intid, level) { OP_LINE, v, 0, 0, intid, level }
#define IAR1(v) { OP_ACK, v, 0, 0, 0, 1 }
#define HPPIR1(v) { OP_HPPIR, v, 0, 0, 0, 1 }
#define EOI(v) { OP_END, v, 0, 0, 0, 0 }
#define COMPARE { OP_COMPARE, 0, 0, 0, 0, 0 }
#define OPEN(v)                                              \
	STORE(0, -1, GICD_CTLR, 3), MSR(v, ICC_PMR_EL1, 0xff), \
		MSR(v, ICC_IGRPEN1_EL1, 1)

/* An acknowledge freed no register, so nobody looked for the next one. */
static const struct op last_candidate_taken[] = {
	OPEN(0), SGI(0, 0x9000001), SGI(0, 0xf000001), IAR1(0), IAR1(0),
};

/* The register was empty already, the word still said active. */
static const struct op activated_after_end[] = {
	OPEN(1), STORE(0, -1, GICD_ISENABLER + 4, 1),
	{ OP_STORE, 0, -1, 8, GICD_IROUTER + 8 * 32, 1 },
	LINE(0, 32, 1), IAR1(1), EOI(1),
	STORE(0, -1, GICD_ISACTIVER + 4, 1), LINE(0, 32, 1), IAR1(1),
};

/* What was acknowledged and then activated again was not ended by EOI. */
static const struct op activated_while_active[] = {
	OPEN(0), SGI(0, 0x4000001), IAR1(0),
	STORE(0, 0, GICR_ISACTIVER0, 0x8e44c870), EOI(0),
	LOAD(0, 0, GICR_ISACTIVER0),
};

/* Pended again while active, at another priority. */
static const struct op priority_of_the_next_round[] = {
	OPEN(0), STORE(0, -1, GICD_ISENABLER + 4, 3), LINE(0, 33, 1),
	IAR1(0), { OP_STORE, 0, -1, 1, GICD_IPRIORITYR + 33, 0xe0 },
	LINE(0, 33, 1), SGI(0, 0x3000001), EOI(0), IAR1(0),
};

/* A level that stays up is worse than what waits in the queue. */
static const struct op level_keeps_register[] = {
	OPEN(0), MSR(0, ICC_IGRPEN0_EL1, 1),
	STORE(0, -1, GICD_IGROUPR + 4, 0), STORE(0, -1, GICD_ISENABLER + 4, 1),
	STORE(0, -1, GICD_IPRIORITYR + 32, 0x70), LINE(0, 32, 1),
	{ OP_ACK, 0, 0, 0, 0, 0 }, SGI(0, 0x3000001), SGI(0, 0x8000001),
	EOI(0), IAR1(0), HPPIR1(0),
};

/* A pending state came forward, unseen, when the active one ended. */
static const struct op pending_behind_active[] = {
	OPEN(1), STORE(1, 1, GICR_IPRIORITYR0 + 12, 0x40509088),
	SGI(1, 0xd000002), IAR1(1), STORE(0, 1, GICR_ISPENDR0, 0xacfeafa1),
	EOI(1), IAR1(1), HPPIR1(1), IAR1(1),
};

/* A level came back in a group that had closed, without an exit. */
static const struct op group_closed_unseen[] = {
	OPEN(0), STORE(0, 0, GICR_ISENABLER0, 1u << 19), LINE(0, 19, 1),
	IAR1(0), COMPARE, MSR(0, ICC_IGRPEN1_EL1, 0), COMPARE, EOI(0),
	MSR(0, ICC_IGRPEN1_EL1, 1), IAR1(0),
};

/* The physical interrupt stayed active when the virtual one was withdrawn. */
static const struct op physical_left_active[] = {
	LINE(0, V3_MAPPED_PPI, 1), LINE(0, V3_MAPPED_PPI, 0), COMPARE,
	LINE(0, V3_MAPPED_EDGE, 1),
	STORE(1, -1, GICD_ICPENDR + 4, UINT32_MAX), COMPARE,
	LINE(0, V3_MAPPED_EDGE, 1), LINE(0, V3_MAPPED_PPI, 1),
	STORE(1, 0, GICR_ICACTIVER0, UINT32_MAX),
};

/*
 * Outside the registers, ended and then deactivated from elsewhere before EL2
 * heard of its end: which was counted as the end of another.
 */
static const struct op ended_then_deactivated[] = {
	OPEN(0), STORE(0, -1, GICD_ISENABLER + 4, UINT32_MAX),
	STORE(0, -1, GICD_IPRIORITYR + 32, 0x40506070),
	STORE(0, -1, GICD_ISPENDR + 4, 1), IAR1(0),
	STORE(0, -1, GICD_ISPENDR + 4, 2), IAR1(0),
	STORE(0, -1, GICD_ISPENDR + 4, 4), IAR1(0),
	STORE(0, -1, GICD_ISPENDR + 4, 8), IAR1(0),
	{ OP_LATE, 0, 0, 0, 0, 16 },
	EOI(0), EOI(0), EOI(0),
	STORE(1, -1, GICD_ICACTIVER + 4, 2), LOAD(1, -1, GICD_ISACTIVER + 4),
};

/*
 * Another vCPU deactivates what is being handled in a register.  The EOI of its
 * handler was counted as the end of the handler around it.
 */
static const struct op deactivated_then_ended[] = {
	OPEN(0), STORE(0, -1, GICD_ISENABLER + 4, UINT32_MAX),
	STORE(0, -1, GICD_IPRIORITYR + 32, 0x40506070),
	STORE(0, -1, GICD_ISPENDR + 4, 1), IAR1(0),
	STORE(0, -1, GICD_ISPENDR + 4, 2), IAR1(0),
	STORE(0, -1, GICD_ISPENDR + 4, 4), IAR1(0), COMPARE,
	STORE(1, -1, GICD_ICACTIVER + 4, 4), COMPARE, EOI(0),
	LOAD(1, -1, GICD_ISACTIVER + 4), EOI(0),
	LOAD(1, -1, GICD_ISACTIVER + 4), EOI(0), COMPARE,
};
/* clang-format on */

static const struct op_list known[] = {
	OP_LIST(last_candidate_taken),	 OP_LIST(activated_after_end),
	OP_LIST(activated_while_active), OP_LIST(priority_of_the_next_round),
	OP_LIST(level_keeps_register),	 OP_LIST(pending_behind_active),
	OP_LIST(group_closed_unseen),	 OP_LIST(physical_left_active),
	OP_LIST(ended_then_deactivated), OP_LIST(deactivated_then_ended),
};

/* The small world has an edge, a level and an SGI. */
#define EDGE 40u
#define LEVEL 41u
#define BIT(intid) (1u << ((intid) % 32))

static const struct op eoimode0[] = {
	MSR(0, ICC_CTLR_EL1, 0),
	MSR(1, ICC_CTLR_EL1, 0),
};

static const struct op eoimode1[] = {
	MSR(0, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode),
	MSR(1, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode),
};

static const struct op boot[] = {
	STORE(0, -1, GICD_CTLR, 3),
	STORE(0, -1, GICD_ICFGR + 8, 2u << (2 * (EDGE % 16))),
	STORE(0, -1, GICD_IPRIORITYR + 40, 0x4080),
	STORE(0, -1, GICD_ISENABLER + 4, BIT(EDGE) | BIT(LEVEL)),
	STORE(0, 0, GICR_IPRIORITYR0, 0x6000),
	MSR(0, ICC_PMR_EL1, 0xff),
	MSR(1, ICC_PMR_EL1, 0xff),
	MSR(0, ICC_IGRPEN1_EL1, 1),
	MSR(1, ICC_IGRPEN1_EL1, 1),
};

static const struct op letters[] = {
	{ OP_LINE, 0, 0, 0, EDGE, 1 },
	{ OP_LINE, 0, 0, 0, LEVEL, 1 },
	{ OP_LINE, 0, 0, 0, LEVEL, 0 },
	SGI(1, 1 << 24 | 1),
	{ OP_ACK, 0, 0, 0, 0, 1 },
	{ OP_END, 0, 0, 0, 0, 0 },
	{ OP_ACK, 1, 0, 0, 0, 1 },
	{ OP_END, 1, 0, 0, 0, 0 },
	{ OP_DIR, 1, 0, 0, 0, 0 },
	{ OP_STORE, 1, -1, 8, GICD_IROUTER + 8 * EDGE, 1 },
	{ OP_STORE, 0, -1, 8, GICD_IROUTER + 8 * EDGE, 0 },
	STORE(1, -1, GICD_ICENABLER + 4, BIT(LEVEL)),
	STORE(0, -1, GICD_ISENABLER + 4, BIT(LEVEL)),
	STORE(1, -1, GICD_ISPENDR + 4, BIT(EDGE) | BIT(LEVEL)),
	STORE(1, -1, GICD_ICPENDR + 4, BIT(EDGE) | BIT(LEVEL)),
	STORE(1, -1, GICD_ISACTIVER + 4, BIT(EDGE)),
	STORE(1, -1, GICD_ICACTIVER + 4, BIT(EDGE)),
	{ OP_STORE, 1, -1, 1, GICD_IPRIORITYR + EDGE, 0x20 },
	MSR(0, ICC_IGRPEN1_EL1, 0),
	MSR(0, ICC_IGRPEN1_EL1, 1),
	{ OP_PUT, 0, 0, 0, 0, 0 },
	{ OP_EXIT, 0, 0, 0, 0, 0 },
	{ OP_LATE, 0, 0, 0, 0, 2 },
};

const struct small_world v3_small = {
	.config = {
		.nr_vcpus = 2,
		.pre_bits = 5,
		.hw_deactivation = true,
	},
	.known = known,
	.nr_known = OP_COUNT(known),
	.modes = { OP_LIST(eoimode0), OP_LIST(eoimode1) },
	.nr_modes = 2,
	.boot = OP_LIST(boot),
	.letters = OP_LIST(letters),
};
