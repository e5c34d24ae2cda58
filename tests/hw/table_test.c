/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pending, active and enable registers of the distributor and the
 * redistributors: what an access does to the virtual interrupt and what to
 * the physical one it is mapped to.  Each row is tried with an SPI and a PPI,
 * by the vCPU that has it and by another, on a GICv3 and on a GICv2, by the
 * guest and by a VMM.
 */
#include <string.h>

#include <vgic/uaccess.h>

#include "core/irq.h"
#include "tests/machine/test.h"

#define SPI 40u
#define PPI 27u

enum kind { UNMAPPED_LEVEL, UNMAPPED_EDGE, MAPPED_LEVEL, MAPPED_EDGE };

/* What came before.  All but the OFFs are enabled. */
enum before {
	IDLE,
	WAITS, /* it came and is pending in a list register */
	FELL,  /* the same, and then the line fell, unnoticed so far */
	TAKEN, /* acknowledged; the device is quiet */
	AGAIN, /* acknowledged; the line is still up, or one more edge came */
	OFF,
	OFF_WAITS, /* it came while disabled */
	OFF_FELL,  /* and its line fell */
};

enum reg { ISPENDR, ICPENDR, ISACTIVER, ICACTIVER, ISENABLER, ICENABLER };

static const struct {
	const char *name;
	uint32_t dist, redist;
} regs[] = {
	[ISPENDR] = { "ISPENDR", GICD_ISPENDR, GICR_ISPENDR0 },
	[ICPENDR] = { "ICPENDR", GICD_ICPENDR, GICR_ICPENDR0 },
	[ISACTIVER] = { "ISACTIVER", GICD_ISACTIVER, GICR_ISACTIVER0 },
	[ICACTIVER] = { "ICACTIVER", GICD_ICACTIVER, GICR_ICACTIVER0 },
	[ISENABLER] = { "ISENABLER", GICD_ISENABLER, GICR_ISENABLER0 },
	[ICENABLER] = { "ICENABLER", GICD_ICENABLER, GICR_ICENABLER0 },
};

/*
 * The outcome, in letters.  The virtual interrupt is Pending, Active; the
 * physical one is Held (active).  After the colon what was done to the
 * physical one: activated, ended by software, its pending state undone.
 *
 * For a VMM: right after the access, before anything runs.  `far`: what is
 * different for another vCPU's PPI, which only its own vCPU's thread can
 * touch; null: nothing.
 */
struct row {
	enum reg reg;
	enum kind kind;
	enum before before;
	const char *guest, *user, *far;
};

static const struct row rows[] = {
	/* A latch of its own, next to the line. */
	{ ISPENDR, UNMAPPED_LEVEL, IDLE, "P:", "P:", NULL },
	{ ISPENDR, UNMAPPED_LEVEL, WAITS, "P:", "P:", NULL },
	{ ISPENDR, UNMAPPED_LEVEL, TAKEN, "PA:", "PA:", NULL },
	{ ISPENDR, UNMAPPED_EDGE, IDLE, "P:", "P:", NULL },
	{ ISPENDR, UNMAPPED_EDGE, WAITS, "P:", "P:", NULL },
	{ ISPENDR, UNMAPPED_EDGE, TAKEN, "PA:", "PA:", NULL },
	{ ISPENDR, UNMAPPED_EDGE, OFF, "P:", "P:", NULL },
	/* It will be ended with the HW bit, so it has to be active. */
	{ ISPENDR, MAPPED_LEVEL, IDLE, "PH:a", "P:", NULL },
	{ ISPENDR, MAPPED_LEVEL, WAITS, "PH:", "PH:", NULL },
	{ ISPENDR, MAPPED_LEVEL, TAKEN, "PAH:", "PAH:", NULL },
	{ ISPENDR, MAPPED_LEVEL, OFF, "PH:a", "P:", NULL },
	{ ISPENDR, MAPPED_EDGE, IDLE, "PH:a", "P:", NULL },
	{ ISPENDR, MAPPED_EDGE, WAITS, "PH:", "PH:", NULL },
	{ ISPENDR, MAPPED_EDGE, TAKEN, "PAH:", "PAH:", NULL },
	{ ISPENDR, MAPPED_EDGE, OFF, "PH:a", "P:", NULL },
	/* A line that is up keeps it pending. */
	{ ICPENDR, UNMAPPED_LEVEL, IDLE, ":", ":", NULL },
	{ ICPENDR, UNMAPPED_LEVEL, WAITS, "P:", "P:", NULL },
	{ ICPENDR, UNMAPPED_LEVEL, AGAIN, "PA:", "PA:", NULL },
	{ ICPENDR, UNMAPPED_EDGE, WAITS, ":", ":", NULL },
	{ ICPENDR, UNMAPPED_EDGE, AGAIN, "A:", "A:", NULL },
	{ ICPENDR, UNMAPPED_EDGE, OFF_WAITS, ":", ":", NULL },
	/* Not active, then nothing would ever end the physical one. */
	{ ICPENDR, MAPPED_LEVEL, IDLE, ":u", ":", ":" },
	{ ICPENDR, MAPPED_LEVEL, WAITS, "PH:u", "PH:", "PH:" },
	{ ICPENDR, MAPPED_LEVEL, FELL, ":eu", ":", ":e" },
	{ ICPENDR, MAPPED_LEVEL, TAKEN, "AH:u", "AH:", "AH:" },
	{ ICPENDR, MAPPED_LEVEL, AGAIN, "PAH:u", "AH:", "PAH:" },
	{ ICPENDR, MAPPED_LEVEL, OFF_FELL, ":eu", "PH:", "H:" },
	{ ICPENDR, MAPPED_EDGE, IDLE, ":u", ":", ":" },
	{ ICPENDR, MAPPED_EDGE, WAITS, ":eu", "H:", ":e" },
	{ ICPENDR, MAPPED_EDGE, TAKEN, "AH:u", "AH:", "AH:" },
	{ ICPENDR, MAPPED_EDGE, AGAIN, "AH:u", "AH:", "AH:" },
	{ ICPENDR, MAPPED_EDGE, OFF_WAITS, ":eu", "H:", ":e" },
	/* Active and held go together. */
	{ ISACTIVER, UNMAPPED_LEVEL, IDLE, "A:", "A:", NULL },
	{ ISACTIVER, UNMAPPED_EDGE, WAITS, "PA:", "PA:", NULL },
	{ ISACTIVER, MAPPED_LEVEL, IDLE, "AH:a", ":", NULL },
	{ ISACTIVER, MAPPED_LEVEL, WAITS, "PAH:", "PH:", NULL },
	{ ISACTIVER, MAPPED_LEVEL, TAKEN, "AH:", "AH:", NULL },
	{ ISACTIVER, MAPPED_LEVEL, OFF, "AH:a", ":", NULL },
	{ ISACTIVER, MAPPED_EDGE, IDLE, "AH:a", ":", NULL },
	{ ISACTIVER, MAPPED_EDGE, WAITS, "PAH:", "PH:", NULL },
	{ ISACTIVER, MAPPED_EDGE, OFF, "AH:a", ":", NULL },
	{ ICACTIVER, UNMAPPED_LEVEL, TAKEN, ":", ":", NULL },
	{ ICACTIVER, UNMAPPED_LEVEL, AGAIN, "P:", "P:", NULL },
	{ ICACTIVER, UNMAPPED_EDGE, TAKEN, ":", ":", NULL },
	{ ICACTIVER, UNMAPPED_EDGE, AGAIN, "P:", "P:", NULL },
	{ ICACTIVER, MAPPED_LEVEL, IDLE, ":", ":", NULL },
	{ ICACTIVER, MAPPED_LEVEL, WAITS, "PH:", "PH:", NULL },
	{ ICACTIVER, MAPPED_LEVEL, TAKEN, ":e", "AH:", NULL },
	{ ICACTIVER, MAPPED_LEVEL, AGAIN, "PH:e", "AH:", NULL },
	{ ICACTIVER, MAPPED_EDGE, TAKEN, ":e", "AH:", NULL },
	{ ICACTIVER, MAPPED_EDGE, AGAIN, "PH:e", "AH:", NULL },
	/* A mapped level is looked at anew; a restored enable is not. */
	{ ISENABLER, UNMAPPED_LEVEL, OFF_WAITS, "P:", "P:", NULL },
	{ ISENABLER, UNMAPPED_EDGE, OFF_WAITS, "P:", "P:", NULL },
	{ ISENABLER, MAPPED_LEVEL, OFF, ":", ":", NULL },
	{ ISENABLER, MAPPED_LEVEL, OFF_WAITS, "PH:", "PH:", NULL },
	{ ISENABLER, MAPPED_LEVEL, OFF_FELL, ":e", "PH:", NULL },
	{ ISENABLER, MAPPED_EDGE, OFF_WAITS, "PH:", "PH:", NULL },
	/* The physical one waits with it, and its end will end both. */
	{ ICENABLER, UNMAPPED_LEVEL, WAITS, "P:", "P:", NULL },
	{ ICENABLER, UNMAPPED_EDGE, TAKEN, "A:", "A:", NULL },
	{ ICENABLER, MAPPED_LEVEL, WAITS, "PH:", "PH:", NULL },
	{ ICENABLER, MAPPED_LEVEL, TAKEN, "AH:", "AH:", NULL },
	{ ICENABLER, MAPPED_EDGE, WAITS, "PH:", "PH:", NULL },
	{ ICENABLER, MAPPED_EDGE, TAKEN, "AH:", "AH:", NULL },
};

/*
 * What is read: 1 or 0, by the guest, by a VMM from a GICv3 (the latch alone)
 * and from a GICv2, and by the guest on another vCPU of its PPI.
 */
static const struct {
	enum reg reg;
	enum kind kind;
	enum before before;
	const char *reads;
} reads[] = {
	{ ISPENDR, UNMAPPED_LEVEL, IDLE, "0000" },
	{ ISPENDR, UNMAPPED_LEVEL, WAITS, "1011" },
	{ ISPENDR, UNMAPPED_LEVEL, TAKEN, "0000" },
	{ ISPENDR, UNMAPPED_LEVEL, AGAIN, "1011" },
	{ ISPENDR, UNMAPPED_EDGE, WAITS, "1111" },
	{ ISPENDR, UNMAPPED_EDGE, TAKEN, "0000" },
	{ ISPENDR, UNMAPPED_EDGE, AGAIN, "1111" },
	/* A mapped level: the line itself, whatever was recorded. */
	{ ISPENDR, MAPPED_LEVEL, IDLE, "0000" },
	{ ISPENDR, MAPPED_LEVEL, WAITS, "1011" },
	{ ISPENDR, MAPPED_LEVEL, FELL, "0000" },
	{ ISPENDR, MAPPED_LEVEL, OFF_FELL, "0011" },
	{ ISPENDR, MAPPED_LEVEL, TAKEN, "0000" },
	{ ISPENDR, MAPPED_LEVEL, AGAIN, "1000" },
	{ ISPENDR, MAPPED_EDGE, WAITS, "1111" },
	{ ISPENDR, MAPPED_EDGE, TAKEN, "0000" },
	{ ISPENDR, MAPPED_EDGE, AGAIN, "0000" },
	{ ICPENDR, MAPPED_LEVEL, FELL, "0.0." },
	{ ICPENDR, MAPPED_LEVEL, AGAIN, "1.0." },
	/* Active is virtual. */
	{ ISACTIVER, UNMAPPED_LEVEL, WAITS, "0000" },
	{ ISACTIVER, UNMAPPED_EDGE, TAKEN, "1111" },
	{ ISACTIVER, MAPPED_LEVEL, WAITS, "0000" },
	{ ISACTIVER, MAPPED_LEVEL, TAKEN, "1111" },
	{ ISACTIVER, MAPPED_EDGE, AGAIN, "1111" },
	{ ICACTIVER, MAPPED_EDGE, WAITS, "0000" },
	{ ICACTIVER, MAPPED_LEVEL, TAKEN, "1111" },
	{ ISENABLER, MAPPED_LEVEL, WAITS, "1111" },
	{ ICENABLER, MAPPED_LEVEL, OFF_FELL, "0000" },
};

/* Which interrupt, of which GIC, and who accesses; vCPU 0 has it. */
struct spot {
	bool gicv2;
	uint32_t intid;
	uint32_t by;
};

static bool mapped(enum kind kind)
{
	return kind == MAPPED_LEVEL || kind == MAPPED_EDGE;
}

static bool level(enum kind kind)
{
	return kind == MAPPED_LEVEL || kind == UNMAPPED_LEVEL;
}

/* The device does something: its line goes up or down, or an edge comes. */
static void device(struct machine *m, uint32_t intid, enum kind kind, bool up)
{
	switch (kind) {
	case UNMAPPED_LEVEL:
		line(m, intid, up);
		break;
	case MAPPED_LEVEL:
		phys_line(m, intid, up);
		break;
	case UNMAPPED_EDGE:
		if (up) {
			edge(m, intid);
		}
		break;
	case MAPPED_EDGE:
		if (up) {
			phys_edge(m, intid);
		}
		break;
	}
}

static void forget_ops(struct machine *m, uint32_t intid)
{
	m->phys[intid].by_software = 0;
	m->phys[intid].activated = 0;
	m->phys[intid].unpended = 0;
	m->samples = 0;
}

static struct machine *prepare(const struct spot *at, enum kind kind,
			       enum before before)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 4, .nr_vcpus = 2,
		.backend = at->gicv2 ? "gich" : "ich");

	setup(m, 0, at->intid, 0x80, level(kind));
	if (mapped(kind)) {
		map(m, 0, at->intid);
	}
	if (before >= OFF) {
		change(m, 0, at->intid, VGIC_CLEAR_ENABLE, 0);
	}
	run(m, 0);
	run(m, 1);
	if (before != IDLE && before != OFF) {
		device(m, at->intid, kind, true);
	}
	if (before == TAKEN || before == AGAIN) {
		assert_int_equal(guest_ack(m, 0), at->intid);
		device(m, at->intid, kind, before == AGAIN);
	}
	if (before == FELL || before == OFF_FELL) {
		device(m, at->intid, kind, false);
	}
	forget_ops(m, at->intid);
	return m;
}

static uint32_t bit(const struct spot *at)
{
	return UINT32_C(1) << at->intid % 32;
}

static bool in_redist(const struct spot *at)
{
	return !at->gicv2 && at->intid < GIC_SPI_BASE;
}

/* Another vCPU's PPI: a GICv2 shows each CPU its own. */
static bool is_far(const struct spot *at)
{
	return at->by && at->intid < GIC_SPI_BASE;
}

static uint64_t ipa_of(const struct spot *at, enum reg reg)
{
	return in_redist(at) ?
		       MACHINE_GICR + regs[reg].redist :
		       MACHINE_GICD + regs[reg].dist + at->intid / 32 * 4;
}

/*
 * A VMM's access: everybody is out of the way.  (A line that fell is noticed
 * as vCPU 0 leaves, if it waits in a list register.)
 */
static uint32_t user(struct machine *m, const struct spot *at, enum reg reg,
		     bool write, uint32_t value)
{
	enum vgic_uaccess_frame frame = in_redist(at) ? VGIC_UACCESS_REDIST :
							VGIC_UACCESS_DIST;
	uint64_t base = in_redist(at) ? MACHINE_GICR : MACHINE_GICD;

	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		stop(m, v);
		vgic_put(m->vcpu[v]);
	}
	forget_ops(m, at->intid);
	assert_int_equal(vgic_uaccess_reg(m->vcpu[at->by], frame,
					  (uint32_t)(ipa_of(at, reg) - base),
					  write, &value),
			 VGIC_OK);
	assert_int_equal(m->samples, 0);
	return value;
}

/* A GICv3's VMM writes the latch as a whole; ICPENDR is not for it. */
static void user_write(struct machine *m, const struct spot *at, enum reg reg)
{
	if (reg == ICPENDR && !at->gicv2) {
		(void)user(m, at, ISPENDR, true, 0);
	} else {
		(void)user(m, at, reg, true, bit(at));
	}
}

static void expect(const struct machine *m, const struct spot *at,
		   const char *what, const char *who, bool pending, bool active,
		   const char *expected)
{
	const struct machine_phys *phys = &m->phys[at->intid];
	char got[8] = "";

	strcat(got, pending ? "P" : "");
	strcat(got, active ? "A" : "");
	strcat(got, phys->active ? "H" : "");
	strcat(got, ":");
	strcat(got, phys->activated ? "a" : "");
	strcat(got, phys->by_software ? "e" : "");
	strcat(got, phys->unpended ? "u" : "");
	assert_true(phys->activated <= 1 && phys->by_software <= 1 &&
		    phys->unpended <= 1);
	if (strcmp(got, expected) != 0) {
		fail_msg("%s, GICv%d, INTID %u, %s %u: %s, expected %s", what,
			 at->gicv2 ? 2 : 3, (unsigned int)at->intid, who,
			 (unsigned int)at->by, got, expected);
	}
}

static void name_row(char *name, size_t size, const struct row *row)
{
	static const char *const kinds[] = { "level", "edge", "mapped level",
					     "mapped edge" };
	static const char *const befores[] = {
		"idle",	 "waits", "fell",	"taken",
		"again", "off",	  "off, waits", "off, fell",
	};

	snprintf(name, size, "%s, %s, %s", regs[row->reg].name,
		 kinds[row->kind], befores[row->before]);
}

static bool read_by(struct machine *m, const struct spot *at, enum reg reg)
{
	return guest_read32(m, at->by, ipa_of(at, reg)) & bit(at);
}

/* Once the device is quiet it can be ended, and comes anew. */
static void check_alive(struct machine *m, const struct spot *at,
			const struct row *row, const char *name)
{
	uint32_t got;

	device(m, at->intid, row->kind, false);
	m->phys[at->intid].pending = false;
	if (row->before == TAKEN || row->before == AGAIN) {
		guest_eoi(m, 0, at->intid);
	}
	change(m, 0, at->intid, VGIC_SET_ENABLE, 0);
	change(m, 0, at->intid, VGIC_CLEAR_ACTIVE, 0);
	slice(m, 0);
	for (unsigned int n = 0; n < 3; n++) {
		got = guest_ack(m, 0);
		if (got != at->intid) {
			break;
		}
		guest_eoi(m, 0, got);
	}
	slice(m, 0);
	device(m, at->intid, row->kind, true);
	got = guest_ack(m, 0);
	if (got != at->intid) {
		fail_msg("%s, GICv%d, INTID %u: came no more, %u", name,
			 at->gicv2 ? 2 : 3, (unsigned int)at->intid,
			 (unsigned int)got);
	}
}

static void try_guest(const struct row *row, const struct spot *at)
{
	struct machine *m = prepare(at, row->kind, row->before);
	const struct spot own = { at->gicv2, at->intid, 0 };
	bool is_enabled = row->reg == ISENABLER ||
			  (row->before < OFF && row->reg != ICENABLER);
	char name[64];

	name_row(name, sizeof(name), row);
	guest_write32(m, at->by, ipa_of(at, row->reg), bit(at));
	expect(m, at, name, "vCPU", read_by(m, &own, ISPENDR),
	       read_by(m, &own, ISACTIVER),
	       is_far(at) && row->far ? row->far : row->guest);
	assert_int_equal(info_of(m, 0, at->intid).enabled, is_enabled);
	machine_check(m);
	check_alive(m, at, row, name);
	machine_end(m);
}

static void try_user(const struct row *row, const struct spot *at)
{
	struct machine *m = prepare(at, row->kind, row->before);
	struct vgic_irq_info info;
	char name[64];

	name_row(name, sizeof(name), row);
	user_write(m, at, row->reg);
	info = info_of(m, 0, at->intid);
	expect(m, at, name, "VMM by vCPU", info.pending, info.active,
	       row->user);
	run(m, 0);
	run(m, 1);
	/* Nor later. */
	assert_int_equal(m->phys[at->intid].activated, 0);
	check_alive(m, at, row, name);
	machine_end(m);
}

/* Every interrupt, GIC and vCPU that there is, `far` ones included. */
static const struct spot spots[] = {
	{ false, SPI, 0 }, { false, SPI, 1 }, { false, PPI, 0 },
	{ false, PPI, 1 }, { true, SPI, 0 },  { true, SPI, 1 },
	{ true, PPI, 0 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

TEST(writes_by_guest)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t j = 0; j < COUNT(spots); j++) {
			try_guest(&rows[i], &spots[j]);
		}
	}
}

/* A VMM reaches a vCPU's private interrupts by that vCPU. */
TEST(writes_by_vmm)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t j = 0; j < COUNT(spots); j++) {
			if (!is_far(&spots[j])) {
				try_user(&rows[i], &spots[j]);
			}
		}
	}
}

static void expect_read(size_t i, const struct spot *at, bool got,
			unsigned int column)
{
	if (reads[i].reads[column] != (got ? '1' : '0') &&
	    reads[i].reads[column] != '.') {
		fail_msg("read %u (%s), column %u, GICv%d, INTID %u, by %u: "
			 "%d",
			 (unsigned int)i, regs[reads[i].reg].name, column,
			 at->gicv2 ? 2 : 3, (unsigned int)at->intid,
			 (unsigned int)at->by, got);
	}
}

TEST(reads_by_guest)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		for (size_t j = 0; j < COUNT(spots); j++) {
			struct machine *m = prepare(&spots[j], reads[i].kind,
						    reads[i].before);

			expect_read(i, &spots[j],
				    read_by(m, &spots[j], reads[i].reg),
				    is_far(&spots[j]) ? 3 : 0);
			machine_end(m);
		}
	}
}

TEST(reads_by_vmm)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		for (size_t j = 0; j < COUNT(spots); j++) {
			const struct spot *at = &spots[j];
			struct machine *m =
				prepare(at, reads[i].kind, reads[i].before);

			if (!is_far(at)) {
				uint32_t got =
					user(m, at, reads[i].reg, false, 0);

				expect_read(i, at, got & bit(at),
					    at->gicv2 ? 2 : 1);
			}
			machine_end(m);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_by_guest),
		cmocka_unit_test(writes_by_vmm),
		cmocka_unit_test(reads_by_guest),
		cmocka_unit_test(reads_by_vmm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
