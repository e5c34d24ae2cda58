/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every attribute in every state of its VM, at every kind of address, and on
 * every other device.  A row says what has to come of each.
 */
#include <string.h>

#include "tests/kvm/script.h"

#define V2 VGIC_KVM_DEV_V2
#define V3 VGIC_KVM_DEV_V3
#define V5 VGIC_KVM_DEV_V5
/* A GICv3's. */
#define ITS VGIC_KVM_DEV_ITS

/* What a VM has been through. */
enum when { EARLY, READY, RUNNING, LATE, NR_WHENS };
enum how { SETS, GETS, NR_HOWS };

/* Short, since there are many. */
#define NONE 0
#define BUSY ERR(EBUSY)
#define FAULT ERR(EFAULT)
#define INVAL ERR(EINVAL)
#define NX ERR(ENXIO)
#define EXIST ERR(EEXIST)
#define NOENT ERR(ENOENT)
#define NODEV ERR(ENODEV)

struct row {
	uint32_t type;
	uint32_t group;
	uint64_t attr;
	/* A value that fits, and the bytes it has. */
	uint64_t value;
	size_t width;
	/* Before INIT, after it, while vCPU 0 runs, after it ran. */
	int at[NR_HOWS][NR_WHENS];
	/* Addresses null and wild, after INIT. */
	int null[NR_HOWS], wild[NR_HOWS];
	/* What else could be meant, and what comes of HAS and SET. */
	uint64_t bad_attr;
	int bad_has, bad_set;
};

#define GROUP(name) VGIC_KVM_GRP_##name
/* clang-format off */
#define ALWAYS { NONE, NONE, NONE, NONE }
#define NEVER { NX, NX, NX, NX }
#define STILL { NONE, NONE, BUSY, NONE }
#define STOPPED { BUSY, NONE, BUSY, NONE }
#define BEFORE_RUN { BUSY, NONE, BUSY, BUSY }
#define ONCE { EXIST, EXIST, EXIST, EXIST }
#define BOTH(e) { e, e }

static const struct row rows[] = {
	/* Where frames are: the rig has placed them before. */
	{ V2, GROUP(ADDR), VGIC_KVM_ADDR_V2_DIST, 0x50000, 8,
	  { ONCE, ALWAYS }, BOTH(FAULT), BOTH(FAULT), 99, NX, NX },
	{ V2, GROUP(ADDR), VGIC_KVM_ADDR_V2_CPU, 0x50000, 8,
	  { ONCE, ALWAYS }, BOTH(FAULT), BOTH(FAULT), 2, NX, NX },
	{ V3, GROUP(ADDR), VGIC_KVM_ADDR_V3_DIST, 0x50000, 8,
	  { ONCE, ALWAYS }, BOTH(FAULT), BOTH(FAULT), 0, NX, NX },
	{ V3, GROUP(ADDR), VGIC_KVM_ADDR_V3_REDIST, 0x500000, 8,
	  { ONCE, ALWAYS }, BOTH(FAULT), BOTH(FAULT), 4, NX, NX },
	{ V3, GROUP(ADDR), VGIC_KVM_ADDR_V3_REDIST_REGION,
	  UINT64_C(1) << 52 | 0x500000, 8,
	  { { INVAL, INVAL, INVAL, INVAL }, ALWAYS },
	  BOTH(FAULT), BOTH(FAULT), 7, NX, NX },
	{ V5, GROUP(ADDR), VGIC_KVM_ADDR_V5_IRS, 0x50000, 8,
	  { ONCE, ALWAYS }, BOTH(FAULT), BOTH(FAULT), UINT64_MAX, NX, NX },
	/* Registers of frames. */
	{ V2, GROUP(DIST_REGS), GICD_ISENABLER, 1, 4,
	  { STILL, STILL }, BOTH(FAULT), BOTH(FAULT),
	  GICD_ISENABLER + 5, NX, NONE },
	{ V3, GROUP(DIST_REGS), GICD_CTLR, 2, 4,
	  { STOPPED, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  GICD_ISENABLER + 0x20, NX, NONE },
	{ V3, GROUP(DIST_REGS), GICD_IIDR, 0x4b00343b, 4,
	  { STILL, STILL },
	  BOTH(FAULT), BOTH(FAULT), 0xffff0000, NX, NONE },
	{ V3, GROUP(DIST_REGS), GICD_TYPER2, 0, 4,
	  { STILL, STILL },
	  BOTH(FAULT), BOTH(FAULT), 0x20000, NX, NONE },
	{ V2, GROUP(CPU_REGS), GICC_PMR, 1, 4,
	  { STILL, STILL }, BOTH(FAULT), BOTH(FAULT),
	  GICC_PMR + 1, NX, NONE },
	{ V2, GROUP(CPU_REGS), REG(1, GICC_BPR), 1, 4,
	  { STILL, STILL }, BOTH(FAULT), BOTH(FAULT),
	  REG(2, GICC_BPR), INVAL, INVAL },
	{ V3, GROUP(REDIST_REGS), GICR_SGI_BASE + GICD_ISENABLER, 1, 4,
	  { STOPPED, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  REG(2, GICR_SGI_BASE + GICD_ISENABLER), INVAL, INVAL },
	{ V3, GROUP(LEVEL_INFO), 32, 1, 4,
	  { STOPPED, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  1u << 10, NX, INVAL },
	/* System registers: whether there is one comes before its address. */
	{ V3, GROUP(CPU_SYSREGS), ICC_PMR_EL1, 0xf0, 8,
	  { STOPPED, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  ICC_IAR1_EL1, NX, NOENT },
	{ V5, GROUP(CPU_SYSREGS), ICC_PCR_EL1, 1, 8,
	  { BEFORE_RUN, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  ICC_PMR_EL1, NX, NOENT },
	{ V5, GROUP(IRS_REGS), IRS_CR1, 1, 8,
	  { BEFORE_RUN, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  IRS_CR1 + 2, INVAL, INVAL },
	{ V5, GROUP(IRS_REGS), IRS_IST_BASER, 0, 8,
	  { BEFORE_RUN, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  IRS_IST_BASER + 4, INVAL, INVAL },
	/* A null address is not looked at, an image is checked later. */
	{ V5, GROUP(IST), 0, 0, 0,
	  { { BUSY, INVAL, BUSY, BUSY }, { BUSY, INVAL, BUSY, INVAL } },
	  BOTH(INVAL), BOTH(FAULT), 1, NX, NX },
	/* How many; the rig has not said. */
	{ V2, GROUP(NR_IRQS), 0, 64, 4,
	  { { NONE, BUSY, BUSY, BUSY }, ALWAYS }, BOTH(FAULT), BOTH(FAULT),
	  0, NONE, BUSY },
	{ V3, GROUP(NR_IRQS), 0, 64, 4,
	  { { NONE, BUSY, BUSY, BUSY }, ALWAYS }, BOTH(FAULT), BOTH(FAULT),
	  0, NONE, BUSY },
	{ V5, GROUP(NR_IRQS), 0, 64, 4,
	  { { NONE, BUSY, BUSY, BUSY }, ALWAYS }, BOTH(FAULT), BOTH(FAULT),
	  0, NONE, BUSY },
	{ V3, GROUP(MAINT_IRQ), 0, 25, 4,
	  { { NONE, BUSY, BUSY, BUSY }, ALWAYS }, BOTH(FAULT), BOTH(FAULT),
	  0, NONE, BUSY },
	/* What is done, without a value. */
	{ V2, GROUP(CTRL), VGIC_KVM_CTRL_INIT, 0, 0,
	  { STILL, NEVER }, { NONE, NX }, { NONE, NX },
	  VGIC_KVM_CTRL_SAVE_PENDING_TABLES, NX, NX },
	{ V3, GROUP(CTRL), VGIC_KVM_CTRL_INIT, 0, 0,
	  { STILL, NEVER }, { NONE, NX }, { NONE, NX },
	  VGIC_KVM_CTRL_ITS_SAVE_TABLES, NX, NX },
	{ V5, GROUP(CTRL), VGIC_KVM_CTRL_INIT, 0, 0,
	  { STILL, NEVER }, { NONE, NX }, { NONE, NX },
	  VGIC_KVM_CTRL_SAVE_PENDING_TABLES, NX, NX },
	{ V3, GROUP(CTRL), VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, 0,
	  { { NX, NONE, BUSY, NONE }, NEVER }, { NONE, NX }, { NONE, NX },
	  VGIC_KVM_CTRL_ITS_RESET, NX, NX },
	{ V5, GROUP(CTRL), VGIC_KVM_CTRL_USERSPACE_PPIS, 0, 16,
	  { NEVER, ALWAYS }, { NX, FAULT }, { NX, FAULT },
	  UINT64_MAX, NX, NX },
	/* An ITS is a device of its own. */
	{ ITS, GROUP(ADDR), VGIC_KVM_ADDR_ITS, 0x500000, 8,
	  { ONCE, ALWAYS }, BOTH(FAULT), BOTH(FAULT),
	  VGIC_KVM_ADDR_V3_DIST, NX, NODEV },
	{ ITS, GROUP(ITS_REGS), GITS_CTLR, 0, 8,
	  { STOPPED, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  GITS_STATUSR, NX, NX },
	{ ITS, GROUP(ITS_REGS), GITS_CBASER, 0, 8,
	  { STOPPED, STOPPED }, BOTH(FAULT), BOTH(FAULT),
	  GITS_CBASER + 4, INVAL, INVAL },
	{ ITS, GROUP(CTRL), VGIC_KVM_CTRL_INIT, 0, 0,
	  { ALWAYS, NEVER }, { NONE, NX }, { NONE, NX },
	  VGIC_KVM_CTRL_SAVE_PENDING_TABLES, NX, NX },
	{ ITS, GROUP(CTRL), VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0,
	  { STOPPED, NEVER }, { NONE, NX }, { NONE, NX },
	  VGIC_KVM_CTRL_USERSPACE_PPIS, NX, NX },
	{ ITS, GROUP(CTRL), VGIC_KVM_CTRL_ITS_RESTORE_TABLES, 0, 0,
	  { STOPPED, NEVER }, { NONE, NX }, { NONE, NX },
	  UINT64_C(1) << 32 | VGIC_KVM_CTRL_ITS_RESTORE_TABLES, NX, NX },
	{ ITS, GROUP(CTRL), VGIC_KVM_CTRL_ITS_RESET, 0, 0,
	  { STOPPED, NEVER }, { NONE, NX }, { NONE, NX },
	  UINT64_MAX, NX, NX },
};
/* clang-format on */

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))
#define MAX_STEPS 24

struct list {
	struct step steps[MAX_STEPS + 1];
	uint32_t n;
};

static void add(struct list *l, struct step step)
{
	assert_true(l->n < MAX_STEPS);
	l->steps[l->n++] = step;
}

#define ADD(l, ...) add(l, (struct step)__VA_ARGS__)

/* A device of a type whose VM has come that far. */
static struct list begin(uint32_t type, enum when when)
{
	struct list l = { .n = 0 };

	if (type == ITS) {
		ADD(&l, MODELS(VGIC_KVM_HAS_V3 | WITH_ITS));
		ADD(&l, CREATE(V3, 0));
	}
	ADD(&l, CREATE(type, 0));
	ADD(&l, VCPU(0, 0));
	ADD(&l, VCPU(1, 0));
	if (type == V2) {
		ADD(&l, SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0));
		ADD(&l, SET(ADDR, VGIC_KVM_ADDR_V2_CPU, V2_CPU, 0));
	} else if (type == V3 || type == ITS) {
		ADD(&l, SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0));
		ADD(&l, SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0));
	} else {
		ADD(&l, SET(ADDR, VGIC_KVM_ADDR_V5_IRS, 0x10000, 0));
	}
	if (type == ITS) {
		ADD(&l, ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, 0x400000, 0));
	}
	if (when >= READY) {
		ADD(&l, SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0));
	}
	if (when >= RUNNING) {
		ADD(&l, RUN(0, 0));
	}
	if (when == LATE) {
		ADD(&l, GUEST(0));
		ADD(&l, STOP(0));
	}
	return l;
}

static void run_list(struct list *l)
{
	void *state = l->steps;

	run_script(&state);
}

static struct step access(const struct row *row, enum how how, uint64_t addr,
			  int err)
{
	return (struct step){
		.line = (int)(row - rows),
		.op = how == SETS ? OP_SET : OP_GET_ANY,
		.group = row->group,
		.attr = row->attr,
		.value = row->value,
		.addr = addr,
		.err = err,
		.width = row->width,
		.its = row->type == ITS,
	};
}

/* The line that a failure names is the row. */
static void in_every_state(void **state)
{
	(void)state;
	for (const struct row *row = rows; row < rows + NR_ROWS; row++) {
		for (uint32_t n = 0; n < NR_WHENS * NR_HOWS; n++) {
			enum when when = (enum when)(n / NR_HOWS);
			enum how how = (enum how)(n % NR_HOWS);
			struct list l = begin(row->type, when);

			/* Without a second look that is the first's doing. */
			add(&l, access(row, how, HERE, row->at[how][when]));
			run_list(&l);
		}
	}
}

static void at_every_address(void **state)
{
	(void)state;
	for (const struct row *row = rows; row < rows + NR_ROWS; row++) {
		struct list l = begin(row->type, READY);

		for (uint32_t how = 0; how < NR_HOWS; how++) {
			add(&l, access(row, (enum how)how, 0, row->null[how]));
			add(&l,
			    access(row, (enum how)how, WILD, row->wild[how]));
			/* Its last byte is beyond. */
			add(&l, access(row, (enum how)how,
				       HERE + 0x2000 - row->width + 1,
				       row->wild[how]));
		}
		run_list(&l);
	}
}

/* HAS is 0 in every state, and never looks at an address. */
static void has_in_every_state(void **state)
{
	(void)state;
	for (const struct row *row = rows; row < rows + NR_ROWS; row++) {
		for (uint32_t when = 0; when < NR_WHENS; when++) {
			struct list l = begin(row->type, (enum when)when);
			struct step s = access(row, SETS, WILD, 0);

			s.op = OP_HAS;
			add(&l, s);
			s.addr = 0;
			add(&l, s);
			run_list(&l);
		}
	}
}

/* Misaligned, of an interrupt or vCPU that is not there, unknown. */
static void with_other_attributes(void **state)
{
	(void)state;
	for (const struct row *row = rows; row < rows + NR_ROWS; row++) {
		struct list l = begin(row->type, READY);
		struct step s = access(row, SETS, HERE, row->bad_set);

		s.attr = row->bad_attr;
		s.width = 0;
		add(&l, s);
		s.op = OP_HAS;
		s.err = row->bad_has;
		add(&l, s);
		run_list(&l);
	}
}

static bool shared(const struct row *row, uint32_t type)
{
	for (const struct row *other = rows; other < rows + NR_ROWS; other++) {
		if (other->type == type && other->group == row->group &&
		    other->attr == row->attr) {
			return true;
		}
	}
	return false;
}

/* Another model has another register of that number, or none. */
static int elsewhere(const struct row *row, uint32_t type, bool has)
{
	if (row->group == GROUP(CPU_SYSREGS) && type != V2) {
		return has ? NX : NOENT;
	}
	return NX;
}

static void on_other_devices(void **state)
{
	static const uint32_t types[] = { V2, V3, V5 };

	(void)state;
	for (uint32_t n = 0; n < 3 * NR_ROWS; n++) {
		const struct row *row = &rows[n / 3];
		uint32_t type = types[n % 3];
		struct list l = begin(type, READY);
		struct step s =
			access(row, SETS, HERE, elsewhere(row, type, false));

		/* Registers of both GICv2 and GICv3 have a row each. */
		if (shared(row, type) ||
		    (row->group == GROUP(DIST_REGS) && type != V5)) {
			continue;
		}
		s.width = 0;
		s.its = 0;
		add(&l, s);
		s.op = OP_GET_ANY;
		add(&l, s);
		s.op = OP_HAS;
		s.err = elsewhere(row, type, true);
		add(&l, s);
		run_list(&l);
	}
}

static void of_unknown_groups(void **state)
{
	static const uint32_t types[] = { V2, V3, V5 };
	static const uint32_t groups[] = { GROUP(ITS_REGS), 12, 13, 255,
					   UINT32_MAX };

	(void)state;
	for (uint32_t n = 0; n < 3 * NR_WHENS * 5; n++) {
		struct list l =
			begin(types[n % 3], (enum when)(n / 3 % NR_WHENS));
		struct step s = { .line = (int)n,
				  .op = OP_SET,
				  .addr = HERE,
				  .group = groups[n / 3 / NR_WHENS],
				  .err = NX };

		add(&l, s);
		s.op = OP_GET_ANY;
		add(&l, s);
		s.addr = 0;
		add(&l, s);
		s.op = OP_HAS;
		add(&l, s);
		run_list(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_every_state),
		cmocka_unit_test(at_every_address),
		cmocka_unit_test(has_in_every_state),
		cmocka_unit_test(with_other_attributes),
		cmocka_unit_test(on_other_devices),
		cmocka_unit_test(of_unknown_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
